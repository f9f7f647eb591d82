"""Somebody at a kiosk asks for a worker: that it is seen, that one goes there, and that it is forgotten."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance.people import service as people
from governance.permissions.roles import STAFF
from governance.places import rules
from governance.places.models import Kiosk, KioskCall, Place, Programme
from governance.privacy import retention
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_


@dataclass(frozen=True)
class Call:
    """A kiosk where somebody asks for a worker."""

    kiosk_id: uuid.UUID
    kiosk: str
    place: str


def workers_come(session: Session) -> bool:
    """Whether the site lets kiosks ask for a worker; False before `init`."""
    here = session.get(Programme, 1)
    return bool(here and here.workers_come)


def call_worker(session: Session, kiosk_id: str, now: datetime) -> rules.Coming:
    """Ask for a worker at a kiosk; return what to say there. Pressed again, it changes nothing.

    Raises RuleRefused for what is no kiosk, and where the site has not switched it on.
    """
    kiosk = session.get(Kiosk, uuid.UUID(kiosk_id)) if kiosk_id else None
    if kiosk is None or kiosk.revoked_on or not workers_come(session):
        raise RuleRefused(N_("Only a kiosk of this place can ask for a worker. Please tell any worker yourself."))
    waits = session.get(KioskCall, kiosk.id, with_for_update=True, populate_existing=True)
    if waits is None or waits.gone_by <= now:
        session.merge(KioskCall(kiosk_id=kiosk.id, gone_by=rules.call_gone_by(now), on_the_way=False))
        session.flush()
    elif waits.on_the_way:
        return rules.Coming.ON_THE_WAY
    return rules.Coming.ASKED if people.anybody_signed_in(session, STAFF, now) else rules.Coming.NOBODY_HERE


def calls(session: Session, now: datetime) -> Sequence[Call]:
    """Return the kiosks at which somebody waits for a worker, and to which none is on the way. One query."""
    waiting = select(Kiosk.id, Kiosk.name, Place.name).join(KioskCall, KioskCall.kiosk_id == Kiosk.id)
    waiting = waiting.join(Place, Place.id == Kiosk.place_id).order_by(Place.name, Kiosk.name)
    waiting = waiting.where(KioskCall.gone_by > now, KioskCall.on_the_way.is_(False))
    return [Call(*row) for row in session.execute(waiting)]


def go_there(session: Session, kiosk_id: uuid.UUID, now: datetime) -> bool:
    """Take a call: a worker goes there. Return whether it still waited. Who it is, is kept nowhere."""
    waits = session.get(KioskCall, kiosk_id, with_for_update=True, populate_existing=True)
    if waits is None or waits.gone_by <= now or waits.on_the_way:
        return False
    waits.on_the_way, waits.gone_by = True, rules.whole_quarter(now + retention.ON_THE_WAY)
    session.flush()
    return True


def forget_calls(session: Session, now: datetime) -> None:
    """Forget what is over."""
    session.execute(delete(KioskCall).where(KioskCall.gone_by <= now))
    session.flush()


def calls_are_over(session: Session, now: datetime) -> bool:
    """Whether there is something to forget. Only reads."""
    return session.scalar(select(KioskCall.kiosk_id).where(KioskCall.gone_by <= now).limit(1)) is not None


def let_workers_come(session: Session, wanted: bool) -> None:
    """Switch the button at the kiosks on or off. Off, what waits is forgotten."""
    session.get_one(Programme, 1).workers_come = wanted
    if not wanted:
        session.execute(delete(KioskCall))
    session.flush()
