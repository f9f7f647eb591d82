"""The Schulze method: who is beaten by nobody, along the strongest paths.

Source: M. Schulze, The Schulze Method of Voting, arXiv:1804.02973 (2018), sections 2.1 to 2.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from governance.counting.account import Account, Stage
from governance.counting.grouped import LAST, NO_OPINION, Ballots
from governance.counting.lot import Lot
from governance.counting.pairwise import Matrix, in_turn, named_matrix, pairwise, strengths, wins
from governance.counting.rule import Rule
from governance.ruling.sentences import N_


@dataclass(frozen=True)
class Schulze(Rule):
    """*measure* of a win: `winning` votes or `margins`. *unranked* options: `last` or `no_opinion`.

    *seats*: the first so many of the order win (it is not proportional). Options may be put equal. An option that no
    one left beats comes next; of several, the lot decides.
    """

    name: ClassVar[str] = "schulze"
    title: ClassVar[str] = N_("Ranked, each against each (Schulze)")
    how: ClassVar[str] = N_("Each option is put up against each other one. The one that nothing beats wins.")
    ALLOWED = {"measure": frozenset({"winning", "margins"}), "unranked": frozenset({LAST, NO_OPINION})}
    measure: str = "winning"
    unranked: str = LAST
    seats: int = 1

    def count(self, ballots: Ballots, lot: Lot) -> Account:
        """Compare each with each, find the strongest paths, and take the unbeaten ones in turn."""
        ties = self.begin(ballots, lot)
        matrix, valid = pairwise(ballots, self.unranked)
        paths = strongest(strengths(matrix, self.measure))
        winners = in_turn(ballots.standing, self.seats, ties, "unbeaten", lambda a, b: paths[a][b] > paths[b][a])
        stage = Stage("paths", wins(paths, ballots.standing), elected=tuple(winners))
        details = {
            "pairwise": named_matrix(matrix, ballots.choices, ballots.standing),
            "paths": named_matrix(paths, ballots.choices, ballots.standing),
        }
        return self.made(ballots, ties, winners, [stage], valid, details=details)


def strongest(direct: Matrix) -> Matrix:
    """Return for each pair the strength of the best path: a path is as strong as its weakest win (Floyd, Warshall)."""
    paths = [list(row) for row in direct]
    options = range(len(paths))
    for middle in options:
        for start in options:
            for end in options:
                if start != end:
                    along = min(paths[start][middle], paths[middle][end])
                    if along > paths[start][end]:
                        paths[start][end] = along
    return paths
