"""Spend a budget: each option has a cost; ballots name the options they want, or give them points.

Sources: greedy is what most towns do (most votes first, whatever still fits). Equal shares: D. Peters, G. Pierczyński
and P. Skowron, Proportional Participatory Budgeting with Additive Utilities (2021), section 3. Exact fractions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import ClassVar

from governance.counting.account import Account, Number, Stage
from governance.counting.grouped import Ballots
from governance.counting.lot import Lot, Ties
from governance.counting.rule import Rule
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

Worth = list[tuple[dict[int, int], int]]
HOW = {
    "greedy": N_("What most people want is paid first, as long as the money lasts."),
    "equal_shares": N_("Each ballot has the same share of the money. It pays for what it marks."),
}


@dataclass(frozen=True)
class Budget(Rule):
    """*budget*: what may be spent. *costs*: the cost of each option by name, whole numbers above 0.

    *method*: `greedy`, or `equal_shares` (each ballot gets the same part of the budget and pays for what it names).
    *satisfaction* (equal shares): an option is worth its `votes` (1, or the points given) or that times its `cost`.
    *completion* (equal shares): what is left is spent `greedy`, or `none` of it is. *paper*: `approvals` or `scores`.
    A ballot that names nothing gets no share.
    """

    name: ClassVar[str] = "budget"
    title: ClassVar[str] = N_("Share out a budget")
    papers: ClassVar[str] = "approvals"
    ALLOWED = {
        "method": frozenset({"greedy", "equal_shares"}),
        "satisfaction": frozenset({"votes", "cost"}),
        "completion": frozenset({"none", "greedy"}),
        "paper": frozenset({"approvals", "scores"}),
    }
    budget: int = 0
    costs: tuple[tuple[str, int], ...] = ()
    method: str = "greedy"
    satisfaction: str = "cost"
    completion: str = "greedy"
    paper: str = "approvals"

    @property
    def in_words(self) -> Sentence:
        """How the money is shared out."""
        return Sentence(HOW[self.method])

    def __post_init__(self) -> None:
        super().__post_init__()
        if isinstance(self.costs, Mapping):
            object.__setattr__(self, "costs", tuple(sorted(self.costs.items())))
        if type(self.budget) is not int or not all(type(cost) is int and cost > 0 for _, cost in self.costs):
            raise RuleRefused(N_("Costs and the budget must be whole numbers above 0."))

    def check(self, choices: Sequence[str]) -> None:
        """Refuse options without a cost, and costs without an option."""
        super().check(choices)
        if {name for name, _ in self.costs} != set(choices):
            raise RuleRefused(N_("Each option must have a cost, and each cost an option."))

    def count(self, ballots: Ballots, lot: Lot) -> Account:
        """Fund one option after another."""
        ties = self.begin(ballots, lot)
        worth = self._worth(ballots)
        by_name = dict(self.costs)
        costs = {each: by_name[ballots.choices[each]] for each in ballots.standing}
        votes = {each: sum(points.get(each, 0) * number for points, number in worth) for each in costs}
        funded: list[int] = []
        stages = [Stage("votes", votes)]
        if self.method == "equal_shares":
            funded, more = self._equal_shares(worth, costs, votes, ties)
            stages += more
        if self.method == "greedy" or self.completion == "greedy":
            left = {each: votes[each] for each in costs if each not in funded}
            for option in self._in_turn(left, costs, self.budget - sum(costs[each] for each in funded), ties):
                funded.append(option)
                notes = {"spent": sum(costs[each] for each in funded)}
                stages.append(Stage("funded", votes, of=(option,), elected=(option,), notes=notes))
        details = {
            "spent": sum(costs[each] for each in funded),
            "left": self.budget - sum(costs[each] for each in funded),
        }
        valid = sum(number for _, number in worth)
        return self.made(ballots, ties, funded, stages, valid, seats=len(funded), details=details)

    def _in_turn(self, votes: Mapping[int, int], costs: Mapping[int, int], money: int, ties: Ties) -> Iterator[int]:
        """Yield what *money* pays for, most votes first. The lot is drawn only where it does not do for all alike."""
        for number in sorted({each for each in votes.values() if each}, reverse=True):
            alike = [each for each in votes if votes[each] == number and costs[each] <= money]
            if sum(costs[each] for each in alike) > money:
                alike = ties.by_lot("greedy", "order", alike)
            else:
                alike.sort(key=lambda each: ties.names[each])
            for option in alike:
                if costs[option] <= money:
                    money -= costs[option]
                    yield option

    def _worth(self, ballots: Ballots) -> Worth:
        if self.paper == "approvals":
            found = [
                (dict.fromkeys(named, 1), n) for named, (_, n) in zip(ballots.named(), ballots.groups, strict=True)
            ]
        else:
            standing = set(ballots.standing)
            found = [
                ({each: score for each, score in enumerate(paper) if score and each in standing}, number)
                for paper, number in ballots.scores(10**9)
            ]
        return [(points, number) for points, number in found if points]

    def _equal_shares(
        self, worth: Worth, costs: Mapping[int, int], votes: Mapping[int, int], ties: Ties
    ) -> tuple[list[int], list[Stage]]:
        """Fund by equal shares: each voter has the same purse, and the option that asks least of each comes next."""
        voters = sum(number for _, number in worth)
        purses = [Fraction(self.budget, voters) for _ in worth] if voters else []
        funded: list[int] = []
        stages: list[Stage] = []
        while True:
            prices: dict[int, Number] = {}
            for option in costs:
                price = None if option in funded else self._price(option, costs[option], worth, purses)
                if price is not None:
                    prices[option] = price
            if not prices:
                return funded, stages
            best = min(prices.values())
            tied = {each: 0 for each in prices if prices[each] == best}
            option = ties.highest(f"{len(funded) + 1} shares", "funded", tied, [("stage 1", votes)])
            for place, (points, _) in enumerate(worth):
                if option in points:
                    purses[place] -= min(purses[place], best * self._utility(option, points, costs[option]))
            funded.append(option)
            stages.append(Stage("shares", prices, of=(option,), elected=(option,)))

    def _utility(self, option: int, points: Mapping[int, int], cost: int) -> int:
        return points[option] * (cost if self.satisfaction == "cost" else 1)

    def _price(self, option: int, cost: int, worth: Worth, purses: Sequence[Fraction]) -> Fraction | None:
        """The least each must pay for one point of worth so that *cost* is met; None if all their purses do not do."""
        payers = [
            (
                purses[place] / self._utility(option, points, cost),
                purses[place],
                number,
                self._utility(option, points, cost),
            )
            for place, (points, number) in enumerate(worth)
            if option in points
        ]
        missing = Fraction(cost)
        if sum(purse * number for _, purse, number, _ in payers) < missing:
            return None
        payers.sort(key=lambda payer: payer[0], reverse=True)
        weight = sum(number * utility for _, _, number, utility in payers)
        while payers[-1][0] * weight < missing:  # The richest can pay what is left: together they have enough.
            _, purse, number, utility = payers.pop()
            missing -= purse * number
            weight -= number * utility
        return missing / weight
