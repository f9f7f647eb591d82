"""What a database server keeps for another one, and what it has loaded beside: told, with the command that mends it."""

from __future__ import annotations

import shlex
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from governance.health import the_database
from governance.health.found import Finding, State
from governance.health.looks import Named
from tests.commands.test_every_line import looked_at, template
from tests.databases import PostgreSQL, a_postgresql

KEEPS = "Old data is kept here for {name}. No one takes it."
SENDS = "All that is stored here is sent to {name}."
NONE = "The data is sent to no other server."


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    with a_postgresql() as engine:
        yield engine


def told(server: PostgreSQL, home: Path) -> list[Finding]:
    return looked_at(server, home, Named("other servers", the_database.copies))


def test_a_server_that_keeps_nothing_for_others_is_well(server: PostgreSQL, tmp_path: Path) -> None:
    assert [(each.state, each.what) for each in told(server, tmp_path)] == [(State.FINE, NONE)]


def test_what_it_keeps_for_one_who_fetches_nothing_is_to_be_mended(server: PostgreSQL, tmp_path: Path) -> None:
    with psycopg.connect(server.server.get_uri(), autocommit=True) as connection:
        connection.execute("SELECT pg_create_physical_replication_slot('other_house', true)")
        (found,) = told(server, tmp_path)
        assert (found.state, template(found.what)) == (State.MEND, KEEPS)
        assert found.means == "It keeps copies of what was destroyed."
        psql, _, statement = shlex.split(str(found.mend).removeprefix("Run: "))
        assert psql == "psql"
        connection.execute(statement.encode())
    assert [each.what for each in told(server, tmp_path)] == [NONE]


def test_one_who_takes_part_is_noted(server: PostgreSQL, tmp_path: Path) -> None:
    """As a standby does: it is sent all that is written."""
    command = [
        program_that_takes(server),
        "-D",
        str(tmp_path / "copy"),
        "-d",
        server.server.get_uri() + "&application_name=standby",
    ]
    (tmp_path / "copy").mkdir()
    other = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            (found,) = told(server, tmp_path)
            if template(found.what) == SENDS:
                break
            time.sleep(0.1)  # Waiting for another process to be served.
        assert (found.state, str(found.what)) == (State.NOTE, SENDS.format(name="standby"))
    finally:
        other.terminate()
        other.wait(20)


def program_that_takes(server: PostgreSQL) -> str:
    """The program of the server's own make that takes all it writes."""
    process = psutil.Process(int((Path(server.server.pgdata) / "postmaster.pid").read_text().splitlines()[0]))
    return str(Path(process.exe()).with_name("pg_receivewal"))


@pytest.mark.parametrize(("name", "wanted", "_"), the_database.WHERE_LOADED, ids=lambda each: str(each))
def test_what_is_loaded_beside_and_writes_down_is_told(
    server: PostgreSQL, tmp_path: Path, name: str, wanted: tuple[str, ...], _: str
) -> None:
    settings = Named("database's settings", the_database.settings)
    file = Path(server.server.pgdata) / "postgresql.conf"
    before = file.read_text()
    value = {"auto_explain.log_min_duration": "0", "pgaudit.log": "all", "pg_stat_statements.track": "top"}[name]
    try:
        for put, mends in ((value, True), (wanted[0], False)):
            file.write_text(f"{before}\n{name} = '{put}'\n")
            with psycopg.connect(server.server.get_uri(), autocommit=True) as connection:
                connection.execute("SELECT pg_reload_conf()")
            found = [each for each in looked_at(server, tmp_path, settings) if name in str(each.what)]
            assert [str(each.what) for each in found] == [f"The database's {name} is {put}."] * mends
            assert all(f"ALTER SYSTEM SET {name} = '{wanted[0]}'" in str(each.mend) for each in found)
    finally:
        file.write_text(before)
