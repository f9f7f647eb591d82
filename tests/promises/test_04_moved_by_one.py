"""Promise 4 for what one reader may do alone: to pass words on, to put them elsewhere, to take them out of a theme.

Readers who had them lose them so. Each such move leaves a mark that the owner of the database can neither delete nor
change, from the moment of the move on; and nothing public tells that a week had one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback import rounds, rules
from governance.feedback import service as feedback
from governance.feedback.models import Message, Moved
from governance.feedback.moving import Move
from governance.feedback.service import moved
from governance.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.programme import accounting
from governance.rounds import Moment
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.feedback.messages import released
from tests.page import PageClient

WEEK = timedelta(days=7)
LATE = TODAY + timedelta(days=4)  # The Friday of that week.


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Founded:
    """A programme whose first week is marked."""
    founded = an_open_programme(session, keys)
    mark(founded, TODAY)
    return founded


def mark(founded: Founded, day: date) -> None:
    for piece in rounds.mark_moves(founded.session, founded.keys, Moment(NOW, day, True)):
        piece(founded.session)
    founded.session.commit()


def passed_on(founded: Founded) -> None:
    message = released(founded, "it is about the locks")
    feedback.move(founded.session, founded.keys, founded.reader("Ash"), message, rules.Audience.GRIEVANCE, LATE)


def sorted_again(founded: Founded) -> None:
    message, by = released(founded, "thank you"), feedback.Hand(founded.keys, LATE)
    for lane in (rules.Lane.THANKS, rules.Lane.THANKS, rules.Lane.OTHER):
        feedback.sort(founded.session, message, lane, by)


def taken_out(founded: Founded) -> None:
    message, session = released(founded, "the rain"), founded.session
    theme = feedback.start_theme(session, "The hall", "", rules.Lane.SUGGESTION, LATE)
    feedback.put_in(session, theme, message, LATE)
    for _ in range(2):  # The second time there is nothing to take out.
        feedback.take_out(session, theme, message, feedback.Hand(founded.keys, LATE))


Act = Callable[[Founded], None]
ACTS: list[Act] = [passed_on, sorted_again, taken_out]


def told(founded: Founded) -> list[str]:
    """What the audit says of messages and of every line now."""
    founded.session.commit()
    founded.session.expire_all()
    return list(accounting.differences(founded.session, founded.keys, LATE + WEEK))


@pytest.mark.parametrize("act", ACTS)
def test_what_one_reader_moves_leaves_one_mark_with_a_line_of_its_week(founded: Founded, act: Act) -> None:
    act(founded)
    assert told(founded) == []
    mark(founded, LATE)
    (row,) = founded.session.scalars(select(Moved))
    assert (row.what.value, row.week, row.leaf) == (act.__name__, TODAY, None)
    mark(founded, LATE + WEEK)
    mark(founded, LATE + WEEK)
    founded.session.refresh(row)
    lines = {n: facts for n, facts in ledger.leaves(founded.session, "intake") if facts.get("kind") == "moved"}
    assert list(lines) == [row.leaf]
    assert told(founded) == []
    mark(founded, LATE + 2 * WEEK)
    assert founded.keys.noted(moved.NOTE) == {}


def test_a_quiet_week_has_a_line_that_looks_like_any_other(founded: Founded) -> None:
    mark(founded, TODAY + WEEK)
    passed_on(founded)
    founded.session.query(Moved).update({"week": TODAY + WEEK})
    mark(founded, TODAY + 2 * WEEK)
    lines = [facts for _, facts in ledger.leaves(founded.session, "intake") if facts.get("kind") == "moved"]
    assert [set(facts) for facts in lines] == [{"v", "kind", "week", "moves"}] * 2
    assert len({len(json.dumps(facts)) for facts in lines}) == 1
    assert len({facts["moves"] for facts in lines}) == 2


def deleted(session: Session) -> None:
    session.execute(delete(Moved))


def elsewhere(session: Session) -> None:
    session.query(Moved).update({"after": "everyone"})


def of_another_week(session: Session) -> None:
    session.query(Moved).update({"week": TODAY - WEEK})


ATTACKS = [deleted, elsewhere, of_another_week]


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_done_to_a_mark_before_its_line_is_told_and_undone(
    founded: Founded, attack: Callable[[Session], None]
) -> None:  # fmt: skip
    passed_on(founded)
    before = [moved.facts_of(row) for row in founded.session.scalars(select(Moved))]
    attack(founded.session)
    assert ["one reader moved was removed or changed" in each for each in told(founded)] == [True]
    mark(founded, LATE + WEEK)
    assert told(founded) == []
    assert [moved.facts_of(row) for row in founded.session.scalars(select(Moved))] == before


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_is_done_to_a_mark_afterwards_is_told_for_good(
    founded: Founded, attack: Callable[[Session], None]
) -> None:  # fmt: skip
    passed_on(founded)
    mark(founded, LATE + WEEK)
    mark(founded, LATE + 2 * WEEK)
    attack(founded.session)
    assert len(told(founded)) == 1
    assert "is not what line" in told(founded)[0]


def test_nor_can_it_be_deleted_with_its_line(founded: Founded) -> None:
    passed_on(founded)
    mark(founded, LATE + WEEK)
    line = founded.session.scalars(select(Moved.leaf)).one()
    deleted(founded.session)
    founded.session.execute(delete(Leaf).where(Leaf.log == "intake", Leaf.number == line))
    founded.session.commit()
    assert ledger.check(founded.session, founded.keys, "intake")


def test_without_the_note_and_the_line_nobody_would_know(founded: Founded, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: the same move as it once was, of which the same audit says nothing when the mark is gone."""
    monkeypatch.setattr(moved, "problems", lambda *_: [])
    monkeypatch.setattr(moved, "_bring_back", lambda *_: None)
    passed_on(founded)
    deleted(founded.session)
    mark(founded, LATE + WEEK)
    assert told(founded) == []


def test_members_read_what_was_moved_and_nobody_else(
    founded: Founded, app: Flask, enter: Callable[[str], PageClient]
) -> None:  # fmt: skip
    for act in ACTS:
        act(founded)
    mark(founded, LATE + WEEK)
    with clock.stopped_at(NOW + WEEK):
        member, staff = (enter(alias).get("/removed").text for alias in ("Fern", "Juniper"))
        public = PageClient(app).get("/removed").text
    assert all(move.words in member for move in Move)
    assert "The hall" in member
    assert "Moved by one reader" in public
    for page in (staff, public):
        assert not [move for move in Move if move.words in page]
    assert founded.session.scalar(select(Message.id).limit(1)) is not None
