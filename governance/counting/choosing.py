"""Choose one, or choose several: plurality and approval.

Source: S. J. Brams and P. C. Fishburn, Approval Voting (1978); plurality is older than sources.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from governance.counting.account import Account, Stage
from governance.counting.grouped import PASS_OVER, STOP, Ballots
from governance.counting.lot import Lot
from governance.counting.rule import Rule, top
from governance.ruling.sentences import N_


@dataclass(frozen=True)
class Plurality(Rule):
    """Most first choices win.

    *seats*: how many win. *equal*: what a ballot with two first choices is worth: `stop` (nothing), `refuse`, or
    `pass_over` (its next choice counts). *skipped*: the same for a first rank left out: `pass_over` or `stop`.
    """

    name: ClassVar[str] = "plurality"
    title: ClassVar[str] = N_("Most votes")
    how: ClassVar[str] = N_("The option with the most marks wins.")
    ALLOWED = {"equal": frozenset({"stop", "refuse", "pass_over"}), "skipped": frozenset({PASS_OVER, STOP})}
    seats: int = 1
    equal: str = STOP
    skipped: str = PASS_OVER

    def count(self, ballots: Ballots, lot: Lot) -> Account:
        """Count first choices. Nothing below them is read."""
        ties = self.begin(ballots, lot)
        tallies = dict.fromkeys(range(len(ballots.choices)), 0)
        valid = 0
        flat = ballots.flat(self.equal, self.skipped)
        for (_, number), ranking in zip(ballots.groups, flat, strict=True):
            if len(ranking):
                tallies[ranking[0].__index__()] += number
                valid += number
        winners, stage = top(self, ballots, ties, "votes", tallies)
        depths = ballots.depths([1] * len(flat), self.equal, self.skipped)
        return self.made(ballots, ties, winners, [stage], valid, depth_read=depths)


@dataclass(frozen=True)
class Approval(Rule):
    """Each ballot names as many options as it likes; the most named win. *seats*: how many win."""

    name: ClassVar[str] = "approval"
    title: ClassVar[str] = N_("Choose as many as you like")
    how: ClassVar[str] = N_("Each can mark many. The option with the most marks wins.")
    papers: ClassVar[str] = "approvals"
    seats: int = 1

    def count(self, ballots: Ballots, lot: Lot) -> Account:
        """Count how many ballots name each option, at whatever rank. A ballot that names none says "none of these"."""
        ties = self.begin(ballots, lot)
        tallies = dict.fromkeys(range(len(ballots.choices)), 0)
        for (_, number), named in zip(ballots.groups, ballots.named(), strict=True):
            for each in named:
                tallies[each] += number
        winners, stage = top(self, ballots, ties, "approvals", tallies)
        return self.made(ballots, ties, winners, [stage], ballots.total)


@dataclass(frozen=True)
class Phragmen(Rule):
    """Sequential Phragmén: fills *seats* one by one so that the work of electing is shared as evenly as can be.

    Electing somebody costs 1, paid by the ballots that approve of them. The next winner is whoever leaves the
    heaviest-laden of their ballots lightest: (1 + what their ballots bear already) / how many there are.
    Source: E. Phragmén 1894, as in S. Janson, Phragmén's and Thiele's election methods (2016), and M. Lackner and
    P. Skowron, Multi-Winner Voting with Approval Preferences (2023), rule 7. Loads are exact fractions.
    """

    name: ClassVar[str] = "phragmen"
    title: ClassVar[str] = N_("Share the seats fairly")
    how: ClassVar[str] = N_("Each can mark many. Seats are filled one by one, so that each ballot gets its share.")
    papers: ClassVar[str] = "approvals"
    seats: int = 1

    def count(self, ballots: Ballots, lot: Lot) -> Account:
        """Elect one after another. Who is approved by nobody is elected only when no one else is left, by lot."""
        ties = self.begin(ballots, lot)
        merged: dict[frozenset[int], int] = {}
        for (_, number), named in zip(ballots.groups, ballots.named(), strict=True):
            merged[named] = merged.get(named, 0) + number
        loads = dict.fromkeys(merged, Fraction(0))
        left = ballots.standing
        winners: list[int] = []
        stages: list[Stage] = []
        while left and len(winners) < self.seats:
            bearing: dict[int, Fraction] = {}
            for option in left:
                theirs = [named for named in merged if option in named]
                support = sum(merged[named] for named in theirs)
                if support:
                    bearing[option] = (
                        1 + sum((loads[named] * merged[named] for named in theirs), Fraction(0))
                    ) / support
            label = f"{len(winners) + 1} load"
            lightest = min(bearing.values()) if bearing else None
            tied = [each for each in left if bearing.get(each) == lightest]
            option = ties.by_lot(label, "elected", tied)[0]
            for named in merged:
                if lightest is not None and option in named:
                    loads[named] = lightest
            winners.append(option)
            left.remove(option)
            stages.append(Stage("load", bearing, elected=(option,)))
        return self.made(ballots, ties, winners, stages, ballots.total)
