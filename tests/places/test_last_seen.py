"""A kiosk that has died is noticed: the last day it was seen, and nothing of when or who."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback.models import Held
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.places import rules, service
from governance.places.models import Kiosk, Programme
from governance.storage import database
from governance.storage.database import db
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.feedback.factories import Walk
from tests.page import PageClient
from tests.places.test_calls import a_kiosk

Signing = Callable[..., Any]


@pytest.fixture
def founded(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """An open programme, at noon."""
    with clock.stopped_everywhere(NOW):
        yield an_open_programme(session, keys)


@pytest.fixture
def kiosk(app: Flask, founded: Founded) -> PageClient:
    """The screen by the door, which has not shown its first page yet."""
    return a_kiosk(app, founded.session)


def seen(session: Session) -> date | None:
    session.rollback()
    found = session.scalars(select(Kiosk)).one().seen_on
    session.rollback()
    return found


@contextmanager
def changes(app: Flask) -> Iterator[list[str]]:
    """What is written meanwhile, statement by statement."""
    written: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.split()[0] in {"INSERT", "UPDATE", "DELETE"}:
            written.append(statement.split(" SET ")[0])

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield written
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_its_first_page_notes_the_day_once(app: Flask, kiosk: PageClient, founded: Founded) -> None:
    assert seen(founded.session) is None
    with changes(app) as written:
        for _ in range(3):
            assert kiosk.get("/kiosk").status_code == 200
    assert seen(founded.session) == TODAY
    assert written == ["UPDATE kiosk"]
    with clock.stopped_everywhere(NOW + timedelta(days=1)), changes(app) as written:
        kiosk.get("/kiosk")
        kiosk.get("/kiosk")
    assert (seen(founded.session), written) == (TODAY + timedelta(days=1), ["UPDATE kiosk"])


def test_another_process_changes_nothing_of_the_same_day(app: Flask, kiosk: PageClient, founded: Founded) -> None:
    kiosk.get("/kiosk")
    app.extensions.pop("kiosks noted")  # As one that has just started.
    touched: list[int] = []
    with app.app_context():
        engine = db.engine
    event.listen(
        engine,
        "after_cursor_execute",
        lambda _c, cursor, said, *_: touched.append(cursor.rowcount) if said.startswith("UPDATE kiosk") else None,
    )
    kiosk.get("/kiosk")
    assert touched == [0]


def db_is_a_server(app: Flask) -> bool:
    with app.app_context():
        return db.engine.dialect.name == "postgresql"


def test_the_day_is_that_of_the_site(app: Flask, kiosk: PageClient, founded: Founded) -> None:
    founded.session.get_one(Programme, 1).timezone = "Pacific/Kiritimati"  # Fourteen hours ahead.
    founded.session.commit()
    with clock.stopped_everywhere(NOW + timedelta(hours=1)):
        kiosk.get("/kiosk")
    assert seen(founded.session) == TODAY + timedelta(days=1)


@pytest.mark.on_both
def test_nothing_that_somebody_sends_or_looks_at_notes_it(app: Flask, founded: Founded, session: Session) -> None:
    """From the first screen to the thanks. The control is the first page, which notes it."""
    screen = a_kiosk(app, session)
    walk = Walk(screen, "/kiosk")
    session.execute(text("UPDATE kiosk SET seen_on = NULL"))
    session.commit()
    app.extensions.pop("kiosks noted")
    with changes(app) as written:
        walk.to_words(lane="suggestion")
        walk.next(words="the kettle")
        with clock.stopped_everywhere(NOW + timedelta(minutes=1)):
            assert "Thank you. It is in." in walk.send("send").text
        for page in ("/help-now", "/code", "/vote", "/", "/kiosk/cleared"):
            screen.get(page)
    assert len(session.scalars(select(Held)).all()) == 1
    assert "UPDATE kiosk" not in written
    assert seen(session) is None
    screen.get("/kiosk")
    assert seen(session) == TODAY


@pytest.mark.on_both
def test_a_screen_that_is_none_of_ours_notes_nothing(app: Flask, kiosk: PageClient, founded: Founded) -> None:
    with changes(app) as written:
        PageClient(app).get("/kiosk")
        with kiosk.session_transaction() as cookie:
            cookie["kiosk"] = str(uuid.uuid4())
        kiosk.get("/kiosk")
        assert seen(founded.session) is None
        service.revoke_kiosk(founded.session, founded.session.scalars(select(Kiosk)).one(), TODAY)
        founded.session.commit()
    taken_away = a_kiosk_again(app, founded.session)
    assert "This screen is closed" in taken_away.get("/kiosk").text
    assert seen(founded.session) is None
    assert all(statement == "UPDATE kiosk" for statement in written)


def a_kiosk_again(app: Flask, session: Session) -> PageClient:
    """The screen whose key was taken away, with the cookie it still has."""
    screen = PageClient(app)
    with screen.session_transaction() as cookie:
        cookie["kiosk"] = str(session.scalars(select(Kiosk.id)).one())
    session.rollback()
    return screen


@pytest.mark.on_both
def test_while_the_database_takes_nothing_the_page_stands_and_it_is_tried_later(
    app: Flask, kiosk: PageClient, founded: Founded
) -> None:
    """Somebody else holds what has to be written, for longer than a page may wait."""
    tries: list[str] = []
    with app.app_context(), database.writing(), db.engine.begin() as holds:
        holds.execute(text("UPDATE kiosk SET name = name"))
        for _ in range(3):
            with changes(app) as written:
                assert "What do you want to say?" in kiosk.get("/kiosk").text
            tries += written
    assert len(tries) <= 1, "no page tries it again at once"
    assert seen(founded.session) is None
    kiosk.get("/kiosk")
    assert seen(founded.session) is None
    with clock.stopped_everywhere(NOW + rules.NOTED_AGAIN):
        kiosk.get("/kiosk")
    assert seen(founded.session) == TODAY


def test_where_it_can_only_be_read_the_page_stands(app: Flask, kiosk: PageClient, founded: Founded) -> None:
    with app.app_context():
        db.engine.dispose()
        reading = "SET default_transaction_read_only = on" if db_is_a_server(app) else "PRAGMA query_only = on"

        def only_reading(connection: Any, _record: Any) -> None:
            asks = connection.cursor()
            asks.execute(reading)
            asks.close()
            connection.commit()

        event.listen(db.engine, "connect", only_reading)
    with app.app_context():
        assert "What do you want to say?" in kiosk.get("/kiosk").text
        event.remove(db.engine, "connect", only_reading)
        db.engine.dispose()
    assert seen(founded.session) is None


@pytest.mark.on_both
def test_who_keeps_the_places_sees_the_day(app: Flask, kiosk: PageClient, founded: Founded, sign_in: Signing) -> None:
    keeper = sign_in(Role.ADMIN)
    assert "Not seen yet" in keeper.get("/places").text
    kiosk.get("/kiosk")
    assert "Seen in the last two days" in keeper.get("/places").text
    with clock.stopped_everywhere(NOW + timedelta(minutes=1)):
        founded.session.execute(text("UPDATE kiosk SET seen_on = '2026-05-03'"))
        founded.session.commit()
    page = keeper.get("/places").text
    assert "Last seen on May 3, 2026" in page
    assert "Seen in the last" not in page


@given(st.none() | st.dates(), st.dates())
def test_it_is_said_by_the_day_alone(seen_on: date | None, today: date) -> None:
    said = str(rules.last_seen(seen_on, today))
    assert (said == "Not seen yet") == (seen_on is None)
    assert (said == "Seen in the last two days") == (seen_on is not None and (today - seen_on).days <= 1)
    assert ":" not in said
