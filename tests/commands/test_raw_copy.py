"""What an upgrade keeps of how things were: a copy beside the database, and the backup that a round makes of it."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from governance import clock, sealing
from governance.backup import making, raw_copy, sealed_file
from governance.backup.raw_copy import RawCopy
from governance.clockwork.rounds import Moment
from governance.commands import own_database
from governance.health import backups
from governance.health.found import AtHand, State
from governance.keys.keyfolder import RECOVERY, KeyFolder
from governance.programme import daily_backup, schedule
from governance.programme.daily_backup import SEAL_COPY
from governance.ruling.errors import NotReady
from governance.storage import database
from governance.storage.database import db
from tests.commands.conftest import Run
from tests.databases import PostgreSQL
from tests.factories import NOW, TODAY, Founded

DO = "DROP TABLE public.told"


@pytest.fixture
def copied(app: Flask, founded: Founded) -> Iterator[RawCopy]:
    """A copy of a founded programme as an upgrade takes it, in an app that stands."""
    founded.session.commit()
    with app.app_context():
        take(founded.keys)
        (copy,) = raw_copy.left(db.engine)
        yield copy


def take(keys: KeyFolder, day: date = TODAY) -> None:
    with database.writing(), db.engine.begin() as connection:
        assert raw_copy.take(connection, day, keys)


def test_a_backup_of_the_copy_is_line_for_line_one_of_the_database(copied: RawCopy, founded: Founded) -> None:
    """Rows in the order of their keys, tables after those that they point to: as `restore` needs them."""
    home = founded.keys.path.parent
    founded.keys.mend_escrow()
    with db.engine.connect() as connection:
        found = making.facts(connection, founded.keys, home, TODAY)
        wanted = list(making.lines(connection, found))
    for _ in ("as it was taken", "after somebody was killed with the keys of its tables in place"):
        with raw_copy.opened(db.engine, copied) as there:
            assert list(making.lines(there, making.facts(there, founded.keys, home, TODAY))) == wanted
    assert any(b"kettle" in line or b"sealed" in line for line in wanted)
    assert len(wanted) > 50


def test_it_is_of_its_moment_whatever_is_written_since(copied: RawCopy) -> None:
    with db.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM help_card"))
        connection.execute(sa.text("ALTER TABLE told RENAME TO away"))
    with raw_copy.opened(db.engine, copied) as there:
        assert there.scalar(sa.text("SELECT count(*) FROM help_card"))
        assert sa.inspect(there).has_table("told")


def test_a_round_seals_it_and_lets_it_go(copied: RawCopy, app: Flask, founded: Founded) -> None:
    backup = making.before_upgrade(founded.keys.path.parent, None)
    with clock.stopped_everywhere(NOW):
        assert SEAL_COPY in schedule.tick(app).done
        assert raw_copy.left(db.engine) == []
        assert sealed_file.check(backup)["day"] == TODAY.isoformat()
        assert list(sealed_file.read(backup, sealing.join_secret(founded.shares[:2])))
        assert SEAL_COPY not in schedule.tick(app).done, "once"


def test_one_that_cannot_be_sealed_is_told_and_goes_when_its_time_is_over(
    copied: RawCopy, app: Flask, founded: Founded
) -> None:
    founded.keys._file(RECOVERY).unlink()
    backup = making.before_upgrade(founded.keys.path.parent, None)
    with clock.stopped_everywhere(NOW):
        assert SEAL_COPY in schedule.tick(app).failed
        assert raw_copy.left(db.engine) == [copied]
        assert SEAL_COPY in db.session.scalars(sa.select(schedule.still_failed().subquery().c.name)).all()
    db.session.rollback()
    moment = Moment(NOW, TODAY + timedelta(days=14), release_hour_has_come=True)
    assert daily_backup.to_forget(app, moment) == []
    moment = Moment(NOW, TODAY + timedelta(days=15), release_hour_has_come=True)
    for forget in daily_backup.to_forget(app, moment):
        forget()
    assert raw_copy.left(db.engine) == []
    assert SEAL_COPY in daily_backup.over(app, moment), "it is told no more"
    assert not backup.exists()


def test_a_newer_one_takes_its_place(copied: RawCopy, founded: Founded) -> None:
    take(founded.keys, TODAY + timedelta(days=1))
    (newer,) = raw_copy.left(db.engine)
    assert newer.day == TODAY + timedelta(days=1)
    assert raw_copy.is_noted(founded.keys, newer)


@pytest.mark.of_one_database
def test_one_that_waits_for_more_than_a_day_is_to_be_mended(copied: RawCopy, app: Flask, founded: Founded) -> None:
    """What was destroyed since can be read in it."""
    place, states = AtHand(db.session, founded.keys, app.config["SETTINGS"]), []
    for days in range(3):
        with clock.stopped_everywhere(NOW + timedelta(days=days)):
            states += [each.state for each in backups.from_before(place)]
    assert states == [State.NOTE, State.NOTE, State.MEND]


@pytest.mark.of_one_database
def test_one_of_the_same_day_is_overwritten_before_it_goes_as_well(
    copied: RawCopy, founded: Founded, tmp_path: Path
) -> None:
    assert copied.file
    other = tmp_path / "the first of the day"
    os.link(copied.file, other)
    take(founded.keys)
    assert not any(other.read_bytes())
    assert raw_copy._beside(Path(str(db.engine.url.database))) == [copied.file]
    assert any(copied.file.read_bytes())


def test_one_that_the_program_has_not_taken_is_never_sealed_and_goes_in_its_time(
    copied: RawCopy, app: Flask, founded: Founded
) -> None:
    """Whoever owns the database alone cannot write into the key folder. The control is the round above."""
    (founded.keys.path / f".{raw_copy.NOTE}").unlink()
    backup = making.before_upgrade(founded.keys.path.parent, None)
    with clock.stopped_everywhere(NOW):
        came = schedule.tick(app)
    assert SEAL_COPY not in (*came.done, *came.failed)
    db.session.rollback()
    assert (raw_copy.left(db.engine), backup.exists()) == ([copied], False)
    assert daily_backup.seal_what_waits(app) == []
    moment = Moment(NOW, TODAY + timedelta(days=15), release_hour_has_come=True)
    for forget in daily_backup.to_forget(app, moment):
        forget()
    assert raw_copy.left(db.engine) == []


def test_where_the_named_folder_takes_nothing_it_is_sealed_beside_the_program(
    copied: RawCopy, app: Flask, founded: Founded, tmp_path: Path
) -> None:
    (tmp_path / "no folder").write_text("A file stands in its place.")
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], backups=tmp_path / "no folder")
    (made,) = daily_backup.seal_what_waits(app)
    assert made == making.before_upgrade(founded.keys.path.parent, None)
    assert sealed_file.check(made)["day"] == TODAY.isoformat()
    assert raw_copy.left(db.engine) == []


def test_a_backup_by_hand_seals_what_waits_first(copied: RawCopy, founded: Founded, run: Run, tmp_path: Path) -> None:
    status, said = run("backup", str(tmp_path / "one.backup"))
    before = making.before_upgrade(founded.keys.path.parent, None)
    assert (status, said.splitlines()[0].startswith(f"{before}: how the database was before")) == (0, True), said
    assert raw_copy.left(db.engine) == []


def test_nothing_is_left_where_all_tables_are_taken_away(copied: RawCopy) -> None:
    own_database.wipe()
    assert raw_copy.left(db.engine) == []


@pytest.mark.of_one_database
def test_the_file_is_for_this_account_alone_and_is_overwritten_when_it_goes(
    copied: RawCopy, founded: Founded, tmp_path: Path
) -> None:
    assert copied.file
    assert stat.S_IMODE(copied.file.stat().st_mode) == 0o600
    assert [each.name for each in raw_copy._beside(Path(str(db.engine.url.database)))] == [copied.file.name]
    other = tmp_path / "seen by another name"
    os.link(copied.file, other)
    assert any(other.read_bytes())
    raw_copy.let_go(db.engine, copied, founded.keys)
    assert not any(other.read_bytes())
    raw_copy.let_go(db.engine, copied, founded.keys)


@pytest.mark.of_one_database
def test_what_was_half_copied_goes_unless_somebody_is_at_it(copied: RawCopy) -> None:
    assert copied.file
    draft = copied.file.with_name(copied.file.name + raw_copy.DRAFT)
    draft.write_bytes(b"half a table")
    with draft.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        raw_copy.sweep(db.engine)
        assert draft.exists()
    raw_copy.sweep(db.engine)
    assert (draft.exists(), copied.file.exists()) == (False, True)


@pytest.mark.of_one_database
def test_where_there_is_no_room_none_is_taken_and_none_is_left_half(
    copied: RawCopy, founded: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, draft: Path) -> None:
        draft.write_bytes(b"half a table")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(raw_copy, "_copy_file", full)
    with database.writing(), db.engine.begin() as connection:
        assert not raw_copy.take(connection, TODAY, founded.keys)
    assert raw_copy._beside(Path(str(db.engine.url.database))) == [copied.file], "the older one stays"


def test_on_postgresql_whoever_may_make_no_schema_has_none(postgresql: PostgreSQL, keys: KeyFolder) -> None:
    engine = sa.create_engine(postgresql.fresh())
    with engine.connect() as connection:
        assert raw_copy.take(connection, TODAY, keys), "the control"
        connection.rollback()
        connection.execute(sa.text("SET LOCAL ROLE pg_read_all_data"))
        assert not raw_copy.take(connection, TODAY, keys)
        assert connection.scalar(sa.text("SELECT count(*) FROM told")) == 0, "what comes after goes on"
        connection.rollback()
    assert raw_copy.left(engine) == []
    engine.dispose()


def test_on_postgresql_a_full_disk_of_the_server_leaves_none_and_what_comes_after_goes_on(
    postgresql: PostgreSQL, keys: KeyFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = "DO $$ BEGIN RAISE EXCEPTION 'no space left on device' USING ERRCODE = 'disk_full'; END $$ -- {schema}"
    monkeypatch.setattr(raw_copy, "KEYS_OF_TABLES", full)
    engine = sa.create_engine(postgresql.fresh())
    with engine.begin() as connection:
        assert not raw_copy.take(connection, TODAY, keys)
        assert connection.scalar(sa.text("SELECT count(*) FROM told")) == 0
    assert raw_copy.left(engine) == []
    engine.dispose()


def test_on_postgresql_the_schema_of_another_role_is_none_of_ours(postgresql: PostgreSQL, keys: KeyFolder) -> None:
    """It bears the day's name, so there is none that day, and the backup is sealed first."""
    engine = sa.create_engine(postgresql.fresh())
    with engine.connect() as connection:
        name = f"{raw_copy.WORD}{TODAY.isoformat()}"
        connection.execute(sa.text(f'CREATE SCHEMA "{name}" AUTHORIZATION pg_monitor'))
        assert raw_copy._schemas(connection) == []
        assert not raw_copy.take(connection, TODAY, keys)
        connection.execute(sa.text(f'ALTER SCHEMA "{name}" OWNER TO CURRENT_USER'))
        assert raw_copy._schemas(connection) == [name], "the control"
        connection.rollback()
    engine.dispose()


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE told", 'ALTER TABLE told ADD PRIMARY KEY (id); DROP TABLE "box"',
        "ALTER TABLE told ADD FOREIGN KEY (id) REFERENCES account(id) ON DELETE CASCADE, OWNER TO mallory",
        "ALTER TABLE told ADD CHECK (pg_sleep(1) IS NULL)", "ALTER TABLE told ADD PRIMARY KEY (id) -- and more",
    ],
)  # fmt: skip
def test_what_is_no_key_of_a_table_is_not_said_to_the_server(statement: str) -> None:
    assert not raw_copy.KEY.fullmatch(statement)


def test_on_postgresql_other_statements_in_a_copy_end_its_sealing(postgresql: PostgreSQL, keys: KeyFolder) -> None:
    engine = sa.create_engine(postgresql.fresh())
    with engine.begin() as connection:
        assert raw_copy.take(connection, TODAY, keys)
        connection.execute(sa.text(f'UPDATE "{raw_copy.WORD}{TODAY}".{raw_copy.KEYS} SET statement = :do'), {"do": DO})
    (copy,) = raw_copy.left(engine)
    with pytest.raises(NotReady), raw_copy.opened(engine, copy):
        pass
    with engine.connect() as connection:
        assert sa.inspect(connection).has_table("told")
    engine.dispose()
