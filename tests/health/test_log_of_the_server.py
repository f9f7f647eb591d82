"""What PostgreSQL writes down of a visit: nothing, set as the doctor asks or as `compose.yaml` starts it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import psycopg
import pytest
import yaml

from governance.health.the_database import POSTGRESQL, PREFIX, TELLS_TIME
from tests.databases import PostgreSQL, a_postgresql

ROOT = Path(__file__).parents[2]
OURS = {name: wanted[0] for name, wanted, _ in POSTGRESQL}
THEIRS = {"log_min_messages": "warning", "log_error_verbosity": "default", PREFIX: "%m [%p] ", "log_lock_waits": "on"}
OF_A_VISIT = ("a word that was sent", "still waiting", "already exists", "duplicate key")


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    """A PostgreSQL of this file's own, whose log is read."""
    with a_postgresql() as engine:
        engine.connection.execute("CREATE TABLE sent (word text PRIMARY KEY)")
        engine.connection.execute("INSERT INTO sent VALUES ('a word that was sent')")
        engine.connection.execute("ALTER SYSTEM SET deadlock_timeout = '50ms'")
        yield engine


def set_to(server: PostgreSQL, values: dict[str, str]) -> None:
    for name, value in values.items():
        server.connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
    server.connection.execute("SELECT pg_reload_conf()")


def visited(server: PostgreSQL) -> str:
    """Send twice what is taken once, and wait for somebody; return what the server wrote down meanwhile."""
    log = next(Path(server.server.pgdata).rglob("log"), None)
    assert log
    before = len(log.read_text(errors="replace"))
    with psycopg.connect(server.server.get_uri()) as one, psycopg.connect(server.server.get_uri()) as other:
        with pytest.raises(psycopg.errors.UniqueViolation):
            one.execute("INSERT INTO sent VALUES ('a word that was sent')")
        one.rollback()
        one.execute("LOCK TABLE sent")
        other.execute("SET lock_timeout = '200ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            other.execute("INSERT INTO sent VALUES ('another')")
    return log.read_text(errors="replace")[before:]


def test_as_the_doctor_asks_nothing_of_a_visit_is_written_down(server: PostgreSQL) -> None:
    set_to(server, {name: OURS[name] for name in OURS if name.startswith("log_")})
    with psycopg.connect(server.server.get_uri()) as session:
        assert session.execute("SHOW log_min_messages").fetchone() == ("fatal",)
    said = visited(server)
    assert [each for each in OF_A_VISIT if each in said] == []
    assert re.findall(r"\d\d:\d\d:\d\d", said) == []


def test_as_it_comes_each_is_there_with_its_time(server: PostgreSQL) -> None:
    """The control: the same visit, with what such a server does by itself."""
    set_to(server, {**OURS_THAT_LOG, **THEIRS})
    said = visited(server)
    assert [each for each in OF_A_VISIT if each not in said] == []
    assert re.findall(r"\d\d:\d\d:\d\d\.\d{3}", said)


OURS_THAT_LOG = {name: value for name, value in OURS.items() if name.startswith("log_")}


def test_compose_starts_it_as_the_doctor_asks() -> None:
    command = shlex.split(yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["database"]["command"])
    given = dict(each.split("=", 1) for flag, each in pairwise(command) if flag == "-c")
    for name, wanted, _ in POSTGRESQL:
        if name == PREFIX:
            assert not TELLS_TIME.search(given[name])
        elif name.startswith(("log_", "track_")):
            assert given[name] in wanted, name


@pytest.mark.parametrize("prefix", ["%m [%p] ", "%t", "%n", "%s ", "%c", "%-20m", "%p %u %m"])
def test_each_sign_for_a_time_is_known(prefix: str) -> None:
    assert TELLS_TIME.search(prefix)
    assert not TELLS_TIME.search("[%p] %u@%d %h ")
