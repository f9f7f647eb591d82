"""What is stored, in plain words: the reviewed list of every column of the intake and ballot tables."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import IO

from governance.assets import PACKAGE

LIST = PACKAGE / "data" / "stored.toml"


@dataclass(frozen=True)
class Column:
    """One column: what it means, and how fine a time it holds ('none', 'week', 'day', 'month')."""

    name: str
    meaning: str
    time: str


@dataclass(frozen=True)
class Table:
    """One table: what a row of it is, and its columns."""

    name: str
    meaning: str
    columns: tuple[Column, ...]


def words_of_list(
    file: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Yield what `make translations` collects from the list (the shape is Babel's: line, function, text, comments)."""
    for facts in tomllib.load(file).values():
        yield 1, None, facts["is"], []
        for column in facts["columns"].values():
            yield 1, None, column["means"], []


@cache
def stored() -> tuple[Table, ...]:
    """Return the reviewed list. A test compares it with the tables themselves: drift fails the build."""
    held = tomllib.loads(LIST.read_text(encoding="utf-8"))
    return tuple(
        Table(
            name,
            facts["is"],
            tuple(Column(column, row["means"], row.get("time", "none")) for column, row in facts["columns"].items()),
        )
        for name, facts in held.items()
    )
