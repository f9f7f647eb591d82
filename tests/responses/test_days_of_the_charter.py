"""How many days staff have is the charter's to say: what was decided before keeps its days."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from governance.board import service as board
from governance.board.models import CharterVersion
from governance.feedback.rules import Audience
from governance.keys.keyfolder import KeyFolder
from governance.responses import rules, service
from governance.responses.grievances import Grievance, waiting
from governance.responses.service.duties import calendar, clocks
from tests.decisions.factories import TODAY
from tests.responses.factories import a_decision_duty, a_theme

LATER = TODAY + timedelta(days=2)


def test_what_was_asked_before_keeps_its_days_and_what_comes_after_has_the_new_ones(
    session: Session, keys: KeyFolder
) -> None:
    duty, _ = a_decision_duty(session, keys)
    before = (duty.first_word_due, duty.answer_due)
    new = replace(board.charter(session), first_word_days=1, answer_days=10)
    board.adopt_charter(session, new, LATER, "2026-900")
    session.refresh(duty)
    assert (duty.first_word_due, duty.answer_due) == before
    service.take_more_time(session, duty, "We must ask three landlords.", LATER)
    assert duty.answer_due == rules.add_working_days(TODAY, 15 + 5, calendar(session)), "by the days of then"
    after = service.start_duty_for_theme(session, a_theme(session).id, LATER)
    assert after.first_word_due == rules.add_working_days(LATER, 1, calendar(session))
    assert after.answer_due == rules.add_working_days(LATER, 10, calendar(session))


def test_a_grievance_has_the_days_of_when_it_was_let_out(session: Session, keys: KeyFolder) -> None:
    a_decision_duty(session, keys)
    board.adopt_charter(session, replace(board.charter(session), first_word_days=1), LATER, "2026-900")
    due = [
        waiting([Grievance(Audience.GRIEVANCE, day)], rules.Calendar(), lambda then: clocks(session, then))[0].due
        for day in (TODAY, LATER)
    ]
    assert due == [rules.add_working_days(day, days, rules.Calendar()) for day, days in ((TODAY, 3), (LATER, 1))]


def test_before_there_is_a_charter_there_are_the_usual_days(session: Session) -> None:
    assert clocks(session, TODAY) == rules.Clocks(3, 15)


def test_a_row_that_somebody_changed_or_put_in_changes_nobodys_days(session: Session, keys: KeyFolder) -> None:
    """The ledger holds what the board decided: its days count, whatever stands in our books."""
    a_decision_duty(session, keys)
    true = clocks(session, TODAY)
    row = session.get_one(CharterVersion, board.charter_number(session))
    row.settings = {**row.settings, "first_word_days": 5, "answer_days": 30}
    session.add(CharterVersion(number=row.number + 1, settings=row.settings, adopted_on=TODAY))
    session.flush()
    assert board.charter(session).answer_days == 30, "the control: the rows say so"
    assert clocks(session, TODAY) == true
    session.delete(row)
    session.flush()
    assert clocks(session, TODAY) == true, "nor one that was taken out"
