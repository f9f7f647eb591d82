"""A clock that stood ahead once hides nothing: the backup of that day counts for none, is told of, and goes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from governance import clock
from governance.backup import making
from governance.health import exposition
from governance.health.found import AtHand
from governance.storage import database
from tests import at_the_terminal
from tests.server import Installation, free_port

A_YEAR = timedelta(days=365)
AHEAD = f"@{datetime.now(UTC).date() + A_YEAR} 23:45:00"  # The release hour has come, and the day's backup is due.
LATER = "+5d"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Installation]:
    """A programme that was backed up today, and had one round by a clock a year ahead."""
    here = Installation(tmp_path / "home", free_port(), more={"GOVERNANCE_BACKUPS": str(tmp_path / "backups")})
    _, session = here.found()
    session.commit()
    assert governance(here, "tick").returncode == 0
    if not days(here):  # Once the release hour has come, the round has made it.
        assert governance(here, "backup", f"{tmp_path / 'backups'}/").returncode == 0
    assert governance(here, "tick", at=AHEAD).returncode == 1
    yield here
    here.close()


def governance(site: Installation, *arguments: str, at: str = "") -> CompletedProcess[str]:
    return at_the_terminal.governance(arguments, site.environ | {"TZ": "UTC"}, at=at)


def days(site: Installation) -> list[date]:
    return [making.day_of(file) for file in making.all_in(Path(site.more["GOVERNANCE_BACKUPS"]))]


def last_backup(site: Installation) -> list[int]:
    """The day that a monitor is told."""
    app = site.app()
    with app.app_context():
        place = AtHand(database.db.session, site.keys(), app.config["SETTINGS"])
        told = [number for name, _, number in exposition.samples(place) if name.startswith("last_backup")]
        database.db.session.remove()
        database.db.engine.dispose()
    return told


def test_a_backup_of_next_year_hides_none_that_is_missing_and_goes_when_the_clock_is_right(site: Installation) -> None:
    today = clock.today()
    assert days(site) == [today, today + A_YEAR]
    told = governance(site, "doctor").stdout
    assert f"NOTE  {site.more['GOVERNANCE_BACKUPS']}/{today + A_YEAR}.backup is of a day to come." in told
    assert f"ok    The newest backup is whole, of {today}." in told
    assert last_backup(site) == [int(datetime.combine(today, datetime.min.time(), UTC).timestamp())]

    assert f"MEND  The newest backup is of {today}." in governance(site, "doctor", at=LATER).stdout

    assert governance(site, "tick").returncode == 0
    assert days(site) == [today]


def test_where_it_is_the_only_one_there_is_none_and_it_stays_until_there_is_another(site: Installation) -> None:
    folder = Path(site.more["GOVERNANCE_BACKUPS"])
    (folder / f"{clock.today()}.backup").unlink()
    assert f"MEND  There is no backup in {folder}." in governance(site, "doctor").stdout
    assert last_backup(site) == []
    making.forget_to_come(folder, clock.today())
    assert days(site) == [clock.today() + A_YEAR]


def test_nobody_deletes_it_while_the_clock_is_in_doubt(site: Installation) -> None:
    governance(site, "tick", at=LATER)
    assert clock.today() + A_YEAR in days(site)
