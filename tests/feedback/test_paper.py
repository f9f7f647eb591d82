"""Paper cards: printed blank in the site's languages, typed in by nobody they may be about, counted without a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import typst
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback import paper_cards, rules
from governance.feedback.models import Held, Message
from governance.frame.languages import LANGUAGES
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from tests.factories import NOW, Founded, an_open_programme
from tests.feedback.messages import let_out, stored
from tests.feedback.test_desk import at, reader
from tests.page import PageClient

# Its pages alone: a card is taken on both in test_must_be_asked.

PAPER = "/desk/paper"
WITH_LETTERS = ("en", "es", "fr", "pt", "ht", "vi", "ar")  # typst brings letters for these itself, and we the others.


# What stands on cards that are in somebody's pocket already. A new box gets a new number, at the end.
PRINTED = {
    1: ("lane", "suggestion"), 2: ("lane", "grievance"), 3: ("lane", "urgent"), 4: ("lane", "alert"),
    5: ("lane", "thanks"), 6: ("lane", "other"), 7: ("about", "worker"), 8: ("about", "manager"),
    9: ("about", "nobody"), 10: ("about", "unknown"), 11: ("topics", "supplies"), 12: ("topics", "needle-limit"),
    13: ("topics", "respect"), 14: ("topics", "wait"), 15: ("topics", "hours"), 16: ("topics", "smoking"),
    17: ("topics", "bathroom"), 18: ("topics", "safety"), 19: ("face", "good"), 20: ("face", "ok"),
    21: ("face", "bad"), 22: ("consent", "words"), 23: ("consent", "idea"), 24: ("consent", "private"),
}  # fmt: skip


def test_a_card_that_is_printed_keeps_the_numbers_of_its_boxes() -> None:
    assert {number: paper_cards.BOXES.get(number) for number in PRINTED} == PRINTED


@pytest.fixture
def founded(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """An open programme, on the day it was founded."""
    with clock.stopped_everywhere(NOW):
        yield an_open_programme(session, keys)


def type_in(visitor: PageClient, about: str = "none", **typed: object) -> int:
    return visitor.submit(f"{PAPER}?about={about}", **typed).status_code


def numbers(**boxes: str) -> str:
    return " ".join(str(paper_cards.number_of(group, value)) for group, value in boxes.items())


# Typing in


def test_a_card_is_two_presses_and_what_is_written_on_it(app: Flask, founded: Founded) -> None:
    visitor = reader(app, founded, "Juniper")
    first = visitor.get(PAPER).text
    assert 'href="/desk/paper?about=none"' in first
    ticks = numbers(lane="suggestion", topics="wait", face="bad", consent="words")
    assert type_in(visitor, ticks=ticks, words="i  spel it my way") == 303
    let_out(founded)
    founded.session.commit()
    message = visitor.get(at(stored(founded, select(Message.id))[0])).text
    for written in ("i  spel it my way", "The wait", "Bad", "You can show my words", "An idea, or how it was"):
        assert written in message, written


def test_language_and_place_stay_for_the_next_card_of_the_pile(app: Flask, founded: Founded) -> None:
    visitor = reader(app, founded, "Juniper")
    place = re.search(r'<option value="([^"]+)">', visitor.get(f"{PAPER}?about=none").text.split('id="place"')[1])
    assert place
    answer = visitor.submit(f"{PAPER}?about=none", words="hola", language="es", place=place[1])
    again = visitor.get(answer.headers["Location"]).text
    onward = re.search(r'href="(/desk/paper\?about=none[^"]*)"', again)
    assert onward
    typing = visitor.get(onward[1].replace("&amp;", "&")).text
    assert '<option selected value="es">' in typing
    assert f'<option selected value="{place[1]}">' in typing


@pytest.mark.parametrize(
    ("alias", "kept_out_of"),
    [("Juniper", {"worker", "manager", "unknown"}), ("Kelp", {"manager", "unknown"}), ("Larch", set()), ("Ash", set())],
)
def test_nobody_types_in_what_may_be_about_them(
    app: Flask, founded: Founded, alias: str, kept_out_of: set[str]
) -> None:
    visitor = reader(app, founded, alias)
    offered = set(re.findall(r"\?about=(\w+)", visitor.get(PAPER).text))
    assert offered == set(map(str, paper_cards.WHOM_WORDS)) - kept_out_of
    for whom in map(str, paper_cards.WHOM_WORDS):
        refused = whom in kept_out_of
        assert visitor.get(f"{PAPER}?about={whom}").status_code == (409 if refused else 200), whom
    token = visitor.form(f"{PAPER}?about=none")["fields"]
    for whom in kept_out_of:
        answer = visitor.post(PAPER, data={**token, "about": whom, "words": "what he did"})
        assert answer.status_code == 409
        assert "Give it to" in answer.text
        assert "what he did" in answer.text, "Nothing typed is lost."
    assert stored(founded, select(Held)) == []


def test_a_complaint_that_names_nobody_is_not_typed_in_by_who_it_may_be(app: Flask, founded: Founded) -> None:
    for alias, status in (("Juniper", 409), ("Kelp", 409), ("Larch", 303), ("Ash", 303)):
        assert type_in(reader(app, founded, alias), ticks=numbers(lane="grievance"), words="it") == status, alias
    assert {held.audience for held in stored(founded, select(Held))} == {rules.Audience.MANAGER}


def test_the_box_on_the_card_says_who_it_is_about_and_no_other_way_in_does(app: Flask, founded: Founded) -> None:
    visitor = reader(app, founded, "Juniper")
    answer = visitor.submit(f"{PAPER}?about=none", ticks=numbers(about="manager"), words="kept")
    assert answer.status_code == 409
    assert "another box is ticked" in answer.text
    assert "kept" in answer.text
    token = visitor.form(f"{PAPER}?about=none")["fields"]
    answer = visitor.post(PAPER, data={**token, "about": "", "words": "kept"})
    assert (answer.status_code, "kept" in answer.text) == (422, True)
    assert stored(founded, select(Held)) == []


def test_how_many_were_typed_in_is_said_for_a_day_and_kept_in_no_table(app: Flask, founded: Founded) -> None:
    visitor = reader(app, founded, "Juniper")
    assert "You typed in" not in visitor.get(PAPER).text
    form = visitor.form(f"{PAPER}?about=none")["fields"]
    for _ in range(2):
        assert visitor.post(f"{PAPER}?about=none", data={**form, "words": "once"}).status_code == 303
    assert "You typed in 1 card today. Is each of them shredded?" in visitor.get(PAPER).text
    type_in(visitor, words="another")
    assert "You typed in 2 cards today" in visitor.get(PAPER).text
    assert "You typed in" not in reader(app, founded, "Kelp").get(PAPER).text
    with clock.stopped_everywhere(NOW + timedelta(days=1)):
        assert "You typed in" not in reader(app, founded, "Juniper").get(PAPER).text


# The numbers of the boxes


def test_every_box_has_its_number_and_gives_it_back() -> None:
    for number, (group, value) in paper_cards.BOXES.items():
        said = getattr(paper_cards.ticked(str(number)), group)
        assert said == ((value,) if group == "topics" else value)
        assert paper_cards.number_of(group, value) == number


@pytest.mark.parametrize("typed", ["2 7, 14", "2,7;14", " 2\t7 14 14", "٢ ٧ ١٤"])
def test_numbers_are_taken_as_people_type_them(typed: str) -> None:
    assert paper_cards.ticked(typed) == paper_cards.ticked("2 7 14")


def test_the_narrower_of_two_ticks_stands_for_what_may_be_shown() -> None:
    assert paper_cards.ticked(f"{numbers(consent='words')} {numbers(consent='private')}").consent == "private"
    assert paper_cards.ticked("") == paper_cards.Ticked()


@pytest.mark.parametrize("typed", ["99", "0", "1 2", f"{10**30}"])
def test_a_number_without_a_box_and_two_for_one_answer_are_refused(typed: str) -> None:
    with pytest.raises(RuleRefused) as refusal:
        paper_cards.ticked(typed)
    assert refusal.value.field == "ticks"


# Printing


@pytest.mark.parametrize("code", LANGUAGES)
def test_blank_cards_are_printed_in_the_words_of_their_language(app: Flask, founded: Founded, code: str) -> None:
    answer = reader(app, founded).get(f"{PAPER}/blank?language={code}&paper=us-letter&box=by+the+door")
    assert (answer.status_code, answer.mimetype) == (200, "application/pdf")
    assert answer.data.startswith(b"%PDF")
    assert len(re.findall(rb"/Type/Page\b", answer.data)) == 2


def test_where_there_are_no_letters_the_page_says_so(
    app: Flask, founded: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = typst.compile
    none = {"ignore_system_fonts": True, "font_paths": []}
    monkeypatch.setattr(typst, "compile", lambda *args, **named: bare(*args, **{**named, **none}))
    for code in sorted(set(LANGUAGES) - set(WITH_LETTERS)):
        answer = reader(app, founded).get(f"{PAPER}/blank?language={code}&paper=a4")
        assert answer.status_code == 409
        assert f"no letters for {LANGUAGES[code].name}" in answer.text


@pytest.mark.parametrize("asked", ["language=xx&paper=a4", "language=en&paper=tabloid", f"language=en&box={'x' * 99}"])
def test_what_cannot_be_printed_is_asked_again(app: Flask, founded: Founded, asked: str) -> None:
    assert reader(app, founded).get(f"{PAPER}/blank?{asked}").status_code == 422


def test_what_a_site_writes_on_a_card_is_text_and_nothing_else(app: Flask, founded: Founded) -> None:
    answer = reader(app, founded).get(f"{PAPER}/blank?language=en&paper=a4&box=%23panic(1)+%5D+%24")
    assert answer.mimetype == "application/pdf"


def test_the_page_is_for_those_who_type_cards(sign_in: object, founded: Founded) -> None:
    assert sign_in(Role.RESPONDER).get(f"{PAPER}/blank").status_code == 403  # type: ignore[operator]
