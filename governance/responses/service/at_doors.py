"""How much waits behind two doors, the desk and the answers: asked with every work page, so in one short query."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, literal, select
from sqlalchemy.orm import Session

from governance.feedback.service import COUNTED, unsorted_for
from governance.responses.models import Duty


@dataclass(frozen=True)
class AtDoors:
    """Messages that no reader has sorted, in the boxes one can open; answers that are owed. Counted up to 100."""

    messages: int = 0
    answers: int = 0


def at_doors(session: Session, account_id: int, *, reads: bool, answers: bool) -> AtDoors:
    """Return what waits for this person: of messages if they read, of answers if they answer. One query, or none."""
    if not (reads or answers):
        return AtDoors()
    new = unsorted_for(account_id).subquery()
    owed = select(literal(1)).where(Duty.answered_on.is_(None)).limit(COUNTED).subquery()
    wanted = [
        select(func.count()).select_from(each).scalar_subquery() if is_wanted else literal(0)
        for each, is_wanted in ((new, reads), (owed, answers))
    ]
    with session.no_autoflush:  # A page may be drawn after something was refused.
        return AtDoors(*session.execute(select(*wanted)).one())
