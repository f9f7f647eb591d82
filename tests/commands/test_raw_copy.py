"""What an upgrade keeps of how things were: a copy beside the database, and the backup that a round makes of it."""

from __future__ import annotations

import fcntl
import os
import stat
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from governance import clock, sealing
from governance.backup import making, raw_copy, sealed_file
from governance.backup.raw_copy import RawCopy
from governance.clockwork.rounds import Moment
from governance.keys.keyfolder import RECOVERY
from governance.programme import daily_backup, schedule
from governance.programme.daily_backup import SEAL_COPY
from governance.storage import database
from governance.storage.database import db
from tests.databases import PostgreSQL
from tests.factories import NOW, TODAY, Founded


@pytest.fixture
def copied(app: Flask, founded: Founded) -> Iterator[RawCopy]:
    """A copy of a founded programme as an upgrade takes it, in an app that stands."""
    founded.session.commit()
    with app.app_context():
        take()
        (copy,) = raw_copy.left(db.engine)
        yield copy


def take() -> None:
    with database.writing(), db.engine.begin() as connection:
        assert raw_copy.take(connection, TODAY)


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


def test_a_newer_one_takes_its_place(copied: RawCopy) -> None:
    with database.writing(), db.engine.begin() as connection:
        assert raw_copy.take(connection, TODAY + timedelta(days=1))
    assert [each.day for each in raw_copy.left(db.engine)] == [TODAY + timedelta(days=1)]


@pytest.mark.of_one_database
def test_the_file_is_for_this_account_alone_and_is_overwritten_when_it_goes(copied: RawCopy, tmp_path: Path) -> None:
    assert copied.file
    assert stat.S_IMODE(copied.file.stat().st_mode) == 0o600
    assert [each.name for each in raw_copy._beside(Path(str(db.engine.url.database)))] == [copied.file.name]
    other = tmp_path / "seen by another name"
    os.link(copied.file, other)
    assert any(other.read_bytes())
    raw_copy.let_go(db.engine, copied)
    assert not any(other.read_bytes())
    raw_copy.let_go(db.engine, copied)


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
    copied: RawCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(source: Path, draft: Path) -> None:
        draft.write_bytes(b"half a table")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(raw_copy, "_copy_file", full)
    with database.writing(), db.engine.begin() as connection:
        assert not raw_copy.take(connection, TODAY)
    assert raw_copy._beside(Path(str(db.engine.url.database))) == [copied.file], "the older one stays"


def test_on_postgresql_whoever_may_make_no_schema_has_none(postgresql: PostgreSQL) -> None:
    engine = sa.create_engine(postgresql.fresh())
    with engine.connect() as connection:
        assert raw_copy.take(connection, TODAY), "the control"
        connection.rollback()
        connection.execute(sa.text("SET LOCAL ROLE pg_read_all_data"))
        assert not raw_copy.take(connection, TODAY)
        assert connection.scalar(sa.text("SELECT count(*) FROM told")) == 0, "what comes after goes on"
        connection.rollback()
    assert raw_copy.left(engine) == []
    engine.dispose()
