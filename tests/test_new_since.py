"""New since I was last here: marked by the day, and no hour of anybody's visit is kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import Date, inspect
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback import service as feedback
from governance.feedback.rules import Audience, Lane
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import Account
from governance.permissions.roles import Role
from governance.responses import rules
from governance.responses import service as responses
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.feedback.messages import let_out, send
from tests.page import PageClient
from tests.proposals.factories import in_talk
from tests.responses.factories import a_theme_duty

WEEK, DAYS = timedelta(days=7), timedelta(days=9)  # Ten days after the first visit another week has begun.
NEW = "<strong>New</strong>"


@pytest.fixture
def founded(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """A programme in which something came each week since Ash and Juniper were last here."""
    with clock.stopped_everywhere(NOW):
        founded = an_open_programme(session, keys)
        in_talk(session, founded.account("Cedar")).opened_on = TODAY - WEEK
        feedback.start_theme(session, "An old theme", "", Lane.SUGGESTION, TODAY - WEEK)
        session.commit()
        for alias in ("Ash", "Juniper"):
            enter(app, founded, alias)
    with clock.stopped_everywhere(NOW + DAYS):
        talk = in_talk(session, founded.account("Cedar"))
        talk.opened_on = TODAY + WEEK
        feedback.start_theme(session, "A new theme", "", Lane.SUGGESTION, TODAY + WEEK)
        send(founded, "the light", TODAY + WEEK - timedelta(days=1))
        let_out(founded, TODAY + DAYS)
        duty = a_theme_duty(session, "The rain", TODAY)
        promise = rules.CommitmentFacts("Open the hall", "the opening worker", TODAY + DAYS)
        fields = responses.AnswerFields(answer=rules.Answer.YES, words="Yes.", short="Yes.", commitments=(promise,))
        responses.answer(session, duty, fields, "the manager", TODAY + WEEK)
        session.commit()
        yield founded


def enter(app: Flask, founded: Founded, alias: str) -> PageClient:
    visitor, card = PageClient(app), founded.cards[alias]
    assert visitor.submit("/sign-in", alias=card.alias, passphrase=card.passphrase).status_code == 303
    return visitor


def marked(page: str) -> list[bool]:
    """Whether each line of a list has the word."""
    return [NEW in line for line in re.findall(r'<a class="row-panel".*?</a>', page, re.DOTALL)]


@pytest.mark.on_both
def test_a_list_marks_what_came_since_and_nothing_older(app: Flask, founded: Founded) -> None:
    ash = enter(app, founded, "Ash")
    assert marked(ash.get("/board/proposals").text) == [True, False]
    lines = re.findall(r'<a class="row-panel".*?</a>', ash.get("/desk/themes").text, re.DOTALL)
    assert {NEW in line for line in lines if "A new theme" in line} == {True}
    assert {NEW in line for line in lines if "An old theme" in line} == {False}


def test_a_message_is_marked_until_a_reader_has_sorted_it(app: Flask, founded: Founded) -> None:
    juniper = enter(app, founded, "Juniper")
    assert NEW in juniper.get("/desk?box=everyone").text
    (message,) = feedback.inbox(founded.session, founded.keys, founded.reader("Juniper"), Audience.EVERYONE).messages
    feedback.sort(founded.session, message.id, Lane.THANKS, feedback.Hand(founded.keys, TODAY))
    founded.session.commit()
    assert NEW not in juniper.get("/desk?box=everyone&lane=thanks").text


def test_an_answer_that_came_stands_on_the_first_page_of_the_board(app: Flask, founded: Founded) -> None:
    assert "Staff answered on Nov 30, 2026. Read it." in enter(app, founded, "Ash").get("/board").text
    assert "Staff answered on" not in enter(app, founded, "Juniper").get("/desk").text


def test_signing_in_twice_on_a_day_takes_no_mark_away_and_another_day_does(app: Flask, founded: Founded) -> None:
    enter(app, founded, "Ash")
    assert marked(enter(app, founded, "Ash").get("/board/proposals").text) == [True, False]
    with clock.stopped_everywhere(NOW + DAYS + WEEK):
        assert marked(enter(app, founded, "Ash").get("/board/proposals").text) == [False, False]


def test_who_comes_for_the_first_time_finds_no_mark(app: Flask, founded: Founded) -> None:
    roles = frozenset({Role.MEMBER})
    founded.cards["Sorrel"] = people.new_account(
        founded.session, founded.keys, alias="Sorrel", roles=roles, own_words=True
    )
    founded.session.commit()
    assert marked(enter(app, founded, "Sorrel").get("/board/proposals").text) == [False, False]


@pytest.mark.on_both
def test_what_is_kept_of_a_visit_is_its_day_and_the_one_before(app: Flask, founded: Founded) -> None:
    enter(app, founded, "Ash")
    founded.session.rollback()
    account = founded.session.get_one(Account, founded.account("Ash"))
    founded.session.refresh(account)
    assert (account.here_before, account.here_on) == (TODAY, TODAY + DAYS)
    columns = inspect(founded.session.connection()).get_columns("account")
    days = [column["type"] for column in columns if column["name"].startswith("here")]
    assert [isinstance(each, Date) for each in days] == [True, True]
    founded.session.rollback()
