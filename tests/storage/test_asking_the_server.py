"""What PostgreSQL is asked: seven statements at most for a message, and after a second whether it is still there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from governance import clock
from governance.feedback.models import Held
from governance.frame import outage
from governance.storage import database
from tests.databases import PostgreSQL
from tests.feedback.factories import Walk
from tests.page import PageClient
from tests.server import Installation, free_port

EVERYBODY_ELSE = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname LIKE 'test%'"


@pytest.fixture
def server(postgresql: PostgreSQL) -> Iterator[PostgreSQL]:
    """The server, without what a test left on it."""
    yield postgresql
    postgresql.drop()


def questions(engine: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the server is asked from here on: whether it is there, and each statement."""
    asked: list[str] = []
    ping = engine.dialect.do_ping

    def counted(connection: object) -> bool:
        asked.append("there?")
        return ping(connection)  # type: ignore[arg-type]

    monkeypatch.setattr(engine.dialect, "do_ping", counted)
    sa.event.listen(engine, "before_cursor_execute", lambda c, cursor, statement, *rest: asked.append(statement))
    return asked


def restarted(server: PostgreSQL) -> None:
    """Let the server let go of everybody, as one that is started again."""
    server.connection.execute(EVERYBODY_ELSE.encode())


def test_it_is_asked_whether_it_is_there_after_a_second_and_never_at_once(
    server: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = [100.0]
    monkeypatch.setattr(clock, "seconds", lambda: at[0])
    engine = sa.create_engine(server.empty())
    database.prepare(engine)
    asked = questions(engine, monkeypatch)

    def after(seconds: float) -> list[str]:
        at[0] += seconds
        asked.clear()
        with engine.connect() as connection:
            assert connection.scalar(sa.text("SELECT 1")) == 1
        return [each for each in asked if each == "there?"]

    assert after(0) == [], "it was just made"
    assert after(database.QUIET - 0.1) == []
    assert after(database.QUIET) == ["there?"]
    restarted(server)
    assert after(database.QUIET) == ["there?"], "and the one that takes its place is not asked"
    restarted(server)
    with pytest.raises(DBAPIError) as broken:
        after(0)
    assert isinstance(broken.value, outage.SILENT)
    assert after(0) == [], "one alone was hit"
    engine.dispose()


@pytest.fixture
def site(server: PostgreSQL, tmp_path: Path) -> Iterator[PageClient]:
    """A programme that is open for feedback, on PostgreSQL and by the real clock."""
    here = Installation(tmp_path / "home", free_port(), database=server.fresh())
    here.found()
    here.close()
    app = here.app()
    yield PageClient(app)
    engine_of(app).dispose()


def engine_of(app: Flask) -> sa.Engine:
    """The app's engine. No page is made within the context: what one keeps for itself would be there for the next."""
    with app.app_context():
        return database.db.engine


def taken(app: Flask) -> int:
    """How many messages are kept."""
    with engine_of(app).connect() as connection:
        return connection.scalar(sa.select(sa.func.count()).select_from(Held)) or 0


def sends(site: PageClient, words: str) -> Callable[[], str]:
    """Walk up to the last button; return what presses it."""
    kiosk = Walk(site, "/kiosk")
    kiosk.to_words()
    kiosk.next(words=words)
    return lambda: kiosk.send("send").text


def test_a_message_is_taken_with_seven_statements_at_most(site: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Thank you. It is in." in sends(site, "What a process learns at its first message")()
    press = sends(site, "Good soup")
    monkeypatch.setattr(database, "QUIET", 600)  # On a busy machine more than a second lies between two pages.
    asked = questions(engine_of(site.application), monkeypatch)
    said = press()
    assert "Thank you. It is in." in said
    assert len(asked) <= 7, asked  # Two of them ask whether the clock can be believed.
    assert taken(site.application) == 2


def test_a_server_that_was_started_again_breaks_one_page_at_most_and_that_one_says_so(
    site: PageClient, server: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    sends(site, "The first")()
    press = sends(site, "The second")
    monkeypatch.setattr(database, "QUIET", 600)
    restarted(server)
    assert "Nothing was kept yet" in (said := press()), said
    assert taken(site.application) == 1
    assert "Thank you. It is in." in press()
