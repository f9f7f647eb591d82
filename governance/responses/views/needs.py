"""What staff owe the board and those who spoke, on the first page of whoever can do something about it."""

from __future__ import annotations

from datetime import date

from flask import g

from governance import clock
from governance.board.needs import Need
from governance.board.views.door import what_needs_me
from governance.feedback import service as feedback
from governance.permissions.access import Permission, may
from governance.responses import needs, rules, service
from governance.storage.database import db


@what_needs_me.fill
def of_answers() -> list[Need]:
    """For members: promises that staff say are kept, and answers that are late."""
    if not may(Permission.MARK_DONE):
        return []
    promised = service.promised(db.session, clock.today())
    owed = service.owed(db.session, clock.today())
    return needs.needs(
        [needs.KeptCommitment(each.commitment.text, each.title) for each in promised if each.commitment.reported_on],
        [needs.Late(duty.title, duty.days_late) for duty in owed if duty.late],
    )


@what_needs_me.fill
def of_staff() -> list[Need]:
    """For whoever answers: answers owed, second looks that are theirs to give, and promises whose day has come."""
    if not may(Permission.ANSWER):
        return []
    today = clock.today()
    promised = service.promised(db.session, today)
    looks = service.second_looks_for(db.session, g.who.account_id, g.who.roles)
    return needs.of_staff(
        [_owed(each) for each in service.owed(db.session, today)],
        [
            needs.Promised(each.commitment.duty_id, each.commitment.text, each.commitment.due_on)
            for each in promised
            if not each.commitment.reported_on
        ],
        [needs.LookAgain(look.duty_id, title, look.due_on) for look, title in looks],
        today,
    )


def _owed(now: service.DutyNow) -> needs.Owed:
    duty = now.duty
    no_word = now.state in {rules.DutyState.WAITING_FIRST_WORD, rules.DutyState.LATE_FIRST_WORD}
    due: date = duty.first_word_due if no_word else duty.answer_due
    return needs.Owed(duty.id, now.title, now.state, due, now.days_late)


@what_needs_me.fill
def of_grievances() -> list[Need]:
    """For readers: what people say was wrong, in their own boxes, and waits for a first word or an answer."""
    if not (may(Permission.KEEP_THEMES) and may(Permission.SEE_DUTIES)):
        return []
    boxes = feedback.boxes_of(db.session, g.who.account_id)
    waiting = service.grievances_waiting(db.session, boxes) if boxes else []
    return needs.of_grievances(waiting, clock.today())


@what_needs_me.fill
def of_answers_that_came() -> list[Need]:
    """For the board: answers that staff gave since this person was last here."""
    since = g.who.here_before
    if since is None or not (may(Permission.BOARD_PAGES) and may(Permission.SEE_DUTIES)):
        return []
    found = service.answers_since(db.session, since)
    return needs.came([needs.Came(duty_id, title, day) for duty_id, title, day in found], since)
