"""Break each rule in turn and see whether the tests of its own package notice: `make mutants`.

    make mutants                                 every module of `MODULES`; a fail ends in a non-zero exit
    make mutants ARGS=governance/board/rules.py  one of them, or several

A run of a module holds when at least 95 of 100 mutants are noticed and `survivors.toml` names every other one, with
the reason why it may live, and no other. Of the usual programs, mutmut copies the checkout and starts its own pytest,
and cosmic-ray starts one for each mutant, a second or two each time; the tests of a rule take a few hundredths. Here
the tests are collected once and each mutant is a fork that puts changed code into the functions already loaded.
"""

from __future__ import annotations

import os
import signal
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.mutants.changes import Mutant, mutants
from tests.mutants.swapping import cannot_be_swapped, swap

ROOT = Path(__file__).parent.parent.parent
SURVIVORS = Path(__file__).parent / "survivors.toml"
MODULES = ("*/rules.py", "*/quorum.py", "*/hiding.py", "privacy.py", "access.py", "counting/*.py")
AT_LEAST = 0.95
PATIENCE = 600  # Seconds for the tests as they are.
NOT_CHANGED = 3  # How a fork ends that could not make its change.
TESTS = {
    "access.py": ["tests/architecture/test_access.py", "-k", "not postgresql"],
    "privacy.py": ["tests/test_privacy.py"],
}


class Trial:
    """The pytest plugin that runs the collected tests once as they are, and once for each mutant of a module."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.lived: list[Mutant] = []
        self.tried = 0

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Stand in for pytest's own loop. The tests named after the module come first: they notice soonest."""
        session.items.sort(key=lambda item: item.path.stem != f"test_{Path(self.module).stem}")
        began = time.monotonic()
        if not session.items or _in_a_fork(session, None, self.module, PATIENCE):
            raise pytest.UsageError(f"The tests of {self.module} fail before anything is changed.")
        patience = 10 + round(5 * (time.monotonic() - began))
        for mutant in mutants((ROOT / self.module).read_text(encoding="utf-8")):
            if cannot_be_swapped(mutant):
                continue
            self.tried += 1
            if not _in_a_fork(session, mutant, self.module, patience):
                self.lived.append(mutant)
        return True


def _in_a_fork(session: pytest.Session, mutant: Mutant | None, module: str, patience: int) -> bool:
    """Run the tests in a process of their own, with the change of *mutant*; return whether one of them failed.

    A mutant that makes them run for *patience* seconds, five times as long as they take, was noticed too.
    """
    child = os.fork()
    if child == 0:
        signal.alarm(patience)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        _end_with(session, mutant, module)
    how = os.waitpid(child, 0)[1]
    if os.waitstatus_to_exitcode(how) == NOT_CHANGED:
        raise pytest.UsageError(f"A change of {module} could not be made: {mutant.name if mutant else ''}")
    return how != 0


def _end_with(session: pytest.Session, mutant: Mutant | None, module: str) -> None:
    """End this process with what the tests say of *mutant*."""
    try:
        if mutant:
            swap(module, mutant)
    except BaseException:  # A fork that lived on would run the rest of the mutants too.
        os._exit(NOT_CHANGED)
    os._exit(1 if _fails(session) else 0)


def _fails(session: pytest.Session) -> bool:
    try:
        for place, item in enumerate(session.items):
            after = session.items[place + 1] if place + 1 < len(session.items) else None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=after)
            if session.testsfailed:
                return True
    except BaseException:  # Whatever it was, the change was noticed.
        return True
    return False


def own_tests(module: str) -> list[str]:
    """Return what pytest is given for *module*: the tests of its package that need no database."""
    inside = module.removeprefix("governance/")
    return TESTS.get(inside, [f"tests/{inside.split('/')[0]}", "-m", "pure"])


def try_module(module: str) -> bool:
    """Try every mutant of *module*, say what came of it, and return whether the tests hold it."""
    trial = Trial(module)
    options = ["-p", "no:xdist", "-p", "no:cacheprovider", "-p", "no:terminal", "--hypothesis-profile=mutants"]
    if pytest.main([*options, *own_tests(module)], plugins=[trial]) or not trial.tried:
        print(f"{module}: the tests could not be run. Try: .venv/bin/pytest {' '.join(own_tests(module))}")
        return False
    share = 1 - len(trial.lived) / trial.tried
    print(f"{module}: {trial.tried - len(trial.lived)} of {trial.tried} noticed ({share:.1%})", flush=True)
    told = list(_what_is_wrong(module, trial.lived))
    print("".join(f"  {line}\n" for line in told), end="", flush=True)
    return share >= AT_LEAST and not told


def _what_is_wrong(module: str, lived: list[Mutant]) -> Iterator[str]:
    excused = tomllib.loads(SURVIVORS.read_text(encoding="utf-8")).get(module, {})
    for mutant in lived:
        if mutant.name not in excused:
            yield f"line {mutant.line} lives without a reason: {mutant.name}"
    for name in excused.keys() - {mutant.name for mutant in lived}:
        yield f"survivors.toml excuses what is noticed: {name}"


def main() -> None:
    """Try the modules named, or all of them, each in a process of its own."""
    if len(sys.argv) == 2:
        sys.exit(not try_module(sys.argv[1]))
    house = ROOT / "governance"
    named = sys.argv[1:] or sorted(
        path.relative_to(ROOT).as_posix()
        for pattern in MODULES
        for path in house.glob(pattern)
        if path.name != "__init__.py"
    )
    started = [os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-m", "tests.mutants", each) for each in named]
    sys.exit(any(started))


if __name__ == "__main__":
    main()
