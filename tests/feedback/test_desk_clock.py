"""Who reads at the desk is told while the time is in doubt, and why nothing is let out or deleted meanwhile.

On the real clock: one that a test has stopped is always believed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock, privacy
from governance.clockwork import timekeeping
from governance.clockwork.timekeeping import NOTHING_GOES, UNTIL, WHY, Doubt, TimeMark
from governance.feedback.models import Message
from governance.keys.keyfolder import KeyFolder
from governance.people.models import IntakeKey
from governance.permissions.roles import Role
from tests.factories import an_open_programme
from tests.feedback.messages import let_out, send
from tests.page import PageClient

SignIn = Callable[..., PageClient]
DAYS = timedelta(days=2)


def note(session: Session, away: timedelta, *, another_start: bool = False, waits: bool = False) -> None:
    """Note that the last round was *away* from now, by the clock."""
    up, then = timekeeping.uptime(), clock.now() - away
    assert up
    boot = "another" if another_start else up.boot
    session.merge(TimeMark(id=1, moment=then, boot=boot, up=up.seconds, last=then, destroying_waits=waits))
    session.commit()


@pytest.mark.on_both
@pytest.mark.parametrize(
    ("away", "another_start", "why"),
    [(DAYS, False, Doubt.JUMPED), (-DAYS, False, Doubt.BACK), (DAYS, True, Doubt.LONG_OFF)],
)
def test_the_desk_says_why_messages_wait_and_stops_when_the_time_is_right(
    session: Session, keys: KeyFolder, sign_in: SignIn, away: timedelta, another_start: bool, why: Doubt
) -> None:
    an_open_programme(session, keys, clock.now())
    reader = sign_in(Role.STAFF_READER)
    assert UNTIL not in reader.get("/desk").text
    note(session, away, another_start=another_start)
    assert f"{WHY[why]} {UNTIL}" in reader.get("/desk").text
    note(session, timedelta())
    assert UNTIL not in reader.get("/desk").text


@pytest.mark.on_both
def test_the_desk_says_that_nothing_is_deleted_until_two_people_agree(
    session: Session, keys: KeyFolder, sign_in: SignIn
) -> None:
    an_open_programme(session, keys, clock.now())
    note(session, timedelta(), waits=True)
    assert NOTHING_GOES in sign_in(Role.STAFF_READER).get("/desk").text


def test_it_is_said_in_spanish_too(session: Session, keys: KeyFolder, sign_in: SignIn) -> None:
    an_open_programme(session, keys, clock.now())
    reader = sign_in(Role.STAFF_READER)
    note(session, DAYS)
    reader.submit("/language", language="es")
    page = reader.get("/desk").text
    assert "El reloj de este servidor dio un salto." in page
    assert WHY[Doubt.JUMPED] not in page


@pytest.mark.parametrize("in_doubt", [True, False])
def test_what_is_passed_on_has_the_key_of_the_last_sure_day(
    app: Flask, session: Session, keys: KeyFolder, in_doubt: bool
) -> None:
    """The key of a month that has not come would outlive what it seals. False is the control."""
    here = clock.now()
    founded = an_open_programme(session, keys, here)
    send(founded, "about a worker after all", here.date())
    let_out(founded, here.date() + DAYS + timedelta(days=1))
    session.commit()
    (message_id,) = session.scalars(select(Message.id)).all()
    away = timedelta(days=60) if in_doubt else timedelta()
    note(session, away)
    card, visitor = founded.cards["Juniper"], PageClient(app)
    assert visitor.submit("/sign-in", alias=card.alias, passphrase=card.passphrase).status_code == 303
    assert visitor.submit(f"/desk/messages/{message_id}", "/pass-on", audience="grievance").status_code == 303
    session.rollback()
    session.expire_all()
    sealed_to = session.get_one(IntakeKey, session.get_one(Message, message_id).intake_key_id)
    assert sealed_to.period.startswith(privacy.period_of((here - away).date()))
