"""The command for beside the unit, as `docs/operating.md` prints it, has the unit's settings and works."""

from __future__ import annotations

import itertools
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.as_the_unit_does import said
from tests.deploy.test_unit_and_image import ROOT, UNIT
from tests.plan import PLAN
from tests.server import SECRET

SAME = ("User", "UMask", "Environment", "EnvironmentFile")


def printed() -> list[str]:
    """The command, word for word."""
    text = (ROOT / "docs/operating.md").read_text(encoding="utf-8")
    found = re.search(r"^```sh\n(systemd-run .*?)^```$", text, re.MULTILINE | re.DOTALL)
    assert found
    return shlex.split(found[1])


def named(words: list[str], name: str) -> list[str]:
    """What the command says of a setting of the unit, each time it does."""
    given = [each for before, each in itertools.pairwise(words) if before == "-p"]
    return [each.partition("=")[2] for each in given if each.startswith(f"{name}=")]


@pytest.mark.parametrize("name", SAME)
def test_it_runs_as_the_unit_does(name: str) -> None:
    assert sorted(named(printed(), name)) == sorted(said(UNIT, name)) != []


def test_it_is_the_very_program_of_the_unit() -> None:
    *_, program, word = printed()
    assert said(UNIT, "ExecStart") == [f"{program} serve"]
    assert word == "doctor"


class Machine:
    """A machine on which the unit's folders lie in a folder of the test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for path in ("var/lib/governance", "var/lib/governance-backups", "etc/governance/keys"):
            (folder / path).mkdir(mode=0o700, parents=True)
        (folder / "etc/governance/settings").write_text(f"GOVERNANCE_SECRET={SECRET}\nGOVERNANCE_HTTPS=0\n")

    def here(self, value: str) -> str:
        """Return *value* with the folder that it names lying here."""
        return re.sub("(^|=)(/var/lib|/etc)/", rf"\1{self.folder}\2/", value)

    def types(self, words: list[str], *command: str) -> tuple[int, str]:
        """Type *words*, with *command* in place of the last of them, as systemd would run it."""
        given = named(words, "Environment")
        for file in named(words, "EnvironmentFile"):
            given += Path(self.here(file)).read_text().splitlines()
        environ = dict(self.here(each).split("=", 1) for each in given)
        done = subprocess.run(
            [sys.executable, "-m", "governance.cli", *command], env=environ | {"PYTHONPATH": str(ROOT)},
            cwd=self.folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr


def test_the_first_day_and_the_doctor_work_with_it(tmp_path: Path) -> None:
    machine, words = Machine(tmp_path), printed()
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN, encoding="utf-8")
    assert machine.types(words, "init", str(plan))[0] == 0
    assert machine.types(words, "tick")[0] == 0
    told = machine.types(words, "doctor")[1]
    assert "ok    The key folder is complete." in told
    assert "No folder for backups is named." not in told
    assert list((tmp_path / "etc/governance/keys").iterdir())
    assert (tmp_path / "var/lib/governance/programme.db").exists()


def test_without_the_folders_of_the_unit_it_finds_no_programme(tmp_path: Path) -> None:
    """The control: the command as it was printed once, with the file of settings alone."""
    machine, words = Machine(tmp_path), printed()
    alone = ["systemd-run", "-p", f"EnvironmentFile={named(words, 'EnvironmentFile')[0]}", *words[-2:]]
    status, told = machine.types(alone, "doctor")
    assert status == 1
    assert "There is no programme yet" in told
