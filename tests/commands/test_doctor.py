"""The doctor tells each thing that is wrong, what it means and the command that mends it; and stops at none."""

from __future__ import annotations

import shlex
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.orm import Session

from governance import clock
from governance.backup import rows
from governance.clockwork.lease import Lease
from governance.clockwork.rounds import DutyDone, DutyFailed
from governance.clockwork.timekeeping import TimeMark
from governance.health import backups, disks, last_look, looks, the_database
from governance.health.found import AtHand, Finding, State
from governance.keys.keyfolder import KeyFolder
from governance.programme import schedule
from governance.storage import database
from tests.commands.conftest import Run, after_a_round
from tests.databases import on_both
from tests.factories import NOW, TODAY, Founded

BY_OTHERS = "Who has an account on this machine can read what people wrote."
LATE = TODAY - timedelta(days=3)
AT_ITS_HOUR = "It is due at 18:00 (UTC). Let the program run until then."


def wrong(run: Run) -> list[str]:
    """Every line to mend; those about the settings of the tests' own PostgreSQL left out."""
    lines = run("doctor")[1].splitlines()
    return [line.removeprefix("MEND  ") for line in lines if line.startswith("MEND") and "The database's" not in line]


def lose_a_period_secret(founded: Founded) -> str:
    founded.keys._file("period-everyone-2026-11").unlink()
    return "The key period-everyone-2026-11 is gone. No one can send a word. Run: governance recover"


def lose_a_signing_key(founded: Founded) -> str:
    founded.keys._file("ledger-intake.key").unlink()
    return "The key ledger-intake.key is gone. Not all of the program works. Run: governance recover"


def lose_the_escrow(founded: Founded) -> str:
    founded.keys.escrow_file.unlink()
    return "The sealed copy of the keys, the escrow, is missing. If the disk breaks, messages are lost for good. Run:"


def spoil_the_escrow(founded: Founded) -> str:
    founded.keys.escrow_file.write_bytes(b"garbage")
    return "The sealed copy of the keys, the escrow, is damaged. If the disk breaks, messages are lost for good."


def put_an_old_escrow_there(founded: Founded) -> str:
    old = founded.keys.escrow_file.read_bytes()
    founded.keys.make("ballot-9.key")
    founded.keys.destroy("ballot-9.key")
    founded.keys.escrow_file.write_bytes(old)  # The very same secrets, but an older file: who put it there?
    return "The sealed copy of the keys, the escrow, is old."


def open_the_home_folder(founded: Founded) -> str:
    home = founded.keys.path.parent
    home.chmod(0o777)
    return f"Others can read the home folder. {BY_OTHERS} Run: chmod go-rwx {home}"


def open_a_key(founded: Founded) -> str:
    (founded.keys.path / "pepper").chmod(0o644)
    return f"Others can read the key folder. {BY_OTHERS} Run: chmod -R go-rwx {founded.keys.path}"


def let_others_write_the_escrow(founded: Founded) -> str:
    founded.keys.escrow_file.chmod(0o666)
    return "Others can change the escrow. Who has an account on this machine can spoil what saves you"


def let_the_clock_jump(founded: Founded) -> str:
    founded.session.merge(
        TimeMark(id=1, moment=NOW, boot="another", up=0.0, last=NOW, destroying_waits=True)
    )  # fmt: skip
    return "The clock was wrong, and nothing is deleted since. What should be forgotten stays until two people sign."


def let_the_rounds_end(founded: Founded) -> str:
    founded.session.merge(Lease(name="tick", holder="gone", until=NOW - timedelta(days=1)))
    return "The last round of duties was on 2026-11-22. What people wrote waits, and nothing is done by itself. Start"


def put_the_lease_ahead(founded: Founded) -> str:
    founded.session.merge(Lease(name="tick", holder="ahead", until=NOW + timedelta(days=365)))
    return "The last round was noted for a time that is still to come. The clock stood ahead then. Run: governance tick"


def let_the_release_be_late(founded: Founded) -> str:
    founded.session.merge(DutyDone(name="release", day=LATE))
    return f"“release” was last done on {LATE}. What people wrote waits, and nobody reads it. {AT_ITS_HOUR}"


def let_a_duty_never_be_done(founded: Founded) -> str:
    founded.session.execute(update(DutyDone).values(day=LATE))
    return f"“forget” was never done. What should be forgotten is still here. {AT_ITS_HOUR}"


def let_a_duty_fail(founded: Founded) -> str:
    founded.session.add(DutyFailed(name="publish", day=TODAY))
    return f"“publish” failed on {TODAY}. Nobody can check that nothing was taken out. Run: governance tick"


def change_what_was_signed(founded: Founded) -> str:
    founded.session.execute(text("UPDATE leaf SET hash = :other WHERE log = 'intake'"), {"other": bytes(32)})
    return "The ledger of intake does not hold: "


