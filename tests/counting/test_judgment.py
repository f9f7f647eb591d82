"""Majority judgment by its own definition: take the lower middle grade away again and again, and compare what comes."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from governance.counting import RULES
from governance.counting.grouped import Ballots
from governance.counting.judgment import majority_value
from tests.counting.elections import LOT

MANY_GRADES = st.lists(st.integers(0, 4), min_size=1, max_size=6)


def taken_one_by_one(grades: list[int]) -> list[int]:
    """The middle grade, the lower of two, then the middle of what is left, until nothing is."""
    left = sorted(grade for grade, times in enumerate(grades) for _ in range(times))
    return [left.pop((len(left) - 1) // 2) for _ in range(len(left))]


@given(MANY_GRADES)
def test_the_runs_are_what_is_taken_away_one_by_one(grades: list[int]) -> None:
    runs = majority_value(grades)
    assert [grade for grade, length in runs for _ in range(length)] == taken_one_by_one(grades)
    assert all(one[0] != other[0] for one, other in itertools.pairwise(runs))


@given(st.integers(2, 4).flatmap(lambda many: st.lists(st.tuples(*[st.integers(0, 5)] * many), min_size=1, max_size=9)))
def test_who_wins_has_the_greatest_value(papers: list[tuple[int, ...]]) -> None:
    names = ("Ann", "Ben", "Cas", "Dee")[: len(papers[0])]
    account = RULES["majority-judgment"]().count(Ballots.of(names, papers), LOT)
    values = {
        name: taken_one_by_one([sum(paper[each] == grade for paper in papers) for grade in range(6)])
        for each, name in enumerate(names)
    }
    best = [name for name in names if values[name] == max(values.values())]
    assert account.winners[0] in best
    assert len(best) == 1 or tuple(sorted(best)) in [tie.between for tie in account.ties]
    assert account.stages[0].tallies == {each: values[name][0] for each, name in enumerate(names)}
