"""`serve` is held up by another program and tries again: what that one wrote meanwhile is in the backup from before."""

from __future__ import annotations

import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import OperationalError

from governance import sealing
from governance.backup import making, sealed_file
from governance.commands import upgrading
from governance.storage.revisions import newest_revision
from tests.commands.test_upgrading import FIRST, revision
from tests.databases import Engine, PostgreSQL
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
        connection.execute(form, {"hash": word.strip().encode()})
        if engine.dialect.name == "postgresql":
            connection.execute(sa.text("LOCK TABLE intake_key IN ACCESS SHARE MODE"))
        print("holds it", flush=True)
"""


@contextmanager
def somebody_who_writes(url: str) -> Iterator[Callable[[str], None]]:
    """Another program, which holds the database. A word commits what it wrote before, and is written."""
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
    founded = an_older_programme(here, engine_of_databases.fresh(), FIRST, messages=10)
    engine, app = sa.create_engine(here.database), here.app()
    backup = making.before_upgrade(here.home, None)
    monkeypatch.setattr(upgrading, "TRIES", 2)
    monkeypatch.setattr(upgrading, "SECONDS_BETWEEN_TRIES", 0)

    def a_try_fails() -> tuple[int, int, bool]:
        with pytest.raises(OperationalError) as held_up:
            upgrading.bring_up_to_date(app)
        assert upgrading.held_up_by(held_up.value) == upgrading.BUSY
        lines = b"\n".join(sealed_file.read(backup, sealing.join_secret(founded.shares[:2])))
        return backup.stat().st_ino, backup.stat().st_mtime_ns, b64encode(b"first") in lines

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


def test_on_postgresql_a_try_ends_where_somebody_wrote_since_the_backup(
    here: Installation, postgresql: PostgreSQL, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It tries for half a minute to find a gap. The next one after that begins with a backup."""
    here.database = postgresql.empty()
    an_older_programme(here, postgresql.fresh(), FIRST, messages=10)
    app = here.app()
    with somebody_who_writes(here.database) as writes:
        writes("first")
        waits = iter((None, None, "second"))
        monkeypatch.setattr(upgrading.time, "sleep", lambda _: (word := next(waits)) and writes(word))
        with pytest.raises(OperationalError, match="lock timeout"):
            upgrading.bring_up_to_date(app)
        assert next(waits, "over") == "over", "it went on as long as nobody had written"
