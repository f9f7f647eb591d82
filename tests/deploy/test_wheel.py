"""A wheel from a fresh checkout, installed by pip where its user may change nothing, serves every language it has."""

from __future__ import annotations

import ensurepip
import importlib.util
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
from typing import Any

import pytest

from tests.server import SECRET, free_port
from tests.visitor import Answer, Visitor
from tests.words.catalogue import of

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
    did([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", checkout / "built"], cwd=checkout)
    return next((checkout / "built").glob("*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path) -> Iterator[Path]:
    """A fresh environment into which pip installed the wheel, where everybody may read and only root may write.

    What it depends on is found beside it, in the environment of the tests: nothing has to be brought from outside.
    """
    place = Path("/var/tmp") / f"realvoice-{os.getpid()}"
    place.mkdir()
    python = next(each for each in (sys.executable, "/usr/bin/python3") if runs((*as_somebody_else(), each)))
    did([python, "-m", "venv", "--without-pip", place / "env"])
    here = place / "env" / "bin" / "python"
    packages = did([here, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip()
    (Path(packages) / "beside.pth").write_text(sysconfig.get_path("purelib"))
    did([*pip(), "--python", here, "install", "--quiet", "--no-index", "--no-deps", "--no-compile", wheel])
    for path in (place, *place.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o555 if path.is_dir() or path.stat().st_mode & 0o100 else 0o444)
    yield place
    for path in (place, *place.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(place)


@pytest.fixture
def home(installed: Path) -> Iterator[Path]:
    """The folder of the one who runs it, with a plan in it."""
    home = Path(f"{installed}-home")
    home.mkdir(mode=0o700)
    plan = re.search(r"```toml\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert plan
    (home / "plan.toml").write_text(plan[1] + SECOND_READER)
    if as_somebody_else():
        shutil.chown(home, "nobody", "nogroup")
    yield home
    shutil.rmtree(home)


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


def test_what_it_depends_on_is_what_the_tests_run_with(installed: Path) -> None:
    """`pip check` reads what the wheel says it needs, and of which version; what the tests need is not its business."""
    asked = [*pip(), "--python", installed / "env" / "bin" / "python", "check"]
    assert "governance " not in subprocess.run(asked, capture_output=True, text=True).stdout


def test_somebody_who_may_change_nothing_there_serves_it(installed: Path, home: Path, tmp_path: Path) -> None:
    port = free_port()
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(home), "PORT": str(port), "PYTHONPYCACHEPREFIX": str(home / "compiled"),
        "GOVERNANCE_HTTPS": "0", "GOVERNANCE_HOME": str(home / "var"), "GOVERNANCE_SECRET": SECRET,
        "GOVERNANCE_WORKERS": "1",
    }  # fmt: skip
    governance = [*as_somebody_else(), installed / "env" / "bin" / "governance"]
    if as_somebody_else():
        changes = subprocess.run([*as_somebody_else(), "touch", installed / "env" / "x"], capture_output=True)
        assert changes.returncode == 1
    did([*governance, "init", "plan.toml"], env=environ, cwd=home)
    log = tmp_path / "log"
    with log.open("w+") as output:
        server = subprocess.Popen([*governance, "serve"], env=environ, cwd=home, stdout=output, stderr=output)
    try:
        visitor = Visitor(port, {"Accept-Language": "es"})
        page = first_answer(visitor, server, log)
        assert 'lang="es"' in page.text
        assert str(of("es").get("I have a code").string) in page.text  # type: ignore[union-attr]
        style = re.search(r'href="(/static/[^"]+\.css[^"]*)"', page.text)
        assert style
        assert visitor.get(style[1]).status == 200
    finally:
        server.terminate()
        try:
            server.wait(60)
        except subprocess.TimeoutExpired:  # A machine that has much else to do.
            server.kill()
            server.wait()


def did(command: Sequence[str | Path], **more: Any) -> str:
    """Run a command that has to succeed, and return what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def pip() -> list[str]:
    """Return how pip is called: the environment of the tests may have been made without it."""
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "--disable-pip-version-check"]
    bundled = Path(ensurepip.__file__).parent / "_bundled"
    return [sys.executable, str(next(bundled.glob("pip-*.whl")) / "pip"), "--disable-pip-version-check"]


def as_somebody_else() -> tuple[str, ...]:
    """Return what a command begins with so that it runs as another user, where we may do that."""
    return NOBODY if os.geteuid() == 0 else ()


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
    for _ in range(1800):
        assert server.poll() is None, log.read_text()
        try:
            return visitor.get("/")
        except OSError:
            time.sleep(0.1)  # Waiting for another process to listen; no test's outcome hangs on it.
    raise AssertionError("It did not answer within three minutes.")
