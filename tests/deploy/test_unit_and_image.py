"""What the operator's own tools say of the unit of systemd, the image and the compose file in this repository."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from governance.config import NAMES

ROOT = Path(__file__).parent.parent.parent
UNIT, IMAGE, COMPOSE = ROOT / "deploy" / "governance.service", ROOT / "Dockerfile", ROOT / "compose.yaml"
MOST_EXPOSED = 1.5  # Of 10. Most programs stand at 9.6; what is left here is the network, which a site needs.


def systemd(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["systemd-analyze", *words], capture_output=True, text=True, timeout=60)


def exposure(unit: Path) -> float:
    said = systemd("security", "--offline=true", "--no-pager", str(unit)).stdout
    found = re.search(r"exposure level for .*: ([0-9.]+)", said)
    assert found, said
    return float(found[1])


def test_the_unit_leaves_the_program_little(tmp_path: Path) -> None:
    assert exposure(UNIT) <= MOST_EXPOSED
    weak = tmp_path / "governance.service"
    weak.write_text(UNIT.read_text().replace("ProtectSystem=strict\n", "").replace("SystemCallFilter", "#"))
    assert exposure(weak) > MOST_EXPOSED


def test_the_unit_is_understood_whole(tmp_path: Path) -> None:
    here = tmp_path / "governance.service"
    program = shutil.which("true") or ""
    here.write_text(UNIT.read_text().replace("/opt/governance/.venv/bin/governance serve", program))
    assert "governance.service" not in systemd("verify", "--man=no", str(here)).stderr
    here.write_text(here.read_text().replace("ProtectSystem=strict", "ProtectSystem=strickt"))
    assert "governance.service" in systemd("verify", "--man=no", str(here)).stderr


def test_it_comes_back_whatever_ends_it() -> None:
    unit = UNIT.read_text()
    assert {"Restart=always", "StartLimitIntervalSec=0"} <= set(unit.splitlines())
    assert COMPOSE.read_text().count("restart: unless-stopped") == 2


@pytest.mark.parametrize("file", [UNIT, IMAGE, COMPOSE], ids=lambda file: file.name)
def test_every_setting_named_there_is_one(file: Path) -> None:
    assert set(re.findall(r"GOVERNANCE_[A-Z]+", file.read_text())) <= NAMES


def test_hadolint_finds_nothing_in_the_image(tmp_path: Path) -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    said = subprocess.run([hadolint, "--no-color", IMAGE], capture_output=True, text=True)
    assert (said.returncode, said.stdout) == (0, "")
    wrong = tmp_path / "Dockerfile"
    wrong.write_text("FROM python:latest\nRUN cd /tmp && apt-get install x\n")
    assert subprocess.run([hadolint, wrong], capture_output=True).returncode == 1


def compose_lint(file: Path) -> subprocess.CompletedProcess[str]:
    program, config = Path(sys.executable).parent / "compose-lint", ROOT / "deploy" / "compose-lint.yml"
    command = [program, "check", "-q", "--no-env", "--strict-config", "--config", config, "--fail-on", "low", file]
    return subprocess.run(command, capture_output=True, text=True)


def test_compose_lint_finds_nothing_and_would_find_what_is_left_out(tmp_path: Path) -> None:
    said = compose_lint(COMPOSE)
    assert said.returncode == 0, said.stdout
    for line in ("read_only: true", "cap_drop: [ALL]", 'security_opt: ["no-new-privileges:true"]'):
        weak = tmp_path / "compose.yaml"
        weak.write_text(COMPOSE.read_text().replace(f"    {line}\n", "", 1))
        assert compose_lint(weak).returncode == 1, line


def test_nobody_is_root_each_says_how_it_is_and_what_is_kept_outlives_them() -> None:
    """What compose-lint does not look at. The app's user, health and volumes stand in its image."""
    said, image = yaml.safe_load(COMPOSE.read_text()), IMAGE.read_text()
    app, database = said["services"]["app"], said["services"]["database"]
    assert database["user"] == "postgres"
    assert re.search(r"^USER 10001$", image, re.MULTILINE)
    assert "pg_isready" in " ".join(database["healthcheck"]["test"])
    assert re.search(r"^HEALTHCHECK .*\n.*/healthz", image, re.MULTILINE)
    assert app["depends_on"]["database"]["condition"] == "service_healthy"
    kept = {each.partition(":")[2] for each in app["volumes"]}
    assert kept == set(json.loads(re.findall(r"^VOLUME (.*)$", image, re.MULTILINE)[0]))
    named = {each.partition(":")[0] for service in said["services"].values() for each in service["volumes"]}
    assert named == set(said["volumes"])
    assert all(
        each.startswith("127.0.0.1:") for service in said["services"].values() for each in service.get("ports", ())
    )


def test_each_way_to_run_it_names_a_folder_for_backups_that_it_may_write() -> None:
    unit, image = UNIT.read_text(), IMAGE.read_text()
    named = re.search(r"^Environment=GOVERNANCE_BACKUPS=/var/lib/(.+)$", unit, re.MULTILINE)
    assert named
    assert named[1] in re.findall(r"^StateDirectory=(.+)$", unit, re.MULTILINE)[0].split()
    volume = re.search(r"GOVERNANCE_BACKUPS=(/\S+)", image)
    assert volume
    assert volume[1] in json.loads(re.findall(r"^VOLUME (.*)$", image, re.MULTILINE)[0])
    assert re.search(rf"install -d .* {volume[1]}\b", image)
