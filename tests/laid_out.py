"""What a factory makes in an empty database: made twice for each way it is asked for, and then laid out as it was left.

Most tests begin with the same board, vote or record, and making it takes longer than what they look at. It is made by
the program on each of the two databases, and kept apart for each. Nothing that is `laid_out` is kept or laid out where
a test changes the program (it asks for `monkeypatch`), where something lies in the database or in the folder of keys
already, or where `make mutants` changes the code. What a founding leaves is `prepared` under a name, in all of these.
"""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Hashable
from dataclasses import dataclass, fields, is_dataclass, replace
from functools import cache, wraps
from pathlib import Path
from typing import Any, TypeVar, cast

import pytest
from sqlalchemy import Integer, Table, inspect, text
from sqlalchemy.orm import Session

from governance.keys.keyfolder import FOUNDING, NOTED, KeyFolder
from governance.storage.database import db
from tests.databases import Engine

Factory = Callable[..., Any]
Same = TypeVar("Same", bound=Factory)
Made = TypeVar("Made")
Files = list[dict[str, bytes]]


@dataclass
class Rows:
    """Every row of every table, as one of the two databases takes it back."""

    of: dict[str, Any]
    postgresql: bool

    @classmethod
    def in_(cls, session: Session) -> Rows:
        """Return the rows that lie in the database of *session*."""
        postgresql, driver = _driver(session)
        found: dict[str, Any] = {}
        for table in tables():
            name = _name(table)
            if postgresql:
                with driver.cursor().copy(f"COPY {name} ({_columns(table)}) TO STDOUT") as copied:
                    rows: Any = b"".join(copied)
            else:
                rows = driver.execute(f"SELECT {_columns(table)} FROM {name}").fetchall()
            if rows:
                found[table.name] = rows
        return cls(found, postgresql)

    def lay_out(self, session: Session) -> None:
        """Write them into an empty database, in the transaction of *session*."""
        _, driver = _driver(session)
        for table in tables():
            rows, name = self.of.get(table.name), _name(table)
            if not rows:
                continue
            if self.postgresql:
                with driver.cursor().copy(f"COPY {name} ({_columns(table)}) FROM STDIN") as copied:
                    copied.write(rows)
            else:
                marks = ", ".join("?" * len(table.columns))
                driver.executemany(f"INSERT INTO {name} ({_columns(table)}) VALUES ({marks})", rows)
        if self.postgresql and (counting := [each for each in tables() if each.name in self.of and _counter(each)]):
            session.execute(text(f"SELECT {', '.join(map(_counts_on, counting))}"))


def _driver(session: Session) -> tuple[bool, Any]:
    """Return whether *session* talks to PostgreSQL, and the driver's own connection."""
    connection = session.connection()
    return connection.dialect.name == "postgresql", connection.connection.driver_connection


@cache
def tables() -> list[Table]:
    """Return all tables, those first that others refer to."""
    return list(db.Model.metadata.sorted_tables)


@cache
def _name(table: Table) -> str:
    return f'"{table.name}"'


@cache
def _columns(table: Table) -> str:
    return ", ".join(f'"{column.name}"' for column in table.columns)


@cache
def _counter(table: Table) -> str:
    """Return the column that the database counts up by itself, if there is one."""
    column = table.autoincrement_column
    return column.name if column is not None and isinstance(column.type, Integer) else ""


def _counts_on(table: Table) -> str:
    """Return what lets PostgreSQL count on from the largest number."""
    column = _counter(table)
    largest = f'(SELECT max("{column}") FROM {_name(table)})'
    return f"setval(pg_get_serial_sequence('{_name(table)}', '{column}'), {largest})"


def files_of(keys: KeyFolder) -> Files:
    """Return the files of the two folders of keys."""
    return [
        {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} if folder.is_dir() else {}
        for folder in (keys.path, keys.escrow_path)
    ]


def begin_with(keys: KeyFolder, make: Callable[[], object]) -> None:
    """Let the folder of keys of a test begin with what *make* writes, once in a process; after that it is laid out.

    Nothing is laid out beside keys that the test has changed since.
    """
    if _at_first:
        lay_out_files(keys, _at_first[0])
    else:
        make()
        _at_first.append(files_of(keys))
    _begun.clear()
    _begun[keys.path] = _at_first[0]


def emptied(keys: KeyFolder) -> None:
    """Leave the two folders of keys as `KeyFolder.clear` does, which writes the escrow anew for each key."""
    for path in (*map(keys.path.joinpath, keys.names()), keys.escrow_file, keys.path / NOTED, keys.path / FOUNDING):
        path.unlink(missing_ok=True)


def lay_out_files(keys: KeyFolder, files: Files) -> None:
    """Write *files* into the two folders of keys, as the program would."""
    for folder, each in zip((keys.path, keys.escrow_path), files, strict=True):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for name, content in each.items():
            (folder / name).write_bytes(content)
            (folder / name).chmod(0o600)


