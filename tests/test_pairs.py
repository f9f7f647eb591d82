"""Fewer cases hold what all of them hold, two choices at a time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.pairs import EVERY, in_full, pairs

MATRICES = st.lists(st.integers(1, 5).map(range), min_size=2, max_size=4)


@pytest.fixture(autouse=True, scope="module")
def pairs_alone() -> Iterator[None]:
    """Count pairs also where the run was asked for all."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv(EVERY, raising=False)
        yield


@given(MATRICES)
def test_each_two_choices_stand_together_and_no_case_is_there_twice(choices: list[range]) -> None:
    cases = pairs(*choices)

    for one, other in combinations(range(len(choices)), 2):
        assert {(case[one], case[other]) for case in cases} == set(product(choices[one], choices[other]))
    assert len(set(cases)) == len(cases)


def test_four_kinds_of_four_choices_need_few_cases() -> None:
    four = ["a", "b", "c", "d"]

    assert len(pairs(four, four, four, four)) <= 28  # Sixteen is the fewest there could be, and 256 are all.


def test_asked_for_all_it_is_the_whole_product(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(EVERY, "1")

    assert pairs("ab", "cd", "ef") == list(product("ab", "cd", "ef"))
    assert in_full(400, 250) == 400


def test_asked_for_no_more_it_is_the_part() -> None:
    assert in_full(400, 250) == 250


@pytest.mark.parametrize("choices", [(), ("ab",), ("ab", ""), ("", "ab", "cd")])
def test_what_would_leave_no_case_is_refused(choices: tuple[str, ...]) -> None:
    with pytest.raises(ValueError, match="two kinds of choices or more, and one of each"):
        pairs(*choices)
