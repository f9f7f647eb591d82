"""Majority judgment: each option gets a grade from every ballot; the highest middle grade wins.

Source: M. Balinski and R. Laraki, Majority Judgment (2011), chapter 1 and 13: of two options with the same middle grade
(the lower one where there are two), one middle grade each is taken away, again and again, until they differ.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cmp_to_key
from typing import ClassVar

from governance.counting.account import Account, Stage
from governance.counting.grouped import Ballots
from governance.counting.lot import Lot
from governance.counting.rule import Rule
from governance.ruling.sentences import N_

Runs = list[tuple[int, int]]


@dataclass(frozen=True)
class MajorityJudgment(Rule):
    """*highest*: the best grade, 0 the worst; *seats*: how many win. An option without a grade gets 0."""

    name: ClassVar[str] = "majority-judgment"
    title: ClassVar[str] = N_("Best middle grade")
    how: ClassVar[str] = N_("The option with the best middle number wins.")
    papers: ClassVar[str] = "scores"
    highest: int = 5
    seats: int = 1

    def count(self, ballots: Ballots, lot: Lot) -> Account:
        """Order the options by their majority values."""
        ties = self.begin(ballots, lot)
        grades = [[0] * (self.highest + 1) for _ in ballots.choices]
        for paper, number in ballots.scores(self.highest):
            for option, grade in enumerate(paper):
                grades[option][grade or 0] += number
        values = [majority_value(each) for each in grades]

        def compared(one: int, other: int) -> int:
            return _compare(values[one], values[other])

        order = sorted(ballots.standing, key=cmp_to_key(compared))
        places: dict[int, int] = {}
        for place, option in enumerate(order):
            before = order[place - 1] if place else None
            same = before is not None and not _compare(values[before], values[option])
            places[option] = places[before] if same and before is not None else place
        winners = ties.first("1 grades", "order", places, self.seats)
        middle = {each: runs[0][0] for each, runs in enumerate(values) if runs}
        notes = {"grades": {name: list(grades[each]) for each, name in enumerate(ballots.choices)}}
        stage = Stage("grades", middle, elected=tuple(winners), notes=notes)
        return self.made(ballots, ties, winners, [stage], ballots.total)


def majority_value(grades: list[int]) -> Runs:
    """Return the middle grade, the middle of what is left without it, and so on, as (grade, how often in a row).

    *grades* says how often each grade was given. Taking away the lower middle grade walks outward from the middle, one
    step down, one step up in turn; so the sorted grades are read in two directions at once, in runs.
    """
    total = sum(grades)
    middle = (total - 1) // 2
    down = _walk(grades, middle, down=True)
    up = _walk(grades, middle + 1, down=False)
    runs: Runs = []
    first, second = (down, up) if total % 2 == 0 else (_without_one(down), up)
    if total % 2:
        runs.append((down[0][0], 1))
    for low, high, length in _beside(first, second):
        if low == high:
            runs.append((low, 2 * length))
        else:
            runs.extend([(low, 1), (high, 1)] * length)
    return _joined(runs)


def _walk(grades: list[int], start: int, *, down: bool) -> Runs:
    """The runs of the sorted grades met from place *start*, *down* to the worst or up to the best."""
    runs: Runs = []
    place = 0
    for grade, number in enumerate(grades):
        low, high = place, place + number
        place = high
        length = max(0, min(high, start + 1) - low) if down else max(0, high - max(low, start))
        if length:
            runs.append((grade, length))
    return runs[::-1] if down else runs


def _without_one(runs: Runs) -> Runs:
    grade, length = runs[0]
    return [(grade, length - 1), *runs[1:]]


def _beside(first: Runs, second: Runs) -> list[tuple[int, int, int]]:
    """Walk two runs of the same length side by side."""
    one, other, found = list(reversed(first)), list(reversed(second)), []
    while one and other:
        (low, left), (high, right) = one.pop(), other.pop()
        length = min(left, right)
        found.append((low, high, length))
        if left > length:
            one.append((low, left - length))
        if right > length:
            other.append((high, right - length))
    return found


def _joined(runs: Runs) -> Runs:
    joined: Runs = []
    for grade, length in runs:
        if joined and joined[-1][0] == grade:
            joined[-1] = (grade, joined[-1][1] + length)
        else:
            joined.append((grade, length))
    return joined


def _compare(one: Runs, other: Runs) -> int:
    """Below 0 when *one* comes first in the order from worst to best.

    Both hold as many grades: after the shorter of two runs of the same grade another one always follows.
    """
    for place, ((low, left), (high, right)) in enumerate(zip(one, other, strict=False)):
        if low != high:
            return low - high
        if left < right:
            return one[place + 1][0] - low
        if left > right:
            return low - other[place + 1][0]
    return 0
