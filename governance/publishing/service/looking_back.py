"""One year in short, for the board that looks back on it: what it decided, what staff said, what it looked at again.

All of it is public on other pages, and each line leads there. A year is that of the site's calendar.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.board import service as board
from governance.decisions import service as decisions
from governance.decisions.models import LookedAgain, Record
from governance.decisions.service import published
from governance.ledger.models import Leaf
from governance.publishing import rules
from governance.responses import service as responses
from governance.responses.models import Duty


@dataclass(frozen=True)
class Year:
    """What came of one year. *asked*: what staff were asked in it, as it stands today."""

    number: int
    is_over: bool
    decided: Sequence[published.ShownRecord]
    asked: Sequence[responses.DutyNow]
    looked: Sequence[decisions.LookTold]

    @property
    def in_time(self) -> int:
        """How many answers came by their day."""
        return sum(not now.came_late for now in self.asked if now.duty.answered_on)

    @property
    def late(self) -> int:
        """How many answers came late, or are late today."""
        return sum(bool(now.came_late or now.late) for now in self.asked)

    @property
    def checked(self) -> int:
        """How many promises of these answers the board has checked, and found done."""
        return sum(now.kept.done for now in self.asked)

    @property
    def promised(self) -> int:
        """How many promises these answers hold."""
        return sum(now.kept.promised for now in self.asked)


def years(session: Session, today: date) -> list[int]:
    """Return the years in which there is something to look back on, the newest first."""
    days = (_decided_on(*row) for row in session.execute(published.line_on(select(Record))))
    first = min((day for day in days if day), default=None)
    return list(range(today.year, first.year - 1, -1)) if first else []


def year(session: Session, number: int, today: date) -> Year | None:
    """Return one year in short; None for a year in which nothing was decided so far, here or ever."""
    if number not in years(session, today):
        return None
    first, last = date(number, 1, 1), date(number, 12, 31)
    rows = session.execute(published.line_on(select(Record).order_by(Record.leaf)))
    asked = responses.duty_query().where(Duty.opened_on.between(first, last)).order_by(Duty.opened_on, Duty.id)
    every_look = session.scalar(select(func.count()).select_from(LookedAgain)) or 0
    looked = decisions.newest_looks(session, every_look) if every_look else []
    return Year(
        number,
        is_over=today > last,
        decided=[published.shown(*row) for row in rows if first <= (_decided_on(*row) or date.min) <= last],
        asked=responses.duties_now(session, today, asked),
        looked=[each for each in reversed(looked) if first <= each.look.looked_on <= last],
    )


def _decided_on(record: Record, line: Leaf | None) -> date | None:
    """Return the day on which a record was published first, by its line; by its row where that line is not its own.

    None for a correction, and for what is not published.
    """
    held = line.facts if line else {}
    if held.get("record") == record.number and "sha256" in held:
        day = held["day"]
        return date.fromisoformat(str(day)) if day and "corrects" not in held else None
    return record.adopted_on if record.corrects_id is None else None


def to_look_back_on(session: Session, today: date) -> int | None:
    """Return the year that is to go on the agenda by itself: one that has just ended, and was never there."""
    over = rules.year_just_over(today)
    if over is None or board.was_on_agenda(session, board.ref_of_year(over)):
        return None
    return over if over in years(session, today) else None
