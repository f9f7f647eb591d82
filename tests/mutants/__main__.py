"""Break each rule in turn and see whether the tests of its own package notice: `make mutants`.

    make mutants                                 every rule (pyproject.toml); a fail ends in a non-zero exit
    make mutants ARGS=--anew                     the same, and nothing is taken from the runs before
    make mutants ARGS=governance/board/rules.py  one of them, or several

A module that is held is not tried again while it and its tests are the same (`remembering.py`), so a run that was
stopped goes on where it was. Whoever names a module has it tried.

A run of a module holds when every mutant is noticed, but for those that `survivors.toml` excuses, each with the reason
why it changes nothing; an excuse for one that is noticed is wrong too. The tests are collected once, and each mutant
is a fork that puts changed code into the functions already loaded and runs the tests that enter the function it
changes, the quickest first.
Why not mutmut or cosmic-ray: `docs/decisions/014-our-own-mutants.md`.
"""

from __future__ import annotations

import ast
import os
import signal
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from itertools import groupby
from pathlib import Path

import pytest

from tests.mutants.changes import Mutant, mutants
from tests.mutants.reaching import Reach, learn
from tests.mutants.remembering import KEPT, Held, mark_of, remember, to_try, told
from tests.mutants.swapping import BrokenModule, cannot_be_swapped, swap

ROOT = Path(__file__).parent.parent.parent
SURVIVORS = Path(__file__).parent / "survivors.toml"
MODULES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["governance"]["rules"]
CORES = len(os.sched_getaffinity(0))  # Those it may use: fewer where somebody said so (`taskset -c 0 make mutants`).
NOT_CHANGED = 3  # How a fork ends that could not make its change.
NOT_TRIED = {
    NOT_CHANGED: "A change could not be made",
    -signal.SIGKILL: "The system ended a process, perhaps for want of memory; run it again",
}
TESTS = {
    "permissions/access.py": ["tests/architecture/test_guard.py"],
    "privacy/__init__.py": ["tests/privacy/test_privacy.py", "tests/promises/test_14_small_numbers.py"],
    "privacy/retention.py": ["tests/privacy/test_retention.py"],
    "permissions/roles.py": ["tests/architecture/test_guard.py"],
}


class Trial:
    """The pytest plugin that runs the collected tests once as they are, and then those that can notice each mutant."""

    def __init__(self, modules: list[str]) -> None:
        self.modules = modules
        self.held = True

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Stand in for pytest's own loop."""
        paths = [ROOT / module for module in self.modules]
        reached = learn(session.items, lambda each: not _fails(session, [each]), paths)
        if not session.items or not reached:
            raise pytest.UsageError(f"The tests of {self.modules} fail before anything is changed.")
        for module, reach in zip(self.modules, reached, strict=True):
            self.held &= _holds(session, module, reach)
        return True


def _holds(session: pytest.Session, module: str, reach: Reach) -> bool:
    """Try every mutant of *module*, say what came of it, and return whether the tests hold it."""
    began, source = time.monotonic(), (ROOT / module).read_text(encoding="utf-8")
    mark = _mark(module)
    tree = ast.parse(source)
    tried = [mutant for mutant in mutants(source) if not cannot_be_swapped(mutant)]
    lived = _living(tried, lambda each: _begin(session, reach.tests_of(tree, each.line), each, module, reach.seconds))
    excused, took = _excused(module), time.monotonic() - began
    lines = [f"{_sum(module, len(tried), lived, excused)}, {took:.0f} s", *_what_is_wrong(lived, excused)]
    print("\n  ".join(lines), flush=True)
    if len(lines) == 1:
        remember(module, Held(mark, len(tried), len(lived), took))
    return len(lines) == 1


def _excused(module: str) -> dict[str, str]:
    return dict(tomllib.loads(SURVIVORS.read_text(encoding="utf-8")).get(module, {}))


def _mark(module: str) -> str:
    """The mark of *module* as it stands. It is taken before the trial, so that a change during it is tried again."""
    return mark_of(module, own_tests(module), _excused(module))


def _living(tried: list[Mutant], begin: Callable[[Mutant], int]) -> list[Mutant]:
    """Return which of *tried* no test noticed: as many processes as there are cores, each with one of them.

    With a process on each core all takes longer than was learnt. So what waited too long is tried once more alone.
    """
    lived, late = _at_once(tried, begin, CORES)
    lived += _at_once(late, begin, 1)[0]
    return sorted(lived, key=tried.index)


def _at_once(tried: list[Mutant], begin: Callable[[Mutant], int], most: int) -> tuple[list[Mutant], list[Mutant]]:
    """Return which of *tried* no test noticed, and which took too long; *most* processes run beside each other."""
    running: dict[int, Mutant] = {}
    lived: list[Mutant] = []
    late: list[Mutant] = []
    for mutant in (*tried, None):
        while len(running) >= (most if mutant else 1) and running:
            process, how = os.wait()
            ended, code = running.pop(process), os.waitstatus_to_exitcode(how)
            if code in NOT_TRIED:
                raise pytest.UsageError(f"{NOT_TRIED[code]}: {ended.name}")
            if code in (0, -signal.SIGALRM):
                (late if code else lived).append(ended)
        if mutant:
            running[begin(mutant)] = mutant
    return lived, late


