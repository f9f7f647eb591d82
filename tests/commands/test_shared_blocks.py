"""A copy from before an upgrade that shares the blocks of the database, where the file system can."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from governance.backup import raw_copy
from governance.storage import database
from governance.storage.database import db
from tests.commands.test_raw_copy import take
from tests.factories import Founded

SHARING = """#!/bin/sh
echo shared >> "{noted}"
exec /bin/cp -- "$3" "$4"
"""  # Stands for the `cp` of a file system that shares blocks (XFS, btrfs): the same bytes, in the same file.


@pytest.fixture
def shared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a file system that shares blocks notes each time that it does."""
    (programs := tmp_path / "programs").mkdir()
    noted = tmp_path / "noted"
    (programs / "cp").write_text(SHARING.format(noted=noted))
    (programs / "cp").chmod(0o700)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return noted


@pytest.mark.of_one_database
@pytest.mark.parametrize("read_by", ["nobody", "somebody who reads an older page"])
def test_where_blocks_are_shared_the_copy_has_all_that_is_committed(
    app: Flask, founded: Founded, shared: Path, read_by: str
) -> None:
    """What lies in SQLite's log alone is in it too. Where that cannot go to the file, nothing is shared."""
    founded.session.commit()
    with app.app_context(), sa.create_engine(db.engine.url).connect() as reader:
        if read_by != "nobody":
            reader.exec_driver_sql("BEGIN")
            reader.exec_driver_sql("SELECT 1 FROM help_card")
        with database.writing(), db.engine.begin() as connection:
            connection.execute(sa.text("UPDATE programme SET name = 'Said last'"))
        take(founded.keys)
        (copy,) = raw_copy.left(db.engine)
        with raw_copy.opened(db.engine, copy) as there:
            assert there.scalar(sa.text("SELECT name FROM programme")) == "Said last"
            assert there.scalar(sa.text("PRAGMA integrity_check")) == "ok"
    assert shared.exists() == (read_by == "nobody")
    assert copy.file
    assert stat.S_IMODE(copy.file.stat().st_mode) == 0o600


@pytest.mark.of_one_database
def test_without_room_for_all_of_a_copy_nothing_is_shared(
    app: Flask, founded: Founded, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written to either later takes the room: without it the program would go on to a full disk."""
    founded.session.commit()
    monkeypatch.setattr(raw_copy.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(1 << 30, 1 << 30, 4096))
    with app.app_context():
        take(founded.keys)
    assert not shared.exists()


def test_what_takes_no_room_of_a_copy_is_overwritten_on_a_full_disk(a_disk: Callable[[int], Path]) -> None:
    """A block that is not there yet stands for a shared one: to write to it takes room."""
    copy, other = (disk := a_disk(1)) / "copy", disk / "the same by another name"
    with copy.open("wb") as file:
        file.write(b"words" * 2000)
        file.seek(300_000)
        file.write(b"words" * 2000)
    os.link(copy, other)
    with suppress(OSError), (disk / "all the rest").open("wb", buffering=0) as rest:
        while rest.write(bytes(raw_copy.BLOCK)):
            pass
    raw_copy._destroy(copy)
    assert not copy.exists()
    assert not any(other.read_bytes())
