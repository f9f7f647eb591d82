"""Ranked pairs: the strongest wins are kept first, and none that would go round in a circle.

Source: T. N. Tideman, Independence of Clones as a Criterion for Voting Rules (1987); for equally strong wins, T. M.
Zavist and T. N. Tideman, Complete Independence of Clones in the Ranked Pairs Rule (1989): a lot among the options says
which of them goes first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from governance.counting.account import Account, Stage
from governance.counting.grouped import LAST, NO_OPINION, Ballots
from governance.counting.lot import Lot, Ties
from governance.counting.pairwise import Matrix, in_turn, named_matrix, pairwise, strengths, wins
from governance.counting.rule import Rule
from governance.ruling.sentences import N_

Pair = tuple[int, int]


@dataclass(frozen=True)
class RankedPairs(Rule):
    """*measure* of a win: `winning` votes or `margins`. *unranked* options: `last` or `no_opinion`.

    *seats*: the first so many of the order win (it is not proportional). Options may be put equal.
    """

    name: ClassVar[str] = "ranked-pairs"
    title: ClassVar[str] = N_("Ranked, each against each (ranked pairs)")
    how: ClassVar[str] = N_("Each option is put up against each other one. The clearest wins count first.")
    ALLOWED = {"measure": frozenset({"winning", "margins"}), "unranked": frozenset({LAST, NO_OPINION})}
    measure: str = "margins"
    unranked: str = LAST
    seats: int = 1

    def count(self, ballots: Ballots, lot: Lot) -> Account:
        """Keep wins from the strongest down, then take the options in turn that no one left is kept above."""
        ties = self.begin(ballots, lot)
        matrix, valid = pairwise(ballots, self.unranked)
        strength = strengths(matrix, self.measure)
        kept, pairs = _keep(strength, ballots, ties)
        winners = in_turn(ballots.standing, self.seats, ties, "free", lambda a, b: (a, b) in kept)
        details = {"pairwise": named_matrix(matrix, ballots.choices, ballots.standing), "pairs": pairs}
        stage = Stage("pairs", wins(matrix, ballots.standing), elected=tuple(winners))
        return self.made(ballots, ties, winners, [stage], valid, details=details)


def _keep(strength: Matrix, ballots: Ballots, ties: Ties) -> tuple[set[Pair], list[dict[str, object]]]:
    """Return the pairs kept, with all that follow from them, and all pairs in the order they were looked at."""
    standing, names = ballots.standing, ballots.choices
    equally: dict[int, list[Pair]] = {}
    for a in standing:
        for b in standing:
            if strength[a][b]:
                equally.setdefault(strength[a][b], []).append((a, b))
    kept: set[Pair] = set()
    pairs: list[dict[str, object]] = []
    for size in sorted(equally, reverse=True):
        for winner, loser in _in_order(equally[size], kept, size, standing, ties):
            fits = (loser, winner) not in kept
            if fits:
                kept |= _with(kept, (winner, loser), standing)
            pairs.append({"winner": names[winner], "loser": names[loser], "strength": size, "kept": fits})
    return kept, pairs


def _with(kept: set[Pair], pair: Pair, standing: list[int]) -> set[Pair]:
    """What is kept when *pair* is, and whatever follows from it."""
    winner, loser = pair
    above = [winner, *(each for each in standing if (each, winner) in kept)]
    below = [loser, *(each for each in standing if (loser, each) in kept)]
    return {(high, low) for high in above for low in below}


def _in_order(pairs: list[Pair], kept: set[Pair], size: int, standing: list[int], ties: Ties) -> list[Pair]:
    """Equally strong pairs as they are kept. The lot is drawn only where their order decides anything."""
    trial = set(kept)
    for winner, loser in pairs:
        if (loser, winner) in trial and (loser, winner) not in kept:
            place = {each: n for n, each in enumerate(ties.by_lot("pairs", f"pairs of strength {size}", standing))}
            return sorted(pairs, key=lambda pair: (place[pair[0]], -place[pair[1]]))
        if (loser, winner) not in kept:
            trial |= _with(trial, (winner, loser), standing)
    return sorted(pairs, key=lambda pair: (ties.names[pair[0]], ties.names[pair[1]]))
