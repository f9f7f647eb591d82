"""Each stop of the thread says one whole phrase of the catalogue: a name and a state in two words do not translate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta

import pytest
from flask import Flask, get_template_attribute
from flask_babel import force_locale
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback.models import Theme
from governance.frame.catalogue import in_words
from governance.frame.thread import StopOnPage
from governance.keys.keyfolder import KeyFolder
from governance.publishing import phrases
from governance.publishing.phrases import NAMES
from governance.publishing.rules import Stop, StopState, whole_thread
from governance.publishing.service import thread
from governance.publishing.views.threads import on_page
from governance.responses import service as responses
from tests.ballots.factories import AFTER
from tests.responses.factories import A_NO, AN_ANSWER, MANAGER, TODAY, a_decision_duty, a_theme, a_theme_duty
from tests.words import catalogue

PHRASES = sorted({
    phrase
    for name, found in vars(phrases).items()
    if isinstance(found, str | dict) and name.isupper()
    for phrase in (found.values() if isinstance(found, dict) else [found])
    if " " in phrase
})  # fmt: skip
LANGUAGES = ("es", "fr", "pt")
GENDERED = ("Palabra Escuchado", "Voto Contada", "Parole Entendu", "Vote Compté")


def threads(session: Session, keys: KeyFolder) -> Iterator[list[Stop]]:
    """The threads of a decision and of themes, at every state that its answer and its promise can have."""
    duty, record = a_decision_duty(session, keys)
    yield thread.of_record(session, record, AFTER, TODAY)
    yield thread.of_record(session, record, AFTER, duty.answer_due + timedelta(days=3))
    responses.answer(session, duty, AN_ANSWER, MANAGER, TODAY)
    yield thread.of_record(session, record, AFTER, TODAY)
    promise = responses.commitments_of(session, [duty.id])[duty.id][0]
    for late in (1, 9):
        yield thread.of_record(session, record, AFTER, promise.due_on + timedelta(days=late))
    responses.report_done(session, promise, TODAY)
    yield thread.of_record(session, record, AFTER, TODAY)
    yield thread.of_theme(session, a_theme(session, "By itself"), AFTER, TODAY)
    owed = a_theme_duty(session, "Owed")
    theme = session.get_one(Theme, owed.theme_id)
    yield thread.of_theme(session, theme, AFTER, TODAY)
    yield thread.of_theme(session, theme, AFTER, owed.answer_due + timedelta(days=1))
    responses.answer(session, owed, A_NO, MANAGER, TODAY)
    yield thread.of_theme(session, theme, AFTER, TODAY)


def labels(stops: list[StopOnPage]) -> list[str]:
    """What a page shows as the label of each stop: all words of its line but its day."""
    html = str(get_template_attribute("_parts.html", "thread")(stops))
    lines = re.findall(r'<p class="stop-line">(.*?)</p>', html, re.DOTALL)
    bare = [re.sub(r'<span class="stop-when">.*?</span>', "", line) for line in lines]
    return [" ".join(re.sub(r"<[^>]+>", " ", line).split()) for line in bare]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_is_one_whole_phrase_of_the_catalogue(
    app: Flask, session: Session, keys: KeyFolder, language: str
) -> None:
    with clock.stopped_at(AFTER):
        found = list(threads(session, keys))
    with app.test_request_context(), force_locale(language):
        whole = [re.escape(in_words(phrase)).replace(r"\{days\}", r"\d+") for phrase in PHRASES]
        shown = {label for stops in found for label in labels(on_page(stops))}
    assert len(shown) > 15
    assert [label for label in shown if not any(re.fullmatch(each, label) for each in whole)] == []
    assert not shown & set(GENDERED)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_left_in_english_or_built_of_two_entries(language: str) -> None:
    words = {str(each.id): str(each.string) for each in catalogue.messages(catalogue.of(language))}
    short = {said.lower() for said in words.values() if " " not in said}
    assert len(short) > 20
    for phrase in PHRASES:
        assert words[phrase] not in ("", phrase)
        assert not of_two(words[phrase], short), phrase


def of_two(said: str, short: set[str]) -> bool:
    """Whether a label is two entries of one word each, side by side."""
    parts = said.lower().split()
    return len(parts) == 2 and set(parts) <= short


@pytest.mark.parametrize("label", GENDERED)
def test_what_is_built_of_two_entries_would_be_seen(label: str) -> None:
    assert of_two(label, {"palabra", "escuchado", "voto", "contada", "parole", "entendu", "vote", "compté"})


def test_a_page_is_given_no_name_beside_what_a_stop_says(app: Flask) -> None:
    assert {"name", "word"}.isdisjoint(each.name for each in fields(StopOnPage))
    two = [{"says": "Palabra", "name": "Voto", "word": "Contada", "state": "done", "when": "3", "text": "", "url": ""}]
    with app.test_request_context():
        assert labels(two) == ["Palabra"]  # type: ignore[arg-type]


def test_each_stop_can_wait_or_be_passed_over_in_its_own_words() -> None:
    assert set(phrases.NOT_YET) == set(phrases.NOT_NEEDED) == set(NAMES)
    waiting = whole_thread({})
    assert [stop.says for stop in waiting] == list(phrases.NOT_YET.values())
    passed = whole_thread({phrases.DONE: Stop(phrases.DONE, StopState.DONE, phrases.CHECKED)})
    assert [stop.says for stop in passed[:-1]] == [phrases.NOT_NEEDED[name] for name in NAMES[:-1]]
