"""Which process leads the rounds of duties, and until when: a row that whoever finds it run out takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from governance import clock
from governance.storage import database
from governance.storage.database import db

LEASE = timedelta(minutes=3)
# The furthest end that can be true: the clock of another app server may be two minutes ahead of this one's. If no
# difference were allowed for, the one that is behind would take the lease each time, and both would lead.
FURTHEST = LEASE + timedelta(minutes=2)


class Lease(db.Model):
    """Who leads, and until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


def lead(holder: str, now: datetime) -> bool:
    """Take or renew the lease. True when *holder* leads until three minutes from *now*.

    A lease that ends further away than any can was taken while the clock stood ahead, and is void. That of another app
    server, whose clock is a little ahead of this one, is not.
    """
    void = (Lease.until <= now) | (Lease.until > now + FURTHEST)
    free = (Lease.name == "tick") & ((Lease.holder == holder) | void)
    with database.transaction() as session:
        taken = session.execute(update(Lease).where(free).values(holder=holder, until=now + LEASE)).rowcount
        if taken or session.get(Lease, "tick"):
            return bool(taken)
    try:
        with database.transaction() as session:
            session.add(Lease(name="tick", holder=holder, until=now + LEASE))
    except IntegrityError:
        return False
    return True


def give_back(holder: str, now: datetime) -> None:
    """Let anybody lead from *now* on, where *holder* still does: its process ends with this round."""
    with database.transaction() as session:
        session.execute(update(Lease).where(Lease.name == "tick", Lease.holder == holder).values(until=now))


class NoLongerLeads(Exception):
    """Another process leads: this one was asleep for longer than its lease."""


@dataclass
class Renewing:
    """The lease of whoever leads, renewed in good time while a long duty goes on."""

    holder: str
    since: datetime

    def renew(self) -> None:
        """Keep leading. Raises NoLongerLeads when somebody else does: the round ends between two pieces then."""
        now = clock.now()
        if abs(now - self.since) > LEASE / 3:
            if not lead(self.holder, now):
                raise NoLongerLeads
            self.since = now
