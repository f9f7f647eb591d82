"""The program that breaks rules does break them, and tells a broken rule that is noticed from one that is not."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys
import types
from pathlib import Path

import pytest

from tests.layers import layer_of
from tests.mutants.__main__ import own_tests
from tests.mutants.changes import mutants
from tests.mutants.reaching import Reach
from tests.mutants.swapping import cannot_be_swapped, swap

RULE = '''
LEAST = 5

def may_decide(active: int, here: int | None) -> bool:
    """Whether 5 are enough."""
    return active >= LEAST and here is not None
'''


def test_each_slip_of_a_hand_is_made_once() -> None:
    assert [(each.line, each.after) for each in mutants(RULE)] == [
        (2, "LEAST = 6"),
        (6, "active >= LEAST or here is not None"),
        (6, "active > LEAST and here is not None"),
        (6, "active < LEAST and here is not None"),
        (6, "active >= LEAST and here is None"),
    ]


PLAIN = """
def heard(people, quiet: bool) -> bool:
    if quiet:
        return False
    return any(each for each in people if each.came)
"""


def test_a_plain_condition_is_turned_and_any_taken_for_all() -> None:
    assert [(each.line, each.name) for each in mutants(PLAIN)] == [
        (3, "if quiet -> if not quiet"),
        (4, "False -> True"),
        (5, "any((each for each in people if each.came)) -> all((each for each in people if each.came))"),
        (5, "(each for each in people if each.came) -> (each for each in people if not each.came)"),
    ]


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> types.ModuleType:
    """The rule above as a module that is loaded, from a file nobody wrote."""
    module = types.ModuleType("invented_rules")
    module.__file__ = "invented_rules.py"
    exec(compile(ast.parse(RULE), "invented_rules.py", "exec"), module.__dict__)
    monkeypatch.setitem(sys.modules, "invented_rules", module)
    return module


def test_a_change_reaches_whoever_holds_the_function_and_the_number(rules: types.ModuleType) -> None:
    may_decide = rules.may_decide
    assert may_decide(5, 0)
    for mutant in mutants(RULE):
        if "active > LEAST" in mutant.after:
            swap("invented_rules.py", mutant)
    assert not may_decide(5, 0)
    for mutant in mutants(RULE):
        if mutant.after == "LEAST = 6":
            swap("invented_rules.py", mutant)
    assert (rules.LEAST, may_decide(7, 0), may_decide(6, 0)) == (6, True, True)


def test_a_change_of_a_package_reaches_the_package() -> None:
    files = importlib.import_module("governance.counting.files")
    code, source = files.read.__code__, Path(files.__file__ or "").read_text(encoding="utf-8")
    try:
        swap("governance/counting/files/__init__.py", next(iter(mutants(source))))
        assert files.read.__code__ != code
    finally:
        files.read.__code__ = code


def test_what_is_made_of_a_changed_number_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    source = "LEAST: int = 5\nENOUGH = frozenset({LEAST, 9})\n"
    module = types.ModuleType("invented_numbers")
    exec(source, module.__dict__)
    module.__file__ = "invented_numbers.py"
    monkeypatch.setitem(sys.modules, "invented_numbers", module)
    swap("invented_numbers.py", next(each for each in mutants(source) if each.line == 1))
    assert {6, 9} == module.ENOUGH


def test_what_python_read_once_is_left_alone() -> None:
    fixed = "class Kept:\n    days: int = 3\n\ndef wait(days=4):\n    return days\n"
    assert [each.name for each in mutants(fixed) if not cannot_be_swapped(each)] == []


def test_a_change_is_tried_by_the_tests_that_enter_its_function_and_one_of_a_number_by_those_near_it_first() -> None:
    reach = Reach(seconds=[3.0, 1.0, 2.0], lines={6: {0, 1}}, near=frozenset({0, 2}))
    number, rule = 2, 6
    assert reach.tests_of(ast.parse(RULE), rule) == [1, 0]
    assert reach.tests_of(ast.parse(RULE), number) == [2, 0, 1]


@pytest.mark.parametrize(
    ("asks", "layer"),
    [((), "pure"), (("live", "playwright"), "browser"), (("page", "browser", "playwright"), "browser")],
)
def test_whatever_starts_a_browser_is_none_of_the_tests_that_mutants_are_tried_by(
    asks: tuple[str, ...], layer: str
) -> None:
    test = types.SimpleNamespace(path=Path(__file__), fixturenames=asks, iter_markers=list)
    assert layer_of(test) == layer  # type: ignore[arg-type]


def test_a_rule_is_tried_by_the_tests_of_its_package_that_need_no_database() -> None:
    assert own_tests("governance/board/quorum.py") == ["tests/board", "-m", "pure"]


def test_the_whole_walk_notices_a_broken_rule_and_says_what_was_tried() -> None:
    command = [sys.executable, "-m", "tests.mutants", "governance/privacy/retention.py"]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (run.returncode, "noticed (100.0%)" in run.stdout) == (0, True), run.stdout + run.stderr
