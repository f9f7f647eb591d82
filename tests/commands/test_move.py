"""The whole programme moves from either database into the other, every row as it was, and back."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from governance.backup import making, raw_copy, rows
from governance.commands import running
from tests.commands.conftest import Run
from tests.databases import PostgreSQL, SQLiteFiles
from tests.factories import TODAY, Founded

MOVED = "The programme was moved to another database. Name that one in GOVERNANCE_DATABASE."


@pytest.fixture
def elsewhere(request: pytest.FixtureRequest, database_url: str) -> str:
    """An empty database of the other kind."""
    if database_url.startswith("sqlite"):
        other: PostgreSQL | SQLiteFiles = request.getfixturevalue("postgresql")
    else:
        other = request.getfixturevalue("sqlite_files")
    return other.empty()


def sums_of(url: str) -> dict[str, rows.Sum]:
    engine = create_engine(url)
    with engine.connect() as connection:
        found = rows.sums(connection)
    engine.dispose()
    return found


@pytest.fixture
def serve_there(monkeypatch: pytest.MonkeyPatch, founded: Founded, postgresql: PostgreSQL) -> Callable[[str], None]:
    """Let the commands use this database, and nobody else be connected to it, as before each move."""
    everybody = b"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname <> 'postgres'"

    def serve_there(url: str) -> None:
        founded.session.close()
        postgresql.connection.execute(everybody)
        monkeypatch.setenv("GOVERNANCE_DATABASE", url)

    return serve_there


@pytest.mark.of_one_database
def test_there_and_back_every_row_is_as_it_was(
    founded: Founded, run: Run, database_url: str, elsewhere: str, serve_there: Callable[[str], None],
    empty_database_url: str, tmp_path: Path,
) -> None:  # fmt: skip
    assert run("tick")[0] == 0
    serve_there(database_url)
    before = sums_of(database_url)
    assert sum(each.count for each in before.values()) > 100
    old = create_engine(database_url)
    with old.begin() as connection:
        assert raw_copy.take(connection, TODAY, founded.keys)
    old.dispose()
    status, said = run("move", elsewhere)
    assert (status, "rows are in their new place, each as it was." in said) == (0, True), said
    assert sums_of(elsewhere) == before
    assert (raw_copy.left(old), making.before_upgrade(founded.keys.path.parent, None).exists()) == ([], True)
    old.dispose()
    for command in ("tick", "doctor"):
        assert run(command) == (1, MOVED)
    # Apart, as whoever begins to serve holds the place until its process ends.
    serve = [sys.executable, "-m", "governance.cli", "serve"]
    told = subprocess.run(serve, capture_output=True, text=True, timeout=60, check=False)
    assert (told.returncode, told.stderr.strip()) == (1, MOVED)
    serve_there(elsewhere)
    assert run("ledger", "audit")[1].endswith("Every line is accounted for.")
    run("ledger", "export", str(tmp_path / "copy"))
    assert run("verify", str(tmp_path / "copy"))[0] == 0
    assert "ok    The ledger of intake agrees with every signed head." in run("doctor")[1]
    looked_at = sums_of(elsewhere)
    assert {name for name, each in looked_at.items() if each != before[name]} == {"last_look"}, "the doctor keeps it"
    serve_there(elsewhere)
    status, said = run("move", empty_database_url)
    assert (status, sums_of(empty_database_url)) == (0, looked_at), said
    serve_there(empty_database_url)
    assert run("tick")[0] == 0, "what is numbered is counted on from where it was"


@pytest.mark.of_one_database
def test_no_round_begins_while_the_program_must_stand_still(
    founded: Founded, run: Run, environ: dict[str, str]
) -> None:
    """A timer's `tick` would write into the database that is just being moved."""
    with running.stopped(Path(environ["GOVERNANCE_HOME"])):
        said = "The programme is being moved or restored just now. Wait until that is done."
        assert run("tick") == (1, said)
    assert run("tick")[0] == 0
    with running.stopped(Path(environ["GOVERNANCE_HOME"])):
        pass  # A round that has ended stands in the way of nobody.


@pytest.mark.of_one_database
def test_it_says_in_one_line_why_not(
    founded: Founded, run: Run, database_url: str, elsewhere: str, serve_there: Callable[[str], None], tmp_path: Path
) -> None:
    serve_there(database_url)
    for address, sentence in (
        (database_url, "The database is not empty. Nothing was changed."),
        ("mysql://host/base", "GOVERNANCE_DATABASE must begin with"),
    ):
        status, said = run("move", address)
        assert (status, said.count("\n"), sentence in said) == (1, 0, True), said
    code = (
        "from pathlib import Path; from governance.commands.running import say_so;"
        f" say_so(Path({str(tmp_path)!r})); print(1, flush=True); input()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as serving:
        assert serving.stdout
        serving.stdout.readline()
        assert run("move", elsewhere) == (1, running.RUNS)
        serving.kill()
    serve_there(database_url)
    assert run("move", elsewhere)[0] == 0


def test_killed_in_the_middle_nothing_was_moved(
    founded: Founded, run: Run, database_url: str, elsewhere: str, serve_there: Callable[[str], None]
) -> None:
    serve_there(database_url)
    before = sums_of(database_url)
    killed = "import os; from governance.backup import rows; rows.sums = lambda connection: os.kill(os.getpid(), 9)"
    code = f"{killed}; from governance import cli; cli.main(['move', {elsewhere!r}])"
    assert subprocess.run([sys.executable, "-c", code], env=dict(os.environ), check=False).returncode == -9
    assert sum(each.count for each in sums_of(elsewhere).values()) == 0
    assert run("ledger", "audit")[0] == 0
    serve_there(database_url)
    assert run("move", elsewhere)[0] == 0
    assert sums_of(elsewhere) == before
