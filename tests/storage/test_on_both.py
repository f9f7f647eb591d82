"""What the program asked SQLite alone is told, and what a test asked is not the program's."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from governance.places import service as places
from governance.places.models import Place
from tests import on_both


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """What is noted from here on, beside what the run itself notes."""
    fresh: dict[str, dict[str, str]] = {"sqlite": {}, "postgresql": {}}
    monkeypatch.setattr(on_both, "seen", fresh)
    monkeypatch.setattr(on_both, "noted", set())
    return fresh


@pytest.mark.on_both
def test_a_statement_is_one_text_whichever_database_it_is_made_on(
    session: Session, seen: dict[str, dict[str, str]]
) -> None:
    places.programme(session)

    made = set(seen[session.get_bind().dialect.name])
    assert any("FROM programme" in each for each in made)
    assert not any("%(" in each or "?" in each for each in made if each.startswith("SELECT"))


def test_what_a_test_asks_is_not_the_programs(session: Session, seen: dict[str, dict[str, str]]) -> None:
    session.execute(select(Place.id))
    session.execute(text("SELECT 1"))

    assert not any(text.startswith("SELECT") for known in seen.values() for text in known)


@pytest.mark.on_both
def test_what_the_database_refuses_was_not_made(
    session: Session, seen: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is asked here is taken for the program's."""
    monkeypatch.setattr(on_both, "PROGRAM", "/tests/storage/")
    session.execute(text("SELECT 1 + 1"))
    with pytest.raises(DBAPIError):
        session.execute(text("SELECT no_such_function()"))
    session.rollback()
    known = seen[session.get_bind().dialect.name]
    assert ("SELECT 1 + 1" in known, "SELECT no_such_function()" in known) == (True, False)


def test_what_was_made_on_sqlite_alone_is_named_with_its_test() -> None:
    seen = {
        "sqlite": {"SELECT a": "tests/test_a.py::test", "SELECT b": "tests/test_b.py::test", "PRAGMA quick_check": ""},
        "postgresql": {"SELECT b": "tests/test_b.py::test", "SELECT c": ""},
    }

    assert on_both.never_on_postgresql(seen) == {"SELECT a": "tests/test_a.py::test"}


@pytest.mark.parametrize(
    ("asked_for", "fine", "ends"),
    [
        ({}, False, pytest.ExitCode.TESTS_FAILED),
        ({}, True, pytest.ExitCode.OK),
        ({"keyword": "wall"}, False, pytest.ExitCode.OK),
        ({"markexpr": "pure"}, False, pytest.ExitCode.OK),
    ],
)
def test_a_whole_run_that_made_one_on_sqlite_alone_does_not_hold(
    seen: dict[str, dict[str, str]], asked_for: dict[str, str], fine: bool, ends: pytest.ExitCode
) -> None:
    seen["sqlite"]["SELECT a"] = "tests/test_a.py::test"
    if fine:
        seen["postgresql"]["SELECT a"] = "tests/test_b.py::test"
    option = SimpleNamespace(**{"keyword": "", "markexpr": "", **asked_for})
    config = SimpleNamespace(option=option, args_source=pytest.Config.ArgsSource.TESTPATHS)
    run = SimpleNamespace(exitstatus=pytest.ExitCode.OK, config=config)

    on_both.OnBoth().pytest_sessionfinish(run)  # type: ignore[arg-type]

    assert run.exitstatus is ends
