"""What every test may ask for: a database, a key folder, the app, a signed-in client. Nothing about one concept."""

from __future__ import annotations

import gc
import importlib.util
import os
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import Phase, settings
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from governance import clock, sealing
from governance.keys.keyfolder import KeyFolder
from governance.packages import import_tables
from governance.storage import database
from tests.pairs import EVERY
from tests.words.catalogue import compile_what_is_newer

# Where the fixtures stand that tests of every folder ask for.
pytest_plugins = (
    "tests.of_all",  # First, since others import it.
    "tests.browser",
    "tests.compiled_once",
    "tests.databases",
    "tests.disks",
    "tests.issuers_made_once",
    "tests.laid_out",
    "tests.layers",
    "tests.live",
    "tests.lock_order",
    "tests.on_both",
    "tests.second_yes",
    "tests.demo.served",
    "tests.frame.refused_forms",
)

# Long stories, and few to a file: they begin first, so that no process tells the longest while the others are done.
LONG = ("promises/", "journeys/", "recipes/", "test_operating.py", "demo/", "commands/", "browser_crypto/")

# Counted by `make test-oracles` alone, where the large libraries are (pyproject.toml, `oracles`).
collect_ignore = [] if importlib.util.find_spec("votekit") else ["oracles"]


# Speed is measured by `make bench`. A slow moment of the machine fails no property.
settings.register_profile("whole", deadline=None)
settings.load_profile("whole")
# What `make quick` asks for: a few examples of each property, the same ones each time.
settings.register_profile("quick", max_examples=10, derandomize=True, database=None)
# What `make mutants` asks for: whether a test fails is all it wants to know, not the smallest example.
settings.register_profile(
    "mutants", max_examples=30, derandomize=True, database=None, phases=(Phase.explicit, Phase.generate)
)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Offer the whole of each matrix, of which a run tells the pairs otherwise (tests/pairs.py)."""
    parser.addoption("--every-combination", action="store_true", help="each case of each matrix, not only the pairs")


def pytest_configure(config: pytest.Config) -> None:
    """Let every test read the translations as they are now."""
    if config.getoption("--every-combination"):
        os.environ[EVERY] = "1"
    compile_what_is_newer()
    gc.set_threshold(50_000, 20, 10)  # Looking for circles of what is not used costs a fifth of the time.


def pytest_collection_finish() -> None:
    """Look no more at what stays until the end: thousands of tests, and all modules."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long stories first."""
    items.sort(key=lambda item: how_long(item.path))


@cache
def where(path: Path) -> str:
    """Return the path of a test's file inside tests/."""
    return path.relative_to(Path(__file__).parent).as_posix()


@cache
def how_long(path: Path) -> int:
    """Return the place of a file in `LONG`, and the one after the last for all others."""
    return next((at for at, each in enumerate(LONG) if where(path).startswith(each)), len(LONG))


@pytest.fixture(autouse=True, scope="session")
def quick_argon2() -> Iterator[None]:
    """Stretch passphrases cheaply: the true cost is asserted in tests/sealing, not paid in every test."""
    with sealing.cheap_for_tests():
        yield


@pytest.fixture(autouse=True)
def nobody_writes_yet() -> None:
    """Begin as a process does: what a page of the test before expected of its database is over.

    Else a test that only looks takes SQLite's one lock for writing, and a command beside it waits in vain.
    """
    database.expect(writes=False)
    clock.use_zone("UTC")


@pytest.fixture
def tables_url(database_url: str) -> str:
    """The address of a database with every table and no rows, on SQLite and on PostgreSQL in turn."""
    import_tables()
    return database_url


@pytest.fixture
def session(tables_url: str) -> Iterator[Session]:
    """A database session of the test's own, apart from the app's; every transaction may write."""
    engine = create_engine(tables_url, **database.engine_options(tables_url))
    database.prepare(engine)
    with database.writing(), Session(engine, expire_on_commit=False) as session:
        yield session
    engine.dispose()


@pytest.fixture
def keys(tmp_path: Path) -> KeyFolder:
    """A key folder with what `init` makes, and nothing in it twice. All tests of a process begin with the same keys."""
    from tests.laid_out import begin_with

    folder = KeyFolder(tmp_path / "keys", tmp_path / "escrow")

    def make() -> None:
        folder.write("programme", b"test-programme")
        for name in ("pepper", "held.key", "ledger-decisions.key", "ledger-intake.key"):
            folder.make(name)
        folder.write("recovery.public", sealing.new_pair().public)

    begin_with(folder, make)
    return folder


@pytest.fixture
def environ(tables_url: str, tmp_path: Path, keys: KeyFolder) -> dict[str, str]:
    """The settings of a small installation for tests, sharing `keys` and the database of `session`."""
    return {
        "GOVERNANCE_MODE": "development",
        "GOVERNANCE_HOME": str(tmp_path),
        "GOVERNANCE_DATABASE": tables_url,
        "GOVERNANCE_SECRET": "Tq8rM-only-a-test-2vK9xB4nW7dJ3cH6pZ5yL1",
    }


@pytest.fixture
def app(environ: dict[str, str]) -> Iterator[Flask]:
    """The whole program on that database. Forms keep their tokens: tests fetch the page first."""
    from governance import create_app

    app = create_app(environ)
    app.testing = True
    yield app
    with app.app_context():
        database.db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> object:
    """A visitor whose every page is checked as it is fetched (tests/page.py)."""
    from tests.page import PageClient

    return PageClient(app)


@pytest.fixture
def sign_in(app: Flask, session: Session, keys: KeyFolder) -> Callable[..., object]:
    """Make an account with these roles and return a client that has signed in with its card.

    *sits*: they sit on the board as well, which is what one of the board does who asks or agrees in two.
    """
    from governance.people import service as people
    from tests.board.factories import a_stool
    from tests.page import PageClient

    made = iter(range(1, 1000))

    def sign_in(*roles: object, alias: str = "", sits: bool = False) -> PageClient:
        name = alias or f"Tester {next(made)}"
        card = people.new_account(session, keys, alias=name, roles=frozenset(roles), own_words=True)
        if sits:
            a_stool(session, keys, card.account_id, name)
        session.commit()
        visitor = PageClient(app)
        visitor.submit("/sign-in", alias=card.alias, passphrase=card.passphrase)
        visitor.card = card
        return visitor

    return sign_in
