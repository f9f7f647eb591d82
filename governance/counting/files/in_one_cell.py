"""Cells that hold several names: a list would be read as one option that nobody wrote down as one."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from governance.counting.files.source import Malformed, excerpt

BETWEEN = re.compile(r"\s*[,;/|>&]\s*")
OF_A_LIST = re.compile(r"\s*[;|>]\s*")  # What hardly stands in a name.


def list_among(names: Iterable[str], *, alone: bool) -> str | None:
    """Return the first of *names* that is a list of several, or None.

    It is one where all its parts are names too, or where a semicolon, a bar or an arrow parts it and another that they
    part too has one of these parts: `Ann;Ben` beside `Ben;Cas`, and neither `Soup; hot` beside `Soup` nor `Lake, north`
    beside `Park, north`. So is one that has the parts of another in another order, `Ann, Ben` and `Ben, Ann`. *alone*:
    the file has one column of ranks, so that where a semicolon, a bar or an arrow parts every name, it parts ranks.
    """
    known, sets = list(names), set[frozenset[str]]()
    parted = {name: _parts(OF_A_LIST, name) for name in known}
    shared = Counter(part for parts in parted.values() if len(parts) > 1 for part in set(parts))
    all_lists = alone and len(known) > 1 and all(len(parts) > 1 for parts in parted.values())
    for name in known:
        parts = _parts(BETWEEN, name)
        if len(parts) > 1 and (all(part in parted for part in parts) or frozenset(parts) in sets):
            return name
        sets.add(frozenset(parts))
        if len(parted[name]) > 1 and (all_lists or any(shared[part] > 1 for part in parted[name])):
            return name
    return None


def of_several(line: int, name: str) -> Malformed:
    """What is told of the cell in *line* that holds such a list."""
    return Malformed(line, f"one name in a cell, not {excerpt(name)}. Give each rank a column of its own")


def _parts(between: re.Pattern[str], name: str) -> list[str]:
    return [part for part in between.split(name) if part]
