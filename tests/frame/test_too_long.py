"""A form that is longer than a page takes: its limit is said in words, and it comes back to be made shorter."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from urllib.parse import urlencode

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance.frame.error_pages import round_down
from governance.frame.gateway import Gateway
from governance.frame.incoming import LARGEST_BODY, LARGEST_KEPT, most_read
from governance.keys.keyfolder import KeyFolder
from governance.people.models import SignIn
from governance.permissions.roles import Role
from governance.proposals.models import Proposal
from tests.frame.test_gateway import Line, Scope, in_a_loop
from tests.page import Page, PageClient

# What is read of a request is read before any table.

NEW = "/board/proposals/new"
LINE = "We want warm rooms on Sunday mornings. "
FULL = LINE * (LARGEST_BODY // len(LINE) + 50)
FAR_TOO_FULL = LINE * (LARGEST_KEPT // len(LINE) + 1_000)
FORM = "application/x-www-form-urlencoded"

SignIn_ = Callable[..., PageClient]


def filled_in(person: PageClient, **typed: str) -> dict[str, str]:
    return {**person.form(NEW, "ask")["fields"], "title": "Warm rooms", **typed}


def back(text: str) -> dict[str, str]:
    """The form on the page that came back."""
    (form,) = [form for form in Page(text).forms if "ask" in form["fields"]]
    return dict(form["fields"])


def test_what_is_too_long_comes_back_whole_with_the_limit_in_words(sign_in: SignIn_, session: Session) -> None:
    person = sign_in(Role.MEMBER)
    answer = person.post(NEW, data=filled_in(person, ask=FULL))
    assert answer.status_code == 413
    assert "and here are 6" in answer.text
    assert "About 6" in answer.text, "as many letters as fit"
    held = back(answer.text)
    assert held["ask"] == FULL
    assert held["title"] == "Warm rooms"
    assert session.scalars(select(Proposal)).all() == []
    session.rollback()
    sent = person.post(NEW, data={**held, "ask": LINE})
    assert sent.status_code == 303, "made shorter, it is sent from there"
    assert session.scalars(select(Proposal)).one()


@pytest.mark.parametrize("letter", ["a", "é", "的", "🫶"])
def test_of_what_is_far_too_long_the_beginning_comes_back(sign_in: SignIn_, letter: str) -> None:
    person = sign_in(Role.MEMBER)
    text = (letter * 20 + " ") * 20_000
    answer = person.post(NEW, data=filled_in(person, ask=text))
    assert answer.status_code == 413
    assert "could not keep the rest" in answer.text
    held = back(answer.text)["ask"]
    assert text.startswith(held)
    assert len(held) > 10_000


def test_without_our_token_nothing_is_shown(sign_in: SignIn_) -> None:
    """Else another site could put its words on a page of ours, with a button under them."""
    person = sign_in(Role.MEMBER)
    for token in ("", "made-up"):
        answer = person.post(NEW, data={**filled_in(person, ask=FULL), "csrf_token": token})
        assert answer.status_code == 413
        assert LINE not in answer.text
        assert "60,000 letters" in answer.text


def test_what_opens_something_does_not_come_back(client: PageClient) -> None:
    fields = client.form("/sign-in", "alias")["fields"]
    answer = client.post("/sign-in", data={**fields, "alias": LINE, "passphrase": "five words " * 40_000})
    assert answer.status_code == 413
    assert "five words five words" not in answer.text


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "application/json", "text/plain", ""])
def test_what_is_no_form_of_ours_is_a_plain_page(sign_in: SignIn_, kind: str) -> None:
    answer = sign_in(Role.MEMBER).post(NEW, data=b"\x00\xff%" * 200_000, content_type=kind)
    assert answer.status_code in (400, 413)
    assert "<h1" in answer.text


@pytest.mark.parametrize("body", [b"\xff" * 300_000, b"a=%" * 100_000, b"%00" * 100_000, b"&" * 300_000])
def test_what_makes_no_sense_is_a_plain_page_too(sign_in: SignIn_, body: bytes) -> None:
    answer = sign_in(Role.MEMBER).post(NEW, data=body, content_type=FORM)
    assert answer.status_code == 413
    assert "<h1" in answer.text


@pytest.mark.parametrize(("text", "whole"), [(FULL, True), (FAR_TOO_FULL, False), (FAR_TOO_FULL * 20, False)])
def test_the_server_reads_on_so_far_and_no_further(sign_in: SignIn_, app: Flask, text: str, whole: bool) -> None:
    """Through the gateway, which hands a page no more than it may keep."""
    person = sign_in(Role.MEMBER)
    fields = filled_in(person)
    fields["ask"] = text
    body = urlencode(fields).encode()
    cookie = person.get_cookie("voice")
    assert cookie
    headers = {"cookie": f"voice={cookie.value}", "content-type": FORM, "content-length": str(len(body))}
    line = Line(*(body[at : at + 10_000] for at in range(0, len(body), 10_000)))
    page = Gateway(app.wsgi_app, 1, partial(most_read, app))
    in_a_loop(page.__rsgi__(Scope(path=NEW, query_string="", headers=headers), line))
    ((status, _, said),) = line.answers
    assert status == 413
    held = back(bytes(said).decode())["ask"]
    assert (held == text) is whole
    assert text.startswith(held)
    assert len(line.parts) == 0 or not whole


def test_it_passes_through_the_sign_in_too(sign_in: SignIn_, session: Session, keys: KeyFolder) -> None:
    person = sign_in(Role.MEMBER)
    fields = filled_in(person, ask=FULL)
    session.execute(delete(SignIn))
    session.commit()
    asked = person.post(NEW, data=fields)
    assert asked.status_code == 401
    (form,) = [form for form in Page(asked.text).forms if "passphrase" in form["fields"]]
    card = {"alias": person.card.alias, "passphrase": person.card.passphrase}
    assert back(person.post(form["action"], data={**form["fields"], **card}).text)["ask"] == FULL


def test_about_is_two_digits_and_zeros() -> None:
    assert [round_down(number) for number in (0, 7, 65, 654, 6_543, 65_536)] == [0, 7, 65, 650, 6_500, 65_000]
