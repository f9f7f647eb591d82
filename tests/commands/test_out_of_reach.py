"""A disk that takes nothing any more, a server that is away: each command says so, and the doctor looks at the rest."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from governance.storage import database
from tests import at_the_terminal
from tests.databases import a_postgresql
from tests.server import Installation, free_port


def test_on_a_disk_that_takes_nothing_the_lines_say_so_and_none_has_a_file_started(
    a_disk: Callable[[int], Path],
) -> None:
    """The real fault, as after an error of the disk: the kernel lets nothing be written any more."""
    home = a_disk(40) / "home"
    here = Installation(home, free_port())
    here.found()
    database.db.session.remove()
    database.db.engine.dispose()
    here.close()
    subprocess.run(["mount", "-o", "remount,ro", str(home.parent)], check=True)
    doctor = governance(here, "doctor")
    assert doctor.returncode == 1
    assert f"MEND  The program cannot write into {home}." in doctor.stdout
    unread = [line for line in doctor.stdout.splitlines() if "the database does not answer" in line]
    assert unread
    assert all(line.endswith("Mend the other lines first. Then look again: governance doctor") for line in unread)
    for command in ("serve", "tick"):
        said = governance(here, command)
        assert (said.returncode, said.stderr.count("\n")) == (1, 1), said
        assert "Mount its disk so that it can be written" in said.stderr


def test_while_its_server_is_away_the_doctor_still_looks_at_folders_and_disks(tmp_path: Path) -> None:
    with a_postgresql() as server:
        here = Installation(tmp_path / "home", free_port(), server.empty())
        here.found()
        database.db.session.remove()
        database.db.engine.dispose()
        here.close()
        (here.home / "keys" / "pepper").chmod(0o644)
        server.server.stop()
        doctor = governance(here, "doctor")
        server.server.start()
    assert (doctor.returncode, doctor.stderr) == (1, "")
    for at in ("tables", "clock", "ledgers"):
        assert f"MEND  The {at} cannot be read: the database does not answer." in doctor.stdout
    assert "Start it, or check its address: GOVERNANCE_DATABASE" in doctor.stdout
    assert "MEND  Others can read the key folder." in doctor.stdout


def governance(here: Installation, command: str) -> subprocess.CompletedProcess[str]:
    """Run a command as an operator would; `serve` by starting it, whose start is what such a disk stops."""
    if command != "serve":
        return at_the_terminal.governance([command], here.environ)
    typed = [sys.executable, "-m", "governance.cli", command]
    return subprocess.run(typed, env=here.environ, capture_output=True, text=True, timeout=60, check=False)
