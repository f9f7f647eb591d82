"""What feedback does by itself: keys for each period, the release, the sum of a month, forgetting."""

from __future__ import annotations

from sqlalchemy.orm import Session

from governance.feedback import service as feedback
from governance.keyfolder import KeyFolder
from governance.people import service as people
from governance.rounds import Duty, DutyDone, Moment, Needs

SUMMED_UP = "month summed up"  # Under this name stands the first day of the last month that was.


def make_keys(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """Have this period's intake keys and the next one's."""
    people.ensure_intake_keys(session, keys, feedback.periods_around(moment.today))


def release_now(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """Pass on what was sent as "send it now"."""
    feedback.release_now(session, keys, moment.today)


def release(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """The daily release, with its batch of intake leaves."""
    feedback.release(session, keys, moment.today)


def sum_up(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """Add the summary of the last month to the list of messages, once."""
    month, last = feedback.month_to_sum_up(moment.today), session.get(DutyDone, SUMMED_UP)
    if month and (last is None or last.day < month or last.day > moment.today):
        session.merge(DutyDone(name=SUMMED_UP, day=month))
        feedback.sum_up(session, month)


def forget(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """Destroy messages that have outlived their time."""
    feedback.retire(session, keys, moment.today)


DUTIES = (
    Duty("make keys", make_keys, needs=Needs.NO_CLOCK),  # Without a key for the day it is, nobody could say anything.
    Duty("release now", release_now, needs=Needs.NO_CLOCK),
    Duty("release", release, daily=True),
    Duty("sum up", sum_up, daily=True),
    Duty("forget", forget, daily=True, needs=Needs.MAY_DESTROY),
)
