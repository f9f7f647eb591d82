"""`serve` is held up by another program and tries again: what that one wrote meanwhile is in what is kept."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from governance import sealing
from governance.backup import making, raw_copy, sealed_file
from governance.commands import upgrading
from governance.storage.revisions import newest_revision, revision_of
from tests.commands.test_upgrading import LATE, revision, sealed_in_a_round, wait_for_nobody
from tests.databases import Engine, PostgreSQL, migrate
from tests.factories import Founded
from tests.older import an_older_programme
from tests.server import Installation

SOMEBODY = """
import sys
import sqlalchemy as sa

engine = sa.create_engine(sys.argv[1])
form = sa.text("INSERT INTO form_token (hash, day) VALUES (:hash, '2026-11-20')")
with engine.connect() as connection:
    for word in sys.stdin:
        connection.commit()
        if word.strip():
            connection.execute(form, {"hash": word.strip().encode()})
        if word.strip() and engine.dialect.name == "postgresql":
            connection.execute(sa.text("LOCK TABLE told IN ACCESS SHARE MODE"))
        print("holds it", flush=True)
"""

AT_ONCE = {"sqlite": "PRAGMA busy_timeout=10", "postgresql": "SET lock_timeout = '10ms'"}


@contextmanager
def somebody_who_writes(url: str) -> Iterator[Callable[[str], None]]:
    """Another program, which holds the database. A word commits what came before, and is written; "" commits alone."""
    program = [sys.executable, "-c", SOMEBODY, url]
    with subprocess.Popen(program, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:

        def writes(word: str) -> None:
            assert other.stdin
            assert other.stdout
            print(word, file=other.stdin, flush=True)
            assert other.stdout.readline() == "holds it\n"

        yield writes


def test_what_somebody_wrote_while_they_held_it_up_is_in_what_is_kept(
    here: Installation,
    engine_of_databases: Engine,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each is a try of `serve`. Nothing is kept, or changed, where it was held up."""
    here.database = engine_of_databases.empty()
    founded = an_older_programme(here, engine_of_databases.fresh(), LATE, messages=10)
    engine, app = sa.create_engine(here.database), here.app()
    backup = making.before_upgrade(here.home, None)
    monkeypatch.setattr(upgrading, "TRIES", 2)
    monkeypatch.setattr(upgrading, "SECONDS_BETWEEN_TRIES", 0)
    wait_for_nobody(app)
    with somebody_who_writes(here.database) as writes:
        for word in ("first", "second"):
            writes(word)
            with pytest.raises(OperationalError) as held_up:
                upgrading.bring_up_to_date(app)
            assert upgrading.held_up_by(held_up.value) == upgrading.BUSY
            assert (raw_copy.left(engine), revision(engine)) == ([], LATE)
    upgrading.bring_up_to_date(app)
    assert revision(engine) == newest_revision()
    assert capsys.readouterr().out.splitlines() == [upgrading.COPIED.format(backup)]
    sealed_in_a_round(here)
    kept = words_in(backup, founded)
    assert [b64encode(word) in kept for word in (b"first", b"second")] == [True, False], "the last word was taken back"
    engine.dispose()


