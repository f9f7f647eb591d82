"""Instant runoff: the last choice goes out, its ballots go to their next choice, until one has more than half.

Source: Robert's Rules of Order (12th ed.) 45:62, preferential voting; rounds and words as RCTab 2.0 does them (single
winner: more than half of the ballots that still count in that round).
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
class InstantRunoff(Rule):
    """One winner.

    *stop*: `majority` (more than half of the ballots that still count) or `two_left` (count on to the last two).
    *last*: when several are last together, `one` (the tie is broken, one goes) or `all` (all go at once, unless
    nobody would be left). *equal*: a rank with two options: `stop` (the ballot ends there), `pass_over`, `refuse`.
    *skipped*: a rank left out: `pass_over` or `stop`.
    """

    name: ClassVar[str] = "irv"
    title: ClassVar[str] = N_("Ranked, last one out")
    how: ClassVar[str] = N_(
        "The option with the fewest votes goes out, and its votes move on. This ends when one has more than half."
    )
    one_winner: ClassVar[bool] = True
    ALLOWED = {
        "stop": frozenset({"majority", "two_left"}),
        "last": frozenset({"one", "all"}),
        "equal": frozenset({STOP, PASS_OVER, REFUSE}),
        "skipped": frozenset({PASS_OVER, STOP}),
    }
    stop: str = "majority"
    last: str = "one"
    equal: str = STOP
    skipped: str = PASS_OVER

    def count(self, ballots: Ballots, lot: Lot) -> Account:
        """Count round by round."""
        ties = self.begin(ballots, lot)
        piles = Piles(ballots, self.equal, self.skipped)
        going = ballots.standing
        stages = [Stage("first", dict(piles.tallies))]
        history: list[tuple[str, dict[int, int]]] = []
        winner = self._winner(piles, going)
        while winner is None:
            now = {each: piles.tallies[each] for each in going}
            out = self._out(now, ties, history, len(stages))
            history.append((f"stage {len(stages)}", dict(piles.tallies)))
            going = [each for each in going if each not in out]
            moved = piles.move(out, lambda value: value)
            stages.append(
                Stage("exclusion", dict(piles.tallies), tuple(out), moved.gained, moved.ended, excluded=tuple(out))
            )
            winner = self._winner(piles, going)
        final = stages[-1]
        stages[-1] = Stage(
            final.action, final.tallies, final.of, final.transfers, final.non_transferable, 0, (winner,), final.excluded
        )
        depths = ballots.depths(piles.depths(), self.equal, self.skipped)
        more = {"depth_read": depths, "seats": 1, "quota": sum(piles.tallies.values()) // 2 + 1}
        return self.made(ballots, ties, [winner], stages, piles.valid, **more)

    def _winner(self, piles: Piles, going: list[int]) -> int | None:
        tallies = {each: piles.tallies[each] for each in going}
        best = max(tallies, key=lambda each: tallies[each])
        more_than_half = 2 * tallies[best] > sum(tallies.values())
        if len(going) == 1 or (more_than_half and (self.stop == "majority" or len(going) == 2)):
            return best
        return None

    def _out(self, now: dict[int, int], ties: Ties, history: list[tuple[str, dict[int, int]]], stage: int) -> list[int]:
        least = min(now.values())
        last = [each for each in now if now[each] == least]
        if self.last == "all" and len(last) < len(now):
            return last
        return [ties.lowest(f"{stage} exclusion", "exclusion", now, history)]
