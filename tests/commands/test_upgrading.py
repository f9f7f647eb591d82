"""`serve` on tables of an older version: how they were is kept, and all of it or nothing is done, whatever happens."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from governance import clock, sealing
from governance.backup import making, raw_copy, sealed_file
from governance.commands import serving, upgrading
from governance.keys.keyfolder import RECOVERY
from governance.programme import daily_backup, schedule
from governance.storage import database
from governance.storage.revisions import newest_revision
from tests.commands.conftest import Run
from tests.databases import Engine, PostgreSQL, SQLiteFiles, migrate
from tests.factories import NOW, TODAY, Founded
from tests.older import an_older_programme, reflected
from tests.server import Installation
from tests.visitor import Visitor

FIRST = "0001"
# Whoever changes a table of PostgreSQL waits then for a lock that a test holds: what came before is written already.
WAITS_AT_EACH_CHANGE = (
    "CREATE FUNCTION wait() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_xact_lock(1); END'",
    "CREATE EVENT TRIGGER at_each_change ON ddl_command_end WHEN TAG IN ('ALTER TABLE') EXECUTE FUNCTION wait()",
)
LATE = "2026113150_pictures"  # A few versions ago: what is told of an upgrade does not hang on how far it goes.


def test_it_is_killed_in_the_middle_and_run_again(here: Installation, engine_of_databases: Engine) -> None:
    here.database = engine_of_databases.empty()
    older = FIRST if here.database.startswith("sqlite") else LATE  # The whole way once.
    founded = an_older_programme(here, engine_of_databases.fresh(), older, messages=1000)
    engine = sa.create_engine(here.environ["GOVERNANCE_DATABASE"])
    before = counted(engine)
    killed_in_the_middle(here, engine)
    assert (revision(engine), counted(engine)) == (older, before)

    here.start()
    until_it_is_ready(here)

    after = counted(engine)
    assert revision(engine) == newest_revision()
    assert {name: after[name] for name in before} == before
    backup = here.home / "backups" / "before-upgrade.backup"
    here.kill()  # Before the round that seals what was kept: it is there when it begins again.
    assert not backup.exists()
    sealed_in_a_round(here)
    assert sealed_file.check(backup)["tables"] == older
    lines = b"\n".join(sealed_file.read(backup, sealing.join_secret(founded.shares[:2])))
    assert lines.count(b"We went on talking. ") == before["ballot"] * 5000
    assert upgrading.COPIED.format(backup) in here.log.read_text()
    engine.dispose()


def sealed_in_a_round(here: Installation) -> None:
    """Seal what an upgrade kept, as a round does, and let it go."""
    app = here.app()
    with app.app_context():
        (copy,) = raw_copy.left(database.db.engine)
        daily_backup.seal(app, copy)
        assert raw_copy.left(database.db.engine) == []
        database.db.engine.dispose()


@pytest.mark.of_one_database
def test_while_it_lasts_people_find_help_and_nothing_is_taken(here: Installation, engine_of_databases: Engine) -> None:
    """Somebody else has the database just then, so that the new tables have to wait."""
    here.database = engine_of_databases.empty()
    an_older_programme(here, engine_of_databases.fresh(), LATE, messages=10)
    engine = sa.create_engine(here.database)
    with engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        here.start()
        visitor = Visitor(here.port)
        help_now = visitor.get("/help-now")
        assert (help_now.status, "Tell any worker" in help_now.text) == (200, True)
        assert (visitor.get("/").status, visitor.get("/readyz").status) == (503, 503)
        assert revision(engine) == LATE
        other.rollback()
    until_it_is_ready(here)
    assert revision(engine) == newest_revision()
    assert Visitor(here.port).get("/").status == 200
    engine.dispose()


def until_it_is_ready(here: Installation) -> None:
    """Wait until the tables are new, and the processes that waited have ended."""
    in_a_row = 0
    for _ in range(6000):
        in_a_row = in_a_row + 1 if Visitor(here.port).get("/readyz").status == 200 else 0
        if in_a_row == 20:
            return
        time.sleep(0.02)  # Waiting for another process; no test's outcome hangs on it.
    raise AssertionError(here.log.read_text())


def test_on_postgresql_it_waits_for_nobody_who_holds_a_table_and_comes_through_when_they_end(
    here: Installation, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.database = postgresql.empty()
    migrate(here.database, LATE)
    engine = sa.create_engine(here.database)
    with engine.connect() as reader:
        reader.execute(sa.text("LOCK TABLE told IN ACCESS SHARE MODE"))
        monkeypatch.setattr(upgrading, "TRIES", 1)
        with pytest.raises(OperationalError, match="lock timeout"):
            upgrading._migrate_between_others(here.app(), upgrading.hold_writers)
        monkeypatch.setattr(upgrading, "TRIES", 2)
        monkeypatch.setattr(upgrading.time, "sleep", lambda _: reader.rollback())
        upgrading._migrate_between_others(here.app(), upgrading.hold_writers)
    assert revision(engine) == newest_revision()
    engine.dispose()


def test_where_no_backup_can_be_written_nothing_is_changed_and_one_line_says_so(
    here: Installation, sqlite_files: SQLiteFiles, a_disk: Callable[[int], Path], capsys: pytest.CaptureFixture[str]
) -> None:
    here.database = sqlite_files.empty()
    founded = an_older_programme(here, sqlite_files.fresh(), LATE, messages=10)
    engine = sa.create_engine(here.database)
    small = a_disk(1)
    here.more = {"GOVERNANCE_BACKUPS": str(small)}
    (small / "full").write_bytes(bytes(1_020_000))
    (here.home / "backups").write_text("A file stands in the place of the other folder.")
    here.start()
    assert here.process
    assert here.process.wait(60) == 1
    *before, said = here.log.read_text().splitlines()
    assert said.startswith("The tables were left as they are, since a backup comes first. No space left on device")
    assert before[0] == serving.GETS_NEW_TABLES
    assert revision(engine) == LATE

    founded.keys._file(RECOVERY).unlink()
    upgrading.bring_up_to_date(here.app())
    assert capsys.readouterr().out == f"{upgrading.NO_KEY}\n"
    assert revision(engine) == newest_revision()
    engine.dispose()


def test_while_somebody_has_the_database_it_is_said_once_why_and_nothing_is_kept(
    here: Installation, sqlite_files: SQLiteFiles, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    here.database = sqlite_files.empty()
    an_older_programme(here, sqlite_files.fresh(), LATE, messages=10)
    named = here.home / "a file in the place of the folder"
    named.touch()
    here.more = {"GOVERNANCE_BACKUPS": str(named)}
    engine, app = sa.create_engine(here.database), here.app()
    wait = serving.Wait(lambda: upgrading.bring_up_to_date(app))
    monkeypatch.setattr(serving, "SECONDS_BETWEEN_TRIES", 0)
    wait_for_nobody(app)
    monkeypatch.setattr(serving.os, "kill", lambda *_: None)
    with engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE")
        wait.try_once()
        wait.try_once()
        other.rollback()
    assert raw_copy.left(engine) == []
    assert revision(engine) == LATE
    wait._until_it_is_over()
    said = capsys.readouterr()
    assert said.err.splitlines() == [serving.HELD_UP.format(upgrading.BUSY)]
    assert said.out.splitlines() == [upgrading.COPIED.format(making.before_upgrade(here.home, None))]
    assert revision(engine) == newest_revision()
    assert len(raw_copy.left(engine)) == 1
    engine.dispose()


@pytest.mark.server
def test_a_full_disk_and_a_database_that_is_away_are_told_apart(tmp_path: Path) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'small.db'}")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE TABLE words (said BLOB)")
        connection.exec_driver_sql("PRAGMA max_page_count = 3")
        with pytest.raises(OperationalError) as full:
            connection.exec_driver_sql("INSERT INTO words VALUES (zeroblob(100000))")
    with pytest.raises(OperationalError) as away:
        sa.create_engine(f"sqlite:///{tmp_path / 'nowhere' / 'at.db'}").connect()
    assert (upgrading.held_up_by(full.value), upgrading.held_up_by(away.value)) == (upgrading.FULL, "")
    engine.dispose()


def test_the_backup_from_before_is_let_go_when_its_time_is_over(founded: Founded, run: Run) -> None:
    path = making.before_upgrade(founded.keys.path.parent, None)
    assert run("backup", str(path))[0] == 0
    making.forget_before_upgrade(path, TODAY + timedelta(days=14))
    assert path.exists()
    path.write_bytes(path.read_bytes().replace(b"2026-11-23", b"2026-11-08", 1))
    assert run("tick")[0] == 0
    assert not path.exists()


def test_it_is_let_go_too_where_another_folder_was_named_since(
    founded: Founded, run: Run, app: Flask, tmp_path: Path
) -> None:
    home = founded.keys.path.parent
    for folder in (None, tmp_path):
        path = making.before_upgrade(home, folder)
        assert run("backup", str(path))[0] == 0
        path.write_bytes(path.read_bytes().replace(b"2026-11-23", b"2026-11-08", 1))
    damaged, old = making.all_before_upgrade(home, tmp_path)
    damaged.write_bytes(b"")
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], backups=tmp_path)
    with clock.stopped_everywhere(NOW):
        assert schedule.FORGET_BACKUP in schedule.tick(app).failed, "a damaged one holds up no other"
    assert (damaged.exists(), old.exists()) == (True, False)


def wait_for_nobody(app: Flask) -> None:
    """Let the *app* wait for a moment where it would wait for seconds: whoever holds SQLite goes on holding it."""
    with app.app_context():
        event.listen(database.db.engine, "checkout", of_no_patience)


def of_no_patience(connection: Any, *_: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA busy_timeout=100")


def killed_in_the_middle(here: Installation, engine: sa.Engine) -> None:
    """Start the server, and pull the plug when the tables are half new: nothing committed."""
    before = revision(engine)
    with engine.connect() as other:
        if engine.dialect.name == "postgresql":
            for statement in WAITS_AT_EACH_CHANGE:
                other.exec_driver_sql(statement)
            other.commit()
            other.exec_driver_sql("SELECT pg_advisory_xact_lock(1)")
        server = subprocess.Popen(
            [sys.executable, "-m", "governance.cli", "serve"], env=here.environ, start_new_session=True
        )
        for _ in range(3000):
            assert server.poll() is None
            if is_in_the_middle(here, engine):
                break
            time.sleep(0.01)  # Waiting for another process to be where it can be hurt.
        os.killpg(server.pid, signal.SIGSTOP)
        assert revision(engine) == before, "not committed yet"
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        if engine.dialect.name == "postgresql":
            other.exec_driver_sql("DROP EVENT TRIGGER at_each_change")
            other.commit()


def is_in_the_middle(here: Installation, engine: sa.Engine) -> bool:
    """Whether something is written already: so much on SQLite that it left memory; on PostgreSQL a table is changed."""
    if engine.dialect.name == "sqlite":
        log = Path(f"{engine.url.database}-wal")
        return log.exists() and log.stat().st_size > 500_000
    with engine.connect() as third:
        waits = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'advisory' AND query LIKE 'ALTER TABLE%'"
        return bool(third.scalar(sa.text(waits)))


def revision(engine: sa.Engine) -> str:
    with engine.connect() as connection:
        return str(connection.scalar(sa.text("SELECT version_num FROM alembic_version")))


def counted(engine: sa.Engine) -> dict[str, int]:
    """Return how many rows each table has that has any."""
    with engine.connect() as connection:
        tables = reflected(connection).sorted_tables
        found = {table.name: connection.scalar(sa.select(sa.func.count()).select_from(table)) for table in tables}
    return {name: number for name, number in found.items() if number}