@dataclass(frozen=True)
class Row:
    """A row that a factory returned, to be read again."""

    model: type[Any]
    identity: tuple[Any, ...]


@dataclass
class Left:
    """What a factory left: rows, the files of the two folders of keys, and what it returned."""

    rows: Rows
    files: Files
    returned: Any

    def laid_out(self, session: Session, keys: KeyFolder) -> Any:
        """Lay it out in an empty database, and beside it; return what the factory returned."""
        self.rows.lay_out(session)
        lay_out_files(keys, self.files)
        session.commit()
        return _here(self.returned, session, keys)


def _put_away(value: Any) -> Any:
    """Return *value* without what belongs to one session."""
    if isinstance(value, Session | KeyFolder):
        return Session if isinstance(value, Session) else KeyFolder
    if isinstance(value, db.Model):
        return Row(type(value), tuple(inspect(value).identity or ()))
    return _each(value, _put_away)


def _here(value: Any, session: Session, keys: KeyFolder) -> Any:
    """Return *value* as it is in this session."""
    if value is Session or value is KeyFolder:
        return session if value is Session else keys
    if isinstance(value, Row):
        return session.get_one(value.model, value.identity)
    return _each(value, lambda each: _here(each, session, keys))


def _each(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return *value* with *change* made to each of its parts; what has no parts is returned as it is."""
    if type(value) in (list, tuple):
        return type(value)(change(each) for each in value)
    if type(value) is dict:
        return {key: change(each) for key, each in value.items()}
    if is_dataclass(value) and not isinstance(value, type) and not cast(Any, value).__dataclass_params__.frozen:
        return replace(value, **{field.name: change(getattr(value, field.name)) for field in fields(value)})
    return value


def prepared(what: Hashable, session: Session, keys: KeyFolder, prepare: Callable[[], Made]) -> Made:
    """Return what *prepare* makes in a place that is empty. Committed.

    It is done once for each *what* on each database in a process, whatever the test changes. After that it is laid out.
    """
    asked = what, session.get_bind().dialect.name
    if asked in _prepared:
        return cast(Made, _prepared[asked].laid_out(session, keys))
    returned = prepare()
    _prepared[asked] = _what_it_left(session, keys, returned)
    return returned


def _what_it_left(session: Session, keys: KeyFolder, returned: Any) -> Left:
    session.commit()  # What is laid out is committed too.
    left = Left(Rows.in_(session), files_of(keys), _put_away(returned))
    session.commit()  # Reading began a transaction, and whoever comes next may want to write.
    return left


_prepared: dict[tuple[Hashable, str], Left] = {}
_at_first: list[Files] = []
_begun: dict[Path, Files] = {}
_seen: set[bytes] = set()
_left: dict[bytes, Left] = {}
_may_be_laid_out = False


def laid_out(make: Same) -> Same:
    """Let a factory `make(session, keys, ...)` make the same thing twice in a run, and lay it out after that."""

    @wraps(make)
    def made(session: Session, keys: KeyFolder, *how: Any, **more: Any) -> Any:
        asked = _asked(make, session, how, more) if _may_be_laid_out else b""
        if not asked or files_of(keys) != _begun.get(keys.path) or _lies_something(session):
            return make(session, keys, *how, **more)
        if asked in _left:
            return _left[asked].laid_out(session, keys)
        returned = make(session, keys, *how, **more)
        if asked in _seen:
            _left[asked] = _what_it_left(session, keys, returned)
        _seen.add(asked)
        return returned

    return cast(Same, made)


def _asked(make: Factory, session: Session, how: Collection[Any], more: dict[str, Any]) -> bytes:
    """Return what is asked for, as a key to what was left; empty where it cannot be told apart from something else."""
    asked = (session.get_bind().dialect.name, make.__module__, make.__qualname__, how, sorted(more.items()))
    try:
        return pickle.dumps(asked)
    except (pickle.PicklingError, AttributeError, TypeError):
        return b""


def _lies_something(session: Session) -> bool:
    """Whether there is any row in the database."""
    session.flush()
    return bool(session.execute(text(_any_row())).scalar())


@cache
def _any_row() -> str:
    return f"SELECT {' OR '.join(f'EXISTS (SELECT 1 FROM {_name(each)})' for each in tables())}"


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Keep and lay out what is made, but nothing in a test that changes the program."""
    global _may_be_laid_out
    changes_the_program = "monkeypatch" in getattr(item, "fixturenames", ())
    _may_be_laid_out = not changes_the_program and item.config.getoption("hypothesis_profile", None) != "mutants"


_made: dict[tuple[Factory, str], Any] = {}


@pytest.fixture
def made_once(engine_of_databases: Engine, request: pytest.FixtureRequest) -> Factory:
    """Give what `make(session, keys)` returns, made once on each database: plain values, for tests that only look."""

    def made(make: Factory) -> Any:
        asked = make, type(engine_of_databases).__name__
        if asked not in _made:
            _made[asked] = make(request.getfixturevalue("session"), request.getfixturevalue("keys"))
        return _made[asked]

    return made
