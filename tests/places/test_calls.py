"""Somebody at a kiosk asks for a worker: staff see it until one goes there, and nothing of it is kept."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork.rounds import Moment
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import SignIn
from governance.permissions.roles import Role
from governance.places import rules, service
from governance.places.models import Kiosk, KioskCall
from governance.places.rounds import forget_calls
from tests.factories import NOW, Founded, an_open_programme
from tests.page import Page, PageClient

Signing = Callable[..., Any]
ASK = "/kiosk/worker"
STRIP = "asks for a worker to come"


@pytest.fixture
def founded(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """An open programme that lets kiosks ask for a worker."""
    with clock.stopped_everywhere(NOW):
        founded = an_open_programme(session, keys)
        service.let_workers_come(session, wanted=True)
        session.commit()
        yield founded


@pytest.fixture
def kiosk(app: Flask, founded: Founded) -> PageClient:
    """The screen by the door."""
    return a_kiosk(app, founded.session)


def a_kiosk(app: Flask, session: Session, name: str = "by the door") -> PageClient:
    _kiosk, key = service.enrol_kiosk(session, service.places(session)[0], name, clock.today())
    session.commit()
    screen = PageClient(app)
    assert screen.submit("/kiosk/enrol", code=key).status_code == 303
    return screen


def ask(screen: PageClient, page: str = "/kiosk", **sent: str) -> Any:
    form = screen.form(page, ASK)
    return screen.post(ASK, data={**form["fields"], **sent})


def rows(session: Session) -> list[KioskCall]:
    session.rollback()
    found = list(session.scalars(select(KioskCall)))
    session.rollback()
    return found


@pytest.mark.on_both
def test_staff_see_it_on_every_work_page_until_one_goes_there(kiosk: PageClient, sign_in: Signing) -> None:
    worker, other = sign_in(Role.STAFF_READER), sign_in(Role.RESPONDER)
    assert STRIP not in worker.get("/desk").text
    assert "It shows on the workers" in ask(kiosk).text
    for page in ("/desk", "/desk/themes", "/account"):
        assert "Somebody at “by the door”" in worker.get(page).text
    assert STRIP in other.get("/desk/duties").text or STRIP in other.get("/account").text
    form = worker.form("/desk", "/calls/")
    assert worker.post(form["action"], data=form["fields"]).status_code == 303
    for one in (worker, other):
        assert STRIP not in one.get("/account").text
    assert "A worker is on the way" in ask(kiosk).text
    assert STRIP not in other.get("/account").text
    assert other.post(form["action"], data=other.form("/account")["fields"]).status_code == 303
    assert "Somebody else is on the way" in other.get("/account").text


def test_the_board_the_public_and_phones_see_none_of_it(app: Flask, kiosk: PageClient, sign_in: Signing) -> None:
    ask(kiosk)
    for role in (Role.MEMBER, Role.BOARD_READER, Role.FACILITATOR, Role.ADMIN):
        person = sign_in(role)
        assert STRIP not in person.get("/account").text
        assert person.get("/calls").status_code == 403
    phone = PageClient(app)
    assert phone.get("/calls").status_code == 401
    assert ASK not in phone.get("/say").text + phone.get("/kiosk").text
    for page in ("/code", "/help-now"):
        assert ASK not in phone.get(page).text
    token = phone.form("/code")["fields"]
    assert phone.post(ASK, data=token).status_code == 409


@pytest.mark.parametrize("page", ["/kiosk", "/code", "/help-now", "/vote", "/kiosk/cleared"])
def test_it_stands_on_every_screen_of_a_kiosk(kiosk: PageClient, page: str) -> None:
    assert ask(kiosk, page).status_code == 200


def test_nothing_typed_comes_with_it_and_a_screen_without_scripts_stays(kiosk: PageClient, founded: Founded) -> None:
    start = kiosk.form("/kiosk", "/kiosk")["fields"]
    words = kiosk.post("/kiosk", data={**start, "lane": "thanks", "go": "next"})
    form = next(each for each in Page(words.text).forms if each["action"] == ASK)
    assert set(form["fields"]) == {"csrf_token", "stay"}
    assert kiosk.post(ASK, data=form["fields"]).status_code == 204
    assert set(KioskCall.__table__.columns.keys()) == {"kiosk_id", "gone_by", "on_the_way"}


@pytest.mark.on_both
def test_without_anybody_signed_in_it_says_so(kiosk: PageClient, founded: Founded, sign_in: Signing) -> None:
    founded.session.execute(delete(SignIn))  # Those of the founding.
    founded.session.commit()
    assert "No worker is signed in" in ask(kiosk).text
    sign_in(Role.MEMBER)
    assert "No worker is signed in" in ask(kiosk).text
    worker = sign_in(Role.MANAGER)
    assert "It shows on the workers" in ask(kiosk).text
    worker.post("/sign-out", data=worker.form("/account")["fields"])
    assert "No worker is signed in" in ask(kiosk).text
    later = NOW + timedelta(days=2)
    assert not people.anybody_signed_in(founded.session, {Role.MANAGER}, later)


def test_a_hundred_presses_are_one_call_and_put_nothing_off(kiosk: PageClient, founded: Founded) -> None:
    ask(kiosk)
    (first,) = rows(founded.session)
    with clock.stopped_everywhere(NOW + timedelta(minutes=9)):
        for _ in range(5):
            ask(kiosk)
    assert [row.gone_by for row in rows(founded.session)] == [first.gone_by]


@pytest.mark.parametrize("minute", [0, 1, 14, 15, 59])
def test_when_it_ends_does_not_say_when_it_began(minute: int) -> None:
    now = NOW.replace(minute=minute, second=minute)
    ends = rules.call_gone_by(now)
    assert timedelta(minutes=15) <= ends - now <= timedelta(minutes=30)
    assert (ends.minute % 15, ends.second) == (0, 0)


def test_when_one_goes_is_told_by_no_minute(kiosk: PageClient, founded: Founded) -> None:
    ask(kiosk)
    (row,) = rows(founded.session)
    with clock.stopped_everywhere(NOW + timedelta(minutes=4, seconds=31)):
        assert service.go_there(founded.session, row.kiosk_id, clock.now())
        founded.session.commit()
    (row,) = rows(founded.session)
    assert (row.gone_by.minute % 15, row.gone_by.second, row.gone_by.microsecond) == (0, 0, 0)


@pytest.mark.on_both
def test_it_goes_by_itself_and_the_round_leaves_no_row(kiosk: PageClient, founded: Founded, sign_in: Signing) -> None:
    ask(kiosk)
    worker, after = sign_in(Role.STAFF_READER), NOW + timedelta(minutes=31)
    assert STRIP in worker.get("/desk").text
    with clock.stopped_everywhere(after):
        worker = sign_in(Role.STAFF_READER)
        assert STRIP not in worker.get("/desk").text
    assert round_at(founded, NOW + timedelta(minutes=5)) == 1
    assert round_at(founded, after) == 0


def round_at(founded: Founded, moment: datetime) -> int:
    """How many rows are left after the round of that moment."""
    founded.session.rollback()
    for piece in forget_calls(founded.session, founded.keys, Moment(moment, moment.date(), False)):
        piece(founded.session)
    founded.session.commit()
    return len(rows(founded.session))


def test_the_script_of_a_work_page_asks_without_keeping_anybody_signed_in(
    app: Flask, kiosk: PageClient, sign_in: Signing
) -> None:
    worker = sign_in(Role.STAFF_READER)
    ask(kiosk)
    answer = worker.get("/calls")
    assert [STRIP in each["words"] for each in answer.json] == [True]
    for minute in (5, 10, 14):
        with clock.stopped_everywhere(NOW + timedelta(minutes=minute)):
            assert worker.get("/calls").status_code == 200
    with clock.stopped_everywhere(NOW + timedelta(minutes=16)):
        assert worker.get("/calls").status_code == 401
        assert worker.get("/desk").status_code == 401


def test_a_page_that_somebody_opens_does_keep_them_signed_in(app: Flask, founded: Founded, sign_in: Signing) -> None:
    worker = sign_in(Role.STAFF_READER)
    for minute in (14, 28):
        with clock.stopped_everywhere(NOW + timedelta(minutes=minute)):
            assert worker.get("/desk").status_code == 200


@pytest.mark.on_both
def test_it_is_off_until_the_site_switches_it_on(
    app: Flask, session: Session, keys: KeyFolder, sign_in: Signing
) -> None:
    with clock.stopped_everywhere(NOW):
        an_open_programme(session, keys)
        screen, admin = a_kiosk(app, session), sign_in(Role.ADMIN)
        assert ASK not in screen.get("/kiosk").text
        assert screen.post(ASK, data=screen.form("/kiosk")["fields"]).status_code == 409
        assert "Switch it on" in admin.get("/places").text
        assert admin.submit("/places", "/places/workers-come").status_code == 303
        assert ask(screen).status_code == 200
        assert admin.submit("/places", "/places/workers-come").status_code == 303
        assert ASK not in screen.get("/kiosk").text
        assert rows(session) == []


@pytest.mark.on_both
def test_a_screen_whose_key_was_taken_away_asks_nobody(app: Flask, founded: Founded, kiosk: PageClient) -> None:
    form = kiosk.form("/kiosk", ASK)
    screen = founded.session.scalars(select(Kiosk).where(Kiosk.name == "by the door")).one()
    service.revoke_kiosk(founded.session, screen, NOW.date())
    founded.session.commit()
    assert kiosk.post(ASK, data=form["fields"]).status_code == 409
    assert rows(founded.session) == []
    assert not service.go_there(founded.session, uuid.uuid4(), NOW)


@pytest.mark.parametrize(("asked", "is_taken"), [("/calls", True), ("/desk", False)])
def test_a_look_of_the_page_itself_ends_no_form_that_stands_open_at_a_shared_screen(
    founded: Founded, sign_in: Signing, asked: str, is_taken: bool
) -> None:
    """Whoever opens another page there may be the next person. What a page asks for by itself is nobody who came."""
    worker = sign_in(Role.STAFF_READER)
    with worker.session_transaction() as kept:
        kept["shared"] = True
    form = worker.form("/desk/alerts", "title")
    assert worker.get(asked).status_code == 200
    answer = worker.post(form["action"], data={**form["fields"], "title": "Strong pills"})
    assert ("Strong pills" in answer.text) is is_taken
