"""The day on which a duty failed is the day at the site, as that of each duty that was done."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork.rounds import DutyDone, DutyFailed
from governance.keys.keyfolder import KeyFolder
from governance.places.models import Programme
from governance.programme import schedule
from tests.factories import an_open_programme

EVENING = datetime(2026, 11, 23, 20, 0, tzinfo=UTC)  # Morning of the 24th in Auckland.


@pytest.mark.parametrize(("zone", "day"), [("Pacific/Auckland", date(2026, 11, 24)), ("UTC", date(2026, 11, 23))])
def test_a_failure_is_noted_under_the_day_of_the_site(
    app: Flask, session: Session, keys: KeyFolder, zone: str, day: date
) -> None:
    an_open_programme(session, keys)
    session.query(Programme).update({"timezone": zone, "release_hour": 6})
    session.commit()
    keys.escrow_file.unlink(missing_ok=True)
    keys.escrow_file.mkdir()  # Nothing can be written in its place.
    with clock.stopped_everywhere(EVENING):
        assert "mend escrow" in schedule.tick(app).failed
    session.expire_all()
    assert set(session.scalars(select(DutyFailed.day))) == {day}
    assert set(session.scalars(select(DutyDone.day).where(DutyDone.name == "release"))) == {day}
