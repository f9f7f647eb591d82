"""What a package does by itself: its duties, in `*/rounds.py`. `programme/schedule.py` runs them in every round."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum

from sqlalchemy.orm import Mapped, Session, mapped_column

from governance.keys.keyfolder import KeyFolder
from governance.storage.database import Piece, db


class DutyDone(db.Model):
    """The last day on which a duty was done."""

    __tablename__ = "duty_done"

    name: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date]


class DutyFailed(db.Model):
    """The day on which a duty failed, until it is done again."""

    __tablename__ = "duty_failed"

    name: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date]


Pieces = Iterable[Piece]


@dataclass(frozen=True)
class Moment:
    """What every duty is given: the day at the site, and whether its release hour has come."""

    now: datetime
    today: date
    release_hour_has_come: bool


class Needs(Enum):
    """What a duty needs of the clock: nothing, that it is not in doubt, or that destroying is allowed as well."""

    NO_CLOCK = 0
    A_SURE_CLOCK = 1
    MAY_DESTROY = 2


@dataclass(frozen=True)
class Duty:
    """Something the program does by itself: each minute, or once a *daily* from the release hour on.

    What it does comes in pieces. Each is a short transaction; what is worked out before it is read without a lock. A
    process may die between two of them: a duty that is done again goes on where it stopped. One that comes *last* holds
    up no other.
    """

    name: str
    pieces: Callable[[Session, KeyFolder, Moment], Pieces]
    daily: bool = False
    needs: Needs = Needs.A_SURE_CLOCK
    last: bool = False
