"""Promise 13 for every form of the program: when keeping fails at the very end, what was typed is on the page."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask.testing import FlaskClient
from jinja2 import ChoiceLoader, DictLoader
from sqlalchemy import delete
from werkzeug.exceptions import HTTPException

from governance.frame import typed_again
from governance.gates import GATES
from governance.people.models import SignIn
from governance.storage import database
from governance.storage.database import db
from tests.demo.served import CAST, Demo
from tests.page import Page, PageClient

WORDS = "the kettle is cold since May"
ONE_WORD = "Kettlecold"
# Any change of any table leaves a row behind that points nowhere, which the database sees at COMMIT alone.
NOWHERE = "CREATE TABLE nowhere (at INTEGER REFERENCES somewhere (id) DEFERRABLE INITIALLY DEFERRED)"
# They name a page of their own, of many screens: test_13_words_come_back.py sends them.
OF_THEIR_OWN = ("feedback.say", "feedback.kiosk")
SOMEWHERE = "CREATE TABLE somewhere (id INTEGER PRIMARY KEY)"
REFUSED = "CREATE TRIGGER refused_{table}_{act} AFTER {act} ON {table} BEGIN INSERT INTO nowhere VALUES (1); END"

LOOKS = GATES["people.accounts"]

Forms = dict[str, tuple[PageClient, str, dict[str, Any], str]]


@pytest.fixture(scope="module")
def forms(demo_to_spoil: Demo) -> Forms:
    """One form for each address that can be posted to, with who may post it, where it stands and their name."""
    found = {}
    for alias in ("", *CAST):
        person, on_the_way = demo_to_spoil.walked(alias)
        for address, form in on_the_way.forms:
            endpoint = endpoint_of_post(demo_to_spoil, form["action"] or address)
            if (
                endpoint
                and endpoint not in OF_THEIR_OWN
                and "" in form["fields"].values()
                and not typed_again.SECRETS.intersection(form["fields"])
            ):
                found.setdefault(endpoint, (person, form["action"] or address, form, alias))
    return found


def endpoint_of_post(demo: Demo, address: str) -> str:
    try:
        return str(demo.app.url_map.bind("localhost").match(urlsplit(address).path, method="POST")[0])
    except HTTPException:
        return ""


@pytest.fixture
def nothing_is_kept(demo_to_spoil: Demo) -> Iterator[None]:
    """Have the database refuse every change at COMMIT."""
    with demo_to_spoil.app.app_context():
        file, tables = Path(db.engine.url.database or ""), list(db.metadata.tables)
    acts = [(table, act) for table in tables for act in ("INSERT", "UPDATE", "DELETE")]
    with sqlite3.connect(file) as connection:
        connection.execute(SOMEWHERE)
        connection.execute(NOWHERE)
        for table, act in acts:
            connection.execute(REFUSED.format(table=table, act=act))
    yield
    with sqlite3.connect(file) as connection:
        for table, act in acts:
            connection.execute(f"DROP TRIGGER refused_{table}_{act}")
        connection.execute("DROP TABLE nowhere")
        connection.execute("DROP TABLE somewhere")


def lost_of(forms: Forms, words: str = WORDS) -> list[tuple[str, int, str]]:
    """Send each form with these *words*; return those whose answer has none of them, its status and where it leads."""
    lost = []
    for endpoint, (person, address, form, _) in forms.items():
        answer = person.post(address, data={name: value or words for name, value in form["fields"].items()})
        if endpoint == "places.language" and answer.headers.get("Location") == "/hide":
            continue  # It holds no words, and a shared screen answers no form of an earlier visit.
        if GATES[endpoint] == LOOKS and answer.status_code == 303:
            answer = person.get(answer.headers["Location"])  # What is looked for waits in the cookie, not in a table.
        if words not in "".join(Page(answer.text).text) and words not in answer.text:
            lost.append((endpoint, answer.status_code, answer.headers.get("Location", "")))
    return lost


@pytest.mark.parametrize("words", [WORDS, ONE_WORD])
def test_no_form_loses_what_was_typed(forms: Forms, nothing_is_kept: None, words: str) -> None:
    assert lost_of(forms, words) == []
    assert len(forms) > 15


def test_without_what_gives_them_back_the_same_forms_lose_them(
    forms: Forms, nothing_is_kept: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: the words come from the page that gives them back, and the same walk sees where they are gone."""
    for page in ("typed_again", "shown_in_its_page"):
        monkeypatch.setattr(f"governance.frame.error_pages.{page}", lambda *_: None)
    assert len(lost_of(forms)) >= 10


