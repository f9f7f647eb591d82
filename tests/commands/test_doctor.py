"""The doctor tells each thing that is wrong, with the command that mends it, and never stops at the first."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from flask import Flask

from governance import clock, schedule
from governance.commands import doctor
from tests.commands.conftest import Run
from tests.factories import NOW, Founded

LOST = "The key of period-everyone-2026-11 is gone. People cannot send messages until: governance recover"
AGAIN = "To write it again: governance tick"
ESCROW = {"missing": None, "damaged": b"garbage", "old": b"an older one"}


def wrong(run: Run) -> list[str]:
    """Every line to mend; those about the settings of the tests' own PostgreSQL left out."""
    lines = run("doctor")[1].splitlines()
    return [line.removeprefix("MEND  ") for line in lines if line.startswith("MEND") and "The database's" not in line]


def test_a_lost_secret_and_a_wrong_right_are_both_told(founded: Founded, run: Run) -> None:
    assert wrong(run) == []
    founded.keys._file("period-everyone-2026-11").unlink()
    founded.keys.path.chmod(0o755)
    (founded.keys.path / "pepper").chmod(0o644)
    told = wrong(run)
    assert LOST in told
    assert f"Others can read the key folder. Run: chmod -R go-rwx {founded.keys.path}" in told
    assert run("doctor")[0] == 1
    assert any("The ledger of intake agrees" in line for line in run("doctor")[1].splitlines())


@pytest.mark.parametrize("name", ["home", "escrow"])
def test_a_folder_that_others_may_use(founded: Founded, run: Run, tmp_path: Path, name: str) -> None:
    path = {"home": tmp_path, "escrow": founded.keys.escrow_path}[name]
    rights = path.stat().st_mode
    path.chmod(0o777)
    told = wrong(run)
    assert any(f"the {name}" in line and str(path) in line and "chmod" in line for line in told), told
    path.chmod(rights)
    assert wrong(run) == []


def test_a_lost_signing_key_ends_no_round(founded: Founded, run: Run) -> None:
    founded.keys._file("ledger-intake.key").unlink()
    assert "The key of ledger-intake.key is gone. Not all of the program works until: governance recover" in wrong(run)
    assert "The readers' chain holds" in run("doctor")[1]


@pytest.mark.parametrize(("what", "content"), ESCROW.items(), ids=ESCROW)
def test_an_escrow_that_is_missing_damaged_or_old_is_told_and_written_again(
    founded: Founded, run: Run, app: Flask, what: str, content: bytes | None
) -> None:
    file = founded.keys.escrow_file
    if what == "old":
        old = file.read_bytes()
        founded.keys.make("ballot-9.key")
        founded.keys.destroy("ballot-9.key")
        content = old  # The very same secrets, but an older file: who put it there?
    file.unlink()
    if content is not None:
        file.write_bytes(content)
    assert [line for line in wrong(run) if what in line and AGAIN in line]
    with clock.stopped_everywhere(NOW):
        assert "mend escrow" in schedule.tick(app).done
    assert wrong(run) == []


def test_a_damaged_table_is_told_and_the_rest_is_looked_at(founded: Founded, run: Run, app: Flask) -> None:
    if founded.session.get_bind().dialect.name == "postgresql":
        founded.session.rollback()
        with app.app_context():
            assert doctor.damage(founded.session, founded.keys) == []  # PostgreSQL has tools of its own.
        return
    file = Path(str(founded.session.get_bind().engine.url.database))
    founded.session.connection().exec_driver_sql("SELECT 1")
    founded.session.rollback()
    founded.session.close()
    founded.session.get_bind().engine.dispose()
    damage_every_page(file)
    told = wrong(run)
    assert any("The database file is damaged." in line or "cannot be read" in line for line in told), told
    assert "Only this account can read the key folder." in run("doctor")[1]


def damage_every_page(file: Path) -> None:
    """Write over the second half of the file, and keep the list of tables at its beginning."""
    whole = file.read_bytes()
    half = len(whole) // 2
    file.write_bytes(whole[:half] + b"\x5a" * (len(whole) - half))
    for beside in ("-wal", "-shm"):
        Path(f"{file}{beside}").unlink(missing_ok=True)


def test_keys_copied_to_another_place_raise_no_alarm(founded: Founded, run: Run) -> None:
    copied = founded.keys.path.with_name("copied")
    shutil.copytree(founded.keys.path, copied)
    shutil.rmtree(founded.keys.path)
    copied.rename(founded.keys.path)
    assert wrong(run) == []
