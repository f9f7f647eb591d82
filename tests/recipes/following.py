"""Recipes as CONTRIBUTING.md writes them, and following one to the letter in a copy of the checkout."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).parents[2]
BOOK = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
# What a copy does without: the environment and the history are large, the rest is no part of the source.
LEFT_BEHIND = ("*.venv", ".git", "var", "__pycache__", ".*_cache", "node_modules")
STEP = re.compile(
    r"^(?:In `+ ?(?P<file>[^`]+?) ?`+, (?P<how>under|in place of|in place of what is under) "
    r"(?P<fence>`+) ?(?P<anchor>.+?) ?(?P=fence):|Make `(?P<new>[^`]+)`:)\n\n```\w+\n(?P<lines>.*?)^```$"
    r"|^Run `(?P<run>[^`]+)`",
    re.MULTILINE | re.DOTALL,
)
# How pytest runs in a copy.
QUIET = ("-q", "-rf", "-p", "no:cacheprovider", "-p", "no:xdist", "--tb=short", "-k", "not postgresql")
Step = dict[str, str]


def recipes() -> dict[str, list[Step]]:
    """Return each recipe's steps, by the last words of its heading."""
    parts = re.split(r"^### Add an? (.+)\n", BOOK, flags=re.MULTILINE)[1:]
    return {
        name: [{key: value for key, value in step.groupdict().items() if value} for step in STEP.finditer(text)]
        for name, text in zip(parts[::2], parts[1::2], strict=True)
    }


def a_copy(folder: Path) -> Path:
    """Return a copy of the checkout, with an environment of its own."""
    copy = folder / "copy"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    give_an_environment(copy)
    return copy


def give_an_environment(copy: Path) -> None:
    """Give the *copy* an environment that borrows what is installed, and is up to date."""
    environment, packages = copy / ".venv", Path(sysconfig.get_path("purelib"))
    lent = environment / packages.relative_to(sys.prefix)
    lent.mkdir(parents=True)
    # The folder of packages without what lies in its own .pth file, which leads to this checkout.
    (lent / "lent.pth").write_text(f"{packages}\n{copy}\n")
    for part in ("bin", "pyvenv.cfg"):
        (environment / part).symlink_to(Path(sys.prefix) / part)
    locks = ("requirements.lock", "requirements-test.lock")
    remember = f"import setup; [open(setup.stamp(each), 'w').write(setup.fingerprint(each)) for each in {locks}]"
    subprocess.run([python(copy), "-c", remember], env={"PYTHONPATH": str(copy / ".ci")}, check=True)


def python(copy: Path) -> str:
    """Return the Python of the *copy*."""
    return str(copy / ".venv" / "bin" / "python")


def follow(step: Step, copy: Path) -> None:
    """Do one step of a recipe in the *copy*. Raises AssertionError where the step cannot be done as it is written."""
    if "run" in step:
        done = in_copy(copy, [*shlex.split(step["run"]), f"PYTHON={python(copy)}"])
        assert done.returncode == 0, done.stdout
    elif "new" in step:
        path = copy / step["new"]
        assert not path.exists(), f"{step['new']} is there already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step["lines"], encoding="utf-8")
    else:
        (path,) = copy.glob(step["file"])
        path.write_text(edited(path.read_text(encoding="utf-8"), step), encoding="utf-8")


def edited(text: str, step: Step) -> str:
    """Return *text* with the lines of a *step* under, or in place of, the one line that holds its anchor."""
    lines = text.splitlines(keepends=True)
    found = [number for number, line in enumerate(lines) if step["anchor"] in line]
    assert len(found) == 1, f"{step['file']} has {len(found)} lines with {step['anchor']}, not one"
    start = found[0] if step["how"] == "in place of" else found[0] + 1
    end = start if step["how"] == "under" else start + 1
    return "".join([*lines[:start], step["lines"], *lines[end:]])


def in_copy(copy: Path, command: list[str]) -> subprocess.CompletedProcess[str]:
    """Run a command in the *copy*, whose own modules come before those of this checkout."""
    # What Python compiles stays in the copy for the next command, and goes with it.
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "COLUMNS": "300"}  # So wide are the lines of what failed.
    for name in [name for name in env if name.startswith(("PYTEST", "MAKE", "PYTHONPYCACHEPREFIX"))]:
        del env[name]
    return subprocess.run(
        command, cwd=copy, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
