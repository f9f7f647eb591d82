"""Public pages that are given again: only while they hold, and never with anything of one visitor's own in them."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from flask import Flask, template_rendered
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock, create_app
from governance.feedback import service as feedback
from governance.feedback.models import Message, Quote
from governance.feedback.rules import Lane
from governance.frame import page_cache as kept
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.permissions.access import Permission, requires
from governance.storage import database
from tests.factories import NOW, TODAY, an_open_programme


@pytest.fixture
def serving(session: Session, keys: KeyFolder, environ: dict[str, str]) -> Iterator[Flask]:
    """The program as it serves people, with an open programme."""
    an_open_programme(session, keys)
    app = create_app({**environ, "GOVERNANCE_MODE": "production", "GOVERNANCE_HTTPS": "0"})
    with clock.stopped_at(NOW):
        yield app
    with app.app_context():
        database.db.engine.dispose()


@contextmanager
def making(app: Flask) -> Iterator[list[str]]:
    """Collect the names of the templates that are made into pages."""
    made: list[str] = []
    with template_rendered.connected_to(lambda _, template, context: made.append(template.name), app):
        yield made


def times_made(app: Flask, path: str = "/", **headers: str) -> int:
    with making(app) as made:
        assert app.test_client().get(path, headers=headers).status_code == 200
    return len(made)


def test_a_page_is_made_once_for_all_visitors_of_one_language(serving: Flask) -> None:
    assert times_made(serving) == 1
    assert times_made(serving) == 0
    assert times_made(serving, **{"Accept-Language": "es"}) == 1
    assert serving.test_client().get("/").text == serving.test_client().get("/").text


def test_what_is_given_again_has_every_header_of_the_first(serving: Flask) -> None:
    first, again = (serving.test_client().get("/") for _ in range(2))
    assert dict(first.headers) == dict(again.headers)


def test_an_entry_of_the_public_ledger_makes_it_anew(serving: Flask, session: Session) -> None:
    times_made(serving)
    ledger.append(session, "decisions", "correction", {"number": "2026-001"})
    session.commit()
    assert times_made(serving) == 1


@pytest.mark.on_both
def test_words_taken_back_are_gone_at_once(serving: Flask, session: Session, keys: KeyFolder) -> None:
    theme = feedback.start_theme(session, "The line", "", Lane.SUGGESTION, TODAY)
    session.commit()
    shown = Quote(message_id=a_message(session, keys), theme_id=theme.id, text="mine", language="en")
    session.add(shown)
    session.commit()
    times_made(serving)
    shown.text, shown.withdrawn = "", True
    session.commit()
    assert times_made(serving) == 1


def a_message(session: Session, keys: KeyFolder) -> uuid.UUID:
    """Return the id of a message that was let out."""
    feedback.take(session, keys, feedback.Submission(token=secrets.token_bytes(16), words="mine"), TODAY)
    feedback.release(session, keys, TODAY + timedelta(days=3))
    return session.scalars(select(Message.id)).one()


def test_a_message_that_comes_in_changes_nothing_anybody_could_measure(
    serving: Flask, session: Session, keys: KeyFolder
) -> None:
    times_made(serving)
    feedback.take(session, keys, feedback.Submission(token=secrets.token_bytes(16), words="just now"), TODAY)
    session.commit()
    assert times_made(serving) == 0


def test_a_new_day_or_a_few_seconds_make_it_anew(serving: Flask) -> None:
    times_made(serving)
    with clock.stopped_at(NOW + timedelta(seconds=kept.SECONDS)):
        assert times_made(serving) == 1
    with clock.stopped_at(NOW + timedelta(days=1)):
        assert times_made(serving) == 1


@pytest.mark.parametrize("held", [{"_flashes": [("message", "Only for me")]}, {"kiosk": "1"}, {"shared": True}])
def test_who_carries_something_of_their_own_gets_a_page_of_their_own(serving: Flask, held: dict[str, object]) -> None:
    times_made(serving)
    visitor = serving.test_client()
    with visitor.session_transaction() as cookie:
        cookie.update(held)
    with making(serving) as made:
        mine = visitor.get("/").text
    assert made
    assert "Only for me" not in serving.test_client().get("/").text
    assert ("Only for me" in mine) == ("_flashes" in held)


@pytest.mark.on_both
def test_a_page_with_a_forms_token_is_never_given_to_anybody_else(serving: Flask) -> None:
    serving.add_url_rule("/form", view_func=requires(Permission.READ_RECORD)(kept.kept(generate_csrf)), endpoint="form")
    visitor = serving.test_client()
    tokens = {visitor.get("/form").text, visitor.get("/form").text, serving.test_client().get("/form").text}
    assert serving.test_client().get("/form").text not in tokens


def test_searches_and_errors_are_not_kept(serving: Flask) -> None:
    times_made(serving)
    assert times_made(serving, "/decisions?q=bench") == times_made(serving, "/decisions?q=bench") == 1
    assert {serving.test_client().get("/decisions/2026-999").status_code for _ in range(2)} == {404}


def test_the_pages_kept_are_few(serving: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 2)
    for number in range(5):
        serving.test_client().get("/", base_url=f"http://host{number}")
    assert len(serving.extensions["kept pages"]) <= 2


def test_in_development_nothing_is_kept(session: Session, keys: KeyFolder, app: Flask) -> None:
    an_open_programme(session, keys)
    assert times_made(app) == times_made(app) == 1
