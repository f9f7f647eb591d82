"""The rows of a CSV file of rankings as most programs write them, read all at once instead of row by row.

A cell holds the name of one option or nothing, and nothing follows what is left empty. Whatever is not so plain is left
to `table`, which knows it and can say in which line it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import islice, pairwise
from typing import Any

from governance.counting.columns import END, HAS_RANK, Columns

MOST = 200  # options: each is one byte, and END is another
BLOCK = 1 << 13  # Rows whose cells are cut at once.
BREAK = "\n"  # Stands in no cell, so it proves that each row has as many cells as the header.


class _NotPlain(Exception):
    """Something that this cannot read."""


class _Names(dict[str, int]):
    """The byte of each cell. A name met for the first time is a new option."""

    def __init__(self, is_name: Callable[[str], bool]) -> None:
        super().__init__({"": END, BREAK: END})
        self.is_name = is_name
        self.found: list[str] = []

    def __missing__(self, cell: str) -> int:
        if len(self.found) == MOST or not self.is_name(cell):
            raise _NotPlain
        self[cell] = number = len(self.found)
        self.found.append(cell)
        return number


def columns(
    rows: Mapping[Any, int], delimiter: str, width: int, is_name: Callable[[str], bool]
) -> tuple[list[str], Columns] | None:
    """Return the names and the rankings in *rows* (uncut, each with how many say it), or None where any is not plain.

    *width*: how many cells a row has. *is_name* tells whether a cell that is not empty is the name of one option.
    """
    names = _Names(is_name)
    blocks, left = [], iter(rows)
    try:
        while block := list(islice(left, BLOCK)):
            blocks.append(_bytes(block, delimiter, width, names))
    except (_NotPlain, TypeError):  # A row that was quoted is no text.
        return None
    whole = b"".join(blocks)
    ranks = [whole[rank :: width + 1] for rank in range(width)]
    found = Columns(ranks, list(rows.values()), len(names.found))
    plain = min(found.weights, default=0) > 0 and _without_gaps(ranks) and found.none_twice()
    return (names.found, found) if plain else None


def _bytes(rows: Sequence[str], delimiter: str, width: int, names: _Names) -> bytes:
    """Return a byte for each cell, and END after each row."""
    cells = f"{delimiter}{BREAK}{delimiter}".join([*rows, ""]).split(delimiter)[:-1]
    if len(cells) != len(rows) * (width + 1) or cells[width :: width + 1].count(BREAK) != len(rows):
        raise _NotPlain
    return bytes(map(names.__getitem__, cells))


def _without_gaps(ranks: Sequence[bytes]) -> bool:
    """Whether nothing follows a rank that was left out."""
    has = [int.from_bytes(rank.translate(HAS_RANK), "little") for rank in ranks]
    return all(later & earlier == later for earlier, later in pairwise(has))