# Through the command, and at noon. All that is broken here is looked at in test_every_line.py too, in the evening.
BREAKS: tuple[Callable[[Founded], str], ...] = (
    lose_a_signing_key, open_the_home_folder, let_the_clock_jump, let_the_release_be_late, let_a_duty_never_be_done,
)  # fmt: skip


@pytest.fixture
def after_noon(app: Flask, session: Session, keys: KeyFolder, named_here: None) -> Founded:
    """An open programme whose duties were done at noon, as far as they were due."""
    return after_a_round(app, session, keys, NOW)


_LOOKED_AT: set[bool] = set()


@pytest.mark.parametrize("damage", on_both(BREAKS, (lose_a_signing_key,)), ids=lambda damage: damage.__name__)
def test_what_is_broken_has_a_line_and_the_status_is_true(
    after_noon: Founded, run: Run, damage: Callable[[Founded], str]
) -> None:
    founded, on_sqlite = after_noon, after_noon.session.get_bind().dialect.name == "sqlite"
    if on_sqlite not in _LOOKED_AT:  # They are all alike until they are broken.
        assert wrong(run) == []
        _LOOKED_AT.add(on_sqlite)
    line = damage(founded)
    founded.session.commit()
    status, said = run("doctor")
    assert status == 1
    assert any(each.startswith(f"MEND  {line}") for each in said.splitlines()), said


@pytest.mark.of_one_database
def test_what_nobody_does_any_more_is_not_to_mend(founded: Founded, run: Run, app: Flask) -> None:
    """A duty of an older program, and a backup into a folder that is no longer named."""
    with clock.stopped_everywhere(NOW):
        schedule.tick(app, "one process")
    founded.session.add_all([DutyFailed(name=name, day=TODAY) for name in ("renamed since", schedule.BACK_UP)])
    founded.session.commit()
    assert [each.split(". ")[0] for each in wrong(run)] == [f"“back up” failed on {TODAY}"]
    with clock.stopped_everywhere(NOW):
        schedule.tick(app, "one process")
    assert wrong(run) == []


@pytest.mark.of_one_database
def test_all_that_is_wrong_is_told_at_once(founded: Founded, run: Run) -> None:
    lines = [damage(founded) for damage in (lose_a_period_secret, lose_a_signing_key, open_a_key, spoil_the_escrow)]
    told = wrong(run)
    assert [line for line in lines if any(each.startswith(line) for each in told)] == lines


@pytest.mark.of_one_database
def test_keys_copied_to_another_place_raise_no_alarm(founded: Founded, run: Run) -> None:
    copied = founded.keys.path.with_name("copied")
    shutil.copytree(founded.keys.path, copied)
    shutil.rmtree(founded.keys.path)
    copied.rename(founded.keys.path)
    assert wrong(run) == []


@pytest.mark.of_one_database
def test_what_takes_long_to_look_at_is_kept_for_the_page(founded: Founded, run: Run) -> None:
    assert wrong(run) == []
    founded.session.rollback()
    assert last_look.of_all(founded.session, founded.keys) == (TODAY, 0, False)
    assert founded.keys.noted(last_look.NOTE).keys() == {named.at for named in looks.SLOW}


# What the database does


@pytest.fixture
def place(app: Flask, founded: Founded) -> Iterator[AtHand]:
    """What looks may look at, on the app's own connection."""
    founded.session.rollback()
    with app.app_context():
        yield AtHand(database.db.session, founded.keys, app.config["SETTINGS"])


def test_damage_is_found_in_whichever_table_it_is(place: AtHand, founded: Founded) -> None:
    """Each table is broken by itself and is not read to its end; one of them is followed to its line."""
    break_table = InSQLite if database.db.engine.dialect.name == "sqlite" else InPostgreSQL
    founded.session.close()
    with database.snapshot():
        found = rows.tables(place.session.connection())
    place.session.close()
    assert {table.name for table in found} >= {table.name for table in database.db.metadata.sorted_tables}
    for table in found:
        with break_table(table.name), database.snapshot():
            assert not the_database.can_be_read(table), table.name
    with break_table("message"), database.snapshot():
        told = [each.words for each in looks.looked(looks.Named("database", the_database.damage), place)]
    assert told == [f"The table message is damaged. {the_database.LOST} {the_database.GO_BACK}"]
    with database.snapshot():
        assert [each.state for each in the_database.damage(place)] == [State.FINE]


