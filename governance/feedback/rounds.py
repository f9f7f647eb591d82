"""What feedback does by itself: keys for each period, the release, the sum of a month, forgetting."""

from __future__ import annotations

from datetime import date
from functools import partial

from sqlalchemy.orm import Session

from governance.clockwork import timekeeping
from governance.clockwork.rounds import Duty, DutyDone, Moment, Needs, Pieces
from governance.feedback import service as feedback
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people import service as people

SUMMED_UP = "month summed up"  # Under this name stands the first day of the last month that was.


def make_keys(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Have this period's intake keys and the next one's. While the clock is in doubt, those of the last sure day."""
    day = timekeeping.day_to_go_by(session) if timekeeping.in_doubt(session) else moment.today
    for audience, period in people.missing_keys(session, feedback.periods_around(day)):
        yield partial(people.ensure_intake_keys, keys=keys, periods={audience: [period]})


def release_now(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Pass on what was sent as "send it now"."""
    return feedback.release_now_in_pieces(session, keys)


def end_release(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Go on with a batch that a killed process began, or that a clock in doubt has stopped."""
    return feedback.end_release_in_pieces(session, keys)


def release(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """The daily release, with its batch of intake leaves. One that a killed process began is not begun again."""
    if not feedback.was_let_out_on(session, moment.today):
        yield from feedback.release_in_pieces(session, keys, moment.today)


def sum_up(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Add the summary of each month that is over to the list of messages, once: also of those that were slept through.

    Where the mark of the last one lies in days to come, a wrong clock has set it. Then the newest month alone is added.
    """
    last, newest = session.get(DutyDone, SUMMED_UP), feedback.newest_to_sum_up(moment.today)
    first = feedback.first_month(session) if last is None else feedback.month_after(last.day)
    if last is not None and last.day > moment.today:
        first = newest
    for month in feedback.months_between(first, newest):
        summary = feedback.summary_of(session, month)
        yield partial(_add_summary, month=month, today=moment.today, summary=summary)


def _add_summary(session: Session, month: date, today: date, summary: dict[str, object]) -> None:
    """Add it, unless another leader did since it was worked out."""
    ledger.hold(session, "intake")
    last = session.get(DutyDone, SUMMED_UP, populate_existing=True)
    if last is not None and month <= last.day <= today:
        return
    session.merge(DutyDone(name=SUMMED_UP, day=month))
    feedback.sum_up(session, summary)


def mark_moves(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Add the line of the week that is over: a hash of all that one reader moved alone, be it nothing."""
    week = feedback.week_to_mark(session, moment.today)
    if week:
        yield partial(feedback.mark_week, keys=keys, week=week)


def forget(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Destroy messages that have outlived their time, and what was asked about one and not agreed to in its days."""
    yield from feedback.retire_in_pieces(session, keys, moment.today)
    yield partial(feedback.forget_hidings_over, keys=keys, today=moment.today)


def look_for_flood(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Decide whether forms ask for a puzzle: once in a quarter of an hour, and each minute while far more wait."""
    feedback.look_for_flood(session, keys, moment.now)
    yield from ()


DUTIES = (
    Duty("make keys", make_keys, needs=Needs.NO_CLOCK),  # Without a key nobody could say anything.
    Duty("release now", release_now, needs=Needs.NO_CLOCK),
    Duty("end release", end_release),
    Duty("release", release, daily=True),
    Duty("look for a flood", look_for_flood, needs=Needs.NO_CLOCK),
    Duty("sum up", sum_up, daily=True),
    Duty("mark moves", mark_moves, daily=True),
    Duty("forget", forget, daily=True, needs=Needs.MAY_DESTROY),
)
