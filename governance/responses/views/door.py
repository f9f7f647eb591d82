"""What every page of answers needs: the blueprint, and finding the duty."""

from __future__ import annotations

from flask import Blueprint, abort

from governance import clock
from governance.database import db
from governance.decisions.models import Record
from governance.responses import commitments, rules, service

bp = Blueprint("responses", __name__)


# The words of every closed list, for `templates/responses/_answer.html`, which other packages' pages include.
WORDS = {
    "answer": rules.ANSWER_WORDS,
    "reason": rules.REASON_WORDS,
    "level": commitments.LEVEL_WORDS,
    "outcome": commitments.OUTCOME_WORDS,
    "promise": commitments.COMMITMENT_WORDS,
}


def answers_of_record(record: Record) -> service.Answers | None:
    """Return what staff answered to a decision, for the template `responses/_answer.html`; None before its clock."""
    return service.answers_of_record(db.session, record, clock.today())


def answers_of_theme(theme_id: int) -> service.Answers | None:
    """Return what staff answered to a theme. Like `answers_of_record`."""
    return service.answers_of_theme(db.session, theme_id, clock.today())


def find(duty_id: int) -> service.DutyNow:
    """Return the duty as it stands today, or answer 404."""
    return service.duty_now(db.session, duty_id, clock.today()) or abort(404)
