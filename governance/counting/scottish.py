"""Scottish STV: the weighted inclusive Gregory method, in votes of five decimal places, the rest ignored.

Source: The Scottish Local Government Elections Order 2007 (SSI 2007/42), schedule 1, rules 45 to 52; the Order of 2011
(SSI 2011/399) has the same. The rules are named where they are applied.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from governance.counting.account import Account, Stage
from governance.counting.grouped import PASS_OVER, REFUSE, STOP, Ballots
from governance.counting.lot import Lot, Ties
from governance.counting.piles import Piles
from governance.counting.rule import Rule
from governance.ruling.sentences import N_


@dataclass(frozen=True)
class ScottishStv(Rule):
    """*seats*: how many are elected. *quota*: `droop`, valid papers / (seats + 1), whole part, plus 1 (rule 46).

    *precision*: decimal places of a transfer value (rule 48: 5). *equal*: a rank with two options: `stop` (nothing
    from there on is read), `pass_over`, `refuse`. *skipped*: a rank left out: `pass_over` or `stop`.
    """

    name: ClassVar[str] = "scottish-stv"
    title: ClassVar[str] = N_("Ranked, several seats (Scottish rules)")
    how: ClassVar[str] = N_("Who has enough votes gets a seat. The votes left over go to the next choices.")
    ALLOWED = {
        "quota": frozenset({"droop"}),
        "equal": frozenset({STOP, PASS_OVER, REFUSE}),
        "skipped": frozenset({PASS_OVER, STOP}),
    }
    seats: int = 1
    quota: str = "droop"
    precision: int = 5
    equal: str = STOP
    skipped: str = PASS_OVER

    def __post_init__(self) -> None:
        super().__post_init__()
        if type(self.precision) is not int or not 0 <= self.precision <= 18:
            raise ValueError("The precision is from 0 to 18 decimal places.")

    def count(self, ballots: Ballots, lot: Lot) -> Account:
        """Count stage by stage."""
        ties = self.begin(ballots, lot)
        table = _Table(self, ballots, ties)
        table.elect_and_fill()
        while len(table.winners) < self.seats and table.going:
            if table.surpluses:
                table.transfer_surplus()
            else:
                table.exclude_lowest()
        depths = ballots.depths(table.piles.depths(), self.equal, self.skipped)
        more = {"depth_read": depths, "unit": table.unit, "quota": table.quota}
        return self.made(ballots, ties, table.winners, table.made_stages(), table.piles.valid, **more)


class _Table:
    """The count as it stands."""

    def __init__(self, rule: ScottishStv, ballots: Ballots, ties: Ties) -> None:
        self.rule, self.ties = rule, ties
        self.unit = 10**rule.precision
        self.piles = Piles(ballots, rule.equal, rule.skipped, self.unit)  # Rule 45.
        self.quota = (self.piles.valid // (rule.seats + 1) + 1) * self.unit  # Rule 46.
        self.going = ballots.standing
        self.winners: list[int] = []
        self.surpluses: list[int] = []
        self.stages: list[dict[str, object]] = []
        self.earlier: list[tuple[str, dict[int, int]]] = []
        self._end_stage("first")

    def _end_stage(self, action: str, **more: object) -> None:
        tallies = dict(self.piles.tallies)
        self.stages.append({"action": action, "tallies": tallies, "elected": (), "excluded": (), **more})
        self.earlier.append((f"stage {len(self.stages)}", tallies))

    def _settle(self, purpose: str, options: list[int], best: bool) -> int:
        values = {each: self.piles.tallies[each] for each in options}
        label, before = f"{len(self.stages)} {purpose}", self.earlier[:-1]
        settle = self.ties.highest if best else self.ties.lowest
        return settle(label, purpose, values, before)

    def elect_and_fill(self) -> None:
        """Rule 47: who has the quota is elected. Rule 52: when as many are left as there are vacancies, all are."""
        reached = {each: self.piles.tallies[each] for each in self.going if self.piles.tallies[each] >= self.quota}
        self._elect(reached)
        self.surpluses += [each for each in reached if self.piles.tallies[each] > self.quota]
        if len(self.going) <= self.rule.seats - len(self.winners):
            self._elect({each: self.piles.tallies[each] for each in self.going})

    def _elect(self, options: dict[int, int]) -> None:
        if not options:
            return
        order = self.ties.ranking(f"{len(self.stages)} elected", "elected", options, self.earlier[:-1])
        self.winners += order
        self.going = [each for each in self.going if each not in options]
        for each in order:
            self.piles.going[each] = False
        self.stages[-1]["elected"] = (*self.stages[-1]["elected"], *order)  # type: ignore[misc]

    def transfer_surplus(self) -> None:
        """Rules 48 and 49: the largest surplus first; every paper goes on at surplus x its value / votes, cut off."""
        source = self._settle("surplus", self.surpluses, best=True)
        self.surpluses.remove(source)
        votes = self.piles.tallies[source]
        surplus = votes - self.quota
        moved = self.piles.move([source], lambda value: surplus * value // votes, keep=self.quota)
        self._end_stage(
            "surplus",
            of=(source,),
            transfers=moved.gained,
            non_transferable=moved.ended,
            lost=surplus - moved.ended - sum(moved.gained.values()),
        )
        self.elect_and_fill()

    def exclude_lowest(self) -> None:
        """Rules 50 and 51: the lowest is excluded; each paper goes on at the value it came at.

        Rule 52 (2): when this leaves as many as there are vacancies they are elected at once, and nothing is moved.
        """
        source = self._settle("exclusion", self.going, best=False)
        self.going = [each for each in self.going if each != source]
        if len(self.going) <= self.rule.seats - len(self.winners):
            self.stages[-1]["excluded"] = (*self.stages[-1]["excluded"], source)  # type: ignore[misc]
            self.elect_and_fill()
            return
        moved = self.piles.move([source], lambda value: value)
        self._end_stage(
            "exclusion", of=(source,), transfers=moved.gained, non_transferable=moved.ended, excluded=(source,)
        )
        self.elect_and_fill()

    def made_stages(self) -> list[Stage]:
        """The stages, finished."""
        return [Stage(**each) for each in self.stages]  # type: ignore[arg-type]
