"""What came of each module, kept between two runs: one that was stopped goes on where it was.

A module that is held stays so while it, the tests it is tried by, its excuses and this program are what they were. What
else the tests call is not looked at, since nearly every change would begin all anew: `--anew` does that.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
KEPT = ROOT / ".venv" / "mutants.json"


@dataclass(frozen=True)
class Held:
    """A module whose tests hold it, *of* what was tried: how many changes, how many may live, and how many seconds."""

    of: str
    tried: int
    excused: int
    seconds: float


def mark_of(module: str, tests: Iterable[str], excused: Mapping[str, str]) -> str:
    """Return the mark of all that decides what comes of *module*: another one says that it has to be tried again.

    *tests*: what pytest is given; *excused*: the reasons of `survivors.toml`.
    """
    parts = [(ROOT / module).read_bytes(), json.dumps(dict(excused), sort_keys=True).encode(), _tools()]
    parts += [_written_in(each) for each in tests if each.startswith("tests/")]
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _tools() -> bytes:
    return _written_in("tests/mutants") + _written_in("tests/conftest.py")


@cache
def _written_in(place: str) -> bytes:
    """Return the text of a file, or of all there is in a folder, each behind its place."""
    there = ROOT / place
    paths = sorted(each for each in there.rglob("*") if each.is_file()) if there.is_dir() else [there]
    kept = [
        each for each in paths if each.suffix in {".py", ".toml", ".json", ".csv"} and each.name != "survivors.toml"
    ]
    return b"\0".join(each.relative_to(ROOT).as_posix().encode() + b"\0" + each.read_bytes() for each in kept)


def remembered(kept: Path = KEPT) -> dict[str, Held]:
    """Return what came of each module when it was last held; nothing where that cannot be read."""
    try:
        return {module: Held(**found) for module, found in json.loads(kept.read_text(encoding="utf-8")).items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def remember(module: str, held: Held, kept: Path = KEPT) -> None:
    """Keep that *module* is held, whole or not at all: a run may be stopped at any moment."""
    every = {name: asdict(each) for name, each in {**remembered(kept), module: held}.items()}
    written = kept.with_suffix(f".{os.getpid()}")
    written.write_text(json.dumps(every, indent=1, sort_keys=True), encoding="utf-8")
    written.replace(kept)


def to_try(modules: Iterable[str], mark: Callable[[str], str], kept: Path = KEPT) -> list[str]:
    """Return those of *modules* that are not held as they stand, in their order."""
    known = remembered(kept)
    return [each for each in modules if each not in known or known[each].of != mark(each)]


def told(modules: list[str], left: list[str], kept: Path = KEPT) -> str:
    """Say how far all is, and how long what is *left* of *modules* takes, by what each took when it was last held."""
    known = remembered(kept)
    held = [known[each] for each in modules if each not in left]
    changes, excused = sum(each.tried for each in held), sum(each.excused for each in held)
    done = f"{len(held)} of {len(modules)} modules held, {changes - excused} changes noticed, {excused} excused"
    ahead = [known[each].seconds for each in left if each in known]
    new = f", and {len(left) - len(ahead)} never timed" if len(left) > len(ahead) else ""
    rest = f"; left: {len(left)}, about {_minutes(sum(ahead))}{new}" if left else ""
    return f"{done}, {_minutes(sum(each.seconds for each in held))}{rest}"


def _minutes(seconds: float) -> str:
    return f"{seconds / 60:.0f} min" if seconds >= 60 else f"{seconds:.0f} s"
