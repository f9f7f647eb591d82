"""The house stays one of small rooms: short files and functions, words under their names, and nothing twice."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from statistics import median

from tests.architecture.house import files, nodes_of, place_of, text_of, tree_of

LONGEST_FILE, MEDIAN_FILE = 313, 103  # Lines.
LONGEST_FUNCTION, MOST_FUNCTIONS = 61, 20  # Lines; nineteen of twenty functions keep to the second number.
WITH_WORDS = 0.78  # Of all functions, however small.
WITHOUT_WORDS = 15  # Lines: from here on a function says what it is for, whoever calls it.
TOGETHER = 6  # So many lines of code that stand in two places are one thing twice.


def lines_of(node: ast.FunctionDef) -> int:
    return (node.end_lineno or 0) - node.lineno + 1


def functions() -> list[tuple[str, ast.FunctionDef]]:
    """Every function of the house, with where it stands."""
    return [(place_of(path), node) for path in files() for node in nodes_of(path) if isinstance(node, ast.FunctionDef)]


def code_of(text: str) -> list[str]:
    """The lines that do something: no empty ones, no comments, and none that import."""
    lines = (line.strip() for line in text.splitlines())
    return [line for line in lines if line and not line.startswith(("#", "import ", "from "))]


def that_stands_twice(texts: Iterable[Sequence[str]]) -> list[tuple[str, ...]]:
    """The runs of lines of which there are two."""
    runs = Counter(tuple(code[at : at + TOGETHER]) for code in texts for at in range(len(code) - TOGETHER + 1))
    return [run for run, number in runs.items() if number > 1]


def test_a_file_is_read_in_one_sitting() -> None:
    lengths = {place_of(path): len(text_of(path).splitlines()) for path in files()}
    assert {place: length for place, length in lengths.items() if length > LONGEST_FILE} == {}
    assert median(lengths.values()) <= MEDIAN_FILE


def test_a_function_does_one_thing() -> None:
    lengths = {f"{place}: {node.name}": lines_of(node) for place, node in functions()}
    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}
    assert sorted(lengths.values())[int(len(lengths) * 0.95)] <= MOST_FUNCTIONS


def test_functions_say_what_they_are_for() -> None:
    said = [ast.get_docstring(node) is not None for _, node in functions()]
    assert sum(said) / len(said) >= WITH_WORDS


def without_words(tree: ast.AST) -> list[str]:
    """The functions of a file that others call, or that are long, and that do not say what they are for.

    What is inside another function, or only says what a thing must have (`Protocol`), is not called by its name. How a
    thing is made is said of its class.
    """
    if isinstance(tree, ast.ClassDef) and any(
        isinstance(base, ast.Name) and base.id == "Protocol" for base in tree.bases
    ):
        return []
    found = []
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef):
            if node.name.startswith("__"):
                continue
            is_called = not node.name.startswith("_")
            if ast.get_docstring(node) is None and (is_called or lines_of(node) >= WITHOUT_WORDS):
                found.append(node.name)
        else:
            found += without_words(node)
    return found


def test_what_others_call_and_what_is_long_says_what_it_is_for() -> None:
    found = {place_of(path): without_words(tree_of(path)) for path in files()}
    assert {place: names for place, names in found.items() if names} == {}
    lines = "\n".join(["    pass"] * WITHOUT_WORDS)
    control = (
        f"def called():\n    pass\ndef _long():\n{lines}\ndef _short():\n    pass\n"
        "class A(Protocol):\n    def asked(self): ...\n"
    )
    assert without_words(ast.parse(control)) == ["called", "_long"]


def test_nothing_stands_twice() -> None:
    assert that_stands_twice(code_of(text_of(path)) for path in files()) == []
    control = code_of(text_of(Path(__file__)))
    assert that_stands_twice([control, control[-TOGETHER:]]) == [tuple(control[-TOGETHER:])]
