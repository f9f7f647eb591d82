"""The month's summary in the intake ledger: how many messages there were, unless they were few."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance import privacy
from governance.feedback.models import Message
from governance.ledger import service as ledger

FLOOR = 5  # Fewer are not told apart: the number stands beside batches that must not give a quiet week away.
READY_ON = 8  # The day of the next month by which everything of a month has been let out.


def month_to_sum_up(today: date) -> date | None:
    """Return the first day of the month to be summed up on *today*, or None while some of it may still be held."""
    return (today.replace(day=1) - timedelta(days=1)).replace(day=1) if today.day >= READY_ON else None


def sum_up(session: Session, summary: Mapping[str, object]) -> int:
    """Add the *summary* of a month to the ledger; return the entry's number. Call it once a month."""
    return ledger.append(session, "intake", "summary", summary)


def summary_of(session: Session, month: date) -> dict[str, object]:
    """Return the summary of *month* (its first day). Only reads, and may take a while.

    A message counts in the month of the Monday of its week. Nothing finer is known, and no kind or audience is told.
    """
    within = (Message.week >= month, Message.week < month_after(month))
    count = session.scalar(select(func.count()).select_from(Message).where(*within)) or 0
    number = privacy.shown(count, FLOOR).value
    return {"month": f"{month:%Y-%m}", "messages": number if number is not None else f"<{FLOOR}"}


def month_after(month: date) -> date:
    """Return the first day of the month after *month* (its first day)."""
    return month + timedelta(days=monthrange(month.year, month.month)[1])
