"""Signing in, the cards and the readers, on their pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import SignIn, WrongTries
from governance.permissions.roles import Role
from tests.page import PageClient
from tests.people.factories import NOON, Readers, a_card, a_chain

pytestmark = pytest.mark.usefixtures("ledger_last")

# Its pages alone: the services behind them run on both in test_signing_in, test_new_cards and test_second_yes.

Enter = Callable[[people.Card], PageClient]
MINUTE = timedelta(minutes=1)


@pytest.fixture
def card(session: Session, keys: KeyFolder) -> people.Card:
    """A member's card."""
    card = a_card(session, keys, Role.MEMBER, alias="Old Bill")
    session.commit()
    return card


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Readers:
    """A chain of readers, committed."""
    founded = a_chain(session, keys)
    session.commit()
    return founded


@pytest.fixture
def enter(app: Flask) -> Enter:
    """Sign in with a card, on a device of its own."""

    def enter(card: people.Card) -> PageClient:
        device = PageClient(app)
        assert device.submit("/sign-in", alias=card.alias, passphrase=card.passphrase).status_code == 303
        return device

    return enter


def press(device: PageClient, page: str, action: str) -> Any:
    """Press the one-button form on *page* that leads to *action*."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', device.get(page).text)
    assert token
    return device.post(action, data={"csrf_token": token[1]})


# Signing in


def test_a_card_leads_to_the_place_where_its_work_is(client: PageClient, card: people.Card) -> None:
    answer = client.submit("/sign-in", alias="old bill", passphrase=card.passphrase.upper())
    assert (answer.status_code, answer.location) == (303, "/board")
    assert "Old Bill" in client.get("/account").text


def test_wrong_words_keep_the_name_lose_the_words_and_are_counted(
    client: PageClient, card: people.Card, session: Session
) -> None:
    answer = client.submit("/sign-in", alias="Old Bill", passphrase="sentinel words here")
    assert answer.status_code == 422
    assert "do not go together" in answer.text
    assert "Old Bill" in answer.text
    assert "sentinel" not in answer.text
    assert session.scalars(select(WrongTries.failures)).one() == 1


def test_the_words_are_not_sent_back_when_they_are_shown_while_typing(client: PageClient, card: people.Card) -> None:
    assert 'type="text"' in client.get("/sign-in?show=1").text
    answer = client.submit("/sign-in?show=1", alias="Old Bill", passphrase="sentinel words here")
    assert answer.status_code == 422
    assert "sentinel" not in answer.text


def test_the_page_does_not_tell_whether_a_name_exists(client: PageClient, card: people.Card) -> None:
    def answers(alias: str) -> list[str]:
        texts = [client.submit("/sign-in", alias=alias, passphrase="wrong").text for _ in range(5)]
        drawn = r'(value|data-challenge)="[^"]*"'  # Tokens and puzzles are drawn for each page.
        return [re.sub(drawn, "", text) for text in texts]

    with clock.stopped_at(NOON):
        real, unknown = answers("Old Bill"), answers("Nobody Here")
    assert real == unknown
    assert "Wait 4 seconds first" not in real[2]
    assert "Wait 2 seconds first" in real[4]


def test_the_right_words_get_in_after_the_wait(client: PageClient, card: people.Card) -> None:
    with clock.stopped_at(NOON):
        for _ in range(4):
            client.submit("/sign-in", alias="Old Bill", passphrase="wrong")
        right = {"alias": "Old Bill", "passphrase": card.passphrase}
        assert client.submit("/sign-in", **right).status_code == 422
    with clock.stopped_at(NOON + timedelta(seconds=2)):
        assert client.submit("/sign-in", **right).status_code == 303


def test_what_makes_no_sense_is_a_page_and_not_a_crash(client: PageClient, subtests: pytest.Subtests) -> None:
    for alias, passphrase in (
        ("", ""), ("a" * 5000, "x"), ("A\x00B", "x\x00"), ("Old Bill", "w" * 5000), ("\u202eBill", "\ud7ff\uffff"),
    ):  # fmt: skip
        with subtests.test(alias=alias[:20], passphrase=passphrase[:20]):
            assert client.submit("/sign-in", alias=alias, passphrase=passphrase).status_code == 422


# The session


def test_signing_in_turns_the_cookie_and_the_form_secret(client: PageClient, card: people.Card) -> None:
    form = client.form("/sign-in")
    before = client.get_cookie("voice")
    client.post("/sign-in", data={**form["fields"], "alias": "Old Bill", "passphrase": card.passphrase})
    after = client.get_cookie("voice")
    assert before
    assert after
    assert before.value != after.value
    stale = client.post("/account/sign-out-everywhere", data={"csrf_token": form["fields"]["csrf_token"]})
    assert stale.status_code == 400
    assert client.get("/account").status_code == 200, "a token from before signing in ends nothing"


def test_a_cookie_planted_before_signing_in_opens_nothing(app: Flask, card: people.Card) -> None:
    thief, victim = PageClient(app), PageClient(app)
    form = thief.form("/sign-in")
    planted = thief.get_cookie("voice")
    assert planted
    victim.set_cookie("voice", planted.value)
    entered = victim.post("/sign-in", data={**form["fields"], "alias": "Old Bill", "passphrase": card.passphrase})
    assert entered.status_code == 303
    assert victim.get("/account").status_code == 200
    assert thief.get("/account").status_code == 401


def test_only_the_language_and_a_mark_without_a_name_outlive_signing_in_and_out(
    client: PageClient, card: people.Card
) -> None:
    with client.session_transaction() as cookie:
        cookie.update(language="es", draft="somebody else's")
    client.submit("/sign-in", alias="Old Bill", passphrase=card.passphrase)
    with client.session_transaction() as cookie:
        assert cookie["language"] == "es"
        assert "draft" not in cookie
    press(client, "/account", "/sign-out")
    with client.session_transaction() as cookie:
        assert cookie["language"] == "es"
        assert set(cookie) <= {"language", "turn", "csrf_token", "visit", people.OWN_DEVICE}


def test_signing_out_ends_the_sign_in(card: people.Card, enter: Enter, session: Session) -> None:
    device = enter(card)
    assert press(device, "/account", "/sign-out").status_code == 303
    assert device.get("/account").status_code == 401
    assert session.scalar(select(func.count()).select_from(SignIn)) == 0


def test_signing_out_everywhere_reaches_every_device(card: people.Card, enter: Enter) -> None:
    phone, tablet = enter(card), enter(card)
    assert press(phone, "/account", "/account/sign-out-everywhere").status_code == 303
    assert phone.get("/account").status_code == 401
    assert tablet.get("/account").status_code == 401
    assert enter(card).get("/account").status_code == 200


def test_a_tablet_left_alone_asks_for_the_card_again(app: Flask, card: people.Card) -> None:
    device = PageClient(app)
    with clock.stopped_at(NOON):
        device.submit("/sign-in", alias="Old Bill", passphrase=card.passphrase)
    with clock.stopped_at(NOON + 14 * MINUTE):
        assert device.get("/account").status_code == 200
    with clock.stopped_at(NOON + 28 * MINUTE):
        assert device.get("/account").status_code == 200
        left = device.get_cookie("voice")
    with clock.stopped_at(NOON + 43 * MINUTE):
        assert device.get("/account").status_code == 401
    with clock.stopped_at(NOON + 44 * MINUTE):
        assert left
        device.set_cookie("voice", left.value)
        assert device.get("/account").status_code == 401, "the old cookie is no use either"


# Doors


@pytest.mark.parametrize("address", ["/account", "/accounts", "/accounts/new", "/desk/readers"])
def test_a_visitor_is_asked_to_sign_in(client: PageClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 401
    assert "/sign-in" in answer.text


def test_a_member_keeps_no_cards_and_signs_for_no_reader(card: people.Card, enter: Enter) -> None:
    member = enter(card)
    for address in ("/accounts", "/accounts/new", "/desk/readers"):
        assert member.get(address).status_code == 403


def test_a_button_without_its_token_does_nothing(
    founded: Readers, enter: Enter, session: Session, keys: KeyFolder
) -> None:
    ash = enter(founded.cards["Ash"])
    for action in (f"/desk/readers/{founded.cards['Sam'].account_id}/remove", "/desk/readers/requests/1/card"):
        assert ash.post(action, data={}).status_code == 400
    assert ash.post("/desk/readers/lost-card", data={"account_id": "1"}).status_code == 422
    assert people.requests(session, keys, clock.today()) == []
