"""Finding grievances that wait for a first word or an answer: for their own readers alone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, and_, false, or_, select
from sqlalchemy.orm import Session

from governance.feedback.boxes import is_grievance
from governance.feedback.models import Message, Theme, ThemeMessage
from governance.feedback.rules import Audience, Consent, Lane, MessageState
from governance.feedback.service import COUNTED
from governance.feedback.service.release import SHOWN
from governance.ledger.models import Leaf
from governance.responses import grievances
from governance.responses.models import Duty
from governance.responses.service.duties import calendar, clocks_of_each_day


def grievances_waiting(session: Session, boxes: Sequence[Audience]) -> list[grievances.WaitingGrievances]:
    """Return what waits in *boxes*, whose keys the reader holds. At most 100 are looked at, the oldest first.

    One whose line in the ledger is still to come was let out today, and its clock has not begun.
    """
    found = session.execute(_grieved(boxes).order_by(Message.leaf).limit(COUNTED)).all()
    return grievances.waiting(map(_of, found), calendar(session), clocks_of_each_day(session)) if found else []


def _grieved(boxes: Sequence[Audience]) -> Select[*tuple[Any, ...]]:
    """Return the query: a theme that is closed, before the board, or has a clock of its own waits for no reader."""
    are_one = [(box, lane) for box in boxes for lane in (None, *Lane) if is_grievance(box, lane)]
    kept_to_readers = and_(Message.lane.is_not(None), Message.consent == Consent.PRIVATE)
    return (
        select(Message.audience, Message.lane, Message.consent, Message.week, Leaf, Theme.id, Theme.title)
        .join(Leaf, and_(Leaf.log == "intake", Leaf.number == Message.leaf))
        .outerjoin(ThemeMessage, ThemeMessage.message_id == Message.id)
        .outerjoin(Theme, Theme.id == ThemeMessage.theme_id)
        .outerjoin(Duty, Duty.theme_id == Theme.id)
        .where(Message.state == MessageState.LIVE, SHOWN, ~kept_to_readers)
        .where(or_(false(), *(and_(Message.audience == box, Message.lane == lane) for box, lane in are_one)))
        .where(Duty.id.is_(None), Theme.agenda_on.is_(None), Theme.closed_on.is_(None))
    )


def _of(row: Row[Any]) -> grievances.Grievance:
    day = row.Leaf.facts.get("day")  # Where its text was changed by hand, the week of the message is all there is.
    return grievances.Grievance(
        row.audience,
        date.fromisoformat(day) if day else row.week,
        is_sorted=row.lane is not None,
        theme=(row.id, row.title) if row.id else None,
        is_private=row.consent is Consent.PRIVATE,
    )
