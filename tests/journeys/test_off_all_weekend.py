"""A laptop that was off all weekend, on the real server: on Monday it goes on by itself, and a thief moves no time."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from datetime import time as time_of_day
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork.timekeeping import TimeMark
from governance.feedback import service as feedback
from governance.feedback.models import Message
from governance.feedback.rules import MessageState, Route
from governance.storage import database
from tests import at_the_terminal
from tests.ledger.elsewhere import Elsewhere, elsewhere
from tests.server import Installation, free_port
from tests.visitor import Visitor

pytestmark = pytest.mark.of_one_database
WEEKEND = timedelta(hours=64)  # From Friday at five to Monday at nine.
# Enough to outlive words and keys of today, and late in the evening, when all that is done once a day is due.
AHEAD = datetime.combine(datetime.now(UTC).date() + timedelta(days=400), time_of_day(23, 40), UTC)
SET = f"@{AHEAD:%Y-%m-%d %H:%M:%S}"


@pytest.fixture
def away() -> Iterator[Elsewhere]:
    with elsewhere() as there:
        yield there


@pytest.fixture
def site(tmp_path: Path, away: Elsewhere) -> Iterator[Installation]:
    """A founded programme in which six words were let out."""
    here = Installation(tmp_path / "home", free_port(), workers=1, more={"http_proxy": away.proxy})
    founded, session = here.found()
    for _ in range(6):
        words = feedback.Submission(token=secrets.token_bytes(16), words="the door is heavy", route=Route.NOW)
        feedback.take(session, founded.keys, words, clock.today())
    feedback.release_now(session, founded.keys, clock.today())
    session.commit()
    assert governance(here, "tick").returncode == 0
    yield here
    here.stop()
    database.db.session.remove()
    here.close()


def governance(site: Installation, *arguments: str, typed: str = "", at: str = "") -> CompletedProcess[str]:
    return at_the_terminal.governance(arguments, site.environ | {"TZ": "UTC"}, typed, at)


def is_witnessed(site: Installation, away: Elsewhere) -> None:
    session = database.db.session
    away.witness(session, site.keys(), site.home.parent / "partner")
    session.commit()
    assert governance(site, "tick").returncode == 0


def was_off(time_off: timedelta) -> None:
    """Let the last round be as long ago, by another start of the machine: what a disk knows on Monday."""
    session: Session = database.db.session
    session.rollback()
    mark = session.get_one(TimeMark, 1)
    mark.boot, mark.moment, mark.last = "friday", mark.moment - time_off, mark.last - time_off
    session.commit()


def living(site: Installation) -> tuple[int, int]:
    """How many words live, and how many keys of a period are there."""
    session: Session = database.db.session
    session.rollback()
    words = select(func.count()).select_from(Message).where(Message.state == MessageState.LIVE)
    found = session.scalar(words) or 0
    session.rollback()
    return found, len(list(site.keys().names("period-")))


def soon(is_so: Callable[[], bool]) -> bool:
    until = time.monotonic() + 10
    while not is_so() and time.monotonic() < until:
        time.sleep(0.1)  # Another process is at it.
    return is_so()


def test_on_monday_the_server_begins_and_nobody_types_anything(site: Installation, away: Elsewhere) -> None:
    is_witnessed(site, away)
    was_off(WEEKEND)
    site.start()
    assert soon(lambda: _boot() != "friday"), "at its start it asked the witness"
    told = governance(site, "clock")
    assert (told.returncode, "All that is due is done" in told.stdout) == (0, True)
    assert "MEND  This server was off" not in governance(site, "doctor").stdout


def _boot() -> str:
    session: Session = database.db.session
    session.rollback()
    boot = session.get_one(TimeMark, 1).boot
    session.rollback()
    return boot


def test_a_thief_who_starts_it_in_months_to_come_destroys_nothing(site: Installation, away: Elsewhere) -> None:
    """The machine was off, its clock is set ahead in the dark, and the witness answers with the true time."""
    is_witnessed(site, away)
    before = living(site)
    was_off(WEEKEND)
    site.typed_before = ["faketime", "-f", SET]
    site.more["TZ"] = "UTC"
    site.start()
    asked = away.asked
    assert asked
    told = governance(site, "tick", at=SET)
    assert (told.returncode, "The clock is in doubt" in told.stderr) == (1, True)
    assert away.asked > asked
    assert living(site)[0] == before[0] == 6
    assert living(site)[1] >= before[1], "keys for the days of the wrong clock may come, and none goes"
    assert _boot() == "friday"


def test_by_a_witness_that_is_wrong_as_well_they_would_be_gone(site: Installation, away: Elsewhere) -> None:
    """The control: the same, and the witness stands ahead with it."""
    is_witnessed(site, away)
    was_off(WEEKEND)
    away.ahead = (AHEAD - datetime.now(UTC)).total_seconds()
    assert governance(site, "tick", at=SET).returncode == 0
    assert living(site)[0] == 0


def test_without_a_witness_one_tired_person_types_one_command_and_one_word(site: Installation) -> None:
    was_off(WEEKEND)
    told = governance(site, "doctor")
    assert "MEND  This server was off for long, or its clock is wrong." in told.stdout
    assert "governance clock accept" in told.stdout
    assert governance(site, "tick").returncode == 1
    site.start()
    said = site.log.read_text()
    assert f"It says {datetime.now().astimezone():%A}" in said, "where it was started, without a question"
    assert "If that is right, run: governance clock accept" in said
    assert Visitor(site.port).get("/say").status == 200, "people go on sending"
    site.stop()
    assert governance(site, "clock", "accept", typed="yes\n\n").returncode == 0
    assert governance(site, "tick").returncode == 0
