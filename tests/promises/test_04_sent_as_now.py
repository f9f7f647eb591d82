"""Promise 4 for what is sent as "send it now": it is vouched for before anybody can read it, and has no line yet.

Five such messages were once read, deleted with one line of SQL, and accounted for as if they had never been. Each
attack is made between the moment a reader can open the words and the day's batch, and must be told at once and for
good. Without the note in the key folder the same attacks leave nothing to report.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import IntakeLeaf, Message, ThemeMessage
from governance.feedback.service import ahead
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.programme import accounting, schedule
from tests.databases import on_both
from tests.factories import TODAY, Founded, an_open_programme
from tests.feedback.messages import a_code, send, words_read
from tests.laid_out import laid_out
from tests.promises.watched import tick

NOW = rules.Route.NOW


@laid_out
def an_ordinary_day(session: Session, keys: KeyFolder) -> Founded:
    """Found a programme and let the batch of the day out."""
    founded = an_open_programme(session, keys)
    tick(founded, TODAY)
    session.commit()
    return founded


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Founded:
    """A programme on an ordinary day, whose batch is out."""
    return an_ordinary_day(session, keys)


def urgent(founded: Founded, **more: object) -> Message:
    """Somebody may be hurt: sent as "now", and let out at once."""
    before = set(founded.session.scalars(select(Message.id)))
    send(founded, "someone may be hurt", route=NOW, **{"lane": rules.Lane.URGENT, **more})
    feedback.release_now(founded.session, founded.keys, TODAY)
    founded.session.commit()
    return founded.session.scalars(select(Message).where(Message.id.not_in(before))).one()


def told(founded: Founded, today: date = TODAY) -> list[str]:
    """What the audit and the ledger's own check say now."""
    founded.session.commit()
    return feedback.audit(founded.session, founded.keys, today) + ledger.check(founded.session, founded.keys, "intake")


def deleted(session: Session, message: Message) -> None:
    session.execute(delete(Message).where(Message.id == message.id))


def other_words(session: Session, message: Message) -> None:
    message.sealed = bytes(len(message.sealed))


def shown_without_a_yes(session: Session, message: Message) -> None:
    message.consent = rules.Consent.WORDS


def for_other_readers(session: Session, message: Message) -> None:
    message.audience = rules.Audience.EVERYONE


def of_another_week(session: Session, message: Message) -> None:
    message.week = TODAY.replace(year=TODAY.year - 1)


def hidden(session: Session, message: Message) -> None:
    message.state = rules.MessageState.HIDDEN


def in_another_lane(session: Session, message: Message) -> None:
    message.lane = rules.Lane.OTHER


def in_a_theme(session: Session, message: Message) -> None:
    theme = feedback.start_theme(session, "Something else", "", rules.Lane.OTHER, TODAY)
    session.add(ThemeMessage(theme_id=theme.id, message_id=message.id, week=message.week))


ATTACKS = [
    deleted, other_words, shown_without_a_yes, for_other_readers, of_another_week, hidden, in_another_lane, in_a_theme,
]  # fmt: skip
Attack = Callable[[Session, Message], None]


@pytest.mark.parametrize("attack", on_both(ATTACKS, [deleted, other_words]))
def test_what_is_done_to_it_before_its_line_is_told_at_once(founded: Founded, attack: Attack) -> None:
    message = urgent(founded)
    assert message.leaf is None
    assert told(founded) == []
    attack(founded.session, message)
    assert len(told(founded)) == 1
    assert "“now”" in told(founded)[0]


@pytest.mark.parametrize("attack", on_both(ATTACKS, [deleted]))
def test_and_for_good_once_its_line_is_there(founded: Founded, attack: Attack) -> None:
    message = urgent(founded)
    attack(founded.session, message)
    for _ in range(2):  # The second round has forgotten the note.
        tick(founded, TODAY)
        founded.session.commit()
    assert founded.keys.noted(ahead.NOTE) == {}
    assert any("its message was removed" in each or "was changed by hand" in each for each in told(founded))


@pytest.mark.of_one_database
def test_hidden_by_hand_all_at_once_no_inbox_has_them_and_the_doctor_says_so(founded: Founded) -> None:
    """One line of SQL, in the hours in which there is no line of the ledger."""
    urgent(founded)
    founded.session.execute(update(Message).where(Message.leaf.is_(None)).values(state=rules.MessageState.HIDDEN))
    founded.session.commit()
    assert words_read(founded, audience=rules.Audience.URGENT) == []
    assert list(accounting.differences(founded.session, founded.keys, TODAY)) == [
        "A message that was sent as “now” was hidden or changed before its line of the ledger was written."
    ]


@pytest.mark.of_one_database
def test_where_the_key_folder_takes_no_note_it_is_out_all_the_same_and_the_doctor_says_so(founded: Founded) -> None:
    """Its disk is full, or broken. What is urgent waits for nothing, and is vouched for by nothing until its line."""
    (founded.keys.path / f".{ahead.NOTE}").mkdir()
    urgent(founded)
    assert words_read(founded, audience=rules.Audience.URGENT) == ["someone may be hurt"]
    assert [each.split(",")[0] for each in told(founded)] == [
        "1 messages are out before their line of the ledger is written"
    ]
    tick(founded, TODAY)
    assert told(founded) == []


