"""Many rankings at once: whatever a rule makes of columns is what it makes of the same rankings one by one."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from governance.counting import RULES
from governance.counting.columns import END, Columns
from governance.counting.grouped import Ballots
from governance.counting.lot import Lot
from tests.examples import examples

NAMES = tuple(f"Option {each}" for each in range(12))
RULES_OF_RANKINGS: list[tuple[str, dict[str, Any]]] = [
    ("irv", {}),
    ("irv", {"stop": "two_left", "last": "all"}),
    ("scottish-stv", {"seats": 3}),
    ("scottish-stv", {"seats": 1, "precision": 0}),
    ("meek-stv", {"seats": 2}),
    ("schulze", {"seats": 3}),
    ("schulze", {"unranked": "no_opinion", "measure": "margins"}),
    ("ranked-pairs", {"seats": 3}),
    ("plurality", {}),
    ("phragmen", {"seats": 2}),
]


def in_columns(groups: list[tuple[tuple[int, ...], int]], options: int) -> Columns:
    """The same groups, a byte for each rank of each."""
    width = max((len(ranking) for ranking, _ in groups), default=0)
    rows = [bytes(ranking).ljust(width, bytes([END])) for ranking, _ in groups]
    columns = [bytes(row[rank] for row in rows) for rank in range(width)]
    return Columns(columns, [number for _, number in groups], options)


@st.composite
def plain_ballots(draw: st.DrawFn) -> Ballots:
    """Up to a dozen options and many rankings of them, short ones and empty ones too, with weights of all sizes."""
    options = draw(st.integers(3, len(NAMES)))
    ranking = st.permutations(range(options)).flatmap(
        lambda order: st.integers(0, options).map(lambda many: tuple(order[:many]))
    )
    weight = st.integers(1, 4) | st.integers(1, 10**9)
    groups = draw(st.lists(st.tuples(ranking, weight), min_size=1, max_size=12))
    withdrawn = draw(st.sampled_from([(), (), (), (0,), (1, 2)]))
    return Ballots(NAMES[:options], tuple(groups), frozenset(withdrawn), plain=True)


@pytest.mark.parametrize(("name", "parameters"), RULES_OF_RANKINGS)
@settings(max_examples=examples(40))
@given(ballots=plain_ballots())
def test_columns_give_the_same_account(name: str, parameters: dict[str, Any], ballots: Ballots) -> None:
    rule, lot = RULES[name](**parameters), Lot(ballots.digest, "ballots")
    at_once = replace(ballots, groups=in_columns(list(ballots.groups), len(ballots.choices)))

    assert at_once == ballots
    assert at_once.total == ballots.total
    assert at_once.digest() == ballots.digest()
    assert rule.count(at_once, lot) == rule.count(ballots, lot)


@settings(max_examples=examples(40))
@given(plain_ballots())
def test_columns_are_read_as_groups(ballots: Ballots) -> None:
    groups = list(ballots.groups)
    columns = in_columns(groups, len(ballots.choices))

    assert list(columns) == groups
    assert columns[0] == groups[0]
    assert columns[1:] == tuple(groups[1:])
    assert columns == tuple(groups)
    assert columns == in_columns(groups, len(ballots.choices))
    assert hash(columns) == hash(tuple(groups))
    assert columns != tuple(groups[1:])


@given(st.lists(st.lists(st.integers(0, 11), max_size=5), min_size=1, max_size=6))
def test_an_option_that_a_ranking_names_twice_is_found(rankings: list[list[int]]) -> None:
    columns = in_columns([(tuple(each), 1) for each in rankings], 12)

    assert columns.none_twice() == all(max(Counter(each).values(), default=1) == 1 for each in rankings)


def test_each_of_many_options_is_found_when_it_is_named_twice() -> None:
    for twice in range(12):
        assert not in_columns([((twice, twice), 1), ((0,), 1)], 12).none_twice(), twice


def test_no_rankings_at_all_are_no_papers() -> None:
    assert Columns([], [], 3).papers(0) == 0


@settings(max_examples=examples(40))
@given(plain_ballots())
def test_rankings_that_are_said_to_be_plain_are_read_as_they_would_be_one_by_one(ballots: Ballots) -> None:
    careful = replace(ballots, plain=False)
    assert ballots.flat("stop", "pass_over") == careful.flat("stop", "pass_over")
    for more in (0, 1):
        read = [min(1, len(each)) + more for each in ballots.flat("stop", "pass_over")]
        read = [max(1, each) for each in read]
        assert ballots.depths(read, "stop", "pass_over") == careful.depths(read, "stop", "pass_over")
