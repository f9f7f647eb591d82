"""Starting the clock of a duty to answer, and what happens on it before the answer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from governance.board import service as board
from governance.decisions import service as decisions
from governance.decisions.models import Record
from governance.feedback.models import Theme
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.places import service as places
from governance.responses import rules
from governance.responses.models import Duty, Reminder, Response
from governance.responses.service import ledger_lines as lines
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.storage.text import plain


def calendar(session: Session) -> rules.Calendar:
    """Return the days on which the site works."""
    return rules.Calendar(*places.calendar(session))


def clocks(session: Session, day: date) -> rules.Clocks:
    """Return how many working days staff have for what was asked on *day*, by the charter that was in force then."""
    return clocks_of_each_day(session)(day)


def clocks_of_each_day(session: Session) -> Callable[[date], rules.Clocks]:
    """Return what tells of any day how many working days staff had for what was asked on it. It reads once."""
    charter_then = board.charter_of_each_day(session)

    def clocks_then(day: date) -> rules.Clocks:
        charter = charter_then(day)
        return rules.Clocks(charter.first_word_days, charter.answer_days) if charter else rules.Clocks()

    return clocks_then


def adopt_and_start_clock(session: Session, keys: KeyFolder, record: Record, today: date) -> Duty | None:
    """Adopt a decision record, which publishes it, and start the duty to answer in the same transaction.

    Where the board chose among its own members, or put its own house in order, there is nothing to answer: None.

    After a second try the board's newest decision is the one to answer: a duty on the first try of which staff have
    said nothing yet goes over to it.
    """
    decisions.adopt(session, keys, record, today)
    if not decisions.asks_staff(session, record):
        return None
    duty = _open_on_first_try(session, record) or Duty()
    duty.complex_note = ""  # The clock begins anew, and so does the leave to take more time.
    return _start(session, duty, today, record.id)


def _open_on_first_try(session: Session, record: Record) -> Duty | None:
    query = select(Duty).join(Record, Record.id == Duty.record_id)
    mine = query.where(Record.proposal_id == record.proposal_id, Duty.answered_on.is_(None), Duty.first_word == "")
    # What was answered, if only with "not yet", is published under the first decision and stays there.
    unanswered = mine.where(~exists().where(Response.duty_id == Duty.id))
    return session.scalars(unanswered.order_by(Record.leaf.desc())).first()


def open_duties(session: Session, today: date) -> list[Duty]:
    """Start the clock of every adopted record that has none; return the new duties. Safe to call twice.

    A correction of a record starts no clock of its own, a first try none once the second is decided, and a choice
    among members none at all.
    """
    newer = aliased(Record)
    tried_again = exists().where(
        newer.proposal_id == Record.proposal_id, newer.leaf > Record.leaf, newer.corrects_id.is_(None)
    )
    query = select(Record).outerjoin(Duty, Duty.record_id == Record.id)
    bare = query.where(Duty.id.is_(None), Record.adopted_on.is_not(None), Record.corrects_id.is_(None), ~tried_again)
    owed = [r for r in session.scalars(bare) if decisions.asks_staff(session, r)]
    return [_start(session, Duty(), r.adopted_on or today, r.id) for r in owed]


def start_duty_for_theme(session: Session, theme_id: int, today: date) -> Duty:
    """Start the duty to answer a theme that needs no vote. Asking for it twice returns the same duty."""
    theme = session.get(Theme, theme_id)
    if theme is None:
        raise RuleRefused(N_("There is no such theme. Look at the list of themes again."))
    there = session.scalars(select(Duty).where(Duty.theme_id == theme_id)).one_or_none()
    return there or _start(session, Duty(theme_id=theme_id), today)


def _start(session: Session, duty: Duty, day: date, record_id: int | None = None) -> Duty:
    duty.record_id = record_id
    due = rules.due_dates(day, calendar(session), clocks(session, day))
    duty.opened_on, duty.first_word_due, duty.answer_due = day, due.first_word, due.answer
    session.add(duty)
    duty.leaf = _append(session, duty, "duty", lines.owed(duty, duty.answer_due))
    session.flush()
    return duty


def _append(session: Session, duty: Duty, kind: str, facts: dict[str, object]) -> int:
    return ledger.append(session, "decisions", kind, {**lines.ref_of(session, duty), **facts})


def say_first_word(session: Session, duty: Duty, words: str, today: date) -> None:
    """Say the first word: that staff have heard it, and what they will do next. Said once."""
    lock(session, duty)
    if duty.first_word_on or duty.answered_on:
        raise RuleRefused(N_("The first word has been said. Write the answer now."))
    if not words.strip():
        raise RuleRefused(N_("Say a word or two: that you have heard it, and what you do next."), field="first_word")
    board.check_names_nobody(session, words, field="first_word")
    duty.first_word, duty.first_word_on = plain(words.strip(), rules.LONGEST_NOTE), today
    _append(session, duty, "response", lines.first_word(duty))
    session.flush()


def take_more_time(session: Session, duty: Duty, why: str, today: date) -> None:
    """Give staff the longer clock, once, with a note that goes on the wall. Refused when the answer is late."""
    lock(session, duty)
    if duty.complex_note or duty.answered_on or rules.days_late(duty.answer_due, today):
        raise RuleRefused(N_("More time can be taken once, and only before the answer is due."))
    if not why.strip():
        raise RuleRefused(N_("Say why it takes longer. Everyone can read it."), field="why_longer")
    board.check_names_nobody(session, why, field="why_longer")
    duty.complex_note = plain(why.strip(), rules.LONGEST_NOTE)
    duty.answer_due = rules.with_more_time(duty.answer_due, calendar(session), rules.Clocks())
    _append(session, duty, "correction", lines.more_time(duty))
    session.flush()


def ask_again(session: Session, duty: Duty, today: date) -> None:
    """Write down that the board asked again. Only what is late can be asked for again, once a day."""
    lock(session, duty)
    due = rules.Due(duty.first_word_due, duty.answer_due)
    if rules.duty(due, duty.first_word_on, duty.answered_on, today) not in rules.LATE:
        raise RuleRefused(N_("This is not late. Staff have until the day that stands there."))
    if session.get(Reminder, (duty.id, today)):
        raise RuleRefused(N_("The board asked today already. It stands on the wall."))
    session.add(Reminder(duty_id=duty.id, day=today))
    _append(session, duty, "duty", lines.asked_again(today))
    session.flush()


def lock(session: Session, duty: Duty) -> None:
    """Read the duty again under a lock: two people who act at once take turns."""
    session.flush()
    session.refresh(duty, with_for_update=True)