@pytest.mark.of_one_database
@pytest.mark.parametrize("attack", ATTACKS)
def test_without_the_note_nobody_would_know(
    founded: Founded, attack: Attack, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(ahead, "note_down", lambda keys, rows: None)
    monkeypatch.setattr(ahead, "_unvouched", lambda session, keys: 0)
    attack(founded.session, urgent(founded))
    assert told(founded) == []


def test_what_is_done_as_it_should_be_leaves_nothing_to_report(founded: Founded) -> None:
    """Passed on to other readers, or its yes taken back, before its line is there; and then all have their line."""
    code = a_code(founded)
    urgent(founded, consent=rules.Consent.WORDS, code=code, lane=rules.Lane.SUGGESTION)
    feedback.withdraw_quote(founded.session, founded.keys, code.keys)
    assert told(founded) == []
    passed_on = urgent(founded, lane=rules.Lane.SUGGESTION)
    feedback.move(founded.session, founded.keys, founded.reader("Ash"), passed_on.id, rules.Audience.GRIEVANCE, TODAY)
    assert told(founded) == []
    feedback.sort(founded.session, passed_on.id, rules.Lane.THANKS, feedback.Hand(founded.keys, TODAY))
    assert told(founded) == []
    for _ in range(2):
        tick(founded, TODAY)
        assert told(founded) == []
    assert founded.keys.noted(ahead.NOTE) == {}
    assert founded.session.scalars(select(Message.id).where(Message.leaf.is_(None))).all() == []


@pytest.mark.of_one_database
@pytest.mark.parametrize("then", [feedback.release_now, feedback.release])
def test_a_fault_before_it_is_out_is_no_alarm(
    founded: Founded, then: Callable[[Session, KeyFolder, object], int]
) -> None:
    """The program noted it, and the disk failed before the database had it: it goes out later, once."""
    send(founded, "someone may be hurt", route=NOW, lane=rules.Lane.URGENT)
    founded.session.commit()
    feedback.release_now(founded.session, founded.keys, TODAY)
    founded.session.rollback()
    assert told(founded) == []
    assert then(founded.session, founded.keys, TODAY) == 1
    assert told(founded) == []
    tick(founded, TODAY)
    assert told(founded) == []


@pytest.mark.of_one_database
def test_its_line_says_no_more_than_any_other(founded: Founded) -> None:
    """It stands in the day's batch, padded as ever: not when it was sent, nor that it was sent as "now"."""
    urgent(founded)
    before = founded.session.query(IntakeLeaf).count()
    tick(founded, TODAY)
    new = [facts for number, facts in ledger.leaves(founded.session, "intake") if number >= before]
    assert len(new) % 8 == 0
    assert {frozenset(facts) for facts in new} == {frozenset({"v", "day", "commit"})}


LONG_AFTER = TODAY + timedelta(days=60)


def test_its_words_are_not_forgotten_before_its_line_is_there(founded: Founded) -> None:
    """The release fails for weeks, and forgetting goes on: without its line what is emptied would look removed."""
    message = urgent(founded)
    feedback.retire(founded.session, founded.keys, LONG_AFTER)
    assert (told(founded), bool(message.sealed)) == ([], True)
    for _ in range(3):
        tick(founded, LONG_AFTER)
        assert told(founded, LONG_AFTER) == []
    assert message.state is rules.MessageState.EXPIRED
    assert founded.keys.noted(ahead.NOTE) == {}


@pytest.mark.of_one_database
@pytest.mark.parametrize("attack", [deleted, other_words, shown_without_a_yes])
def test_to_call_it_outlived_is_no_excuse(founded: Founded, attack: Attack) -> None:
    """Its key is gone and its time is over: whoever owns the database changed it before its line all the same."""
    attack(founded.session, urgent(founded))
    feedback.retire(founded.session, founded.keys, LONG_AFTER)
    assert any("“now”" in each for each in told(founded, LONG_AFTER))


@pytest.mark.of_one_database
def test_after_weeks_without_a_round_its_line_comes_before_it_is_forgotten(app: Flask, founded: Founded) -> None:
    """In the morning nothing is destroyed yet; at the release hour the lines come first."""
    message_id = urgent(founded).id
    for hour in (8, 12, 18):
        founded.session.rollback()
        with clock.stopped_at(datetime.combine(LONG_AFTER, time(hour, 5), UTC)):
            done = schedule.tick(app, "the one server").done
            assert ("forget" in done, "release" in done) == (hour == 18, hour == 18)
            assert told(founded, LONG_AFTER) == []
    assert founded.session.get_one(Message, message_id).state is rules.MessageState.EXPIRED
    order = [duty.name for duty in schedule.DUTIES]
    assert order.index("end release") < order.index("release") < order.index("forget")
