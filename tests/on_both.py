"""Every statement that the program made on SQLite in a whole run, it made on PostgreSQL as well: else the run fails.

So a test may look at one database alone where another test has the same statements made on the other, and whoever
writes a new statement hears when no test has made it on PostgreSQL. What a statement is, SQLAlchemy says: one text for
all databases. Only what the program itself asks in this process counts, not what a test or a migration asks, and only
once the database has done it: one that PostgreSQL refuses was not made there.

What this does not see: what the program tells PostgreSQL alone, which another test has to look at; what processes of
their own ask, such as a served installation or a command that a test starts; what only a property test, whose examples
are drawn, asks of SQLite; what is asked of tables as an older version made them, and what a program asks of which a
test has taken a defence out (the mark `of_a_broken_program`); and any text with `sqlite_` in it, which is taken for one
that only SQLite is told.
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import Table, event
from sqlalchemy.engine import Engine

from governance.storage.database import db

# What only SQLite is told, because PostgreSQL has another way or needs none, by how it begins.
OF_SQLITE = (
    "PRAGMA",
    "BEGIN",
    "SAVEPOINT",
    "RELEASE",
    "ROLLBACK",
    "VACUUM",
    "WITH below AS",  # A handful of ballots: PostgreSQL takes it out and lays it in again in one statement.
)
# Statements of as many parts as there are boxes that one reads: each number of parts is the same statement.
OF_PARTS = (
    "SELECT :param_1 AS anon_1, :param_2 AS anon_2, count(*)",
    "SELECT message.audience, message.lane, message.consent, message.week, leaf.log",
)
# What only one of the two writes: a place for a value, and whose column comes back.
PLACE, OF_TABLE = re.compile(r"%\(\w+\)s(?:::[A-Z]+(?: [A-Z]+)*)?"), re.compile(r"(?<=RETURNING )\w+\.")
PROGRAM, TESTS, INVENTED = "/governance/", "/tests/", "/governance/demo/"

# By the database's name, each statement and the test that first made it.
seen: defaultdict[str, dict[str, str]] = defaultdict(dict)
of_now = ""
# By lot: what such a test asks is another thing in each run, and would fail one of many. Or the program is broken.
spared = False
texts: dict[int, tuple[Any, str]] = {}
# What the program made before: nobody needs to look whose it is again. `texts` holds each, so its number stays its own.
noted: set[int] = set()


def one_text(context: Any, statement: str) -> str:
    """Return a statement as every database would be given it, and one of plain text as it is."""
    made = getattr(context, "compiled", None)
    if made is None:
        return statement
    if id(made) not in texts:  # Held with its text, so that no other takes its number.
        texts[id(made)] = (made, statement if made.statement is None else str(made.statement))
    return texts[id(made)][1]


def of_older_tables(made: Any) -> bool:
    """Return whether a statement is asked of tables that were found in a database, not of those of the models."""
    asked_of = getattr(made and made.statement, "get_final_froms", list)()
    return any(isinstance(each, Table) and each.metadata is not db.metadata for each in asked_of)


def asked_by_the_program() -> bool:
    """Return whether the nearest of our own code on the stack is the program's, not a test's or a migration's."""
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if "site-packages" not in name:
            if PROGRAM in name:
                return INVENTED not in name  # The demo is loaded on SQLite, and its rows are copied.
            if TESTS in name or "/migrations/" in name:
                return False
        frame = frame.f_back  # type: ignore[assignment]
    return False


def note(connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
    """Remember a statement of the program, now that it was done, and the test that made it first."""
    known, made = seen[connection.dialect.name], getattr(context, "compiled", None)
    if id(made) in noted or (spared and connection.dialect.name == "sqlite") or not asked_by_the_program():
        return
    if of_older_tables(made):
        return
    known.setdefault(one_text(context, statement), of_now)
    if made is not None:
        noted.add(id(made))


@pytest.fixture(autouse=True, scope="session")
def statements_noted() -> Iterator[None]:
    """Listen to all engines of this process."""
    event.listen(Engine, "after_cursor_execute", note)
    yield
    event.remove(Engine, "after_cursor_execute", note)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Know which test a statement belongs to."""
    global of_now, spared
    of_now, is_drawn = item.nodeid, hasattr(getattr(item, "obj", None), "hypothesis")
    spared = is_drawn or item.get_closest_marker("of_a_broken_program") is not None


def never_on_postgresql(seen: dict[str, dict[str, str]]) -> dict[str, str]:
    """Return the statements that were made on SQLite alone, each with the test that made it first."""
    other = set(map(shape_of, seen.get("postgresql", {})))
    return {
        text: test
        for text, test in sorted(seen.get("sqlite", {}).items())
        if shape_of(text) not in other and not of_sqlite(text)
    }


def shape_of(text: str) -> str:
    """Return what is the same of a statement on each database, and with each number of its parts."""
    begins = next((each for each in OF_PARTS if " ".join(text.split()).startswith(each)), "")
    return begins or OF_TABLE.sub("", PLACE.sub("?", text))


def of_sqlite(text: str) -> bool:
    """Return whether a statement is one that only SQLite is told."""
    return text.lstrip().startswith(OF_SQLITE) or "sqlite_" in text


def was_whole(config: pytest.Config) -> bool:
    """Return whether a run was asked for all tests."""
    chosen = config.option.keyword or config.option.markexpr
    return not chosen and config.args_source is not pytest.Config.ArgsSource.ARGS


class OnBoth:
    """What the process that leads a run does with what all have seen."""

    @pytest.hookimpl(optionalhook=True)  # There is none where the tests run in one process.
    def pytest_testnodedown(self, node: Any, error: object) -> None:
        """Take over what a process saw, as it ends."""
        for name, known in getattr(node, "workeroutput", {}).get("statements", {}).items():
            seen[name] |= known

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Let a whole run that held fail when it made a statement on SQLite alone."""
        if session.exitstatus == pytest.ExitCode.OK and was_whole(session.config) and never_on_postgresql(seen):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any, config: pytest.Config) -> None:
        """Name each of them, and the test that could run on both."""
        missing = never_on_postgresql(seen) if was_whole(config) else {}
        for text, test in missing.items():
            terminalreporter.write_line(f"Made on SQLite alone, first by {test}: {' '.join(text.split())}")


def pytest_configure(config: pytest.Config) -> None:
    """Listen in every process, and judge in the one that leads."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(OnBoth(), "statements on both databases")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Hand what this process saw to the one that leads."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["statements"] = dict(seen)
