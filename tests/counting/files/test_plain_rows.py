"""Rows read all at once say what they say when each is read by itself."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.counting.columns import Columns
from governance.counting.files import Election, Malformed, plain_rows, read
from governance.counting.files.plain_rows import MOST, columns
from governance.counting.lot import Lot
from governance.counting.scottish import ScottishStv

ODD = ("undervote", "overvote", "Ann=Ben", " Ann", "Ben ", "=", "x")
CELLS = st.sampled_from(("Ann", "Ben", "Cas", "Dee", "", "", *ODD))
PLAIN = st.permutations(("Ann", "Ben", "Cas", "Dee")).flatmap(
    lambda names: st.integers(0, 4).map(lambda many: [*names[:many], *[""] * (4 - many)])
)
ROWS = st.lists(st.one_of(PLAIN, PLAIN, PLAIN, st.lists(CELLS, min_size=3, max_size=6)), min_size=1, max_size=12)
HEADERS = ("rank 1", "rank 2", "rank 3", "rank 4")


def told(rows: list[list[str]], quote: str, before: tuple[str, ...] = ()) -> str:
    """Write the rows as CSV, each cell between *quote*. Quoted rows are read one after the other."""
    lines = [[*before, *HEADERS], *([*(["2"] * len(before)), *row] for row in rows)]
    return "".join(",".join(f"{quote}{cell}{quote}" for cell in line) + "\n" for line in lines)


def election(text: str) -> Election | str:
    """Read *text*; a refusal is returned as its words."""
    try:
        return read(text.encode(), "ranking", "rows.csv")
    except Malformed as refused:
        return str(refused)


@given(rows=ROWS, before=st.sampled_from(((), ("id",), ("weight",))))
def test_it_is_the_same_all_at_once_and_row_by_row(rows: list[list[str]], before: tuple[str, ...]) -> None:
    at_once, by_row = election(told(rows, "", before)), election(told(rows, '"', before))
    if isinstance(at_once, str) or isinstance(by_row, str):
        assert type(at_once) is type(by_row)  # Of two things that are wrong, either may be named first.
        return
    assert at_once.ballots.choices == by_row.ballots.choices
    assert dict(at_once.ballots.groups) == dict(by_row.ballots.groups)
    assert at_once.ballots.digest() == by_row.ballots.digest()
    assert counted(at_once) == counted(by_row)


def counted(read_election: Election) -> object:
    """Count for two seats, as far as it can be."""
    ballots = read_election.ballots
    if len(ballots.choices) < 2:
        return None
    return ScottishStv(seats=2).count(ballots, Lot(ballots.digest, "ballots")).winners


@given(rows=ROWS, offset=st.integers(0, 2))
def test_it_is_the_same_uncut_and_put_together(rows: list[list[str]], offset: int) -> None:
    """Straight from the text, and from rows that were put together before: the same names, and the same rankings."""
    lines = [",".join([*["7"] * offset, *row]) for row in rows]
    together = plain_rows.columns(Counter(",".join(row) for row in rows), ",", 4, is_name)
    for many in (1, 5, 12):
        blocks = ("\n".join(lines[at : at + many]) for at in range(0, len(lines), many))
        found = plain_rows.uncut(blocks, ",", offset, 4, is_name)
        assert (found is None) == (together is None)
        if found and together:
            assert found[0] == together[0]
            assert Counter(dict_of(found[1])) == Counter(dict_of(together[1]))


def dict_of(groups: Columns) -> dict[object, int]:
    told: dict[object, int] = {}
    for ranking, number in groups:
        told[ranking] = told.get(ranking, 0) + number
    return told


def is_name(cell: str) -> bool:
    return cell not in ODD


@pytest.mark.parametrize("before", [(), ("id",)])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5])
def test_a_long_file_comes_to_the_same_however_many_of_its_rows_are_alike(
    before: tuple[str, ...], share: float
) -> None:
    names, chance = [f"Option {each}" for each in range(8)], random.Random(3)
    drawn = [chance.sample(names, 8) for _ in range(3000)]
    rows = [row if chance.random() >= share else drawn[0] for row in drawn]
    rows.insert(1500, ["Late", *drawn[1][:7]])
    header = ",".join([*before, *(f"rank {each}" for each in range(1, 9))])
    texts = [
        "\n".join(
            [header, *(",".join(f"{quote}{cell}{quote}" for cell in (*["7"] * len(before), *row)) for row in rows)]
        )
        for quote in ("", '"')
    ]
    at_once, by_row = map(election, texts)
    assert isinstance(at_once, Election)
    assert isinstance(by_row, Election)
    assert isinstance(at_once.ballots.groups, Columns)
    assert at_once.ballots.choices == by_row.ballots.choices
    assert at_once.ballots.total == by_row.ballots.total == 3001
    assert at_once.ballots.digest() == by_row.ballots.digest()
    assert counted(at_once) == counted(by_row)
    assert len(at_once.ballots.groups) == (3001 if share < 0.05 else len(by_row.ballots.groups))


def test_what_is_wrong_far_down_a_file_of_rows_that_differ_is_named_with_its_line() -> None:
    chance, names = random.Random(4), [f"Option {each}" for each in range(9)]
    rows = [",".join(chance.sample(names, 9)) for _ in range(4000)]
    header = ",".join(f"rank {each}" for each in range(1, 10))
    for wrong, said in ((rows[7] + ",Ann", "9 cells"), ("Ann", "9 cells"), ("=Ann" + "," * 8, "both sides of =")):
        text = "\n".join([header, *rows[:3000], wrong, *rows[3000:]])
        found = election(text)
        assert isinstance(found, str)
        assert found.startswith("line 3002: ")
        assert said in found


PLAIN_ROWS = [["Ann", "Ben", "", ""], ["Ben", "Ann", "Cas", "Dee"], ["", "", "", ""]]
NOT_PLAIN = {
    "a rank left out": ["Ann", "", "Ben", ""],
    "a name again": ["Ann", "Ann", "", ""],
    "two put equal": ["Ann=Ben", "", "", ""],
    "a mark": ["Ann", "overvote", "", ""],
    "no mark": ["Ann", "Undervote", "", ""],
    "a space": ["Ann ", "Ben", "", ""],
    "a comma too many": ["Ann", "Ben", "", "", ""],
}


@pytest.mark.parametrize(("before", "many"), [((), 1), (("id",), 1), (("weight",), 2), (("id", "weight"), 2)])
def test_plain_rows_are_kept_as_columns(before: tuple[str, ...], many: int) -> None:
    found = election(told(PLAIN_ROWS, "", before))
    assert isinstance(found, Election)
    assert isinstance(found.ballots.groups, Columns)
    assert dict(found.ballots.groups) == {(0, 1): many, (1, 0, 2, 3): many, (): many}


@pytest.mark.parametrize("row", NOT_PLAIN.values(), ids=NOT_PLAIN)
def test_what_is_not_plain_is_read_row_by_row(row: list[str]) -> None:
    found = election(told([*PLAIN_ROWS, row], ""))
    assert isinstance(found, Election)
    assert not isinstance(found.ballots.groups, Columns)


def test_a_row_that_no_ballot_says_is_read_row_by_row() -> None:
    text = "weight,rank 1,rank 2\n3,Ann,Ben\n0,Cas,Ann\n"
    found = election(text)
    assert isinstance(found, Election)
    assert (found.ballots.choices, dict(found.ballots.groups)) == (("Ann", "Ben", "Cas"), {(0, 1): 3})


@pytest.mark.parametrize(("many", "at_once"), [(MOST, True), (MOST + 1, False)])
def test_each_option_has_a_byte(many: int, at_once: bool) -> None:
    found = election("rank 1,rank 2\n" + "".join(f"Option {each},\n" for each in range(many)))
    assert isinstance(found, Election)
    assert isinstance(found.ballots.groups, Columns) == at_once
    assert len(found.ballots.choices) == many


@pytest.mark.parametrize(
    "rows",
    [["Ann,Ben,Cas", "Ann"], ["Ann,Ben,Cas,Dee,Eve"], []],
    ids=["one longer and one shorter", "one as long as two", "none"],
)
def test_each_row_has_a_cell_for_each_rank(rows: list[str]) -> None:
    assert columns({"Ann,Ben": 1}, ",", 2, bool) is not None
    assert columns(dict.fromkeys(rows, 1), ",", 2, bool) is None


@pytest.mark.parametrize("names", [("Ann", "ANN"), ("x", "X")])
def test_names_that_cannot_be_told_apart_are_refused_with_their_line(names: tuple[str, str]) -> None:
    found = election("rank 1,rank 2\n" + "".join(f"{name},\n" for name in names))
    assert isinstance(found, str)
    assert found.startswith("line ")
