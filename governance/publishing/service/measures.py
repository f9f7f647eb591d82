"""The measures that keep the program honest (`docs/domain.md` 9): counts and dates only.

What board and staff did in public is counted as it is: a hidden late answer would be a lie. What could lead to a
person goes through `privacy` (seats that rest) or is no number at all: a count of words that are gone would grow on the
day on which the ledger names a destroyed key, and so tell how many urgent messages one week had.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from governance import privacy
from governance.board import service as board
from governance.decisions.models import Record
from governance.feedback import service as feedback
from governance.places import service as places
from governance.places.models import HelpCard
from governance.responses import commitments
from governance.responses.commitments import CommitmentCounts, Outcome, count_commitments
from governance.responses.models import Commitment, Duty, Response, SecondLook
from governance.responses.rules import Answer


@dataclass(frozen=True)
class Answered:
    """How the duty to answer was kept. *late* counts answers that came late and answers that are late today."""

    on_time: int
    late: int
    still_open: int


@dataclass(frozen=True)
class Measures:
    """Everything on the page of measures."""

    decisions: int
    answered: Answered
    answers: dict[Answer, int]
    commitments: CommitmentCounts
    checked: int
    second_looks: dict[Outcome | None, int]
    seats: dict[str, privacy.Shown]
    languages: list[str]
    oldest_help_card: date | None
    gone_until: date | None


def measures(session: Session, today: date) -> Measures:
    """Return the measures as they stand on the day *today*."""
    here = places.programme(session)
    adopted = select(func.count()).where(Record.adopted_on.is_not(None), Record.corrects_id.is_(None))
    promised = session.execute(_promised()).all()
    return Measures(
        decisions=session.scalar(adopted) or 0,
        answered=_answered(session, today),
        answers=_answers(session),
        commitments=count_commitments([(row.due_on, row.reported_on) for row in promised], today),
        checked=sum(row.state is commitments.Commitment.DONE for row in promised),
        second_looks=_second_looks(session),
        seats=_seats(session, today),
        languages=list(here.languages) if here else [],
        oldest_help_card=session.scalar(select(func.min(HelpCard.checked_on))),
        gone_until=feedback.gone_until(session),
    )


def _promised() -> Select[date, date | None, commitments.Commitment]:
    """Return what was promised, when staff reported it, and where it stands.

    What was there before is no promise that was kept. Where the board found that it was not there, it is one.
    """
    there = Commitment.done_before & (Commitment.reported_on <= Response.answered_on)
    every = select(Commitment.due_on, Commitment.reported_on, Commitment.state)
    every = every.join(Response, Response.id == Commitment.response_id)
    return every.where(there.is_not(True))


def _answered(session: Session, today: date) -> Answered:
    late = (Duty.answered_on > Duty.answer_due) | (Duty.answered_on.is_(None) & (Duty.answer_due < today))
    in_time = Duty.answered_on <= Duty.answer_due
    still_open = Duty.answered_on.is_(None) & (Duty.answer_due >= today)
    parts = (
        select(func.count()).select_from(Duty).where(which).scalar_subquery() for which in (in_time, late, still_open)
    )
    return Answered(*session.execute(select(*parts)).one())


def _answers(session: Session) -> dict[Answer, int]:
    """Count the newest answer of each duty."""
    later = select(Response.duty_id, func.max(Response.version).label("version")).group_by(Response.duty_id).subquery()
    newest = (Response.duty_id == later.c.duty_id) & (Response.version == later.c.version)
    query = select(Response.answer, func.count()).join(later, newest).group_by(Response.answer)
    found = dict(session.execute(query).all())
    return {answer: found.get(answer, 0) for answer in Answer}


def _second_looks(session: Session) -> dict[Outcome | None, int]:
    query = select(SecondLook.outcome, func.count()).group_by(SecondLook.outcome)
    found = dict(session.execute(query).all())
    return {outcome: found.get(outcome, 0) for outcome in (None, *Outcome)}


def _seats(session: Session, today: date) -> dict[str, privacy.Shown]:
    """Return how many voting seats are filled, rest, or are open; small numbers hidden, since a pause is private."""
    seats = [seat for seat in board.seats_on(session, today) if not seat.alternate]
    counts = {
        "filled": sum(not seat.open and not seat.paused for seat in seats),
        "resting": sum(not seat.open and seat.paused for seat in seats),
        "open": sum(seat.open for seat in seats),
    }
    return privacy.safe_counts(counts) if seats else {}
