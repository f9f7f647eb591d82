"""Every row of a database in a form that both databases read: walked out of one, put into another.

The tables are asked of the database itself, so that tables of an older version are walked too. A row is a list of
JSON values, its columns in the order of their names; what JSON cannot hold carries its kind.
"""

from __future__ import annotations

import hashlib
import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Connection, Integer, MetaData, Table, Uuid, event, func, select, text

from governance.storage.revisions import VERSION_TABLE

AT_ONCE = 500  # Rows read, and rows put in, with one statement.


@dataclass
class Sum:
    """How many rows there are, and one number over all of them, in whichever order they came."""

    count: int = 0
    digest: int = 0

    def add(self, row: list[Any]) -> None:
        """Add one row as `walk` yields it."""
        said = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")
        self.count += 1
        self.digest = (self.digest + int.from_bytes(hashlib.sha256(said).digest(), "big")) % 2**256

    def adding(self, some: Iterable[list[Any]]) -> Iterator[list[Any]]:
        """Pass *some* rows on, and add each."""
        for row in some:
            self.add(row)
            yield row


def tables(connection: Connection) -> list[Table]:
    """Return the tables that are there, each after those it points to."""
    found = MetaData()

    @event.listens_for(found, "column_reflect")
    def no_value_is_none(inspector: Any, table: Any, column: Any) -> None:
        if isinstance(column["type"], JSON):
            column["type"] = JSON(none_as_null=True)

    found.reflect(bind=connection)
    return [table for table in found.sorted_tables if table.name != VERSION_TABLE]


def columns(table: Table) -> list[Column[Any]]:
    """Return the columns of *table* in the order of a row's values."""
    return sorted(table.columns, key=lambda column: column.name)


def walk(connection: Connection, table: Table) -> Iterator[list[Any]]:
    """Yield the rows of *table* by its primary key, without holding them all."""
    wanted = select(*columns(table)).order_by(*table.primary_key.columns)
    for row in connection.execute(wanted, execution_options={"yield_per": AT_ONCE}):
        yield [_plain(value) for value in row]


def put(connection: Connection, table: Table, rows: Iterable[list[Any]]) -> None:
    """Put *rows* into *table*, and let PostgreSQL count on from the largest number."""
    named = columns(table)
    waiting = iter(rows)
    while some := list(islice(waiting, AT_ONCE)):
        connection.execute(
            table.insert(),
            [{c.name: _value(c, value) for c, value in zip(named, row, strict=True)} for row in some],
        )
    if connection.dialect.name == "postgresql":
        _count_on(connection, table)


def sums(connection: Connection) -> dict[str, Sum]:
    """Return the sum of each table as it is."""
    return {table.name: _sum_of(connection, table) for table in tables(connection)}


def _sum_of(connection: Connection, table: Table) -> Sum:
    total = Sum()
    for row in walk(connection, table):
        total.add(row)
    return total


def _count_on(connection: Connection, table: Table) -> None:
    for column in table.primary_key.columns:
        if not isinstance(column.type, Integer):
            continue
        names = {"name": f'"{table.name}"', "column": column.name}
        sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:name, :column)"), names)
        largest = connection.scalar(select(func.max(column)))
        if sequence and largest is not None:
            connection.execute(text("SELECT setval(:sequence, :largest)"), {"sequence": sequence, "largest": largest})


def _plain(value: Any) -> Any:
    """Return *value* as JSON holds it: the same from either database."""
    match value:
        case None | bool() | int() | float() | str():
            return value
        case bytes() | memoryview():
            return {"bytes": b64encode(value).decode()}
        case datetime():
            moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
            return {"moment": moment.isoformat()}
        case date():
            return {"day": value.isoformat()}
        case UUID():
            return value.hex  # As SQLite keeps it.
        case _:
            return {"json": value}


def _value(column: Column[Any], plain: Any) -> Any:
    """Return what `_plain` was given, as *column* takes it."""
    match plain:
        case {"bytes": value}:
            return b64decode(value)
        case {"moment": value}:
            return datetime.fromisoformat(value)
        case {"day": value}:
            return date.fromisoformat(value)
        case {"json": value}:
            return value
        case str() if isinstance(column.type, Uuid):
            return UUID(hex=plain)
        case _:
            return plain
