"""Whether somebody has written to the database since a moment: a backup of then lacks what came later."""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Engine, func, inspect, literal_column, select, table

# What a server writes each minute while nobody does anything: a backup of a minute before lacks nothing of people's.
BY_THE_MINUTE = frozenset({"lease", "duty_done", "duty_failed", "time_mark"})
# Which transaction wrote a row (PostgreSQL, "System Columns"): what is written anew has a later one.
WRITTEN_BY: ColumnElement[int] = literal_column("xmin::text::bigint", BigInteger)


class Watch:
    """An eye on a database: its mark is another one once somebody has changed a row and committed it.

    What was tried and taken back changes no mark, so a change of the tables that failed is none. It holds nobody up.
    On a server what is written by the minute changes none either; SQLite does not tell what was written.
    """

    def __init__(self, engine: Engine) -> None:
        """Begin to watch. SQLite tells what others have written to a connection that stays open meanwhile."""
        self._engine = engine
        self._open: Any = engine.raw_connection() if engine.dialect.name == "sqlite" else None

    def mark(self) -> str:
        """Return what changes with the database. Two of one watch can be held against each other, and no others."""
        if self._open:
            return str(self._open.driver_connection.execute("PRAGMA data_version").fetchone())
        with self._engine.connect() as connection:
            return str([(name, *_rows_of(connection, name)) for name in sorted(_watched(connection))])


def hold_writers(connection: Connection) -> None:
    """Let nobody write until the transaction of *connection* ends, and everybody read.

    On PostgreSQL a server still writes what is written by the minute. Raises OperationalError where somebody writes
    just now, or an autovacuum goes through a table. SQLite holds them from the beginning of a transaction that writes.
    """
    if connection.dialect.name != "sqlite":
        quoted = connection.dialect.identifier_preparer.quote
        names = ", ".join(quoted(name) for name in sorted(_watched(connection)))
        connection.exec_driver_sql(f"LOCK TABLE {names} IN SHARE MODE")


def _watched(connection: Connection) -> set[str]:
    return set(inspect(connection).get_table_names()) - BY_THE_MINUTE


def _rows_of(connection: Connection, name: str) -> tuple[Any, ...]:
    """Return how many rows a table has, and one number of all that wrote them: less than reading what is in them."""
    return tuple(connection.execute(select(func.count(), func.sum(WRITTEN_BY)).select_from(table(name))).one())
