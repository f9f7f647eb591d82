"""What is said while the server's clock stands a year ahead has the last sure day, and the keys of that day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance import clock, privacy
from governance.clockwork.rounds import DutyDone
from governance.clockwork.timekeeping import TimeMark
from governance.feedback.models import Held
from governance.people.models import IntakeKey
from governance.storage import database
from tests.at_the_terminal import governance
from tests.factories import Founded
from tests.promises.participant import come_to_words, thanked
from tests.server import Installation, free_port
from tests.visitor import Visitor

AHEAD = f"@{datetime.now(UTC).date() + timedelta(days=365)} 12:00:00"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Installation]:
    """A server that is started by a clock a year ahead."""
    here = Installation(tmp_path, free_port(), workers=1, typed_before=["faketime", "-f", AHEAD])
    yield here
    here.stop()
    here.close()


def founded(site: Installation) -> tuple[Founded, Session]:
    """A programme that has had a round by the right clock."""
    founded, session = site.found()
    session.commit()
    assert governance(["tick"], site.environ).returncode == 0
    return founded, session


def sent(site: Installation, session: Session) -> tuple[date, str]:
    """Say something at the kiosk; return the day under which it waits, and the period of its key."""
    site.start()
    assert Visitor(site.port).get("/readyz").status == 200
    assert thanked(come_to_words(Visitor(site.port)).send("the kettle is cold"))
    site.stop()
    session.rollback()
    held = session.scalars(select(Held)).one()
    key = session.get(IntakeKey, held.intake_key_id)
    assert key
    return held.day, key.period


def test_its_day_and_its_key_are_of_the_last_sure_day(site: Installation) -> None:
    _, session = founded(site)
    before = clock.today()
    day, period = sent(site, session)
    assert day in (before, clock.today())
    assert period.startswith(privacy.period_of(day))
    assert governance(["tick"], site.environ).returncode == 0


def test_without_what_the_clock_is_held_against_it_is_of_next_year(site: Installation) -> None:
    """The control: nothing is known of a sure day, and one round was done by the wrong clock."""
    _, session = founded(site)
    session.execute(delete(TimeMark))
    session.execute(delete(DutyDone))
    session.commit()
    assert governance(["tick"], site.environ, at=AHEAD).returncode == 0
    day, period = sent(site, session)
    assert day == clock.today() + timedelta(days=365)
    assert period.startswith(privacy.period_of(day))
    database.db.session.rollback()
