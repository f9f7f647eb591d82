"""Founded keys beside a database that is not theirs: `serve`, `tick` and `doctor` refuse in one line."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from governance.commands import own_database
from governance.keys.keyfolder import KeyFolder
from tests.commands.conftest import Run
from tests.databases import Engine
from tests.factories import Founded
from tests.plan import PLAN

COMMANDS = ("serve", "tick", "doctor")


def refused(run: Run, sentence: str, commands: tuple[str, ...] = COMMANDS) -> None:
    for command in commands:
        status, said = run(command)
        assert (status, said.count("\n"), sentence in said) == (1, 0, True), said
        assert "postgres" not in said, "The address may hold a password."


def test_its_own_database_is_not_refused(founded: Founded, run: Run) -> None:
    assert run("tick")[0] == 0
    assert "MEND" not in run("doctor")[1].replace("MEND  The database's", "")


def test_an_empty_database_is_refused(
    founded: Founded, run: Run, engine_of_databases: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    for url in (engine_of_databases.empty(), engine_of_databases.fresh()):
        monkeypatch.setenv("GOVERNANCE_DATABASE", url)
        missing = url.startswith("sqlite") and not Path(url.removeprefix("sqlite:///")).exists()
        refused(run, "There is no database" if missing else "The database holds no programme")


@pytest.mark.of_one_database
def test_a_file_that_is_not_there_is_not_made(
    founded: Founded, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOVERNANCE_DATABASE", f"sqlite:///{tmp_path / 'programe.db'}")
    refused(run, f"There is no database {tmp_path / 'programe.db'}")
    assert not (tmp_path / "programe.db").exists()


@pytest.mark.of_one_database
def test_the_database_of_another_programme_is_refused(founded: Founded, run: Run) -> None:
    founded.keys._file("reader-chain.anchor").write_bytes(b"another programme's")
    refused(run, "The database and the key folder are of two programmes.")


def test_tables_of_a_newer_version_are_refused(founded: Founded, run: Run) -> None:
    founded.session.execute(text("UPDATE alembic_version SET version_num = '0099'"))
    founded.session.commit()
    refused(run, own_database.NEWER)


@pytest.mark.of_one_database
def test_init_keeps_its_hands_off_keys_and_escrow_of_a_programme(
    founded: Founded, run: Run, engine_of_databases: Engine, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, encoding="utf-8")
    before = {name: founded.keys.need(name) for name in founded.keys.names()}
    monkeypatch.setenv("GOVERNANCE_DATABASE", engine_of_databases.fresh())
    assert "The key folder holds a programme's keys" in run("init", str(plan))[1]
    assert {name: founded.keys.need(name) for name in founded.keys.names()} == before
    escrow = founded.keys.escrow_file.read_bytes()
    monkeypatch.setenv("GOVERNANCE_KEYS", str(tmp_path / "empty"))
    assert "holds a programme's escrow" in run("init", str(plan))[1]
    assert founded.keys.escrow_file.read_bytes() == escrow


@pytest.mark.of_one_database
def test_an_init_that_was_cut_short_is_run_again(
    environ: dict[str, str], keys: KeyFolder, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keys.clear()
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, encoding="utf-8")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with monkeypatch.context() as patched:
        patched.setattr("governance.storage.database.db.session.commit", _pull_the_plug)
        assert run("init", str(plan))[0] == 130
    first = keys.need("programme")
    refused(run, own_database.NOT_FINISHED)
    status, said = run("init", str(plan))
    assert (status, "Three people take one each" in said) == (0, True)
    assert keys.need("programme") != first
    assert run("tick")[0] == 0
    assert "There is a programme in this database already." in run("init", str(plan))[1]


def _pull_the_plug(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_founding_that_was_cut_short_is_thrown_away_by_its_own_database_alone(
    environ: dict[str, str], keys: KeyFolder, run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    engine_of_databases: Engine,
) -> None:  # fmt: skip
    """Killed after its commit, before it noted the end: the keys are those of a programme that stands."""
    keys.clear()
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, encoding="utf-8")
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with monkeypatch.context() as patched:
        patched.setattr(KeyFolder, "end_founding", _pull_the_plug)
        assert run("init", str(plan))[0] == 130
    before = {name: keys.need(name) for name in keys.names()}
    monkeypatch.setenv("GOVERNANCE_DATABASE", engine_of_databases.empty())
    assert "The key folder holds a programme's keys" in run("init", str(plan))[1]
    assert {name: keys.need(name) for name in keys.names()} == before
    monkeypatch.setenv("GOVERNANCE_DATABASE", environ["GOVERNANCE_DATABASE"])
    assert run("tick")[0] == 0
    assert not keys.half_founded
