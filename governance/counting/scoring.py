"""Give each option a score: score voting, STAR, and dots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from governance.counting.account import Account, Stage
from governance.counting.grouped import Ballots
from governance.counting.lot import Lot, Ties
from governance.counting.rule import Rule, top
from governance.ruling.sentences import N_

Scored = Sequence[tuple[tuple[int | None, ...], int]]


def totals(scored: Scored, options: int) -> dict[int, int]:
    """Return the sum of each option's scores; an option left empty gets 0."""
    sums = [0] * options
    for paper, number in scored:
        for option, score in enumerate(paper):
            if score:
                sums[option] += score * number
    return dict(enumerate(sums))


@dataclass(frozen=True)
class Score(Rule):
    """The highest sums of scores win. *highest*: the best score (0 is the worst); *seats*: how many win.

    An option without a score gets 0. Source: range voting, W. D. Smith (2000).
    """

    name: ClassVar[str] = "score"
    title: ClassVar[str] = N_("Highest score")
    how: ClassVar[str] = N_("The option with the highest sum wins.")
    papers: ClassVar[str] = "scores"
    highest: int = 5
    seats: int = 1

    def count(self, ballots: Ballots, lot: Lot) -> Account:
        """Add up the scores."""
        ties = self.begin(ballots, lot)
        tallies = totals(ballots.scores(self.highest), len(ballots.choices))
        winners, stage = top(self, ballots, ties, "scores", tallies)
        return self.made(ballots, ties, winners, [stage], ballots.total)


@dataclass(frozen=True)
class Dots(Rule):
    """Each ballot has *dots* to put where it likes; the most dots win. *seats*: how many win.

    A ballot with more dots than it has is not valid; one with fewer is.
    """

    name: ClassVar[str] = "dots"
    title: ClassVar[str] = N_("Dots")
    how: ClassVar[str] = N_("The option with the most dots wins.")
    papers: ClassVar[str] = "scores"
    dots: int = 5
    seats: int = 1

    def count(self, ballots: Ballots, lot: Lot) -> Account:
        """Add up the dots of the valid ballots."""
        ties = self.begin(ballots, lot)
        scored = [
            (paper, number) for paper, number in ballots.scores(10**9) if sum(each or 0 for each in paper) <= self.dots
        ]
        tallies = totals(scored, len(ballots.choices))
        winners, stage = top(self, ballots, ties, "dots", tallies)
        return self.made(ballots, ties, winners, [stage], sum(number for _, number in scored))


@dataclass(frozen=True)
class Star(Rule):
    """Score, then automatic runoff: of the two highest sums, the one that more ballots score higher wins.

    *highest*: the best score. Ties, by the official protocol of the Equal Vote Coalition: for the places in the runoff
    whoever loses the most head to head among the tied goes, and who is left is compared anew; then whoever has the
    fewest best scores. In the runoff, the higher sum, then the most best scores. Then the lot. One winner.
    Source: starvoting.org/ties.
    """

    name: ClassVar[str] = "star"
    title: ClassVar[str] = N_("Score, then a runoff of the best two")
    how: ClassVar[str] = N_("The two with the highest sums meet. The one that more people like better wins.")
    papers: ClassVar[str] = "scores"
    one_winner: ClassVar[bool] = True
    highest: int = 5

    def count(self, ballots: Ballots, lot: Lot) -> Account:
        """Score, choose the finalists, and let every ballot choose between them."""
        ties = self.begin(ballots, lot)
        scored = ballots.scores(self.highest)
        sums = totals(scored, len(ballots.choices))
        best = totals([(tuple(int(each == self.highest) for each in paper), n) for paper, n in scored], len(sums))
        finalists = _finalists(scored, {each: sums[each] for each in ballots.standing}, best, ties)
        stages = [Stage("scores", sums, notes={"finalists": [ballots.choices[each] for each in finalists]})]
        if len(finalists) < 2:
            return self.made(ballots, ties, finalists, stages, ballots.total)
        one, other = finalists
        for_one, for_other = preferring(scored, one, other), preferring(scored, other, one)
        runoff = {one: for_one, other: for_other}
        earlier = [("best scores", best), ("stage 1", sums)]
        winner = ties.highest("2 runoff", "elected", runoff, earlier)
        equal = ballots.total - for_one - for_other
        stages.append(Stage("runoff", runoff, of=(one, other), elected=(winner,), notes={"no_difference": equal}))
        return self.made(ballots, ties, [winner], stages, ballots.total)


def _finalists(scored: Scored, sums: dict[int, int], best: dict[int, int], ties: Ties) -> list[int]:
    def lost(tied: list[int]) -> dict[int, int]:
        beaten = {
            each: [preferring(scored, other, each) > preferring(scored, each, other) for other in tied] for each in tied
        }
        return {each: -sum(beaten[each]) for each in tied}

    steps = [("head to head", lost), ("best scores", lambda tied: {each: best[each] for each in tied})]
    finalists: list[int] = []
    for value in sorted(set(sums.values()), reverse=True):
        tied, left = [each for each in sums if sums[each] == value], 2 - len(finalists)
        finalists += ties.staying("1 scores", "runoff", tied, left, steps) if left else []
    return finalists


def preferring(scored: Scored, one: int, other: int) -> int:
    """Return how many ballots score *one* above *other*."""
    return sum(number for paper, number in scored if (paper[one] or 0) > (paper[other] or 0))
