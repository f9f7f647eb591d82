"""A tablet that was off is still a kiosk in the morning; nothing of a person outlasts the browser, on no device."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookies import SimpleCookie
from typing import Any

import pytest
from flask import Flask, session
from sqlalchemy.orm import Session

from governance import clock
from governance.frame.shared_screen import forget_visit, holds_nobody
from governance.keys.keyfolder import KeyFolder
from governance.places import service
from governance.privacy import retention
from tests.factories import NOW, Founded, an_open_programme
from tests.page import PageClient

OF_A_PERSON = ("said", "card", "opened", "anything that comes later")


@pytest.fixture
def founded(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """An open programme."""
    with clock.stopped_everywhere(NOW):
        yield an_open_programme(session, keys)


def kept_for(answer: Any) -> set[str]:
    """How many seconds the browser keeps the cookie of *answer*; "" until it is closed."""
    return {each["max-age"] for line in answer.headers.getlist("Set-Cookie") for each in SimpleCookie(line).values()}


def test_a_kiosk_stays_one_while_it_is_off(app: Flask, founded: Founded) -> None:
    _kiosk, key = service.enrol_kiosk(founded.session, service.places(founded.session)[0], "by the door", clock.today())
    founded.session.commit()
    screen = PageClient(app)
    answers = [screen.submit("/kiosk/enrol", code=key)]
    answers += [screen.get(page) for page in ("/kiosk", "/code", "/vote", "/help-now", "/", "/kiosk/cleared", "/kiosk")]
    kept = [kept_for(answer) for answer in answers]
    assert {""} not in kept, "a page that somebody only looks at takes nothing away"
    assert kept[0] == {str(int(retention.ENROLLED.total_seconds()))}


@pytest.mark.parametrize("name", OF_A_PERSON)
def test_what_a_person_left_in_it_goes_when_the_browser_is_closed(app: Flask, name: str) -> None:
    with app.test_request_context("/kiosk"):
        session.update(kiosk="one", language="es")
        assert holds_nobody()
        session[name] = "of a person"
        assert not holds_nobody()
        forget_visit()
        assert holds_nobody()


def test_no_other_device_keeps_anything(app: Flask, founded: Founded) -> None:
    """Every address that takes a form or shows a page, asked by a phone that is no kiosk."""
    asked, kept = 0, set()
    for rule in app.url_map.iter_rules():
        if rule.arguments or rule.rule == "/kiosk/enrol":
            continue
        phone = PageClient(app)
        for ask in (phone.get, phone.post):
            found = kept_for(ask(rule.rule))
            asked, kept = asked + len(found), kept | found
    assert asked > 20
    assert kept <= {"", "0"}