class InSQLite:
    """Write over the first page of a table, and put it back."""

    def __init__(self, name: str) -> None:
        self.file = Path(str(database.db.engine.url.database))
        database.db.engine.dispose()
        with closing(sqlite3.connect(self.file)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            found = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [name])
            root = found.fetchone()[0]
            self.size = connection.execute("PRAGMA page_size").fetchone()[0]
        self.at = (root - 1) * self.size

    def __enter__(self) -> None:
        with self.file.open("r+b") as file:
            file.seek(self.at)
            self.before = file.read(self.size)
            file.seek(self.at)
            file.write(b"\x5a" * self.size)
        database.db.engine.dispose()

    def __exit__(self, *_: object) -> None:
        with self.file.open("r+b") as file:
            file.seek(self.at)
            file.write(self.before)
        database.db.engine.dispose()


class InPostgreSQL:
    """Take a table's file away, and put it back."""

    def __init__(self, name: str) -> None:
        with database.db.engine.connect() as connection:
            connection.execute(text("CHECKPOINT"))
            folder = connection.execute(text("SHOW data_directory")).scalar_one()
            path = connection.execute(text("SELECT pg_relation_filepath(:name)"), {"name": f'"{name}"'}).scalar_one()
        self.file = Path(folder) / path

    def __enter__(self) -> None:
        self.file.rename(self.file.with_suffix(".away"))
        database.db.engine.dispose()

    def __exit__(self, *_: object) -> None:
        self.file.with_suffix(".away").rename(self.file)
        database.db.engine.dispose()


SPOILS = {
    "postgresql": {"log_statement": "'all'", "log_min_duration_statement": "0", "log_min_error_statement": "'error'"},
    "sqlite": {"secure_delete": "0"},
}


def test_each_setting_that_helps_to_trace_people_has_a_line(place: AtHand) -> None:
    name = database.db.engine.dialect.name
    for setting, value in SPOILS[name].items():
        how = f"SET {setting} = {value}" if name == "postgresql" else f"PRAGMA {setting} = {value}"
        place.session.execute(text(how))
        told = [each.words for each in the_database.settings(place) if not each.fine]
        assert any(f"The database's {setting} is " in each for each in told), told
        place.session.rollback()


def test_a_server_that_keeps_copies_is_told(place: AtHand) -> None:
    names = {name for name, _, _ in the_database.POSTGRESQL}
    assert {"archive_mode", "wal_level", "track_commit_timestamp"} <= names
    if database.db.engine.dialect.name == "postgresql":
        told = [each.words for each in the_database.settings(place)]
        assert {"The database's archive_mode is off.", "The database's wal_level is replica."} <= set(told)


# What the disks do


@pytest.mark.of_one_database
def test_a_full_disk_has_a_line(place: AtHand, a_disk: Callable[[int], Path]) -> None:
    small = a_disk(1)
    full = replace(place, settings=replace(place.settings, escrow=small))
    (found,) = [each for each in disks.free_space(full) if not each.fine]
    assert found.words.startswith("The disk is almost full: 1 MB are free. Soon no one can send a word. Delete")
    assert f"du -xh {shlex.quote(str(small))}" in found.words


@pytest.mark.of_one_database
def test_keys_on_the_disk_of_the_database_are_worth_a_note(place: AtHand, a_disk: Callable[[int], Path]) -> None:
    real = replace(place.settings, mode="production")
    (found,) = disks.apart(replace(place, settings=real))
    assert (found.state, found.what) == (State.NOTE, "The keys are on the same disk as the database.")
    (found,) = disks.apart(replace(place, settings=replace(real, keys=a_disk(1))))
    assert found == Finding(State.FINE, "The keys are on another disk than the database.")


# What would bring it all back


@pytest.mark.of_one_database
def test_a_backup_missing_old_or_damaged_has_a_line(founded: Founded, run: Run, app: Flask, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    founded.session.rollback()

    def told(day: date = TODAY) -> Finding:
        with app.app_context(), clock.stopped_everywhere(NOW + (day - TODAY)):
            settings = replace(app.config["SETTINGS"], backups=folder)
            return next(backups.backups(AtHand(database.db.session, founded.keys, settings)))

    assert told().words.startswith(f"There is no backup in {folder}. If the disk breaks, all is lost. Run:")
    status, said = run("backup", f"{folder}/")
    assert (status, told().words) == (0, f"The newest backup is whole, of {TODAY}."), said
    assert told(TODAY + timedelta(days=2)).fine
    assert told(TODAY + timedelta(days=3)).words.startswith(f"The newest backup is of {TODAY}. What came after")
    (file,) = folder.glob("*.backup")
    file.write_bytes(file.read_bytes()[:-100])
    assert told().words.startswith("The newest backup is damaged: ")


@pytest.mark.of_one_database
def test_who_has_no_folder_for_backups_is_told_once_people_rely_on_it(place: AtHand) -> None:
    assert list(backups.backups(place)) == []
    (found,) = backups.backups(replace(place, settings=replace(place.settings, mode="production")))
    assert (found.state, found.what) == (State.MEND, "No folder for backups is named.")
