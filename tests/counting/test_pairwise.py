"""Who is ahead of whom: a paper says it once, however often it names somebody."""

from __future__ import annotations

from governance.counting.grouped import Ballots
from governance.counting.pairwise import pairwise

NAMES = ("Ann", "Ben", "Cas")


def test_a_name_that_comes_again_beside_another_counts_where_it_stood_first() -> None:
    once, again = Ballots.of(NAMES, [(0, 1)]), Ballots.of(NAMES, [(0, (0, 1))])
    assert pairwise(again, "last") == pairwise(once, "last") == ([[0, 1, 1], [0, 0, 1], [0, 0, 0]], 1)
