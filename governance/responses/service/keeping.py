"""What was promised: staff report it done, the board looks and says so, or sends it back."""

from __future__ import annotations

from collections.abc import Sequence, Set
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ledger import service as ledger
from governance.permissions.roles import Role
from governance.responses import commitments
from governance.responses.models import Commitment, Duty
from governance.responses.service import ledger_lines as lines
from governance.ruling.errors import RuleRefused
from governance.ruling.lifecycle import check_step
from governance.ruling.sentences import N_


def commitment_in(session: Session, duty_id: int, commitment_id: int) -> Commitment:
    """Return one commitment of a duty. Raises RuleRefused when there is no such thing."""
    row = session.get(Commitment, commitment_id)
    if row is None or row.duty_id != duty_id:
        raise RuleRefused(N_("There is no such promise. Look at the page again."))
    return row


def commitments_of(session: Session, duty_ids: Sequence[int]) -> dict[int, list[Commitment]]:
    """Return what was promised, by duty, the earliest day first."""
    found: dict[int, list[Commitment]] = {}
    query = select(Commitment).where(Commitment.duty_id.in_(duty_ids)).order_by(Commitment.due_on, Commitment.id)
    for row in session.scalars(query):
        found.setdefault(row.duty_id, []).append(row)
    return found


def report_done(session: Session, commitment: Commitment, today: date) -> None:
    """Staff say that it is done. It waits for the board to look."""
    _step(session, commitment, commitments.Commitment.REPORTED_DONE, today)


def check_may_mark_done(commitment: Commitment, roles: Set[Role]) -> None:
    """Refuse to call a promise kept that waits for nobody's look, or somebody who is not of the board alone."""
    commitments.check_may_mark_done(roles)
    check_step(commitments.STEPS, commitment.state, commitments.Commitment.DONE)


def mark_done(session: Session, commitment: Commitment, roles: Set[Role], today: date) -> None:
    """A board member looked, and it is done. Refuses everybody else."""
    commitments.check_may_mark_done(roles)
    _step(session, commitment, commitments.Commitment.DONE, today)


def send_back(session: Session, commitment: Commitment, roles: Set[Role], today: date) -> None:
    """A board member looked, and it is not done: it is promised still, and its day has not moved."""
    commitments.check_may_mark_done(roles)
    _step(session, commitment, commitments.Commitment.PROMISED, today)


def _step(session: Session, row: Commitment, there: commitments.Commitment, today: date) -> None:
    session.flush()
    session.refresh(row, with_for_update=True)
    check_step(commitments.STEPS, row.state, there)
    row.state = there
    if there is commitments.Commitment.DONE:
        row.done_on = today
    else:
        row.reported_on = today if there is commitments.Commitment.REPORTED_DONE else None
    duty = session.get_one(Duty, row.duty_id)
    facts = {**lines.ref_of(session, duty), **lines.step(row, there, today)}
    row.leaf = ledger.append(session, "decisions", "commitment", facts)
    session.flush()
