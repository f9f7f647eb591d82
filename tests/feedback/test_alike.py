"""A flood costs whoever reads one look: what says the same is one line, and nothing else is pushed out of sight."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback import alike, rules
from governance.feedback import service as feedback
from governance.feedback.models import Message, ThemeMessage
from governance.keys.keyfolder import KeyFolder
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.feedback.messages import EVERYONE, LATER, let_out, send, stored
from tests.feedback.test_desk import at, reader

FLOOD = 70


@dataclass(frozen=True)
class Said:
    """What `alike` asks of a message."""

    id: int
    words: str = ""
    week: date = TODAY
    lane: rules.Lane = rules.Lane.OTHER
    chosen: rules.Lane = rules.Lane.OTHER
    about: rules.About = rules.About.NOBODY
    face: str = ""
    topics: tuple[str, ...] = ()
    place: str = ""
    consent: str = "idea"
    opens: bool = True
    unreadable: bool = False
    thread_id: int | None = None
    follows: int | None = None
    upsetting: bool = False


def places(*messages: Said) -> list[list[int]]:
    return [[each.id for each in group] for group in alike.folded(messages)]


def test_case_spaces_and_marks_make_no_other_message_and_letters_do() -> None:
    assert places(Said(1, "Fix the  light!"), Said(2, "fix the light"), Said(3, "fix the lights")) == [[1, 2], [3]]
    assert places(Said(1, "إصلاح الضوء"), Said(2, "إصلاح الضوء.")) == [[1, 2]]
    assert places(Said(1, "ਮਾਰਿਆ"), Said(2, "ਮਰਿਆ")) == [[1], [2]]
    assert places(Said(1, "1.5 mg"), Said(2, "15 mg"), Said(3, "Ash 👍"), Said(4, "Ash 👎")) == [[1], [2], [3], [4]]


def test_numbers_and_marks_alone_say_something() -> None:
    assert places(Said(1, "room 1"), Said(2, "room 2"), Said(3, "?"), Said(4, "!"), Said(5, "?")) == [
        [1], [2], [3, 5], [4],
    ]  # fmt: skip


def test_without_words_what_was_tapped_says_it() -> None:
    assert places(Said(1, "the nurse", face="good"), Said(2, "the nurse", face="bad")) == [[1], [2]]
    assert places(Said(1, "the nurse"), Said(2, "the nurse", place="van")) == [[1], [2]]
    assert places(Said(1, "the nurse"), Said(2, "the nurse", consent="private")) == [[1], [2]]
    good, bad = Said(1, face="good"), Said(2, face="bad")
    assert places(good, bad, Said(3, face="good"), Said(4, face="good", topics=("food",))) == [[1, 3], [2], [4]]


def test_another_kind_of_word_or_of_whom_it_speaks_is_another_message() -> None:
    """A complaint may not lie under a suggestion of the same words, nor what is about a worker under what is not."""
    both = rules.Lane.GRIEVANCE
    assert places(Said(1, "the door"), Said(2, "the door", chosen=both), Said(3, "the door")) == [[1, 3], [2]]
    assert places(Said(1, "the door"), Said(2, "the door", lane=both), Said(3, "the door")) == [[1, 3], [2]]
    for about in rules.About:
        worker = Said(1, "the door", about=about), Said(2, "the door", about=about)
        assert places(*worker, Said(3, "the door")) == ([[1, 2, 3]] if about is rules.About.NOBODY else [[1, 2], [3]])


def test_another_week_a_shut_one_and_one_in_danger_stand_alone() -> None:
    week = timedelta(days=7)
    assert places(Said(1, "help"), Said(2, "help", week=TODAY - week)) == [[1], [2]]
    assert places(Said(1, opens=False), Said(2, opens=False)) == [[1], [2]]
    assert places(Said(1, unreadable=True), Said(2, unreadable=True)) == [[1], [2]]
    assert places(Said(1, "he fell", upsetting=True), Said(2, "he fell", upsetting=True)) == [[1], [2]]


def test_what_waits_for_an_answer_of_its_own_stands_alone() -> None:
    assert places(Said(1, "yes"), Said(2, "yes", thread_id=7), Said(3, "yes", thread_id=8)) == [[1], [2], [3]]
    assert places(Said(1, "yes"), Said(2, "yes", follows=7), Said(3, "yes")) == [[1, 3], [2]]


@given(st.lists(st.tuples(st.text(max_size=4), st.booleans(), st.booleans())))
def test_each_message_stands_in_one_place_in_the_order_they_came(said: list[tuple[str, bool, bool]]) -> None:
    messages = [Said(at, words, opens=opens, upsetting=hurt) for at, (words, opens, hurt) in enumerate(said)]
    found = places(*messages)
    assert sorted(each for group in found for each in group) == list(range(len(messages)))
    assert [group[0] for group in found] == sorted(group[0] for group in found)
    assert all(group == sorted(group) for group in found)


ANSWERS = {  # Every question of the form, with two answers to it.
    "lane": (rules.Lane.OTHER, rules.Lane.GRIEVANCE), "chosen": (rules.Lane.OTHER, rules.Lane.THANKS),
    "about": (rules.About.NOBODY, rules.About.WORKER), "face": ("", "bad"), "topics": ((), ("food",)),
    "place": ("", "van"), "consent": ("idea", "private"),
}  # fmt: skip


@given(st.lists(st.fixed_dictionaries({name: st.sampled_from(two) for name, two in ANSWERS.items()}), max_size=8))
def test_two_are_one_line_only_where_all_their_answers_are_the_same(answers: list[dict[str, Any]]) -> None:
    for group in alike.folded([Said(place, "yes", **each) for place, each in enumerate(answers)]):
        assert all(answers[each.id] == answers[group[0].id] for each in group)


@pytest.fixture
def flooded(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """A programme in which one word came seventy times, one of them for the readers alone, and two others once."""
    with clock.stopped_everywhere(NOW):
        founded = an_open_programme(session, keys)
        for number in range(FLOOD - 1):
            send(founded, "Open LONGER!" if number % 2 else "open longer")
        send(founded, "open longer", consent=rules.Consent.PRIVATE)
        send(founded, "the light by the door is broken")
        send(founded, "the soup is good")
        let_out(founded)
        session.commit()
        yield founded


def one_of_them(founded: Founded) -> uuid.UUID:
    """Return a message of the flood that may join a theme."""
    page = feedback.inbox(founded.session, founded.keys, founded.reader("Ash"), EVERYONE)
    founded.session.rollback()
    theirs = (each for each in page.messages if each.words.lower().startswith("open longer"))
    return next(each.id for each in theirs if each.consent is not rules.Consent.PRIVATE)


def test_a_flood_is_one_line_and_the_others_stand_beside_it(app: Flask, flooded: Founded) -> None:
    page = reader(app, flooded).get("/desk?box=everyone").text
    assert page.lower().count("open longer") == 2, "one line for all but what is for the readers alone"
    assert f"{FLOOD - 2} more say the same" in page
    assert "the light by the door is broken" in page
    assert "the soup is good" in page


def test_a_page_without_a_flood_reads_no_more_than_it_shows(app: Flask, session: Session, keys: KeyFolder) -> None:
    with clock.stopped_everywhere(NOW):
        founded = an_open_programme(session, keys)
        for number in range(40):
            send(founded, f"word {number % 20}")
        let_out(founded)
        page = feedback.inbox(session, keys, founded.reader("Ash"), EVERYONE)
    assert len(page.messages) == 30
    assert page.after


@pytest.mark.on_both
def test_all_that_say_the_same_are_sorted_at_once_and_the_others_stay(app: Flask, flooded: Founded) -> None:
    visitor, one = reader(app, flooded), one_of_them(flooded)
    assert f"{FLOOD - 2} more say the same" in visitor.get(at(one)).text
    visitor.submit(at(one), "/sort", lane="suggestion", alike="y")
    assert f"{FLOOD - 2} more that say the same went along." in visitor.get("/desk").text
    assert len(stored(flooded, select(Message.id).where(Message.lane == rules.Lane.SUGGESTION))) == FLOOD - 1
    assert len(stored(flooded, select(Message.id).where(Message.lane.is_(None)))) == 3


def test_without_the_tick_one_is_sorted(app: Flask, flooded: Founded) -> None:
    visitor, one = reader(app, flooded), one_of_them(flooded)
    form = visitor.form(at(one), "/sort")
    assert form["fields"].pop("alike")
    visitor.post(form["action"], data={**form["fields"], "lane": "suggestion"})
    assert stored(flooded, select(Message.id).where(Message.lane == rules.Lane.SUGGESTION)) == [one]


@pytest.mark.on_both
def test_what_is_for_the_readers_alone_joins_no_theme_with_the_others(app: Flask, flooded: Founded) -> None:
    visitor, one = reader(app, flooded), one_of_them(flooded)
    visitor.submit(at(one), "/themes", theme_id="0", title="Hours", together="y")
    assert len(stored(flooded, select(ThemeMessage.message_id))) == FLOOD - 1
    assert clock.today() < LATER
