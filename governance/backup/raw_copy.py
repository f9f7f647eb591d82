"""The whole database as it was before its tables change, unsealed and beside it, until a backup is made of it.

To seal a million messages takes minutes, and to copy them takes seconds. So the copy is taken while nobody can write,
within the transaction that changes the tables, and sealed when the program serves again. Whoever can read it can read
the database: it lies on the same disk, with the same rights, and holds the same.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from urllib.parse import quote

from sqlalchemy import ColumnClause, Connection, Engine, NullPool, column, create_engine, inspect, select, table, text
from sqlalchemy.exc import DBAPIError

from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import NotReady
from governance.storage import durable

WORD = "before_upgrade_"
DRAFT = ".draft"
PIECE, BLOCK = 1 << 20, 4096  # bytes
NO_ROOM = frozenset((errno.ENOSPC, errno.EDQUOT))
NOTE = "before-upgrade"  # In the key folder: the names of the copies that this program has taken.
# PostgreSQL, Appendix A: insufficient_privilege; duplicate_schema, which somebody else has made; disk_full
CANNOT = frozenset(("42501", "42P06", "53100"))
# Whoever may make a schema may give it any name: only what the program's own user has made is its copy.
OURS = "SELECT nspname FROM pg_namespace WHERE pg_get_userbyid(nspowner) = current_user"
KEYS = "keys_of_tables"
NAME = r'(?:[a-z_][a-z0-9_]*|"[a-z_][a-z0-9_]*")'
NAMES = rf"\({NAME}(?:, {NAME})*\)"
KEY = re.compile(
    rf"ALTER TABLE {NAME} ADD (?:PRIMARY KEY {NAMES}|FOREIGN KEY {NAMES} REFERENCES {NAME}{NAMES}"
    r"(?: ON (?:UPDATE|DELETE) (?:CASCADE|RESTRICT|SET NULL|SET DEFAULT))*(?: DEFERRABLE)?(?: INITIALLY DEFERRED)?)"
)
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


def take(connection: Connection, today: date, keys: KeyFolder) -> bool:
    """Take a copy of what *connection* sees, in the place of any older one; return False where none can be taken.

    Call it within the transaction that goes on to change the tables, while nobody else can write. The copy is on the
    disk when this returns, and noted beside the *keys*; on a server it comes and goes with that transaction. False: a
    disk without room, the server's or that of the keys too, or a server on which we may make no schema of that name.
    """
    is_file, name = connection.dialect.name == "sqlite", WORD + today.isoformat()
    there = {each.name for each in _files(connection.engine)} if is_file else set(_schemas(connection))
    try:  # First: a copy that is not noted would lie there unsealed.
        with keys.noting(NOTE) as noted:
            noted["names"] = sorted({*there.intersection(noted.get("names", ())), name})
    except OSError:
        return False
    if _take_file(connection.engine, today) if is_file else _take_schema(connection, today):
        return True
    if name not in there:
        _unnote(keys, name)
    return False


def give_up(engine: Engine, keys: KeyFolder) -> None:
    """Let go of the file that `take` has made, where the tables were then left as they were. A server has done so."""
    for copy in left(engine):
        if copy.file:
            let_go(engine, copy, keys)
    there = {each.name for each in left(engine)}
    for name in set(keys.noted(NOTE).get("names", ())) - there:
        _unnote(keys, name)


def is_noted(keys: KeyFolder, copy: RawCopy) -> bool:
    """Whether this program has taken *copy*: what anybody else lays there is not sealed in its name."""
    return copy.name in keys.noted(NOTE).get("names", ())


def left(engine: Engine) -> list[RawCopy]:
    """Return what lies there unsealed, oldest first: as a rule nothing, and one after an upgrade."""
    if engine.dialect.name == "sqlite":
        return _files(engine)
    with engine.connect() as connection:
        return [RawCopy(day, name) for name in _schemas(connection) if (day := _day(name))]


@contextmanager
def opened(engine: Engine, copy: RawCopy) -> Iterator[Connection]:
    """Read *copy* as one reads the database of *engine*. Raises NotReady where somebody has put statements into it."""
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


def let_go(engine: Engine, copy: RawCopy, keys: KeyFolder) -> None:
    """Delete *copy*. A file is overwritten first, as SQLite does with what is deleted (secure_delete)."""
    if copy.file is None:
        with engine.begin() as connection:
            connection.exec_driver_sql(f'DROP SCHEMA IF EXISTS "{copy.name}" CASCADE')
    else:
        _destroy(copy.file)
    _unnote(keys, copy.name)


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


def _unnote(keys: KeyFolder, name: str) -> None:
    with suppress(OSError), keys.noting(NOTE) as noted:
        noted["names"] = [each for each in noted.get("names", ()) if each != name]


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
            if target.exists():  # Of the same day. Its name says that it goes, if we are killed just now.
                before.append(target.replace(target.with_name(f"{target.name}.older{DRAFT}")))
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
    if _share_file(source, draft):
        return
    address = f"file:{quote(str(source))}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as old, closing(sqlite3.connect(draft)) as new:
        new.execute("PRAGMA synchronous=OFF")  # All of it goes to the disk at the end, or is no copy.
        new.execute("PRAGMA journal_mode=OFF")
        old.backup(new)


def _share_file(source: Path, draft: Path) -> bool:
    """Let *draft* share the blocks of *source*, where the file system can (XFS, btrfs): it writes nothing, at any size.

    False where it cannot, or where the file lacks what still lies in SQLite's log because somebody reads an older page.
    Whoever changes either later needs a block for it, so there has to be room for the whole. The locks are this
    process's, so another one opens the file (fcntl(2)).
    """
    if shutil.disk_usage(draft.parent).free < source.stat().st_size:
        return False
    with closing(sqlite3.connect(f"file:{quote(str(source))}?mode=rw", uri=True)) as there:
        there.execute("PRAGMA synchronous=FULL")
        # Whoever holds the lock of a writer may be us: this takes none (SQLite, "PRAGMA wal_checkpoint", PASSIVE).
        busy, in_log, in_file = there.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
    if busy or not 0 <= in_log == in_file or not (program := shutil.which("cp")):
        return False
    command = [program, "--reflink=always", "--", str(source), str(draft)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603 - no shell.


def _take_schema(connection: Connection, today: date) -> bool:
    """Copy PostgreSQL's tables into a schema of their own; return False where there is no room for it, or no leave."""
    names = _schemas(connection)
    tables = inspect(connection).get_table_names()
    quoted = connection.dialect.identifier_preparer.quote
    schema = quoted(WORD + today.isoformat())
    try:
        with connection.begin_nested():
            for older in names:
                connection.exec_driver_sql(f"DROP SCHEMA {quoted(older)} CASCADE")
            connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
            for each in tables:
                connection.exec_driver_sql(f"CREATE TABLE {schema}.{quoted(each)} AS TABLE {quoted(each)}")
            connection.execute(text(KEYS_OF_TABLES.format(schema=schema)))
    except DBAPIError as wrong:
        if getattr(wrong.orig, "sqlstate", None) not in CANNOT:
            raise
        return False
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
            if not KEY.fullmatch(each):
                raise NotReady("Somebody has changed the copy from before the upgrade. It is not sealed.")
            connection.exec_driver_sql(each)
        connection.exec_driver_sql(f"DROP TABLE {KEYS}")


def _schemas(connection: Connection) -> list[str]:
    return sorted(name for name in connection.scalars(text(OURS)) if _day(name))


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
    """Overwrite *path* with zeros, piece by piece, and delete it, if it is there.

    A block that it shares with the database takes room to be overwritten. Without room that one stays: the database
    holds it all the same. One of its own is overwritten in its place.
    """
    with suppress(FileNotFoundError):
        with path.open("r+b", buffering=0) as file:
            for start in range(0, (length := path.stat().st_size), PIECE):
                _overwrite(file.fileno(), start, min(PIECE, length - start))
            os.fsync(file.fileno())
        path.unlink()
        durable.make_lasting(path.parent)


def _overwrite(file: int, start: int, length: int) -> None:
    """Write zeros, and where there is no room for all of them, to each block that takes them."""
    try:
        if os.pwrite(file, bytes(length), start) == length:
            return
    except OSError as full:
        if full.errno not in NO_ROOM:
            raise
    for block in range(start, start + length, BLOCK):
        try:
            os.pwrite(file, bytes(min(BLOCK, start + length - block)), block)
        except OSError as full:
            if full.errno not in NO_ROOM:
                raise
