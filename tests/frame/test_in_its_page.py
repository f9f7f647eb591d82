"""A no of a rule stands inside the work page it was asked for on, above its form, with all that was typed still in it.

Every form of every work page is walked: its view is made to say no, and the page that comes back is looked at.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance.frame import error_pages
from governance.frame.in_its_page import _ways_up, page_at
from governance.frame.typed_again import SECRETS
from governance.permissions.access import Asker
from governance.permissions.roles import Role
from tests.demo.served import Demo
from tests.frame.refused_forms import (
    NEW_ON_EACH_PAGE,
    NO,
    WORDS,
    Found,
    h1,
    saying_no,
    sent,
)
from tests.page import Page, PageClient


def what_is_wrong(person: PageClient, address: str, form: dict[str, Any]) -> str:
    """Send the form, and say what is wrong with the page that comes back; '' for nothing."""
    before = Page(person.get(address).text)
    action = urlsplit(form["action"] or address).path
    data = sent(before, form)
    answer = person.post(form["action"] or address, data=data)
    page = Page(answer.text)
    if answer.status_code != 409:
        return f"status {answer.status_code}"
    if h1(page) != h1(before):
        return f"another page: {h1(page)}, not {h1(before)}"
    if answer.text.count(NO) != 1:
        return "the sentence is not there once"
    there = [each for each in page.forms if urlsplit(each["action"] or address).path == action]
    typed = {name: value for name, value in data.items() if name not in (*SECRETS, *NEW_ON_EACH_PAGE)}
    if not any(typed.items() <= each["fields"].items() for each in there):
        return f"what was typed is not in its form: {typed} {[each['fields'] for each in there]}"[:400]
    start = answer.text.rindex("<form", 0, answer.text.index(NO))
    if f'action="{action}' not in answer.text[start : answer.text.index(">", start)] and form["action"]:
        return "the sentence does not stand in its form"
    return "a secret came back" if "open sesame" in answer.text else ""


def test_a_no_stays_in_the_page_of_every_form(work_forms: Found, every_rule_says_no: None) -> None:
    wrong = {endpoint: said for endpoint, about in work_forms.items() if (said := what_is_wrong(*about))}
    assert wrong == {}
    assert len(work_forms) > 45


def test_without_it_whoever_is_told_no_stands_on_another_page(
    work_forms: Found, every_rule_says_no: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the walk would find: no form of all would pass."""
    monkeypatch.setattr(error_pages, "shown_in_its_page", lambda *_: None)
    assert all(what_is_wrong(*about) for about in work_forms.values())


def test_above_every_address_that_takes_a_form_there_is_a_page(demo_to_spoil: Demo) -> None:
    """For those too whose form no page of the demo shows today."""
    app = demo_to_spoil.app
    alone = []
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "POST" not in (rule.methods or ()) or getattr(view, "asker", None) is not Asker.SIGNED_IN:
            continue
        path = str(rule.build(dict.fromkeys(rule.arguments, 1))[1])  # type: ignore[index]
        with app.test_request_context(path):
            if not list(_ways_up(path)):
                alone.append(rule.endpoint)
    assert alone == ["people.sign_out"]


def test_where_the_button_is_gone_the_no_stands_at_the_top_of_its_page(
    demo_to_spoil: Demo, work_forms: Found, every_rule_says_no: None
) -> None:
    """Words would go with the form, so they come back by themselves."""
    person, _, form = work_forms["board.move"]
    gone = re.sub(r"\d+", "98765", form["action"])
    token = {"csrf_token": form["fields"]["csrf_token"]}
    answer = person.post(gone, data=token)
    assert answer.status_code == 409
    assert h1(Page(answer.text)) == h1(Page(person.get("/board/agenda").text))
    assert NO in answer.text[answer.text.index("<main") :]
    written = person.post(gone, data={**token, "why": WORDS})
    assert WORDS[:18] in written.text
    assert "Send again" in written.text


def test_nobody_is_shown_a_page_that_is_not_theirs(demo_to_spoil: Demo) -> None:
    """The page is asked for as whoever asks: without a sign-in, and with another card, it is not there."""
    app = demo_to_spoil.app
    member, staff = demo_to_spoil.as_somebody("Cricket"), demo_to_spoil.as_somebody("Mo")
    seen = {}
    for who, person in (("member", member), ("staff", staff), ("visitor", PageClient(app))):
        cookie = person.get_cookie(app.config["SESSION_COOKIE_NAME"])
        headers = {"Cookie": f"{app.config['SESSION_COOKIE_NAME']}={cookie.value}"} if cookie else {}
        with app.test_request_context("/board/agenda", method="POST", headers=headers):
            seen[who] = bool(page_at("/board/agenda")), bool(page_at("/desk/paper"))
    assert seen["visitor"] == (False, False)
    assert seen["member"][0]
    assert seen["staff"] != seen["member"]


@pytest.mark.parametrize("shared", [False, True])
def test_the_form_that_comes_back_can_be_sent(
    app: Flask, sign_in: Callable[..., PageClient], monkeypatch: pytest.MonkeyPatch, shared: bool
) -> None:
    """On a shared screen too, where whoever opens another page ends the forms of before."""
    person = sign_in(Role.MEMBER)
    with person.session_transaction() as cookie:
        cookie["shared"] = shared
    new = app.view_functions["proposals.new"]
    fields = person.form("/board/proposals/new", "ask")["fields"]
    with monkeypatch.context() as once:
        once.setitem(app.view_functions, "proposals.new", saying_no(new))
        refused = person.post("/board/proposals/new", data={**fields, "title": "Rooms", "ask": WORDS})
    assert refused.status_code == 409
    (form,) = [form for form in Page(refused.text).forms if "ask" in form["fields"]]
    assert form["action"] == "/board/proposals/new"
    assert person.post(form["action"], data=form["fields"]).status_code == 303


def test_another_form_of_the_page_still_goes_where_it_went(
    app: Flask, sign_in: Callable[..., PageClient], monkeypatch: pytest.MonkeyPatch, session: Session
) -> None:
    """The page comes back at the address of the one that was refused."""
    person = sign_in(Role.FACILITATOR, Role.MEMBER)
    person.submit("/board/agenda", title="A bench outside")
    move = person.form("/board/agenda", "/board/agenda/")
    monkeypatch.setitem(app.view_functions, "board.move", saying_no(app.view_functions["board.move"]))
    refused = Page(person.post(move["action"], data=move["fields"]).text)
    assert [form["action"] for form in refused.forms if "title" in form["fields"]] == ["/board/agenda"]
