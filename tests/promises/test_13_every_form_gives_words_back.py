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
from werkzeug.exceptions import HTTPException

from governance.database import db
from governance.frame import typed_again
from tests.crawl import walk
from tests.demo.served import CAST, Demo
from tests.page import Page, PageClient

WORDS = "the kettle is cold since May"
# Any change of any table leaves a row behind that points nowhere, which the database sees at COMMIT alone.
NOWHERE = "CREATE TABLE nowhere (at INTEGER REFERENCES somewhere (id) DEFERRABLE INITIALLY DEFERRED)"
# They name a page of their own, of many screens: test_13_words_come_back.py sends them.
OF_THEIR_OWN = ("feedback.say", "feedback.kiosk")
SOMEWHERE = "CREATE TABLE somewhere (id INTEGER PRIMARY KEY)"
REFUSED = "CREATE TRIGGER refused_{table}_{act} AFTER {act} ON {table} BEGIN INSERT INTO nowhere VALUES (1); END"


@pytest.fixture(scope="module")
def forms(demo_to_spoil: Demo) -> dict[str, tuple[PageClient, str, dict[str, Any]]]:
    """One form for each address that can be posted to, with who may post it and where it stands."""
    found = {}
    for alias in ("", *CAST):
        person = demo_to_spoil.as_somebody(alias)
        for address, form in walk(demo_to_spoil.app, person).forms:
            endpoint = endpoint_of_post(demo_to_spoil, form["action"] or address)
            if (
                endpoint
                and endpoint not in OF_THEIR_OWN
                and "" in form["fields"].values()
                and not typed_again.SECRETS.intersection(form["fields"])
            ):
                found.setdefault(endpoint, (person, form["action"] or address, form))
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


def test_no_form_loses_what_was_typed(
    forms: dict[str, tuple[PageClient, str, dict[str, Any]]], nothing_is_kept: None
) -> None:
    lost = []
    for endpoint, (person, address, form) in forms.items():
        answer = person.post(address, data={name: value or WORDS for name, value in form["fields"].items()})
        if endpoint == "places.language" and answer.headers.get("Location") == "/hide":
            continue  # It holds no words, and a shared screen answers no form of an earlier visit.
        if WORDS not in "".join(Page(answer.text).text) and WORDS not in answer.text:
            lost.append((endpoint, answer.status_code, answer.headers.get("Location", "")))
    assert lost == []
    assert len(forms) > 15


@pytest.mark.parametrize("broken", ["_layout.html", "errors/typed_again.html"])
def test_a_broken_template_gives_the_words_back(
    demo_to_spoil: Demo,
    forms: dict[str, tuple[PageClient, str, dict[str, Any]]],
    monkeypatch: pytest.MonkeyPatch,
    nothing_is_kept: None,
    broken: str,
) -> None:
    app = demo_to_spoil.app
    person, address, form = forms["proposals.new"]
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
