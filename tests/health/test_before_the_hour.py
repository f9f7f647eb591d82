"""A laptop that was off all of yesterday is told what is true: before the release hour no command does what is late."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from governance import clock
from governance.clockwork import timekeeping
from governance.clockwork.rounds import DutyFailed, Needs
from governance.clockwork.timekeeping import Doubt
from governance.health import regularly
from governance.health.found import AtHand, Finding
from governance.permissions.roles import Role
from governance.places import service as places
from governance.programme import schedule
from governance.storage import database
from tests.factories import TODAY, Founded
from tests.page import PageClient

# Its sentences alone: every look runs on both in tests/commands/test_every_line.

RUN = "Run: governance tick"
ZONES = ("UTC", "America/New_York", "Asia/Tokyo")


@pytest.fixture(params=ZONES)
def zone(request: pytest.FixtureRequest, app: Flask, founded: Founded) -> str:
    """The zone of a site whose duties were all done at its release hour, two days before."""
    programme = places.programme(founded.session)
    assert programme
    programme.timezone = request.param
    founded.session.commit()
    with clock.stopped_everywhere(at(request.param, 18)):
        schedule.tick(app)
    return str(request.param)


def at(zone: str, hour: int, minute: int = 0, *, days: int = 0) -> datetime:
    """The moment at which it is so late at the site, so many *days* after the first whole one."""
    return datetime(TODAY.year, TODAY.month, TODAY.day, hour, minute, tzinfo=ZoneInfo(zone)) + timedelta(days=1 + days)


def told(app: Flask, founded: Founded, moment: datetime) -> dict[str, Finding]:
    """What is to mend of the duties at this *moment*, by the name of each."""
    with app.app_context(), clock.stopped_everywhere(moment):
        found = list(regularly.duties(AtHand(database.db.session, founded.keys, app.config["SETTINGS"])))
    return {each.what.values["duty"]: each for each in found if not each.fine}  # type: ignore[union-attr]


def test_after_so_long_off_that_the_clock_is_not_believed_nobody_is_told_to_wait(
    app: Flask, founded: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Off for two nights and the day between: no round does anything at the hour before the clock is accepted."""
    monkeypatch.setattr(clock, "is_stopped", lambda: False)
    monkeypatch.setattr(timekeeping, "in_doubt", lambda session: None)
    with clock.stopped_everywhere(at("UTC", 18)):
        schedule.tick(app)
    believed = told(app, founded, at("UTC", 8, days=2))
    assert "It is due at 18:00 (UTC)" in str(believed["release"].mend)
    monkeypatch.setattr(timekeeping, "in_doubt", lambda session: Doubt.LONG_OFF)
    doubted = told(app, founded, at("UTC", 8, days=2))
    held_up = {duty.name for duty in schedule.DUTIES if duty.needs is not Needs.NO_CLOCK}
    assert {name for name, each in doubted.items() if "governance clock accept" in str(each.mend)} == held_up


def test_each_remedy_does_what_it_says(app: Flask, founded: Founded, zone: str) -> None:
    morning, before, hour = at(zone, 8, days=2), at(zone, 17, 59, days=2), at(zone, 18, days=2)
    due = f"It is due at 18:00 ({zone}). Let the program run until then."
    late = told(app, founded, morning)
    assert {name: each.mend for name, each in late.items()} == {
        duty.name: due if duty.daily else RUN for duty in schedule.DUTIES
    }
    with clock.stopped_everywhere(before):
        schedule.tick(app)
    still = told(app, founded, before)
    assert set(still) == {duty.name for duty in schedule.DUTIES if duty.daily}, "the command did all the others"
    assert {each.mend for each in still.values()} == {due}
    now = told(app, founded, hour)
    assert set(now) == set(still)
    assert {each.mend for each in now.values()} == {RUN}
    with clock.stopped_everywhere(hour):
        schedule.tick(app)
    assert told(app, founded, hour) == {}


@pytest.mark.parametrize(
    ("name", "once_a_day"), [("release", True), (schedule.BACK_UP, True), (schedule.ASK_WITNESSES, False)]
)
def test_what_failed_yesterday_waits_for_the_hour_too(
    app: Flask, founded: Founded, name: str, once_a_day: bool
) -> None:
    with clock.stopped_everywhere(at(ZONES[0], 18)):
        schedule.tick(app)
    founded.session.add(DutyFailed(name=name, day=TODAY))
    founded.session.commit()
    (before,) = told(app, founded, at(ZONES[0], 8, days=1)).values()
    (after,) = told(app, founded, at(ZONES[0], 18, days=1)).values()
    assert (before.mend == RUN, after.mend) == (not once_a_day, RUN)


def test_the_page_says_it_in_the_words_of_its_reader(
    app: Flask, founded: Founded, sign_in: Callable[..., PageClient]
) -> None:
    with clock.stopped_everywhere(at(ZONES[0], 18)):
        schedule.tick(app)
    with clock.stopped_everywhere(at(ZONES[0], 8, days=2)):
        admin = sign_in(Role.ADMIN)
        assert "It is due at 18:00 (UTC). Let the program run until then." in admin.get("/desk/well").text
        admin.submit("/language", language="es")
        assert "Toca a las 18:00 (UTC). Deja el programa encendido hasta entonces." in admin.get("/desk/well").text
