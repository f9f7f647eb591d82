"""Who reads at the desk is told while the time is in doubt, and why nothing is let out or deleted meanwhile.

On the real clock: one that a test has stopped is always believed.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork import timekeeping
from governance.clockwork.timekeeping import NOTHING_GOES, UNTIL, WHY, Doubt, TimeMark
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from tests.factories import an_open_programme
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
