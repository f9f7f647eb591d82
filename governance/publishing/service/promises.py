"""The promises, from their one source: what each covers, by which tests, and what it does not cover."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import IO

from governance.assets import PACKAGE
from governance.publishing.rules import PromiseHolds

SOURCE = PACKAGE / "data" / "promises.toml"


@dataclass(frozen=True)
class Proof:
    """A file of tests that breaks when the promise is broken, and the test in it that shows that its check can tell."""

    file: str
    control: str


@dataclass(frozen=True)
class Promise:
    """One promise in plain words, with the honest state of it. *also*: what else there is to run."""

    number: int
    name: str
    says: str
    kept: PromiseHolds
    covers: tuple[str, ...]
    not_covered: tuple[str, ...]
    tests: tuple[Proof, ...]
    also: tuple[str, ...] = ()


def words_of_promises(
    file: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[tuple[int, None, str, list[str]]]:
    """Yield what `make translations` collects (the shape is Babel's: line, function, text, comments)."""
    for row in tomllib.load(file)["promise"]:
        for text in (row["name"], row["says"], *row["covers"], *row["not_covered"]):
            yield 1, None, text, []


@cache
def promises() -> tuple[Promise, ...]:
    """Return all promises in their order. Raises ValueError where one says of itself what no promise can be."""
    rows = tomllib.loads(SOURCE.read_text(encoding="utf-8"))["promise"]
    return tuple(
        Promise(
            number,
            row["name"],
            row["says"],
            PromiseHolds(row["kept"]),
            tuple(row["covers"]),
            tuple(row["not_covered"]),
            tuple(Proof(**proof) for proof in row["tests"]),
            tuple(row.get("also", ())),
        )
        for number, row in enumerate(rows, start=1)
    )
