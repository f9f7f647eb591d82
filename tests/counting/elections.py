"""Small invented elections, full of ties and rankings that end early: each number gives the same one every time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from fractions import Fraction

from governance.counting.account import Account
from governance.counting.decided import Decided, YesNo
from governance.counting.grouped import Ballots
from governance.counting.lot import Lot

LOT = Lot(b"\x07" * 32, "given")
NAMES = ("Ann", "Ben", "Cas", "Dee", "Eli", "Fay", "Gus")

MAJORITY = YesNo(at_least_yes=3)
TWO_THIRDS = YesNo(threshold=Fraction(2, 3), at_least_yes=3)


def counted(rule: Decided, **counts: int) -> Account:
    """Return the count of so many ballots of each word."""
    papers = [(place,) for place, word in enumerate(rule.words) for _ in range(counts.get(word, 0))]
    return rule.count(Ballots.of(rule.words, papers), LOT)


def ranked(number: int, whole: bool = False) -> Ballots:
    """From 2 to 6 options and 1 to 24 rankings; *whole* ones name every option."""
    chance = random.Random(number)
    options = chance.randint(2, 6)
    papers = []
    for _ in range(chance.randint(1, 24)):
        order = chance.sample(range(options), options)
        papers.append(tuple(order if whole else order[: chance.randint(1, options)]))
    return Ballots.of(NAMES[:options], papers)


def scored(number: int, highest: int = 5) -> Ballots:
    """From 2 to 6 options and 1 to 24 papers with a score for each option."""
    chance = random.Random(number)
    options = chance.randint(2, 6)
    papers = [tuple(chance.randint(0, highest) for _ in range(options)) for _ in range(chance.randint(1, 24))]
    return Ballots.of(NAMES[:options], papers)


def papers_of(ballots: Ballots) -> Iterator[tuple[int, ...]]:
    """Each single paper."""
    for paper, number in ballots.groups:
        for _ in range(number):
            yield paper
