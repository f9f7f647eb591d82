"""The idle end of a sign-in is for devices that others use too, and every device is one until its owner says no."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from tests.page import Page, PageClient
from tests.people.factories import NOON, a_card

AN_HOUR_LATER = NOON + timedelta(hours=1)


def enters(screen: PageClient, card: people.Card, **said: str) -> None:
    with clock.stopped_at(NOON):
        assert screen.submit("/sign-in", alias=card.alias, passphrase=card.passphrase, **said).status_code == 303


def is_in(device: PageClient) -> bool:
    with clock.stopped_at(AN_HOUR_LATER):
        return device.get("/account").status_code == 200


def test_the_page_asks_who_uses_the_device_and_takes_it_for_shared(app: Flask) -> None:
    page = PageClient(app).get("/sign-in").text
    assert Page(page).forms[0]["fields"]["device"] == "shared"
    assert "Only I use this device" in page
    assert "15 minutes" in page


@pytest.mark.parametrize(("said", "stays"), [({}, False), ({"device": "shared"}, False), ({"device": "own"}, True)])
def test_after_a_quiet_hour_only_whoever_said_it_is_their_own_is_still_in(
    app: Flask, session: Session, keys: KeyFolder, said: dict[str, str], stays: bool
) -> None:
    card = a_card(session, keys)
    session.commit()
    device = PageClient(app)
    enters(device, card, **said)
    assert is_in(device) is stays


@pytest.mark.parametrize("said", ["", "mine"])
def test_an_answer_that_makes_no_sense_keeps_nobody_out_and_is_the_safe_one(
    app: Flask, session: Session, keys: KeyFolder, said: str
) -> None:
    card = a_card(session, keys)
    session.commit()
    device = PageClient(app)
    enters(device, card, device=said)
    assert not is_in(device)


def test_a_shared_screen_is_not_asked_and_is_nobody_s_own(app: Flask, session: Session, keys: KeyFolder) -> None:
    card = a_card(session, keys)
    session.commit()
    screen = PageClient(app)
    with screen.session_transaction() as cookie:
        cookie["shared"] = True
    shown = screen.get("/sign-in").text
    assert "Only I use this device" not in shown
    assert "15 minutes" in shown
    enters(screen, card, device="own")
    assert not is_in(screen)
