"""Meek STV: every elected option keeps the same share of each paper, as small as will do, in nine decimal places.

Source: I. D. Hill, B. A. Wichmann and D. R. Woodall, Algorithm 123: Single Transferable Vote by Meek's Method, The
Computer Journal 30 (1987), with the fixed-point arithmetic, the roundings and the end of iteration of the reference
rule of the Proportional Representation Foundation (prfound.org/resources/reference/reference-meek-rule), whose steps
are named where they are applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from governance.counting.account import Account, Stage, shown
from governance.counting.grouped import PASS_OVER, REFUSE, STOP, Ballots
from governance.counting.lot import Lot, Ties
from governance.counting.rule import Rule
from governance.ruling.sentences import N_


@dataclass(frozen=True)
class MeekStv(Rule):
    """*seats*: how many are elected. *precision*: decimal places (9). *omega*: a surplus below 1/10^omega is none (6).

    *quota*: `votes`, the votes still with anybody / (seats + 1), cut off, plus the smallest part (step B.2.b).
    *equal*: a rank with two options: `stop`, `pass_over`, `refuse`. *skipped*: a rank left out: `pass_over` or `stop`.
    """

    name: ClassVar[str] = "meek-stv"
    title: ClassVar[str] = N_("Ranked, several seats (Meek)")
    how: ClassVar[str] = N_("Who has enough votes gets a seat. The votes left over are shared out to the next choices.")
    ALLOWED = {
        "quota": frozenset({"votes"}),
        "equal": frozenset({STOP, PASS_OVER, REFUSE}),
        "skipped": frozenset({PASS_OVER, STOP}),
    }
    seats: int = 1
    quota: str = "votes"
    precision: int = 9
    omega: int = 6
    equal: str = STOP
    skipped: str = PASS_OVER

    def __post_init__(self) -> None:
        super().__post_init__()
        if not (type(self.precision) is type(self.omega) is int and 0 <= self.omega <= self.precision <= 18):
            raise ValueError("Omega and the precision are from 0 to 18 decimal places, omega not above the precision.")

    def count(self, ballots: Ballots, lot: Lot) -> Account:
        """Count round by round until all seats are filled (B.1), then elect who is left if seats are (C.1)."""
        ties = self.begin(ballots, lot)
        table = _Table(self, ballots, ties)
        while len(table.winners) < self.seats < len(table.winners) + len(table.hopeful):
            table.round()
        if len(table.winners) < self.seats and table.hopeful:
            quota = table.quota
            table.distribute()
            table.quota = quota or table.quota  # After B.1 comes C, not B.2.b: the last quota stands.
            left = {each: table.votes[each] for each in table.hopeful}
            table.record("fill", elected=tuple(ties.ranking("fill", "elected", left, table.earlier)))
            table.winners += table.stages[-1].elected
        depths = ballots.depths([at + 1 for at in table.at], self.equal, self.skipped)
        more = {"depth_read": depths, "unit": table.unit, "quota": table.quota}
        return self.made(ballots, ties, table.winners, table.stages, table.papers, **more)


class _Table:
    """The count as it stands. Papers that share the same elected options before the one they rest with lie together."""

    def __init__(self, rule: MeekStv, ballots: Ballots, ties: Ties) -> None:
        self.rule, self.ties, self.unit = rule, ties, 10**rule.precision
        self.rankings = ballots.flat(rule.equal, rule.skipped)
        self.weights = [number for _, number in ballots.groups]
        self.options = len(ballots.choices)
        self.names = ballots.choices
        self.hopeful = ballots.standing
        self.winners: list[int] = []
        self.keep = [0 if each in ballots.withdrawn else self.unit for each in range(self.options)]
        self.stages: list[Stage] = []
        self.earlier: list[tuple[str, dict[int, int]]] = []
        self.quota = 0
        self.votes: dict[int, int] = {}
        self.at = [0] * len(self.rankings)
        self.lying: dict[tuple[tuple[int, ...], int], list[int]] = {}
        self.papers = 0
        for group, ranking in enumerate(self.rankings):
            if len(ranking):
                self.papers += self.weights[group]
                self.lying.setdefault(((), ranking[0].__index__()), []).append(group)
        self.count_of = {key: sum(self.weights[group] for group in groups) for key, groups in self.lying.items()}

    def read_on(self, option: int) -> None:
        """Read the papers that rest with *option* further, as it does not keep the whole of them any more."""
        for key in [key for key in self.lying if key[1] == option]:
            groups = self.lying.pop(key)
            del self.count_of[key]
            before = (*key[0], option) if self.keep[option] else key[0]
            for group in groups:
                ranking, at, passed = self.rankings[group], self.at[group] + 1, before
                while at < len(ranking) and self.keep[ranking[at]] < self.unit:
                    passed = (*passed, ranking[at]) if self.keep[ranking[at]] else passed
                    at += 1
                self.at[group] = at
                new = (passed, ranking[at] if at < len(ranking) else -1)
                self.lying.setdefault(new, []).append(group)
                self.count_of[new] = self.count_of.get(new, 0) + self.weights[group]

    def distribute(self) -> None:
        """Steps B.2.a and b. A paper's share is rounded up for each option in turn; then the quota is set anew."""
        unit, votes = self.unit, dict.fromkeys((*self.winners, *self.hopeful), 0)
        for (passed, rest), papers in self.count_of.items():
            weight = unit
            for option in passed:
                part = -(-weight * self.keep[option] // unit)
                votes[option] += part * papers
                weight -= part
            if weight and rest >= 0:
                votes[rest] += weight * papers
        self.votes = votes
        self.quota = sum(votes.values()) // (self.rule.seats + 1) + 1

    def round(self) -> None:
        """Steps B.2 and B.3: iterate until somebody is elected or the surplus is gone, then exclude the lowest."""
        before = None
        while True:
            self.distribute()
            reached = {each: self.votes[each] for each in self.hopeful if self.votes[each] >= self.quota}
            if reached:
                self._elect(reached)
                return
            surplus = max(0, sum(self.votes[each] - self.quota for each in self.winners))
            if surplus < 10 ** (self.rule.precision - self.rule.omega) or (before is not None and surplus >= before):
                self._exclude(surplus)
                return
            before = surplus
            for each in self.winners:
                whole = self.keep[each] == self.unit
                share = -(-self.keep[each] * self.quota // self.unit)
                self.keep[each] = min(self.unit, -(-share * self.unit // self.votes[each]))
                if whole and self.keep[each] < self.unit:
                    self.read_on(each)

    def _elect(self, reached: dict[int, int]) -> None:
        label = f"{len(self.stages) + 1} elected"
        order = self.ties.ranking(label, "elected", reached, self.earlier)[: self.rule.seats - len(self.winners)]
        self.hopeful = [each for each in self.hopeful if each not in order]
        self.record("round", elected=tuple(order))
        self.winners += order

    def _exclude(self, surplus: int) -> None:
        least = min(self.votes[each] for each in self.hopeful)
        tied = [each for each in self.hopeful if self.votes[each] <= least + surplus]
        label = f"{len(self.stages) + 1} exclusion"
        out = self.ties.lowest(label, "exclusion", dict.fromkeys(tied, least), self.earlier)
        self.record("round", excluded=(out,))
        self.hopeful.remove(out)
        self.keep[out] = 0
        self.read_on(out)

    def record(self, action: str, elected: tuple[int, ...] = (), excluded: tuple[int, ...] = ()) -> None:
        """Remember this stage."""
        tallies = {each: self.votes.get(each, 0) for each in range(self.options)}
        notes = {
            "quota": shown(self.quota, self.unit),
            "keep_factors": {self.names[each]: shown(self.keep[each], self.unit) for each in self.winners},
        }
        ended = self.papers * self.unit - sum(tallies.values())
        stage = Stage(action, tallies, non_transferable=ended, elected=elected, excluded=excluded, notes=notes)
        self.stages.append(stage)
        self.earlier.append((f"stage {len(self.stages)}", tallies))