def _sum(module: str, tried: int, lived: list[Mutant], excused: dict[str, str]) -> str:
    """Say how many were noticed of those that change something; the excused ones stand beside them."""
    if not tried:
        return f"{module}: nothing in it to break"
    may_live = sum(bool(excused.get(mutant.name)) for mutant in lived)
    noticed, of = tried - len(lived), tried - may_live
    beside = f", {may_live} excused" if may_live else ""
    return f"{module}: {noticed} of {of} noticed ({noticed / max(of, 1):.1%}){beside}"


def _begin(session: pytest.Session, tests: list[int], mutant: Mutant, module: str, seconds: list[float]) -> int:
    """Begin a process that runs *tests* with the change of *mutant*; it ends with 0 when none of them failed.

    A mutant that makes one of them run five times as long as it takes, and some seconds more, was noticed too.
    """
    child = os.fork()
    if child == 0:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        _end_with(session, tests, mutant, module, seconds)
    return child


def _end_with(session: pytest.Session, tests: list[int], mutant: Mutant, module: str, seconds: list[float]) -> None:
    """End this process with what the tests say of *mutant*."""
    try:
        _end_after(0)  # What the change touches at once may loop too.
        swap(module, mutant)
    except BrokenModule:
        os._exit(1)
    except BaseException:  # A fork that lived on would run the rest of the mutants too.
        os._exit(NOT_CHANGED)
    os._exit(1 if _fails(session, tests, seconds) else 0)


def _end_after(seconds: float) -> None:
    """End this process once it has worked so long, and two seconds more: it is in a loop. Or once it has waited long.

    What it works is its own, whatever runs beside it; so a loop is told at once, and need not be tried again.
    """
    signal.setitimer(signal.ITIMER_PROF, 2 + seconds)
    signal.alarm(10 + round(seconds))


def _fails(session: pytest.Session, tests: list[int], seconds: list[float] | None = None) -> bool:
    """Whether one of *tests*, in this order, fails; the rest is not run then.

    *seconds*: how long each takes. One that takes much longer ends this process.
    """
    try:
        for place, each in enumerate(tests):
            if seconds:
                _end_after(5 * seconds[each])
            after = session.items[tests[place + 1]] if place + 1 < len(tests) else None
            item = session.items[each]
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


def try_modules(modules: list[str]) -> bool:
    """Try every mutant of *modules*, which have the same tests, and return whether these hold them all."""
    trial = Trial(modules)
    options = ["-p", "no:xdist", "-p", "no:cacheprovider", "-p", "no:terminal", "--hypothesis-profile=mutants"]
    if pytest.main([*options, *own_tests(modules[0])], plugins=[trial]):
        print(f"{modules}: the tests could not be run. Try: .venv/bin/pytest {' '.join(own_tests(modules[0]))}")
        return False
    return trial.held


def _what_is_wrong(lived: list[Mutant], excused: dict[str, str]) -> Iterator[str]:
    for mutant in lived:
        if not excused.get(mutant.name):
            yield f"line {mutant.line} lives without a reason: {mutant.name}"
    for name in excused.keys() - {mutant.name for mutant in lived}:
        yield f"survivors.toml excuses what is noticed: {name}"


def all_modules() -> list[str]:
    """Return the modules that are rules (pyproject.toml), from the checkout. A pattern nothing fits is an error."""
    found = {pattern: list((ROOT / "governance").glob(pattern)) for pattern in MODULES}
    if empty := [pattern for pattern, paths in found.items() if not paths]:
        raise SystemExit(f"No module fits {', '.join(empty)}. Correct `rules` of tool.governance in pyproject.toml.")
    return sorted({path.relative_to(ROOT).as_posix() for paths in found.values() for path in paths})


def main() -> None:
    """Try the modules named, or all that are not held so far. Those of one package go in a process of their own."""
    if sys.argv[1:] not in ([], ["--anew"]):
        sys.exit(not _try_in_groups(sys.argv[1:]))
    if sys.argv[1:]:
        KEPT.unlink(missing_ok=True)
    every = all_modules()
    left = to_try(every, _mark)
    print(told(every, left), flush=True)
    held = _try_in_groups(left, each_in_its_own=True) if left else True
    if left:
        print(told(every, to_try(every, _mark)))
    sys.exit(not held)


def _try_in_groups(modules: list[str], *, each_in_its_own: bool = False) -> bool:
    """Try *modules*, those with the same tests together, and return whether all are held. Say how far it is between."""
    groups = [list(each) for _, each in groupby(modules, own_tests)]
    if len(groups) == 1 and not each_in_its_own:
        return try_modules(groups[0])
    failed = []
    for place, group in enumerate(groups):
        failed.append(os.spawnl(os.P_WAIT, sys.executable, sys.executable, "-m", "tests.mutants", *group))
        later = [each for next_group in groups[place + 1 :] for each in next_group]
        if later:
            print(f"  {told(modules, to_try(modules, _mark))}", flush=True)
    return not any(failed)


if __name__ == "__main__":
    main()
