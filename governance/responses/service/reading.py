"""Finding duties to answer, and what they come to today: for the desk, the board, the wall and the thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session

from governance.decisions.models import Outcome, Record
from governance.decisions.service import published as decision_published
from governance.feedback.models import Theme
from governance.proposals.models import ProposalTheme
from governance.responses import commitments, rules
from governance.responses.models import Commitment, Duty, Reminder, Response, SecondLook
from governance.responses.service import ledger_lines, newest_lines, published, steps_stand
from governance.ruling.sentences import Sentence
from governance.storage.leaves import NOT_AS_PUBLISHED


@dataclass(frozen=True)
class HowKept:
    """How the promises of one duty stand: how many in all, checked by the board, reported done by staff."""

    promised: int
    done: int
    reported: int
    next_due: date | None  # The earliest day of what is still promised.

    @property
    def all_done(self) -> bool:
        """Whether something was promised and the board has checked all of it."""
        return bool(self.promised) and self.done == self.promised


@dataclass(frozen=True)
class DutyNow:
    """A duty to answer as it stands on one day. Everything in it may stand on a public page."""

    duty: Duty
    record: Record | None
    theme: Theme | None
    title: str
    state: rules.DutyState
    days_late: int
    words: Sentence
    answer: Response | None
    kept: HowKept
    asked_again_on: date | None
    looking_again: bool
    label: str | None
    today: date
    doubt: str = ""  # What is wrong with the words of the record or of the answer, if anything is.

    @property
    def came_late(self) -> int:
        """By how many days the answer that ended the duty was late. That stays, for good."""
        return rules.days_late(self.duty.answer_due, self.duty.answered_on) if self.duty.answered_on else 0

    @property
    def late(self) -> bool:
        """Whether staff are past the day they owe a first word or an answer."""
        return self.state in rules.LATE


@cache
def duty_query() -> Select[Any]:
    """Return the one query behind every list of duties; callers add what to keep and in which order."""
    newest = select(func.max(Response.version)).where(Response.duty_id == Duty.id).correlate(Duty).scalar_subquery()
    duties = (
        select(
            Duty, Record, Theme, Response,
            select(func.max(Reminder.day)).where(Reminder.duty_id == Duty.id).scalar_subquery().label("asked_again_on"),
            _count(Commitment).label("promised"),
            _count(Commitment, Commitment.state == commitments.Commitment.DONE).label("done"),
            _count(Commitment, Commitment.state == commitments.Commitment.REPORTED_DONE).label("reported"),
            _next_due().label("next_due"),
            _count(Commitment, steps_stand.is_in_doubt()).label("in_doubt"),
            _count(SecondLook, SecondLook.answered_on.is_(None)).label("looking_again"),
        )
        .outerjoin(Record, Record.id == Duty.record_id)
        .outerjoin(Theme, Theme.id == Duty.theme_id)
        .outerjoin(Response, (Response.duty_id == Duty.id) & (Response.version == newest))
    )  # fmt: skip
    return published.with_line(decision_published.line_on(duties), Response.leaf, published.OF_ANSWER)


def _count(table: type[Commitment] | type[SecondLook], *where: Any) -> Any:
    return select(func.count()).where(table.duty_id == Duty.id, *where).correlate(Duty).scalar_subquery()


def _next_due() -> Any:
    promised = (Commitment.duty_id == Duty.id) & (Commitment.state == commitments.Commitment.PROMISED)
    return select(func.min(Commitment.due_on)).where(promised).correlate(Duty).scalar_subquery()


def from_row(row: Row[Any], today: date) -> DutyNow:
    """Return what a row of `duty_query` says on the day *today*."""
    duty, theme = row.Duty, row.Theme
    record, doubt = _record(row)
    # The row of what the duty is on was taken out, or a promise is said to stand where no line has it.
    if not (record or theme) or row.in_doubt:
        doubt = NOT_AS_PUBLISHED
    answer, of_answer = _answer(row)
    board_said_yes = record is not None and record.outcome is Outcome.ADOPTED
    due = rules.Due(duty.first_word_due, duty.answer_due)
    state = rules.duty(due, duty.first_word_on, duty.answered_on, today)
    owed = duty.first_word_due if state is rules.DutyState.LATE_FIRST_WORD else duty.answer_due
    return DutyNow(
        duty=duty,
        record=record,
        theme=theme,
        title=theme.title if theme else record.title if record else "",
        state=state,
        days_late=rules.days_late(owed, today) if state in rules.LATE else 0,
        words=rules.duty_in_words(state, due, today),
        answer=answer,
        kept=HowKept(row.promised, row.done, row.reported, row.next_due),
        asked_again_on=row.asked_again_on,
        looking_again=bool(row.looking_again),
        label=rules.overruled(board_said_yes, answer.answer if answer else None),
        today=today,
        doubt=published.first({doubt, of_answer}),
    )


def _record(row: Row[Any]) -> tuple[Record | None, str]:
    shown = decision_published.shown(row.Record, row.line_of_record) if row.Record else None
    return (shown.record, shown.doubt) if shown else (None, "")


def _answer(row: Row[Any]) -> tuple[Response | None, str]:
    ref = {"decision": row.Record.number} if row.Record else {"theme": row.Duty.theme_id}
    return published.shown(row.Response, row.line_of_answer, ref) if row.Response else (None, "")


def duties_now(session: Session, today: date, query: Select[Any]) -> list[DutyNow]:
    """Return the duties *query* finds, as they stand today."""
    return [from_row(row, today) for row in session.execute(query)]


def owed(session: Session, today: date) -> list[DutyNow]:
    """Return every duty without an answer, the one that is due first on top: so late ones lead."""
    waiting = duty_query().where(Duty.answered_on.is_(None)).order_by(Duty.answer_due, Duty.id)
    return sorted(duties_now(session, today, waiting), key=lambda each: not each.late)


def answered(session: Session, today: date, after: int | None = None, limit: int = 30) -> list[DutyNow]:
    """Return answered duties, the newest first: what was promised in them may still be open.

    *after*: the id of the last one on the page before.
    """
    query = duty_query().where(Duty.answered_on.is_not(None))
    query = query.where(Duty.id < after) if after else query
    return duties_now(session, today, query.order_by(Duty.id.desc()).limit(limit))


def answers_since(session: Session, day: date, limit: int = 20) -> list[tuple[int, str, date]]:
    """Return the newest answers given since *day*: the id of each duty once, what it is about, and the day."""
    newest = func.max(Response.answered_on)
    query = (
        select(Duty.id, func.coalesce(Theme.title, Record.title), newest)
        .join(Response, Response.duty_id == Duty.id)
        .outerjoin(Theme, Theme.id == Duty.theme_id)
        .outerjoin(Record, Record.id == Duty.record_id)
        .where(Response.answered_on >= day)
        .group_by(Duty.id, Theme.title, Record.title)
        .order_by(newest.desc(), Duty.id.desc())
        .limit(limit)
    )
    return [(duty_id, title, when) for duty_id, title, when in session.execute(query)]


def duty_now(session: Session, duty_id: int, today: date) -> DutyNow | None:
    """Return one duty, or None."""
    return next(iter(duties_now(session, today, duty_query().where(Duty.id == duty_id))), None)


def duty_of(
    session: Session, today: date, *, record_id: int | None = None, theme_id: int | None = None
) -> DutyNow | None:
    """Return the duty on a decision record or on a theme, or None when its clock has not started."""
    where = Duty.record_id == record_id if record_id else Duty.theme_id == theme_id
    return next(iter(duties_now(session, today, duty_query().where(where))), None)


def duty_on_theme(session: Session, theme_id: int) -> int | None:
    """Return the id of the duty on a theme that needs no vote, or None."""
    return session.scalars(select(Duty.id).where(Duty.theme_id == theme_id)).one_or_none()


def themes_asked(session: Session) -> list[int]:
    """Return the themes that staff were asked to answer, or answered. They stand on the wall."""
    return [each for each in session.scalars(select(Duty.theme_id)) if each is not None]


@dataclass(frozen=True)
class DutyAnswers:
    """Everything the public may read about one duty: where it stands, every version, promises, second looks."""

    now: DutyNow
    versions: Sequence[Response]
    commitments: Sequence[Commitment]
    second_looks: Sequence[SecondLook]
    doubt: str = ""  # What is wrong with any of these words.


def answers_of(session: Session, now: DutyNow) -> DutyAnswers:
    """Return all of what was answered, newest first."""
    ref = ledger_lines.ref_of(session, now.duty)
    versions, of_versions = published.answers(session, now.duty, ref)
    promises, of_promises = published.promises(session, now.duty)
    looks, of_looks = published.second_looks(session, now.duty)
    of_lines = newest_lines.doubt(session, now.duty, ref, versions, promises, looks)
    doubt = published.first({now.doubt, of_lines} | of_versions | of_promises | of_looks)
    return DutyAnswers(now, versions, promises, looks, doubt)


def answers_of_record(session: Session, record: Record, today: date) -> DutyAnswers | None:
    """Return what staff answered to a decision, or None when no clock runs."""
    now = duty_of(session, today, record_id=record.first_id)
    return answers_of(session, now) if now else None


def answers_behind_themes(session: Session, theme_ids: Sequence[int], today: date) -> list[DutyAnswers]:
    """Return what staff answered to these themes, and to decisions that came from them."""
    proposals = select(ProposalTheme.proposal_id).where(ProposalTheme.theme_id.in_(theme_ids))
    query = duty_query().where(or_(Duty.theme_id.in_(theme_ids), Record.proposal_id.in_(proposals)))
    return [answers_of(session, now) for now in duties_now(session, today, query.order_by(Duty.id.desc()))]


def answers_of_theme(session: Session, theme_id: int, today: date) -> DutyAnswers | None:
    """Return what staff answered to a theme, or None when no clock runs."""
    now = duty_of(session, today, theme_id=theme_id)
    return answers_of(session, now) if now else None


@dataclass(frozen=True)
class Promised:
    """One promise that the board has not checked off, with what it belongs to."""

    commitment: Commitment
    title: str
    days_late: int


def promised(session: Session, today: date) -> list[Promised]:
    """Return every promise that is not done: first what staff report as done, then by its day."""
    query = (
        select(Commitment, func.coalesce(Theme.title, Record.title).label("title"))
        .join(Duty, Duty.id == Commitment.duty_id)
        .outerjoin(Theme, Theme.id == Duty.theme_id)
        .outerjoin(Record, Record.id == Duty.record_id)
        .where(Commitment.state != commitments.Commitment.DONE)
        .order_by(Commitment.state != commitments.Commitment.REPORTED_DONE, Commitment.due_on, Commitment.id)
    )
    return [Promised(row.Commitment, row.title, _promise_late(row.Commitment, today)) for row in session.execute(query)]


def _promise_late(row: Commitment, today: date) -> int:
    return rules.days_late(row.due_on, row.reported_on or today)


def desk_counts(session: Session, today: date) -> dict[str, int]:
    """Return what stands on top of the desk: answers owed, late ones, promises not reported, second looks owed."""
    open_ones = Duty.answered_on.is_(None)
    no_word = Duty.first_word_on.is_(None)
    late = open_ones & or_(Duty.answer_due < today, no_word & (Duty.first_word_due < today))
    promised = Commitment.state == commitments.Commitment.PROMISED
    counts = {
        "owed": select(func.count()).select_from(Duty).where(open_ones),
        "late": select(func.count()).select_from(Duty).where(late),
        "promised": select(func.count()).select_from(Commitment).where(promised),
        "second_looks": select(func.count()).select_from(SecondLook).where(SecondLook.answered_on.is_(None)),
    }
    row = session.execute(select(*(query.scalar_subquery().label(name) for name, query in counts.items()))).one()
    return dict(row._mapping)


def themes_behind(session: Session, now: DutyNow) -> Sequence[Theme]:
    """Return the themes a duty came from: its own, or those of the proposal that was decided."""
    if now.theme:
        return [now.theme]
    proposal_id = now.record.proposal_id if now.record else None
    wanted = select(ProposalTheme.theme_id).where(ProposalTheme.proposal_id == proposal_id)
    return session.scalars(select(Theme).where(Theme.id.in_(wanted)).order_by(Theme.id)).all()
