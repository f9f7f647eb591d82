"""Words of one's own: whoever printed the first ones opens nothing with them once their owner was here."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback import service as feedback
from governance.feedback.rules import Audience
from governance.keyfolder import KeyFolder
from governance.people import rules
from governance.people import service as people
from governance.people.models import Account, SignIn
from governance.programme import founding
from governance.roles import Role
from tests.factories import NOW, PLAN, TODAY, Founded, an_open_programme
from tests.feedback.messages import released
from tests.page import PageClient


@pytest.fixture
def printed(session: Session, keys: KeyFolder) -> people.Card:
    """A card whose words somebody else printed."""
    card = people.new_account(session, keys, alias="Old Bill", roles=frozenset({Role.MEMBER}))
    session.commit()
    return card


def enter(app: Flask, alias: str, words: str) -> PageClient:
    device = PageClient(app)
    device.answer = device.submit("/sign-in", alias=alias, passphrase=words)
    return device


def words_on(page: str) -> str:
    listed = re.search(r'<div class="code-words">.*?<ol[^>]*>(.*?)</ol>', page, re.DOTALL)
    assert listed
    return " ".join(re.findall(r"<li>(\w+)</li>", listed[1]))


def make(device: PageClient) -> str:
    answer = device.submit("/account/own-words", "card")
    assert answer.status_code == 200, answer.text
    return words_on(answer.text)


def test_whoever_finds_a_device_signed_in_makes_no_words(app: Flask, printed: people.Card) -> None:
    """Else a minute at somebody's open screen would be their card for good, and their keys."""
    with clock.stopped_everywhere(NOW):
        device = enter(app, "Old Bill", printed.passphrase)
    with clock.stopped_everywhere(NOW + rules.JUST_SIGNED_IN + timedelta(minutes=1)):
        answer = device.submit("/account/own-words", "card")
        assert answer.status_code == 409
        assert "Sign out, and in again with your card." in answer.text
        assert enter(app, "Old Bill", printed.passphrase).answer.status_code == 303, "the card is as it was"


def test_the_first_sign_in_leads_to_own_words_and_the_printed_ones_die(app: Flask, printed: people.Card) -> None:
    first = enter(app, "Old Bill", printed.passphrase)
    assert first.answer.location == "/account/own-words"
    assert "Somebody printed the words" in first.get("/account/own-words").text
    own = make(first)
    assert len(own.split()) == 5
    assert own != printed.passphrase
    assert first.get("/board").status_code == 200, "the one who made them stays signed in"
    assert own not in first.get("/account/own-words").text, "they are shown once"
    assert enter(app, "Old Bill", printed.passphrase).answer.status_code == 422, "whoever printed them opens nothing"
    again = enter(app, "Old Bill", own)
    assert again.answer.location == "/board", "and nobody is led there twice"
    assert "Somebody printed" not in again.get("/account/own-words").text


def test_whoever_signed_in_with_the_printed_words_is_out(app: Flask, session: Session, printed: people.Card) -> None:
    who_printed_them = enter(app, "Old Bill", printed.passphrase)
    assert who_printed_them.get("/board").status_code == 200
    make(enter(app, "Old Bill", printed.passphrase))
    assert who_printed_them.get("/board").status_code == 401
    assert len(session.scalars(select(SignIn)).all()) == 1


def test_until_then_each_sign_in_leads_there(app: Flask, printed: people.Card) -> None:
    for _ in range(2):
        assert enter(app, "Old Bill", printed.passphrase).answer.location == "/account/own-words"


def test_a_form_sent_twice_makes_words_once(app: Flask, session: Session, printed: people.Card) -> None:
    device = enter(app, "Old Bill", printed.passphrase)
    form = device.form("/account/own-words", "card")
    own = words_on(device.post(form["action"], data=form["fields"]).text)
    token = device.form("/account/own-words", "card")["fields"]["csrf_token"]
    assert device.post(form["action"], data={**form["fields"], "csrf_token": token}).status_code == 409
    assert enter(app, "Old Bill", own).answer.status_code == 303
    assert session.scalars(select(Account.card)).one() == 2


def test_a_lost_card_that_two_people_replaced_leads_there_too(
    app: Flask, session: Session, keys: KeyFolder, printed: people.Card
) -> None:
    own = make(enter(app, "Old Bill", printed.passphrase))
    assert people.has_own_words(session, printed.account_id)
    card = people.new_card(session, keys, printed.account_id, TODAY)
    session.commit()
    assert enter(app, "Old Bill", own).answer.status_code == 422
    assert enter(app, "Old Bill", card.passphrase).answer.location == "/account/own-words"


def test_a_reader_reads_on_what_came_before_and_what_comes_after(app: Flask, session: Session, keys: KeyFolder) -> None:
    with clock.stopped_at(NOW):
        founded = an_open_programme(session, keys)
        released(founded, "before")
        words = make(enter(app, "Ash", founded.cards["Ash"].passphrase))
        session.expire_all()
        founded.cards["Ash"] = people.Card("Ash", words, founded.account("Ash"))
        released(founded, "after")
        page = feedback.inbox(session, keys, founded.reader("Ash"), Audience.EVERYONE)
        assert {message.words for message in page.messages} >= {"before", "after"}


def test_what_init_prints_is_for_the_first_sign_in(app: Flask, session: Session, keys: KeyFolder) -> None:
    keys.clear()
    with clock.stopped_at(NOW):
        made = founding.found(session, keys, PLAN, NOW)
        session.commit()
        keys.end_founding()
        founded = Founded(session, keys, {card.alias: card for card in made.cards}, list(made.shares))
        for alias in ("Ash", "Moss"):
            assert enter(app, alias, founded.cards[alias].passphrase).answer.location == "/account/own-words"
