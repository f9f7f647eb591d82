"""A database server whose disk is full says so when it is written to; for a minute the site is not ready then."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, text

from governance import clock
from governance.storage import database, full_disk
from tests.databases import PostgreSQL
from tests.factories import NOW
from tests.promises.participant import come_to_words, thanked
from tests.server import Installation, free_port
from tests.visitor import Visitor

AT = NOW + timedelta(days=400)  # No other test stands its clock there: what is noted is known to this whole process.


@pytest.fixture
def full(postgresql: PostgreSQL, a_disk: Callable[[int], Path]) -> Path:
    """A disk of the server's own on which nothing more fits, as the tablespace `small`."""
    disk = a_disk(2)
    folder = disk / "space"
    folder.mkdir()
    owner = Path(postgresql.server.pgdata).stat()
    os.chown(folder, owner.st_uid, owner.st_gid)
    for above in (disk, *disk.parents):
        if str(above).startswith("/dev/shm") or "pytest" in str(above):
            above.chmod(above.stat().st_mode | 0o011)  # The server runs as another user.
    with psycopg.connect(postgresql.server.get_uri(), autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{folder}'".encode())
    return disk


def test_while_its_disk_is_full_the_site_is_not_ready(postgresql: PostgreSQL, full: Path, tmp_path: Path) -> None:
    url = postgresql.fresh()
    site = Installation(tmp_path / "home", free_port(), url, workers=2)
    site.found()
    database.db.session.remove()
    database.db.engine.dispose()
    site.close()
    with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("ALTER TABLE held SET TABLESPACE small")
    site.start()
    try:
        visit = come_to_words(Visitor(site.port))
        assert Visitor(site.port).get("/readyz").status == 200
        with (full / "filler").open("wb", buffering=0) as file:
            while True:
                try:
                    file.write(bytes(4096))
                except OSError:
                    break
        assert not thanked(visit.send("the kettle is cold since May"))
        assert {Visitor(site.port).get("/readyz").status for _ in range(20)} == {503}, "each process knows"
    finally:
        site.stop()
        postgresql.drop()
        with psycopg.connect(postgresql.server.get_uri(), autocommit=True) as connection:
            connection.execute("DROP TABLESPACE small")


def test_a_minute_later_it_is_asked_again(postgresql: PostgreSQL) -> None:
    engine = create_engine(postgresql.server.get_uri(driver="psycopg"))
    full_disk.watch(engine)
    with clock.stopped_everywhere(AT):
        for code, is_full in (("23505", False), (full_disk.DISK_FULL, True)):
            with engine.connect() as connection, pytest.raises(Exception, match="no"):
                connection.execute(text(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$"))
            assert full_disk.was_lately() is is_full
    for later, is_full in ((timedelta(seconds=59), True), (timedelta(seconds=60), False)):
        with clock.stopped_everywhere(AT + later):
            assert full_disk.was_lately() is is_full
    engine.dispose()
