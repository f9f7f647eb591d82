"""The whole database as it was before its tables change, unsealed and beside it, until a backup is made of it.

To seal a million messages takes minutes, and to copy them takes seconds. So the copy is taken while nobody can write,
within the transaction that changes the tables, and sealed when the program serves again. Whoever can read it can read
the database: it lies on the same disk, with the same rights, and holds the same.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import ColumnClause, Connection, Engine, NullPool, column, create_engine, inspect, select, table, text
from sqlalchemy.exc import ProgrammingError

from governance.storage import durable

WORD = "before_upgrade_"
DRAFT = ".draft"
PIECE = 1 << 20
MAY_NOT = "42501"  # PostgreSQL, Appendix A: insufficient_privilege
KEYS = "keys_of_tables"
# What PostgreSQL does not copy with the rows, as statements: by these a backup knows which rows point to which.
KEYS_OF_TABLES = """
CREATE TABLE {schema}.keys_of_tables AS
SELECT CAST(contype AS text) AS kind, format('ALTER TABLE %I ADD %s', relname, pg_get_constraintdef(pg_constraint.oid))
AS statement FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid
WHERE contype IN ('p', 'f') AND connamespace = CAST(current_schema() AS regnamespace)
"""


@dataclass(frozen=True)
class RawCopy:
    """One that lies there: the *day* at the site on which it was taken, and its name. *file*: on SQLite alone."""

    day: date
    name: str
    file: Path | None = None


def take(connection: Connection, today: date) -> bool:
    """Take a copy of what *connection* sees, in the place of any older one; return False where none can be taken.

    Call it within the transaction that goes on to change the tables, while nobody else can write. The copy is on the
    disk when this returns; on a server it comes and goes with that transaction. False: a disk without room, or a
    server on which we may make no schema. Raises OperationalError where a server's disk is full.
    """
    if connection.dialect.name == "sqlite":
        return _take_file(connection.engine, today)
    return _take_schema(connection, today)


def left(engine: Engine) -> list[RawCopy]:
    """Return what lies there unsealed, oldest first: as a rule nothing, and one after an upgrade."""
    if engine.dialect.name == "sqlite":
        return _files(engine)
    with engine.connect() as connection:
        return [RawCopy(day, name) for name in _schemas(connection) if (day := _day(name))]


@contextmanager
def opened(engine: Engine, copy: RawCopy) -> Iterator[Connection]:
    """Read *copy* as one reads the database of *engine*."""
    if copy.file is None:
        with engine.begin() as connection:
            _enter(connection, copy.name)
            _give_keys(connection)
        with engine.connect() as connection:
            _enter(connection, copy.name)
            yield connection
        return
    # Nobody writes to it, and nothing may be laid beside it (SQLite, "URI Filenames": immutable).
    address = f"file:{quote(str(copy.file))}?immutable=1"
    there = create_engine(
        "sqlite://", creator=lambda: sqlite3.connect(address, uri=True), poolclass=NullPool, hide_parameters=True
    )
    with there.connect() as connection:
        yield connection


def let_go(engine: Engine, copy: RawCopy) -> None:
    """Delete *copy*. A file is overwritten first, as SQLite does with what is deleted (secure_delete)."""
    if copy.file is None:
        with engine.begin() as connection:
            connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{copy.name}" CASCADE')
    else:
        _destroy(copy.file)


def sweep(engine: Engine) -> None:
    """Delete what was half copied by somebody who was killed: nobody holds its lock any more."""
    for left in _beside(Path(engine.url.database or "")) if engine.dialect.name == "sqlite" else ():
        if left.name.endswith(DRAFT):
            with suppress(BlockingIOError, FileNotFoundError), left.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _destroy(left)


def size(connection: Connection) -> int:
    """Return how many bytes the database takes: a sealed backup of it takes no more than about as many."""
    if connection.dialect.name == "sqlite":
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        return int(pages) * int(connection.exec_driver_sql("PRAGMA page_size").scalar_one())
    return int(connection.exec_driver_sql("SELECT pg_database_size(current_database())").scalar_one())


def _take_file(engine: Engine, today: date) -> bool:
    """Lay a copy of SQLite's file beside it; return False where it cannot be, and leave nothing of it."""
    source = Path(engine.url.database or "")
    if not source.is_file():  # In memory, or by an address of SQLite's own.
        return False
    before = [each.file for each in _files(engine)]
    target = source.with_name(f"{source.name}.{WORD}{today.isoformat()}")
    draft = target.with_name(target.name + DRAFT)
    sweep(engine)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            _copy_file(source, draft)
            os.fsync(file.fileno())
            draft.replace(target)
        durable.make_lasting(target.parent)
    except (sqlite3.Error, OSError):
        _destroy(draft)
        return False
    for older in before:
        if older and older != target:
            _destroy(older)
    return True


