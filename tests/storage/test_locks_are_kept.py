"""Whoever works in SQLite's file keeps its lock on it while more connections are made: another program may come and go.

POSIX lets go of all locks that a process has on a file when it closes the file once, through whichever descriptor
(fcntl(2); SQLite, "How To Corrupt An SQLite Database File", 2.2). The other program then takes itself for the last one
and throws away the log, into which this process goes on to write: nobody ever sees that again.
"""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from governance.storage import database

ANOTHER = """
import sqlite3, sys
with sqlite3.connect(sys.argv[1]) as there:
    there.execute("INSERT INTO word VALUES ('theirs')")
there.close()
"""


def test_what_is_written_after_another_program_has_ended_is_there(tmp_path: Path) -> None:
    file = tmp_path / "programme.db"
    engine = create_engine(f"sqlite:///{file}")
    database.prepare(engine)
    with database.writing(), engine.connect() as one:
        one.exec_driver_sql("CREATE TABLE word (said TEXT)")
        one.commit()
        with engine.connect() as two:
            two.exec_driver_sql("INSERT INTO word VALUES ('ours')")
            two.commit()
        subprocess.run([sys.executable, "-c", ANOTHER, str(file)], check=True)
        assert Path(f"{file}-wal").exists()
        one.exec_driver_sql("INSERT INTO word VALUES ('ours again')")
        one.commit()
        with closing(sqlite3.connect(file)) as anybody:
            said = [row[0] for row in anybody.execute("SELECT said FROM word")]
    assert said == ["ours", "theirs", "ours again"]
    engine.dispose()


@pytest.mark.server
def test_a_new_file_is_for_this_account_alone(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'programme.db'}")
    database.prepare(engine)
    with database.writing(), engine.connect() as one:
        one.exec_driver_sql("CREATE TABLE word (said TEXT)")
        one.commit()
        rights = {each.name: each.stat().st_mode & 0o777 for each in tmp_path.iterdir()}
    assert set(rights.values()) == {0o600}, rights
    engine.dispose()


@pytest.mark.server
def test_so_is_one_that_a_link_leads_to_before_it_is_there(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    (tmp_path / "programme.db").symlink_to(disk / "programme.db")
    engine = create_engine(f"sqlite:///{tmp_path / 'programme.db'}")
    database.prepare(engine)
    with database.writing(), engine.connect() as one:
        one.exec_driver_sql("CREATE TABLE word (said TEXT)")
        one.commit()
        rights = {each.name: each.stat().st_mode & 0o777 for each in disk.iterdir()}
    assert "programme.db" in rights
    assert set(rights.values()) == {0o600}, rights
    engine.dispose()
