"""Which tests enter which function of the modules: only those can notice that it was broken."""

from __future__ import annotations

import ast
import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import coverage
import pytest


@dataclass(frozen=True)
class Reach:
    """How long each test took, in seconds, and for each line of the module the tests that ran it, by their number.

    *near*: those in a file of which one test enters the module. The tests of its numbers stand there too.
    """

    seconds: list[float]
    lines: dict[int, set[int]]
    near: frozenset[int] = frozenset()

    def tests_of(self, tree: ast.Module, line: int) -> list[int]:
        """Return the tests that can notice a change at *line*, the quickest first.

        Those that enter the innermost function around it; every test, the near ones before the others, if it stands
        outside all functions, where Python reads it once for all.
        """
        around = [each for each in ast.walk(tree) if _is_around(each, line)]
        if not around:
            return sorted(range(len(self.seconds)), key=lambda each: (each not in self.near, self.seconds[each]))
        inner = min(around, key=lambda each: (each.end_lineno or 0) - each.lineno)
        body = range(inner.body[0].lineno, (inner.end_lineno or 0) + 1)
        return sorted(set().union(*(self.lines.get(each, ()) for each in body)), key=self.seconds.__getitem__)


def _is_around(node: ast.AST, line: int) -> bool:
    return isinstance(node, ast.FunctionDef) and node.lineno <= line <= (node.end_lineno or 0)


def learn(items: list[pytest.Item], run: Callable[[int], bool], modules: list[Path]) -> list[Reach] | None:
    """Run every test as it is, in a process of its own; return what they reach of each module, None if one fails."""
    told, tell = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(told)
        _end_telling(tell, range(len(items)), run, modules)
    os.close(tell)
    with os.fdopen(told) as lines:
        text = lines.read()
    if os.waitpid(child, 0)[1]:
        return None
    seconds, of_each = json.loads(text)
    return [_reach(items, seconds, {line: set(tests) for line, tests in pairs}) for pairs in of_each]


def _reach(items: list[pytest.Item], seconds: list[float], lines: dict[int, set[int]]) -> Reach:
    files = {items[each].path for tests in lines.values() for each in tests}
    return Reach(seconds, lines, frozenset(each for each, item in enumerate(items) if item.path in files))


def _end_telling(tell: int, tests: range, run: Callable[[int], bool], modules: list[Path]) -> None:
    """Write to the pipe what the tests reached and end this process, with 1 if one of them failed."""
    try:
        watch = coverage.Coverage(data_file=None, config_file=False, include=[str(each) for each in modules])
        watch.set_option("run:disable_warnings", ["no-data-collected"])  # A module of numbers alone has no functions.
        watch.start()
        seconds = list(_timed(tests, run, watch))
        watch.stop()
        found = [watch.get_data().contexts_by_lineno(str(each)) for each in modules]
        pairs = [[[line, [int(each) for each in by if each]] for line, by in lines.items()] for lines in found]
        with os.fdopen(tell, "w") as out:
            json.dump([seconds, pairs], out)
        os._exit(len(seconds) < len(tests))
    except BaseException:  # A fork that lived on would try the mutants too.
        os._exit(1)


def _timed(tests: range, run: Callable[[int], bool], watch: coverage.Coverage) -> Iterator[float]:
    """Yield how long each test took, up to the first that fails."""
    for each in tests:
        watch.switch_context(str(each))
        began = time.monotonic()
        if not run(each):
            return
        yield time.monotonic() - began