def test_on_postgresql_it_looks_for_a_gap_as_long_beside_somebody_who_writes(
    here: Installation, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    here.database = postgresql.empty()
    founded = an_older_programme(here, postgresql.fresh(), LATE, messages=10)
    engine, app, backup = sa.create_engine(here.database), here.app(), making.before_upgrade(here.home, None)
    with somebody_who_writes(here.database) as writes:
        writes("first")
        words = iter(("second", "third", ""))
        monkeypatch.setattr(upgrading.time, "sleep", lambda _: writes(next(words)))
        upgrading.bring_up_to_date(app)
        assert next(words, "over") == "over", "it went on as long as somebody held it up"
    assert revision(engine) == newest_revision()
    sealed_in_a_round(here)
    kept = words_in(backup, founded)
    assert all(b64encode(word) in kept for word in (b"first", b"second", b"third"))
    engine.dispose()


def test_where_another_server_was_quicker_what_it_kept_is_left_alone(
    here: Installation,
    engine_of_databases: Engine,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two are started at once. The second looks at the tables while they are old, and has them when they are new."""
    here.database = engine_of_databases.empty()
    an_older_programme(here, engine_of_databases.fresh(), LATE, messages=10)
    engine, app = sa.create_engine(here.database), here.app()
    upgrading.bring_up_to_date(app)
    monkeypatch.setattr(upgrading, "revision", lambda: LATE)
    upgrading.bring_up_to_date(app)
    with app.app_context():
        (copy,) = raw_copy.left(engine)
        with raw_copy.opened(engine, copy) as there:
            assert revision_of(there) == LATE
    assert len(capsys.readouterr().out.splitlines()) == 1
    engine.dispose()


@pytest.mark.parametrize(("written", "waits"), [("lease", False), ("duty_failed", False), ("form_token", True)])
def test_what_a_server_writes_by_the_minute_holds_no_upgrade_up(
    postgresql: PostgreSQL, written: str, waits: bool
) -> None:
    """Nor does an autovacuum of those tables, which holds less. A form that somebody sends does: the control."""
    engine = sa.create_engine(postgresql.fresh())
    with engine.connect() as other, engine.connect() as upgrade:
        other.execute(sa.text(f"LOCK TABLE {written} IN ROW EXCLUSIVE MODE"))
        upgrade.execute(sa.text("SET lock_timeout = '100ms'"))
        if waits:
            with pytest.raises(OperationalError):
                upgrading.hold_writers(upgrade)
        else:
            upgrading.hold_writers(upgrade)
    engine.dispose()


def words_in(backup: Path, founded: Founded) -> bytes:
    return b"\n".join(sealed_file.read(backup, sealing.join_secret(founded.shares[:2])))


@pytest.mark.parametrize(("why", "votes"), [(upgrading.FIRST_A_BACKUP, 0), (upgrading.A_VOTE_IS_ON, 1)])
def test_where_no_copy_may_be_taken_a_backup_is_made_first_while_nobody_can_write(
    here: Installation,
    engine_of_databases: Engine,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    why: str,
    votes: int,
) -> None:
    """There is no room, or a vote is called: a copy beside it would be a second state of its roll and its box.

    For a vote the named folder takes nothing besides, and the backup lies beside the program.
    """
    here.database = engine_of_databases.empty()
    if votes:
        (named := here.home.with_name("a file in the place of the folder")).touch()
        here.more = {"GOVERNANCE_BACKUPS": str(named)}
    founded = an_older_programme(here, engine_of_databases.fresh(), LATE, messages=10)
    engine, app, backup = sa.create_engine(here.database), here.app(), making.before_upgrade(here.home, None)
    the_backup, refused = making.write, []

    def beside_somebody(*of: Any) -> None:
        the_backup(*of)
        with engine.connect() as other:
            other.execute(sa.text(AT_ONCE[engine.dialect.name]))
            with pytest.raises(OperationalError) as held:
                other.execute(sa.text("DELETE FROM help_card"))
        refused.append(upgrading.held_up_by(held.value))

    monkeypatch.setattr(making, "has_room", lambda *_: bool(votes))
    monkeypatch.setattr(making, "write", beside_somebody)
    with engine.begin() as connection:
        connection.execute(sa.text(f"UPDATE ballot SET cancelled_reason = NULL WHERE id <= {votes}"))
    upgrading.bring_up_to_date(app)
    assert refused == [upgrading.BUSY]
    assert revision(engine) == newest_revision()
    assert raw_copy.left(engine) == []
    assert words_in(backup, founded).count(b"We went on talking. ")
    assert capsys.readouterr().out.splitlines() == [why, upgrading.SEALED.format(backup)]
    engine.dispose()


def test_where_no_vote_was_called_none_is_on(engine_of_databases: Engine) -> None:
    """In the tables of the first version and in those of today; before there are any there is none."""
    for newest in ("0001", "head"):
        engine = sa.create_engine(engine_of_databases.empty())
        with engine.begin() as connection:
            assert not upgrading.is_a_vote_on(connection)
        migrate(engine.url.render_as_string(hide_password=False), newest)
        with engine.connect() as connection:
            assert not upgrading.is_a_vote_on(connection)
        engine.dispose()


def test_an_upgrade_that_is_given_up_leaves_no_copy(
    here: Installation, engine_of_databases: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The version before may be put back, and knows of none. The controls are the upgrades above."""
    here.database = engine_of_databases.empty()
    founded = an_older_programme(here, engine_of_databases.fresh(), LATE, messages=10)
    engine, app = sa.create_engine(here.database), here.app()
    take, taken = raw_copy.take, []

    def take_and_fail(*of: Any) -> bool:
        taken.append(take(*of))
        return True

    def fail(self: object, **_: object) -> None:
        raise SystemExit("Rows point to what is not there.")

    monkeypatch.setattr(raw_copy, "take", take_and_fail)
    monkeypatch.setattr("alembic.runtime.migration.MigrationContext.run_migrations", fail)
    with pytest.raises(SystemExit):
        upgrading.bring_up_to_date(app)
    assert (taken, raw_copy.left(engine), revision(engine)) == ([True], [], LATE)
    assert founded.keys.noted(raw_copy.NOTE).get("names") == []
    engine.dispose()