def after_the_sign_in_ended(demo: Demo, person: PageClient, address: str, form: dict[str, Any]) -> Page:
    """Send a form when the sign-in is over, and return the page that comes instead."""
    with demo.app.app_context(), database.transaction():
        db.session.execute(delete(SignIn))
    answer = person.post(address, data={name: value or WORDS for name, value in form["fields"].items()})
    assert answer.status_code == 401, address
    assert WORDS not in answer.text, "nobody reads it in the page's source"
    return Page(answer.text)


def signs_in(demo: Demo, person: PageClient, page: Page, alias: str) -> Any:
    """Sign in on that page, with the card of *alias*."""
    (form,) = [form for form in page.forms if "passphrase" in form["fields"]]
    return person.post(
        form["action"], data={**form["fields"], "alias": alias, "passphrase": demo.cards[alias]}
    )  # fmt: skip


def test_what_was_typed_passes_through_the_sign_in(demo_to_spoil: Demo, forms: Forms) -> None:
    """For its writer alone, and once more for the form it was written in."""
    lost, walked = [], 0
    for endpoint, (person, address, form, alias) in forms.items():
        if not alias:
            continue
        page = after_the_sign_in_ended(demo_to_spoil, person, address, form)
        again = Page(signs_in(demo_to_spoil, person, page, alias).text)
        there = [each for each in again.forms if each["action"] == address.partition("#")[0]]
        back = [each for each in there if WORDS in each["fields"].values()]
        walked += 1
        if len(back) != 1 or set(form["fields"]) - set(back[0]["fields"]):
            lost.append(endpoint)
    assert lost == []
    assert walked > 10


def test_it_comes_back_to_nobody_else(demo_to_spoil: Demo, forms: Forms) -> None:
    person, address, form, alias = forms["proposals.new"]
    page = after_the_sign_in_ended(demo_to_spoil, person, address, form)
    other = next(name for name in CAST if name != alias)
    answer = signs_in(demo_to_spoil, person, page, other)
    assert answer.status_code == 303
    assert WORDS not in answer.text
    thief = PageClient(demo_to_spoil.app)
    stolen = next(form["fields"]["before"] for form in page.forms if "before" in form["fields"])
    shown = Page(thief.get("/sign-in").text)
    shown.forms[0]["fields"]["before"] = stolen
    assert WORDS not in signs_in(demo_to_spoil, thief, shown, other).text


def test_a_page_that_asked_for_a_sign_in_is_where_it_leads(demo_to_spoil: Demo) -> None:
    person = PageClient(demo_to_spoil.app)
    page = Page(person.get("/board/proposals?at=1").text)
    assert signs_in(demo_to_spoil, person, page, "Mo").headers["Location"] == "/board/proposals?at=1"


@pytest.mark.parametrize("broken", ["_layout.html", "errors/typed_again.html"])
def test_a_broken_template_gives_the_words_back(
    demo_to_spoil: Demo,
    forms: Forms,
    monkeypatch: pytest.MonkeyPatch,
    nothing_is_kept: None,
    broken: str,
) -> None:
    app = demo_to_spoil.app
    person, address, form, _ = forms["proposals.new"]
    monkeypatch.setattr(app, "testing", False)
    torn = DictLoader({broken: "{% block"})
    monkeypatch.setattr(app.jinja_env, "loader", ChoiceLoader([torn, app.jinja_env.loader]))
    app.jinja_env.cache.clear()
    answer = FlaskClient.open(
        person, address, method="POST", data={name: value or WORDS for name, value in form["fields"].items()}
    )
    app.jinja_env.cache.clear()
    assert answer.status_code >= 400
    assert WORDS in answer.text
    assert "<button" in answer.text
    assert 'method="post"' in answer.text
