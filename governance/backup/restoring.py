"""Reading a backup: all of it is checked before anything is written, then its rows go into an empty database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from governance.backup import rows, sealed_file
from governance.backup.making import BackupFacts
from governance.backup.sealed_file import BackupBroken

Row = tuple[str, list[Any]]


def checked(path: Path, private: bytes) -> BackupFacts:
    """Return what the backup at *path* says of itself, when it opens, is whole and adds up. Raises BackupBroken."""
    sealed_file.check(path)
    try:
        lines = _said(path, private)
        facts = BackupFacts(**next(lines))
        totals: dict[str, rows.Sum] = {}
        for name, row in _rows(lines, totals):
            totals[name].add(row)
    except (ValueError, TypeError, KeyError, StopIteration) as wrong:
        raise BackupBroken(f"{path} opens, and does not add up. Take another backup.") from wrong
    return facts


def load(connection: Connection, path: Path, private: bytes) -> None:
    """Put the rows of a backup into tables that are empty, and hold what came in against its sums. BackupBroken."""
    lines = _said(path, private)
    next(lines)
    tables = {table.name: table for table in rows.tables(connection)}
    wanted: dict[str, rows.Sum] = {}
    for name, some in groupby(_rows(lines, wanted), itemgetter(0)):
        rows.put(connection, tables[name], wanted[name].adding(row for _, row in some))
    if rows.sums(connection) != wanted:
        raise BackupBroken("What came in is not what the backup holds. Nothing was kept. Take another backup.")


def _said(path: Path, private: bytes) -> Iterator[Any]:
    return (json.loads(line) for line in sealed_file.read(path, private))


def _rows(lines: Iterator[Any], totals: dict[str, rows.Sum]) -> Iterator[Row]:
    """Yield each row with its table, which has a sum in *totals* by then. Raises ValueError where they do not add up.

    *totals* is filled by whoever takes the rows.
    """
    name = ""
    for said in lines:
        match said:
            case {"table": name}:
                totals[name] = rows.Sum()
            case {"sums": wanted}:
                if wanted != {name: [each.count, f"{each.digest:064x}"] for name, each in totals.items()}:
                    raise ValueError("The sums of the rows are others.")
                if next(lines, None) is None:
                    return
            case _:
                yield name, said
    raise ValueError("It does not end with the sums.")
