"""`governance backup` while people write, and what it leaves behind when it is killed or the disk is full."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import delete, text

from governance import cli, sealing
from governance.backup import making, sealed_file
from governance.clockwork.lease import Lease
from governance.ledger import service as ledger
from governance.places.models import Programme
from tests.commands.conftest import Run
from tests.factories import Founded


def opened(founded: Founded, path: Path) -> bytes:
    return b"\n".join(sealed_file.read(path, sealing.join_secret(founded.shares[:2])))


def test_one_file_holds_the_database_and_the_escrow_and_no_secret(founded: Founded, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "away" / "one.backup"
    status, said = run("backup", str(path))
    assert (status, f"governance backup check {path}" in said) == (0, True), said
    assert run("backup", "check", str(path))[1].startswith(f"{path} is whole: of 2026-11-23, tables ")
    content = opened(founded, path)
    assert b"Test programme" in content
    assert b"real-voice escrow v1" in content
    for name in founded.keys.names():
        if name not in {"programme", "recovery.public", "reader-chain.anchor"}:
            secret = founded.keys.need(name)
            assert secret.hex().encode() not in content, name
            assert b64encode(secret) not in content, name
    assert path.stat().st_mode & 0o077 == 0


@pytest.mark.of_one_database
def test_a_folder_keeps_the_newest(founded: Founded, run: Run, tmp_path: Path) -> None:
    folder = f"{tmp_path}/backups/"
    for _ in range(3):
        assert run("backup", folder, "--keep", "2")[0] == 0
    names = sorted(each.name for each in Path(folder).iterdir())
    assert names == [".lock", "2026-11-23.2.backup", "2026-11-23.3.backup"]
    status, said = run("backup", str(tmp_path / "x"), "--keep", "2")
    assert (status, said) == (2, "--keep is for a folder. Name one, with a slash at its end.")


@pytest.mark.of_one_database
def test_one_of_a_day_to_come_is_neither_counted_nor_deleted_and_the_new_one_stays(
    founded: Founded, run: Run, tmp_path: Path
) -> None:
    """The clock stood ahead once. By their names those are newer than what is made today."""
    folder = tmp_path / "backups"
    folder.mkdir()
    ahead = [f"2031-01-0{day}.backup" for day in (1, 2, 3)]
    for name in ahead:
        (folder / name).write_bytes(b"real-voice backup v1\n")
    assert run("backup", f"{folder}/", "--keep", "1")[0] == 0
    assert sorted(each.name for each in folder.iterdir()) == [".lock", "2026-11-23.backup", *ahead]


@pytest.mark.of_one_database
def test_a_backup_is_written_over_no_other_file_and_sweeps_only_its_own(
    founded: Founded, run: Run, tmp_path: Path
) -> None:
    """`backup programme.db` sounds like "back this up": it would have been the end of the programme."""
    kept = {"programme.db": b"SQLite format 3", ".env.local": b"a secret", ".vimrc.backup.1": b"set number"}
    for name, content in kept.items():
        (tmp_path / name).write_bytes(content)
    status, said = run("backup", str(tmp_path / "programme.db"))
    assert (status, said.count("\n")) == (1, 0)
    assert "is no backup. Nothing was written." in said
    for target in (str(tmp_path / "env"), str(tmp_path / "x.backup"), f"{tmp_path}/"):
        assert run("backup", target)[0] == 0
    assert {name: (tmp_path / name).read_bytes() for name in kept} == kept


@pytest.mark.of_one_database
def test_what_is_no_whole_backup_is_told_in_one_line(founded: Founded, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "one.backup"
    run("backup", str(path))
    whole = path.read_bytes()
    for content in (whole[:-1], whole[: len(whole) // 2], whole[:9000] + b"?" + whole[9001:], whole + b"x"):
        path.write_bytes(content)
        status, said = run("backup", "check", str(path))
        assert (status, said.count("\n")) == (1, 0), said
        assert "is damaged or cut short. Take another backup." in said
    assert run("backup", "check", str(tmp_path / "none"))[0] == 1


def a_long_ledger(founded: Founded, lines: int = 8000) -> None:
    entries = [("record", {"n": n, "t": os.urandom(300).hex()}) for n in range(lines)]
    ledger.append_many(founded.session, "decisions", entries)
    founded.session.commit()


@pytest.mark.of_one_database
def test_killed_in_the_middle_it_leaves_the_old_one_whole(
    founded: Founded, run: Run, tmp_path: Path, environ: dict[str, str]
) -> None:
    a_long_ledger(founded)
    path = tmp_path / "away" / "one.backup"
    run("backup", str(path))
    before = path.read_bytes()
    process = subprocess.Popen(
        [sys.executable, "-m", "governance.cli", "backup", str(path)], env={**os.environ, **environ}
    )
    while process.poll() is None and not list(path.parent.glob(".one*")):
        time.sleep(0.005)  # Waiting for another process to begin to write.
    process.kill()
    process.wait()
    assert path.read_bytes() == before
    assert list(path.parent.glob(".one*")), "it was killed in the middle, and left what it had"
    run("backup", str(path))
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert run("backup", "check", str(path))[0] == 0


@pytest.mark.of_one_database
def test_a_full_disk_is_one_line_and_leaves_the_old_one(
    founded: Founded, run: Run, tmp_path: Path, environ: dict[str, str], a_disk: Callable[[int], Path]
) -> None:
    disk = a_disk(1)
    path = disk / "one.backup"
    run("backup", str(path))
    before = path.read_bytes()
    a_long_ledger(founded, 4000)  # More than the disk of one MB takes.
    status, said = run("backup", str(path))
    assert (status, said.partition(" Free")[0]) == (1, f"No space left on device: {path}. No backup was made.")
    assert [each.name for each in disk.iterdir()] == [path.name]
    assert path.read_bytes() == before


def test_it_holds_one_moment_while_somebody_writes(founded: Founded, run: Run, tmp_path: Path) -> None:
    """A head that is signed while the tables are walked is not in the backup: nor is half of what it counts."""
    from governance.backup import making, rows

    walk = rows.walk
    path = tmp_path / "one.backup"

    def meanwhile(connection, table):  # type: ignore[no-untyped-def]
        if table.name == "account":
            ledger.append(founded.session, "decisions", "record", {"meanwhile": 1})
            founded.session.commit()
        yield from walk(connection, table)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(making.rows, "walk", meanwhile)
        assert run("backup", str(path))[0] == 0
    assert founded.session.scalar(text("SELECT count(*) FROM leaf WHERE body LIKE '%meanwhile%'")) == 1
    assert b"meanwhile" not in opened(founded, path)


@pytest.mark.of_one_database
def test_tick_makes_one_a_day_where_the_site_wants_it(
    founded: Founded, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"

    def the_lease_is_over() -> None:
        founded.session.execute(delete(Lease))
        founded.session.commit()

    monkeypatch.setenv("GOVERNANCE_BACKUPS", str(folder))
    assert "back up" not in run("tick")[1], "not before the release hour"
    founded.session.get_one(Programme, 1).release_hour = 12
    the_lease_is_over()
    assert "back up" in run("tick")[1]
    the_lease_is_over()
    assert "back up" not in run("tick")[1]
    assert [each.name for each in making.all_in(folder)] == ["2026-11-23.backup"]
    the_lease_is_over()
    folder.rename(tmp_path / "away")
    folder.write_text("no folder")
    status, said = run("tick")
    assert (status, "Not done: back up. Run: governance doctor" in said) == (1, True), said


@pytest.mark.of_one_database
def test_only_a_full_disk_is_told_to_be_made_room_on(founded: Founded, run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    status, said = run("backup", str(tmp_path / "file" / "one.backup"))
    assert (status, "Free some space" in said, said.count("\n")) == (1, False, 0), said
    assert "Free some space" in cli._remedy(OSError(errno.ENOSPC, "No space left on device"))
