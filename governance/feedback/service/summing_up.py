"""The month's summary in the intake ledger: about how many messages there were, in steps that give no day away."""

from __future__ import annotations

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.feedback.models import Message
from governance.feedback.rules import BATCH
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.privacy import FLOOR

READY_ON = 8  # The day of the next month by which everything of a month has been let out.
STEP = 10  # A month's number of messages is told in steps of this.
SOME = 1024  # lines read at a time


def newest_to_sum_up(today: date) -> date:
    """Return the first day of the newest month of which nothing is held any more on *today*."""
    last = _month_before(today)
    return last if today.day >= READY_ON else _month_before(last)


def _month_before(day: date) -> date:
    return (day.replace(day=1) - timedelta(days=1)).replace(day=1)


def first_month(session: Session) -> date | None:
    """Return the first day of the month in which the list of messages begins, or None while it is empty."""
    days = (facts["day"] for _, facts in ledger.leaves(session, "intake") if "day" in facts)
    first = next(days, None)
    return date.fromisoformat(first).replace(day=1) if first else None


def months_between(first: date | None, newest: date) -> Iterator[date]:
    """Yield each month from *first* to *newest*, both by their first day; none where there is no first one."""
    month = first or date.max
    while month <= newest:
        yield month
        month = month_after(month)


def sum_up(session: Session, summary: Mapping[str, object]) -> int:
    """Add the *summary* of a month to the ledger; return the entry's number. Call it once a month."""
    return ledger.append(session, "intake", "summary", summary)


def summary_of(session: Session, month: date) -> dict[str, object]:
    """Return the summary of *month* (its first day). Only reads, and may take a while.

    A message counts in the month of the Monday of its week. Nothing finer is known, and no kind or audience is told.
    """
    within = (Message.week >= month, Message.week < month_after(month))
    count = session.scalar(select(func.count()).select_from(Message).where(*within)) or 0
    return {"month": f"{month:%Y-%m}", "at_least": about(count, lines_of(session, month).values())}


def about(messages: int, lines: Iterable[int]) -> int:
    """Return the step that a month's number of *messages* has reached: 10, 20, 30 and so on, or 0.

    *lines*: how many lines the ledger has of each day. They are public and a multiple of `BATCH`, so a day of 16 has
    had 9 messages or more. Steps that stand so near to the least or the most the lines allow that somebody could work
    out the number of one day are left out: each day keeps `FLOOR` numbers that it could have had.
    """
    days = [number for number in lines if number]
    least = sum(number - BATCH + 1 for number in days if number > BATCH)
    most = sum(days)
    steps = range(STEP, min(messages, most - FLOOR + 1) + 1, STEP)
    return max((step for step in steps if step >= least + FLOOR), default=0)


def lines_of(session: Session, month: date) -> Counter[date]:
    """Return how many lines each day of *month* has in the list of messages. They are public."""
    found, wanted = Counter[date](), SOME
    newest = ledger.newest(session, "intake", wanted)
    while len(newest) == wanted and _day_of(newest[-1]) >= month:
        wanted *= 2
        newest = ledger.newest(session, "intake", wanted)
    for leaf in newest:
        day = _day_of(leaf)
        if month <= day < month_after(month):
            found[day] += 1
    return found


def _day_of(leaf: Leaf) -> date:
    """Return the day of a line; of a summary, which has none, and of one that was changed, one after all days."""
    return date.fromisoformat(leaf.facts.get("day", date.max.isoformat()))


def month_after(month: date) -> date:
    """Return the first day of the month after *month* (its first day)."""
    return month + timedelta(days=monthrange(month.year, month.month)[1])
