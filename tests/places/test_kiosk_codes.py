"""A screen's code opens one screen, once, by the day after it was made; whoever types it later opens nothing."""

from __future__ import annotations

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.places import rules, service
from governance.places.models import Kiosk
from governance.ruling.errors import RuleRefused
from governance.storage import database
from tests.factories import TODAY, an_open_programme
from tests.page import PageClient

DAY = timedelta(days=1)


@pytest.fixture
def kiosk(session: Session, keys: KeyFolder) -> Kiosk:
    """A screen of the drop-in that nobody has opened."""
    an_open_programme(session, keys)
    return service.enrol_kiosk(session, service.places(session)[0], "by the door", TODAY)[0]


@pytest.mark.parametrize("later", [timedelta(0), DAY])
def test_it_opens_one_screen_once(session: Session, kiosk: Kiosk, later: timedelta) -> None:
    code = service.new_code(session, kiosk, TODAY)
    assert service.open_kiosk(session, code, TODAY + later).id == kiosk.id
    session.expire_all()
    assert (kiosk.code_hash, kiosk.code_until) == (None, None)
    with pytest.raises(RuleRefused, match="opens no screen"):
        service.open_kiosk(session, code, TODAY + later)


def test_the_day_after_the_next_it_opens_none(session: Session, kiosk: Kiosk) -> None:
    code = service.new_code(session, kiosk, TODAY)
    with pytest.raises(RuleRefused, match="opens no screen"):
        service.open_kiosk(session, code, TODAY + 2 * DAY)


def test_a_new_code_takes_the_place_of_the_one_before(session: Session, kiosk: Kiosk) -> None:
    first, second = (service.new_code(session, kiosk, TODAY) for _ in range(2))
    with pytest.raises(RuleRefused, match="opens no screen"):
        service.open_kiosk(session, first, TODAY)
    assert service.open_kiosk(session, second, TODAY).id == kiosk.id


def test_a_screen_whose_key_was_taken_away_has_no_code(session: Session, kiosk: Kiosk) -> None:
    code = service.new_code(session, kiosk, TODAY)
    service.revoke_kiosk(session, kiosk, TODAY)
    with pytest.raises(RuleRefused, match="opens no screen"):
        service.open_kiosk(session, code, TODAY)
    with pytest.raises(RuleRefused, match="Add a screen anew"):
        service.new_code(session, kiosk, TODAY)


@pytest.mark.on_both
def test_of_two_screens_that_type_it_at_once_one_is_opened(session: Session, kiosk: Kiosk, tables_url: str) -> None:
    code = service.new_code(session, kiosk, TODAY)
    session.commit()
    begun, opened = Barrier(2), []

    def types_it() -> None:
        engine = create_engine(tables_url, **database.engine_options(tables_url))
        database.prepare(engine)
        with database.writing(), Session(engine) as other:
            begun.wait()
            try:
                service.open_kiosk(other, code, TODAY)
                other.commit()
                opened.append(True)
            except RuleRefused:
                opened.append(False)
        engine.dispose()

    screens = [Thread(target=types_it) for _ in range(2)]
    for each in screens:
        each.start()
    for each in screens:
        each.join()
    assert sorted(opened) == [False, True]


@given(st.integers(0, 10**rules.CODE_DIGITS - 1))
def test_it_is_read_as_people_write_it(number: int) -> None:
    code = f"{number:012}"
    arabic = code.translate(dict(zip(map(ord, "0123456789"), "٠١٢٣٤٥٦٧٨٩", strict=True)))
    for typed in (code, rules.in_groups(code), f" {code[:5]}-{code[5:]} ", arabic, rules.in_groups(arabic)):
        assert rules.code_typed(typed) == code


@pytest.mark.parametrize(("typed", "number"), [("1234 5678 901", 11), ("1234567890123", 13), ("", 0), ("١٢٣", 3)])
def test_how_many_digits_are_missing_is_said(typed: str, number: int) -> None:
    with pytest.raises(RuleRefused, match=f"is 12 digits. There are {number} here"):
        rules.code_typed(typed)


def test_a_word_among_the_digits_is_no_code() -> None:
    with pytest.raises(RuleRefused):
        rules.code_typed("1234 5678 9012 O")


def test_what_was_typed_stays_and_the_screen_is_none(session: Session, kiosk: Kiosk, app: Flask) -> None:
    session.commit()
    screen = PageClient(app)
    answer = screen.submit("/kiosk/enrol", code="000000000000")
    assert answer.status_code == 409
    assert "Ask for a new one" in answer.text
    with screen.session_transaction() as cookie:
        assert "kiosk" not in cookie