def _copy_file(source: Path, draft: Path) -> None:
    """Copy what is committed in *source*. Through SQLite: to open and close the file would let go of its locks."""
    address = f"file:{quote(str(source))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as old, closing(sqlite3.connect(draft)) as new:
        new.execute("PRAGMA synchronous=OFF")  # All of it goes to the disk at the end, or is no copy.
        new.execute("PRAGMA journal_mode=OFF")
        old.backup(new)


def _take_schema(connection: Connection, today: date) -> bool:
    """Copy PostgreSQL's tables into a schema of their own; return False where we may make none."""
    names = _schemas(connection)
    tables = inspect(connection).get_table_names()
    quoted = connection.dialect.identifier_preparer.quote
    schema = quoted(WORD + today.isoformat())
    try:
        with connection.begin_nested():
            for older in names:
                connection.exec_driver_sql(f"DROP SCHEMA {quoted(older)} CASCADE")
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
    except ProgrammingError as wrong:
        if getattr(wrong.orig, "sqlstate", None) != MAY_NOT:
            raise
        return False
    for each in tables:
        connection.exec_driver_sql(f"CREATE TABLE {schema}.{quoted(each)} AS TABLE {quoted(each)}")
    connection.execute(text(KEYS_OF_TABLES.format(schema=schema)))
    return True


def _enter(connection: Connection, schema: str) -> None:
    """Have *connection* find the tables of *schema*, and no others, until its transaction ends."""
    connection.exec_driver_sql(f'SET LOCAL search_path TO "{schema}"')


def _give_keys(connection: Connection) -> None:
    """Tell which rows point to which. Once for each copy: it takes as long as it takes, and holds nobody up."""
    if inspect(connection).has_table(KEYS):
        kind: ColumnClause[str] = column("kind")
        statement: ColumnClause[str] = column("statement")
        wanted = select(statement).select_from(table(KEYS)).order_by(kind.desc())  # Primary keys: others point to them.
        for each in connection.scalars(wanted).all():
            connection.exec_driver_sql(each)
        connection.exec_driver_sql(f"DROP TABLE {KEYS}")


def _schemas(connection: Connection) -> list[str]:
    return sorted(name for name in inspect(connection).get_schema_names() if _day(name))


def _files(engine: Engine) -> list[RawCopy]:
    source = Path(engine.url.database or "")
    ends = sorted((each.name.removeprefix(f"{source.name}."), each) for each in _beside(source))
    return [RawCopy(day, end, each) for end, each in ends if (day := _day(end))]


def _beside(source: Path) -> list[Path]:
    """Return the files whose names begin with that of the database *source* and the word of these copies."""
    begins, there = f"{source.name}.{WORD}", bool(source.name) and source.parent.is_dir()
    return [each for each in source.parent.iterdir() if each.name.startswith(begins)] if there else []


def _day(name: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(name.removeprefix(WORD)) if name.startswith(WORD) else None
    return None


def _destroy(path: Path) -> None:
    """Overwrite *path* with zeros, piece by piece, and delete it, if it is there."""
    with suppress(FileNotFoundError):
        with path.open("r+b") as file:
            for start in range(0, (length := path.stat().st_size), PIECE):
                file.write(bytes(min(PIECE, length - start)))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
        durable.make_lasting(path.parent)
