"""Rows read by one sign of each name say what they say cell by cell, or are left to whoever reads cells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.counting.columns import END
from governance.counting.files.signs import Signs

NAMES = ("Ann", "Ben", "Zoë")
WIDTH = 3
CELL = st.sampled_from((*NAMES, "", "An", "Annn", "nAn", "A", "Benn", "Ann Ben", " Ann", "Zo\u00eb", "Zoe", "\xff"))


def by_cell(rows: list[list[str]]) -> bytes | None:
    """Return what the bytes are, worked out cell by cell."""
    found = b""
    for row in rows:
        said = [NAMES.index(cell) if cell in NAMES else END for cell in row]
        ended = [cell == "" for cell in row]
        if len(row) != WIDTH or any(cell not in (*NAMES, "") for cell in row) or ended != sorted(ended):
            return None
        found += bytes([*said, END])
    return found


def read(signs: Signs, rows: list[str], delimiter: str = ",") -> bytes | None:
    return signs.read("\n".join(delimiter + row for row in rows).encode())


@given(st.lists(st.lists(CELL, min_size=1, max_size=WIDTH + 1), min_size=1, max_size=6), st.sampled_from(",;\t"))
def test_what_is_read_is_what_each_cell_says(rows: list[list[str]], delimiter: str) -> None:
    assert read(Signs(NAMES, delimiter, WIDTH), [delimiter.join(row) for row in rows], delimiter) == by_cell(rows)


@pytest.mark.parametrize(
    "row", ["Anx,Ben,Zoë", "AnnBen,,Zoë", "Ann,Ben", "Ann,Ben,Zoë,Ann", "Ann,,Ben", "ann,Ben,Zoë", "nnA,Ben,Zoë"]
)
def test_a_row_that_leaves_the_same_signs_and_says_something_else_is_not_taken(row: str) -> None:
    signs = Signs(NAMES, ",", WIDTH)
    assert read(signs, ["Ann,Ben,Zoë"]) == bytes([0, 1, 2, END])
    assert read(signs, ["Ann,Ben,Zoë", row]) is None


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["Ann,Ben,"], [0, 1, END, END]),
        (["Ann,Ben,", "Zoë,Ann,Ben"], [0, 1, END, END, 2, 0, 1, END]),
        (["Ben,,", "Zoë,Ann,Ben", ",,"], [1, END, END, END, 2, 0, 1, END, END, END, END, END]),
        (["Ann,Ben,Zoë", "Ben,Ann,Zoë", "Zoë,Ben,Ann"], [0, 1, 2, END, 1, 0, 2, END, 2, 1, 0, END]),
    ],
)
def test_full_rows_and_rows_that_end_early_are_read_beside_each_other(rows: list[str], said: list[int]) -> None:
    assert read(Signs(NAMES, ",", WIDTH), rows) == bytes(said)


def test_before_a_name_is_known_only_empty_rows_are_read() -> None:
    assert read(Signs((), ",", 2), [",", ","]) == bytes([END] * 6)
    assert read(Signs((), ",", 2), [",", "Ann,"]) is None


@pytest.mark.parametrize("names", [("Ann", "Anna"), ("Ann", "nA"), ("aa", "b")])
def test_names_of_which_one_has_no_sign_of_its_own_are_left_to_others(names: tuple[str, ...]) -> None:
    assert read(Signs(names, ",", 2), [",".join(names[:2])]) is None
    assert read(Signs(("Q",), ",", 1), ["Q"]) == bytes([0, END])
