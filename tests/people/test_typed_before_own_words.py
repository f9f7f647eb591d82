"""What somebody typed before a new card, or before they made words of their own, is there afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session, make_transient
from werkzeug.test import TestResponse

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.people import rules
from governance.people import service as people
from governance.people.models import ReaderKey
from tests.factories import NOW, TODAY
from tests.hand_over import enter, make_own_words
from tests.page import PageClient, read
from tests.people.test_own_words import printed, type_back, words_on

__all__ = ["printed"]


@pytest.mark.parametrize("shared", [False, True], ids=["own device", "shared device"])
def test_what_was_typed_when_a_new_card_came_is_given_back_after_own_words(
    app: Flask, session: Session, keys: KeyFolder, printed: people.Card, shared: bool
) -> None:
    """The card was lost in the middle of a proposal, and two people made a new one."""
    device = enter(app, "Old Bill", printed.passphrase)
    make_own_words(device)
    with device.session_transaction() as cookie:
        cookie["shared"] = shared
    form = device.form("/board/proposals/new", "title")
    card = people.new_card(session, keys, printed.account_id, TODAY)
    session.commit()
    words = {**form["fields"], "title": "A roof over the yard", "problem": "It rains in."}
    asked = device.post(form["action"], data=words)
    assert asked.status_code == 401
    signing = next(form for form in read(asked).forms if "alias" in form["fields"])
    first = device.post("/sign-in", data={**signing["fields"], "alias": "Old Bill", "passphrase": card.passphrase})
    assert "What you typed is safe." in first.text
    drawing = next(form for form in read(first).forms if "card" in form["fields"])
    shown = device.post("/account/own-words", data=drawing["fields"])
    back = type_back(device, shown, words_on(shown.text))
    assert back.status_code == 200
    assert "A roof over the yard" in back.text
    assert "It rains in." in back.text


@pytest.mark.parametrize("shared", [False, True], ids=["own device", "shared device"])
def test_what_was_typed_passes_through_the_card_and_own_words(
    app: Flask, session: Session, printed: people.Card, shared: bool
) -> None:
    """Somebody signed in with printed words, was called away, and has a page open on which they wrote."""
    with clock.stopped_everywhere(NOW):
        device = enter(app, "Old Bill", printed.passphrase)
        with device.session_transaction() as cookie:
            cookie["shared"] = shared
        token = device.form("/account/own-words", "card")["fields"]["csrf_token"]
    with clock.stopped_everywhere(NOW + rules.JUST_SIGNED_IN + timedelta(minutes=1)):
        words = {"csrf_token": token, "title": "A roof over the yard", "problem": "It rains in."}
        asked = device.post("/board/proposals/new", data=words)
        assert "What you typed is safe." in asked.text
        late = device.post("/account/own-words", data=fields_with(asked, "card"))
        assert (late.status_code, "What you typed is safe." in late.text) == (409, True)
        card = {"alias": "Old Bill", "passphrase": printed.passphrase}
        first = device.post("/sign-in", data=fields_with(late, "alias") | card)
        assert "What you typed is safe." in first.text
        shown = device.post("/account/own-words", data=fields_with(first, "card"))
        back = type_back(device, shown, words_on(shown.text))
    assert "A roof over the yard" in back.text
    assert "It rains in." in back.text


def test_nobody_is_told_that_what_they_did_not_type_is_safe(app: Flask, printed: people.Card) -> None:
    """They only wanted to read a page."""
    device = PageClient(app)
    asked = device.get("/board")
    card = {"alias": "Old Bill", "passphrase": printed.passphrase}
    first = device.post("/sign-in", data=fields_with(asked, "alias") | card)
    assert "Make my own words" in first.text
    assert "What you typed is safe" not in first.text


def test_whoever_wants_new_words_comes_back_to_them_from_the_card(app: Flask, printed: people.Card) -> None:
    with clock.stopped_everywhere(NOW):
        device = enter(app, "Old Bill", printed.passphrase)
        own = make_own_words(device)
    with clock.stopped_everywhere(NOW + rules.JUST_SIGNED_IN + timedelta(minutes=1)):
        late = device.submit("/account/own-words", "card")
        assert "What you typed is safe" not in late.text
        back = device.post("/sign-in", data=fields_with(late, "alias") | {"alias": "Old Bill", "passphrase": own})
    assert back.location == "/account/own-words"


def fields_with(page: TestResponse, name: str) -> dict[str, str]:
    """Return the fields of the form on *page* that has one called *name*."""
    fields: dict[str, str] = next(form["fields"] for form in read(page).forms if name in form["fields"])
    return fields


def test_a_draft_outlives_new_words(app: Flask, session: Session, keys: KeyFolder, printed: people.Card) -> None:
    device = enter(app, "Old Bill", printed.passphrase)
    make_own_words(device)
    form = device.form("/board/proposals/new", "title")
    kept = {**form["fields"], "draft_of": "/board/proposals/new", "title": "A roof over the yard"}
    device.post("/draft?of=/board/proposals/new", data=kept)
    make_own_words(device)
    assert "A roof over the yard" in device.get("/draft?of=/board/proposals/new").text


@pytest.mark.on_both
def test_a_draft_of_an_older_version_still_opens(session: Session, keys: KeyFolder, printed: people.Card) -> None:
    """It was locked with what the words unlock."""
    entered = people.sign_in(session, "Old Bill", people.stretch(keys, "Old Bill", printed.passphrase), NOW)
    assert entered
    who, own = entered.who, session.get_one(ReaderKey, entered.who.account_id)
    session.delete(own)  # Without keys of their own the words alone lock it.
    session.flush()
    people.keep_draft(session, who, "/a", [("title", "A roof")], TODAY)
    session.expunge(own)
    make_transient(own)
    session.add(own)
    session.flush()
    kept = people.draft_kept(session, who, "/a")
    assert kept is not None
    assert kept.fields == [("title", "A roof")]
