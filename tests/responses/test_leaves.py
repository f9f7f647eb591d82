"""Duties and what the board asked again, held against the ledger: on an upgraded site, and after a second try."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from governance.decisions.models import Record
from governance.keys.keyfolder import KeyFolder
from governance.programme import accounting
from governance.proposals.models import Proposal
from governance.proposals.rules import Status
from governance.responses import rules, service
from governance.responses.models import Duty, Reminder
from governance.responses.service import published
from tests.decisions.factories import held_to_no_vote
from tests.responses.factories import MANAGER, TODAY, a_decision_duty, a_site, a_theme, a_theme_duty

NO = ("no", "no", "no", "yes", "yes")
LATE = TODAY + timedelta(days=20)
LATER = LATE + timedelta(days=40)
NOT_YET = service.AnswerFields(rules.Answer.NOT_YET, "We ask the owner.", more_facts_by=LATE + timedelta(days=9))


def told(session: Session, keys: KeyFolder) -> list[str]:
    """What the audit says of a site that was never founded, which is all it says beside that."""
    return [each for each in accounting.differences(session, keys, LATER) if "list of readers" not in each]


def of_an_older_program(session: Session, title: str, day: date = TODAY) -> Duty:
    """A duty as it stands after an upgrade: it has days, and no line of the ledger tells them."""
    due = rules.due_dates(day, rules.Calendar(), rules.Clocks())
    theme = a_theme(session, title, day)
    duty = Duty(theme_id=theme.id, opened_on=day, first_word_due=due.first_word, answer_due=due.answer)
    session.add(duty)
    session.flush()
    return duty


def tried_again(session: Session, keys: KeyFolder, failed: Record, number: str, today: date) -> Duty:
    """The board decides once more on the same proposal."""
    left_out = ("id", "number", "adopted_on", "published", "leaf", "state")
    same = {each.key: getattr(failed, each.key) for each in Record.__table__.columns if each.key not in left_out}
    session.add(again := Record(**same, number=number))
    session.get_one(Proposal, failed.proposal_id).status = Status.BALLOT
    session.flush()
    with held_to_no_vote():
        duty = service.adopt_and_start_clock(session, keys, again, today)
    assert duty is not None
    return duty


@pytest.fixture
def upgraded(session: Session, keys: KeyFolder) -> Duty:
    """A duty of an older program. The board asked again before the upgrade, and on its day."""
    a_site(session)
    duty = of_an_older_program(session, "Let us wait inside")
    session.add_all([Reminder(duty_id=duty.id, day=LATE - timedelta(days=1)), Reminder(duty_id=duty.id, day=LATE)])
    session.flush()
    assert told(session, keys) == []
    return duty


def test_asking_again_on_a_duty_of_an_older_program_is_no_false_alarm(
    session: Session, keys: KeyFolder, upgraded: Duty
) -> None:
    service.ask_again(session, of_an_older_program(session, "More chairs"), LATE)
    assert told(session, keys) == []
    service.ask_again(session, upgraded, LATE + timedelta(days=1))
    assert told(session, keys) == []
    a_theme_duty(session, "A lamp at the door", LATER)
    of_an_older_program(session, "A mirror", LATER)
    assert told(session, keys) == []


@pytest.mark.on_both
def test_what_was_asked_again_since_then_has_its_line(session: Session, keys: KeyFolder, upgraded: Duty) -> None:
    service.ask_again(session, upgraded, LATE + timedelta(days=1))
    forged = Reminder(duty_id=upgraded.id, day=LATE + timedelta(days=2))
    session.add(forged)
    session.flush()
    name = f"theme {upgraded.theme_id}"
    assert told(session, keys) == [f"That the board asked again for {name} stands in no line of the ledger."]
    forged.day = LATE
    session.delete(forged)
    session.delete(session.get_one(Reminder, (upgraded.id, LATE + timedelta(days=1))))
    assert [each.split("(")[1] for each in told(session, keys)] == ["duty) is about something that is not here."]


@pytest.mark.on_both
def test_a_duty_with_a_line_lets_nobody_add_that_the_board_asked_again(session: Session, keys: KeyFolder) -> None:
    duty = a_theme_duty(session)
    session.add(Reminder(duty_id=duty.id, day=LATE))
    assert any("asked again" in each for each in told(session, keys))
    session.rollback()
    duty.leaf = None
    assert any("(duty) is about" in each for each in told(session, keys)), "its line is left over"


def test_what_was_asked_again_on_the_first_try_stays_held_after_the_second(session: Session, keys: KeyFolder) -> None:
    duty, failed = a_decision_duty(session, keys, choices=NO)
    service.ask_again(session, duty, LATE)
    service.ask_again(session, duty, LATE + timedelta(days=1))
    assert tried_again(session, keys, failed, "2099-001", LATE + timedelta(days=1)) is duty
    assert told(session, keys) == []
    service.ask_again(session, duty, LATER)
    assert told(session, keys) == []
    session.delete(session.get_one(Reminder, (duty.id, LATE)))
    assert any("(duty) is about" in each for each in told(session, keys))


def test_a_duty_that_staff_have_answered_stays_with_the_first_try(session: Session, keys: KeyFolder) -> None:
    first, failed = a_decision_duty(session, keys, choices=NO)
    service.answer(session, first, NOT_YET, MANAGER, LATE)
    second = tried_again(session, keys, failed, "2099-001", LATER)
    assert (second.id != first.id, first.record_id) == (True, failed.id)
    for duty, number in ((first, failed.number), (second, "2099-001")):
        assert published.answers(session, duty, {"decision": number})[1] == set()
    assert told(session, keys) == []
