"""What every page of answers needs: the blueprint, and finding the duty."""

from __future__ import annotations

from flask import Blueprint, abort

from governance import clock
from governance.decisions.models import Record
from governance.decisions.views.door import answers_of_record
from governance.frame.slots import PagePart
from governance.proposals.views.door import answers_above
from governance.responses import commitments, rules, service
from governance.storage.database import db

bp = Blueprint("responses", __name__)


# The words of every closed list, for `templates/responses/_answer.html`, which other packages' pages include.
WORDS = {
    "answer": rules.ANSWER_WORDS,
    "reason": rules.REASON_WORDS,
    "level": commitments.LEVEL_WORDS,
    "outcome": commitments.OUTCOME_WORDS,
    "promise": commitments.COMMITMENT_WORDS,
}


@answers_of_record.fill
def below_a_record(record: Record) -> list[PagePart]:
    """Return what staff answered to a decision, to stand below it; nothing before its clock."""
    answers = service.answers_of_record(db.session, record, clock.today())
    return [PagePart("responses/_answer.html", {"answers": answers})] if answers else []


@answers_above.fill
def above_the_director() -> list[tuple[str, str]]:
    """Return the answers of which a proposal can ask that somebody above the director looks at one again."""
    return service.answers_above(db.session)


def find(duty_id: int) -> service.DutyNow:
    """Return the duty as it stands today, or answer 404."""
    return service.duty_now(db.session, duty_id, clock.today()) or abort(404)
