"""Each test says what must hold: by an `assert`, by what it expects, or by a helper of the tests that does.

Read as text, for the tests are many. Where nothing has to come back, `let_through` says that no rule refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

TESTS = Path(__file__).parents[1]
SAYS_SO = re.compile(r"\b(?:assert|raise)\b|\b(?:expect|raises|fail|let_through|check_call)\(|\bcheck=True\b")
BEGINS = re.compile(r"^( *)(def|class) (\w+)", re.MULTILINE)
IMPORTED = re.compile(r"^from tests\.([\w.]+) import (\([^)]*\)|.*)$", re.MULTILINE)
CALLED = re.compile(r"(\.?)\b(\w+)(?=\(|,|\))")  # Called, or handed on to be called.

Files = dict[str, str]  # The text of each, by its path in the folder of the tests.


class Function(NamedTuple):
    """A function of the tests, with its text to where the next one begins that is not inside it."""

    file: str
    name: str
    body: str
    is_method: bool


def functions_of(file: str, text: str) -> Iterator[Function]:
    found = list(BEGINS.finditer(text))
    for at, begin in enumerate(found):
        ends = (each.start() for each in found[at + 1 :] if len(each[1]) <= len(begin[1]))
        if begin[2] == "def":
            yield Function(file, begin[3], text[begin.end() : next(ends, len(text))], bool(begin[1]))


def at_hand_in(file: str, text: str, functions: list[Function]) -> dict[str, str]:
    """The names that a file may call, each with the file it stands in."""
    there = {
        name: f"{module.replace('.', '/')}.py"
        for module, names in IMPORTED.findall(text)
        for name in re.findall(r"\w+", names)
    }
    return there | {each.name: file for each in functions if each.file == file and not each.is_method}


def that_say_nothing(files: Files) -> list[str]:
    """The tests of these *files*, by file and name, in which nothing can fail but by breaking."""
    functions = [each for file, text in files.items() for each in functions_of(file, text)]
    at_hand = {file: at_hand_in(file, text, functions) for file, text in files.items()}
    saying = {each for each in functions if SAYS_SO.search(each.body)}
    called = {each: set(CALLED.findall(each.body)) for each in functions if each not in saying}
    while True:
        known = {(each.file, each.name) for each in saying}
        methods = {each.name for each in saying if each.is_method}
        more = {
            each
            for each in called.keys() - saying
            if any(
                name in methods if dot else (at_hand[each.file].get(name), name) in known for dot, name in called[each]
            )
        }
        if not more:
            return [
                f"{each.file}: {each.name}"
                for each in functions
                if each.name.startswith("test_") and each not in saying
            ]
        saying |= more


def test_each_test_says_what_must_hold() -> None:
    files = {path.relative_to(TESTS).as_posix(): path.read_text(encoding="utf-8") for path in TESTS.rglob("*.py")}
    assert that_say_nothing(files) == []


def test_one_that_only_runs_is_found() -> None:
    helpers = (
        "def seen(page):\n    assert page\n\n\ndef made():\n    return 1\n\n\n"
        "class A:\n    def stands(self):\n        assert self\n"
    )
    tests = (
        "from tests.helpers import made, seen\n\n\n"
        "def test_runs():\n    made()\n\n\n"
        "def test_sees():\n    seen(made())\n\n\n"
        "def test_asks_it():\n    A().stands()\n\n\n"
        "def test_takes():\n    with let_through():\n        made()\n"
    )
    assert that_say_nothing({"helpers.py": helpers, "test_a.py": tests}) == ["test_a.py: test_runs"]
