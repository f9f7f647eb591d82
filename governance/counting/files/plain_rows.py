"""The rows of a CSV file of rankings as most programs write them, read all at once instead of row by row.

A cell holds the name of one option or nothing, and nothing follows what is left empty. Whatever is not so plain is left
to `table`, which knows it and can say in which line it stands. `columns` takes rows that were put together before;
`uncut` takes the text itself, where most rows differ and putting long ones together would only cost time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import islice, pairwise, repeat
from operator import itemgetter
from typing import Any

from governance.counting.columns import END, HAS_RANK, Columns
from governance.counting.files.signs import Signs

MOST = 200  # options: each is one byte, and END is another
BLOCK = 1 << 9  # Rows whose cells are cut at once: few enough for a small cache, or it takes twice as long.
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


Read = tuple[list[str], Columns]


def columns(rows: Mapping[Any, int], delimiter: str, width: int, is_name: Callable[[str], bool]) -> Read | None:
    """Return the names and the rankings in *rows* (uncut, each with how many say it), or None where any is not plain.

    *width*: how many cells a row has. *is_name* tells whether a cell that is not empty is the name of one option.
    """
    names = _Names(is_name)
    try:
        ranks = _ranks(_bytes(_blocks(rows, delimiter), names, delimiter, width), width)
    except (_NotPlain, TypeError):  # A row that was quoted is no text.
        return None
    return _read(names, ranks, list(rows.values()))


def uncut(
    blocks: Iterable[str], delimiter: str, offset: int, width: int, is_name: Callable[[str], bool]
) -> Read | None:
    """Return what `columns` does, from the *blocks* of the text: whole lines, the last one of each without its end.

    Each row is a group by itself, also where two say the same.
    *offset*: how many cells of each row stand before the *width* that say how somebody voted.
    """
    names = _Names(is_name)
    before = delimiter.encode()
    begun = (before + block.encode().replace(b"\n", b"\n" + before) for block in blocks)
    said = (_without(block.encode(), before, offset) for block in blocks) if offset else begun
    try:
        ranks = _ranks(_bytes(said, names, delimiter, width), width)
    except _NotPlain:
        return None
    return _read(names, ranks, [1] * len(ranks[0]))


def _blocks(rows: Iterable[Any], delimiter: str) -> Iterator[bytes]:
    left = iter(rows)
    while block := list(islice(left, BLOCK)):
        yield f"{delimiter}{f'{BREAK}{delimiter}'.join(block)}".encode()


def _without(block: bytes, delimiter: bytes, offset: int) -> bytes:
    """Return the lines of *block*, each begun by the delimiter, without their first *offset* cells."""
    lines = map(bytes.split, block.split(b"\n"), repeat(delimiter), repeat(offset))
    try:
        return delimiter + (b"\n" + delimiter).join(map(itemgetter(offset), lines))
    except IndexError:
        raise _NotPlain from None


def _bytes(blocks: Iterable[bytes], names: _Names, delimiter: str, width: int) -> Iterator[bytes]:
    """Yield the bytes of each block of rows that the delimiter begins: of its cells, and END after each row."""
    signs = Signs((), delimiter, width)
    for block in blocks:
        said = signs.read(block)
        if said is None:
            known = len(names.found)
            said = bytes(map(names.__getitem__, _cells(block.decode(), delimiter, width)))
            signs = Signs(names.found, delimiter, width) if len(names.found) > known else signs
        yield said


def _cells(text: str, delimiter: str, width: int) -> list[str]:
    """Return the cells of rows that the delimiter begins, and BREAK after each row of *width*."""
    cells = text[1:].replace(BREAK, f"{delimiter}{BREAK}").split(delimiter)
    cells.append(BREAK)
    rows = text.count(BREAK) + 1
    if len(cells) != rows * (width + 1) or cells[width :: width + 1].count(BREAK) != rows:
        raise _NotPlain
    return cells


def _ranks(blocks: Iterable[bytes], width: int) -> list[bytes]:
    """Return the bytes of each rank, from those of rows of *width* cells and a BREAK."""
    whole = b"".join(blocks)
    return [whole[rank :: width + 1] for rank in range(width)]


def _read(names: _Names, ranks: Sequence[bytes], weights: Sequence[int]) -> Read | None:
    found = Columns(ranks, weights, len(names.found))
    plain = min(weights, default=0) > 0 and _without_gaps(ranks) and found.none_twice()
    return (names.found, found) if plain else None


def _without_gaps(ranks: Sequence[bytes]) -> bool:
    """Whether nothing follows a rank that was left out."""
    has = [int.from_bytes(rank.translate(HAS_RANK), "little") for rank in ranks]
    return all(later & earlier == later for earlier, later in pairwise(has))
