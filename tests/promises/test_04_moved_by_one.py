"""Promise 4 for what one reader may do alone: to pass words on, to put them elsewhere, to take them out of a theme.

Readers who had them lose them so. Each such move leaves a mark that the owner of the database can neither delete nor
change, from the moment of the move on; and nothing public tells that a week had one.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork.rounds import DutyDone, Moment
from governance.feedback import rounds, rules
from governance.feedback import service as feedback
from governance.feedback.models import Message, Moved
from governance.feedback.moving import Move
from governance.feedback.service import moved
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.programme import accounting
from governance.storage import durable
from tests.databases import on_both
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.feedback.messages import released
from tests.page import PageClient

WEEK, DAY = timedelta(days=7), timedelta(days=1)
LATE = TODAY + timedelta(days=4)  # The Friday of that week.
LATE_WEEK = TODAY  # Its Monday.


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
    feedback.put_in(session, theme, message, feedback.Hand(founded.keys, LATE))
    for _ in range(2):  # The second time there is nothing to take out.
        feedback.take_out(session, theme, message, feedback.Hand(founded.keys, LATE))


Act = Callable[[Founded], None]
ACTS: list[Act] = [passed_on, sorted_again, taken_out]


def told(founded: Founded, today: date = LATE + WEEK) -> list[str]:
    """What the audit says of messages and of every line now."""
    founded.session.commit()
    founded.session.expire_all()
    return list(accounting.differences(founded.session, founded.keys, today))


@pytest.mark.parametrize("act", on_both(ACTS, [passed_on]))
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


@pytest.mark.of_one_database
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


@pytest.mark.parametrize("attack", on_both(ATTACKS, [deleted]))
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


@pytest.mark.parametrize("attack", on_both(ATTACKS, [deleted]))
def test_what_is_done_to_a_mark_afterwards_is_told_for_good(
    founded: Founded, attack: Callable[[Session], None]
) -> None:  # fmt: skip
    passed_on(founded)
    mark(founded, LATE + WEEK)
    mark(founded, LATE + 2 * WEEK)
    attack(founded.session)
    assert len(told(founded)) == 1
    assert "is not what line" in told(founded)[0]


def the_day_done_taken_away(session: Session) -> None:
    session.execute(delete(DutyDone).where(DutyDone.name == moved.MARKED))


def the_week_called_done(session: Session) -> None:
    session.merge(DutyDone(name=moved.MARKED, day=LATE_WEEK))


def let_out(founded: Founded, day: date) -> None:
    """The batch of a day, and what the round of that day does after it."""
    feedback.release(founded.session, founded.keys, day)
    mark(founded, day)


def weekly(founded: Founded) -> list[str]:
    return [facts["week"] for _, facts in ledger.leaves(founded.session, "intake") if facts.get("kind") == "moved"]


@pytest.mark.of_one_database
@pytest.mark.parametrize("hold_off", [the_day_done_taken_away, the_week_called_done])
def test_its_line_is_held_off_neither_for_good_nor_in_silence(
    founded: Founded, hold_off: Callable[[Session], None]
) -> None:
    """What the owner of the database writes where the program notes that a week has its line."""
    passed_on(founded)
    for weeks in (1, 2):
        hold_off(founded.session)
        let_out(founded, LATE + weeks * WEEK)
        held_off = [each for each in told(founded, LATE + weeks * WEEK + DAY) if "has no line in the ledger" in each]
        assert bool(held_off) is not bool(weekly(founded))
    assert weekly(founded), "the week after brings it at the latest"
    assert told(founded, LATE + 3 * WEEK) == []


@pytest.mark.of_one_database
def test_each_week_in_which_something_waits_is_told_once(founded: Founded) -> None:
    passed_on(founded)
    passed_on(founded)
    the_week_called_done(founded.session)
    let_out(founded, LATE + WEEK)
    assert [each for each in told(founded, LATE + WEEK + DAY) if "has no line" in each] == [
        f"What one reader moved in the week of {TODAY} has no line in the ledger, and later days have theirs. Look "
        "again after the release hour: where it still has none, somebody who can write the database holds it off."
    ]


@pytest.mark.of_one_database
def test_a_server_that_was_off_is_late_and_raises_no_alarm(founded: Founded) -> None:
    """The control: no batch came either. On the day itself the line may be minutes away."""
    passed_on(founded)
    assert told(founded, LATE + 5 * WEEK) == []
    feedback.release(founded.session, founded.keys, LATE + 5 * WEEK)
    assert told(founded, LATE + 5 * WEEK) == []
    mark(founded, LATE + 5 * WEEK)
    assert told(founded, LATE + 5 * WEEK + DAY) == []


@pytest.mark.of_one_database
def test_without_what_was_noted_a_week_held_off_would_be_silent(
    founded: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """The control: the audit as it once was, which asked of no week whether its line had come."""
    passed_on(founded)
    the_week_called_done(founded.session)
    let_out(founded, LATE + WEEK)
    founded.session.commit()
    assert list(moved.problems(founded.session, founded.keys, [LATE + WEEK]))
    assert list(moved.problems(founded.session, founded.keys, [])) == []


@pytest.mark.of_one_database
def test_many_that_move_at_one_press_are_noted_with_one_write(
    founded: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    written: list[str] = []
    put = durable.put

    def counted(path: Path, content: bytes) -> None:
        written.append(path.name)
        put(path, content)

    monkeypatch.setattr(durable, "put", counted)
    messages = [released(founded, f"word {number}") for number in range(12)]
    by = feedback.Hand(founded.keys, LATE)
    feedback.sort_all(founded.session, messages, rules.Lane.THANKS, by)
    del written[:]
    feedback.sort_all(founded.session, messages, rules.Lane.OTHER, by)
    assert written == [f".{moved.NOTE}"]
    assert len(founded.keys.noted(moved.NOTE)) == len(messages)
    assert told(founded) == []
    mark(founded, LATE + WEEK)
    assert told(founded, LATE + WEEK) == []


def test_nor_can_it_be_deleted_with_its_line(founded: Founded) -> None:
    passed_on(founded)
    mark(founded, LATE + WEEK)
    line = founded.session.scalars(select(Moved.leaf)).one()
    deleted(founded.session)
    founded.session.execute(delete(Leaf).where(Leaf.log == "intake", Leaf.number == line))
    founded.session.commit()
    assert ledger.check(founded.session, founded.keys, "intake")


@pytest.mark.of_one_database
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
