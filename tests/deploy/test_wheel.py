"""A wheel from a fresh checkout, installed where its user may change nothing, serves every language it has."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import time
import tomllib
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.server import SECRET, free_port
from tests.visitor import Answer, Visitor
from tests.words.catalogue import spanish

ROOT = Path(__file__).parent.parent.parent
SECOND_READER = '[[people]]\nalias = "Half Moon"\nroles = ["board_reader", "urgent_trained"]\n'
NOBODY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build it from what git holds, and nothing that lies beside it."""
    checkout = tmp_path_factory.mktemp("checkout")
    listed = subprocess.run(["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True)
    for name in listed.stdout.decode().split("\0"):
        if name and (ROOT / name).is_file():
            (checkout / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / name, checkout / name)
    assert not list(checkout.rglob("*.mo"))
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", checkout / "built"]
    done = subprocess.run(command, cwd=checkout, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return next((checkout / "built").glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Iterator[Path]:
    """The wheel laid where everybody may read it and only root may write: packages of Python are found beside it."""
    place = Path("/var/tmp") / f"realvoice-{os.getpid()}"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(place / "code")
    for path in (place, *place.rglob("*")):
        path.chmod(0o555 if path.is_dir() else 0o444)
    yield place
    shutil.rmtree(place)


def test_it_holds_every_language(wheel: Path) -> None:
    words = {path.parent.parent.name for path in (ROOT / "governance" / "translations").rglob("*.po")}
    held = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith(".mo")]
    assert {name.split("/")[-3] for name in held} == words


def test_it_says_truly_which_pythons_it_runs_on() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert project["requires-python"] == ">=3.11"
    minors = [int(each.rpartition(".")[2]) for each in project["classifiers"] if "Python :: 3." in each]
    assert minors == list(range(11, minors[-1] + 1))
    assert sys.version_info.minor in minors


def test_somebody_who_may_change_nothing_there_serves_it(installed: Path, tmp_path: Path) -> None:
    home, port = Path(f"{installed}-home"), free_port()
    home.mkdir(mode=0o700)
    plan = re.search(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert plan
    (home / "plan.toml").write_text(plan[1] + SECOND_READER)
    as_nobody = NOBODY if os.geteuid() == 0 else ()
    if as_nobody:
        shutil.chown(home, "nobody", "nogroup")
    python = next(each for each in (sys.executable, "/usr/bin/python3") if runs((*as_nobody, each)))
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(home), "PORT": str(port), "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": f"{installed / 'code'}:{sysconfig.get_path('purelib')}", "GOVERNANCE_HTTPS": "0",
        "GOVERNANCE_HOME": str(home / "var"), "GOVERNANCE_SECRET": SECRET, "GOVERNANCE_WORKERS": "1",
    }  # fmt: skip
    governance = [*as_nobody, python, "-P", "-m", "governance"]
    done = subprocess.run([*governance, "init", "plan.toml"], env=environ, cwd=home, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    with (tmp_path / "log").open("w+") as log:
        server = subprocess.Popen([*governance, "serve"], env=environ, cwd=home, stdout=log, stderr=log)
    try:
        page = first_answer(Visitor(port, {"Accept-Language": "es"}), server, tmp_path / "log")
        assert 'lang="es"' in page.text
        assert str(spanish().get("I have a code").string) in page.text  # type: ignore[union-attr]
    finally:
        server.terminate()
        server.wait(20)
        shutil.rmtree(home)


def runs(python: Sequence[str]) -> bool:
    """Whether this Python can be started so, and is of the version that the packages are for."""
    asked = "import sys; print(sys.version_info[:2])"
    try:
        done = subprocess.run([*python, "-c", asked], capture_output=True, text=True)
    except OSError:
        return False
    return done.stdout.strip() == str(sys.version_info[:2])


def first_answer(visitor: Visitor, server: subprocess.Popen[bytes], log: Path) -> Answer:
    """The wall as soon as the server gives it."""
    for _ in range(600):
        assert server.poll() is None, log.read_text()
        try:
            return visitor.get("/")
        except OSError:
            time.sleep(0.1)  # Waiting for another process to listen; no test's outcome hangs on it.
    raise AssertionError("It did not answer within a minute.")
