"""`serve` is held up by another program and tries again: what that one wrote meanwhile is in the backup from before."""

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
from governance.backup import making, sealed_file
from governance.commands import upgrading
from governance.commands.written_since import Watch, hold_writers
from governance.programme import schedule
from governance.storage.revisions import newest_revision
from tests.commands.test_upgrading import LATE, revision, wait_for_nobody
from tests.databases import Engine, PostgreSQL
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


def test_what_somebody_wrote_while_they_held_it_up_is_in_the_backup_from_before(
    here: Installation,
    engine_of_databases: Engine,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each is a try of `serve`. A backup is made anew where something was committed since, and not otherwise."""
    here.database = engine_of_databases.empty()
    founded = an_older_programme(here, engine_of_databases.fresh(), LATE, messages=10)
    engine, app = sa.create_engine(here.database), here.app()
    backup = making.before_upgrade(here.home, None)
    monkeypatch.setattr(upgrading, "TRIES", 2)
    monkeypatch.setattr(upgrading, "SECONDS_BETWEEN_TRIES", 0)
    wait_for_nobody(app)

    def a_try_fails() -> tuple[int, int, bool]:
        with pytest.raises(OperationalError) as held_up:
            upgrading.bring_up_to_date(app)
        assert upgrading.held_up_by(held_up.value) == upgrading.BUSY
        return backup.stat().st_ino, backup.stat().st_mtime_ns, b64encode(b"first") in words_in(backup, founded)

    with somebody_who_writes(here.database) as writes:
        writes("first")
        before = a_try_fails()
        assert before[2] is False, "it was not committed yet"
        assert a_try_fails() == before, "nobody has written since"
        writes("second")
        after = a_try_fails()
        assert (after != before, after[2]) == (True, True)
        assert a_try_fails() == after
    upgrading.bring_up_to_date(app)
    assert revision(engine) == newest_revision()
    assert (backup.stat().st_ino, backup.stat().st_mtime_ns, True) == after, "the last word was taken back"
    said = capsys.readouterr().out.splitlines()
    assert said == [upgrading.KEPT_BEFORE.format(backup), upgrading.KEPT_ANEW.format(backup)]
    engine.dispose()


def test_on_postgresql_it_looks_for_a_gap_as_long_beside_somebody_who_writes(
    here: Installation, postgresql: PostgreSQL, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of its tries is made, though the backup is behind; in the gap the backup comes first, once more."""
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
    assert all(b64encode(word) in words_in(backup, founded) for word in (b"first", b"second", b"third"))
    said = [upgrading.KEPT_BEFORE.format(backup), upgrading.KEPT_ANEW.format(backup)]
    assert capsys.readouterr().out.splitlines() == said
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
                hold_writers(upgrade)
        else:
            hold_writers(upgrade)
    engine.dispose()


def words_in(backup: Path, founded: Founded) -> bytes:
    return b"\n".join(sealed_file.read(backup, sealing.join_secret(founded.shares[:2])))


@pytest.mark.parametrize("words", [["once"], ["once", "twice", "a third time"]], ids=len)
def test_what_somebody_writes_while_the_backup_is_made(
    here: Installation, engine_of_databases: Engine, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch, words: list[str],
) -> None:  # fmt: skip
    """It is made once more. Whoever never ends to write holds nobody up for ever, and it is said what it may lack."""
    here.database = engine_of_databases.empty()
    founded = an_older_programme(here, engine_of_databases.fresh(), LATE, messages=10)
    engine, app, backup = sa.create_engine(here.database), here.app(), making.before_upgrade(here.home, None)
    the_backup, left = making.write, iter(words)
    with somebody_who_writes(here.database) as writes:

        def beside_somebody(*of: Any) -> None:
            the_backup(*of)
            if word := next(left, ""):
                writes(word)
                writes("")

        monkeypatch.setattr(making, "write", beside_somebody)
        upgrading.bring_up_to_date(app)
    assert revision(engine) == newest_revision()
    kept = words_in(backup, founded)
    assert (b64encode(b"once") in kept, b64encode(b"twice") in kept) == (True, False)
    said = [upgrading.KEPT_BEFORE.format(backup), upgrading.KEPT_ANEW.format(backup)]
    if len(words) > 1:
        said.append(upgrading.WRITTEN_SINCE)
    assert capsys.readouterr().out.splitlines() == said
    engine.dispose()


def test_on_postgresql_what_a_server_writes_by_the_minute_makes_no_backup_old(
    here: Installation, postgresql: PostgreSQL
) -> None:
    here.database = postgresql.fresh()
    here.found()
    here.close()
    app, engine = here.app(), sa.create_engine(here.database)
    schedule.tick(app)
    watch = Watch(engine)
    before = watch.mark()
    schedule.tick(app)
    assert watch.mark() == before
    with somebody_who_writes(here.database) as writes:
        writes("a word")
        writes("")
    assert watch.mark() != before, "the control"
    engine.dispose()
