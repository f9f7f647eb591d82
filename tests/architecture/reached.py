"""What a function of the house reaches: all of ours that it names, and what those name, through the seams between."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from functools import cache
from pathlib import Path

from tests.architecture.house import bound_in, files, module_of, nodes_of, tree_of
from tests.architecture.test_callers import DEFINITIONS


@cache
def definitions() -> dict[str, tuple[Path, ast.stmt]]:
    """Every function and class at the top of a file, by its dotted name."""
    return {
        f"{module_of(path)}.{node.name}": (path, node)
        for path in files()
        for node in tree_of(path).body
        if isinstance(node, DEFINITIONS)
    }


@cache
def modules() -> dict[str, Path]:
    return {module_of(path): path for path in files()}


def home_of(dotted: str) -> str:
    """The dotted name under which a thing was written, behind every file that hands it on; "" for what is not ours."""
    while dotted not in definitions():
        module, _, name = dotted.rpartition(".")
        further = bound_in(modules()[module]).get(name, "") if module in modules() else ""
        if not further or further == dotted:
            return ""
        dotted = further
    return dotted


def _dotted(node: ast.AST, bound: dict[str, str]) -> str:
    if isinstance(node, ast.Name):
        return bound.get(node.id, "")
    if isinstance(node, ast.Attribute) and (before := _dotted(node.value, bound)):
        return f"{before}.{node.attr}"
    return ""


@cache
def named_by(dotted: str) -> frozenset[str]:
    """What of ours one function or class names."""
    path, node = definitions()[dotted]
    own = {each.name: f"{module_of(path)}.{each.name}" for each in tree_of(path).body if isinstance(each, DEFINITIONS)}
    bound = {**bound_in(path), **own}
    found = (_dotted(each, bound) for each in ast.walk(node) if isinstance(each, ast.Name | ast.Attribute))
    return frozenset(home for name in found if name and (home := home_of(name)))


def reached(start: Set[str]) -> set[str]:
    """All that the functions *start* reach, themselves among it."""
    found, ahead = set(), list(start)
    while ahead:
        name = ahead.pop()
        if name not in found:
            found.add(name)
            ahead += named_by(name)
    return found


def of_file(path: Path) -> Iterator[str]:
    """Every function and class of a file, by its dotted name."""
    yield from (name for name, (where, _node) in definitions().items() if where == path)


def duties() -> set[str]:
    """What the program does by itself names its functions in lists, outside of every function."""
    found = set()
    for path in files():
        if path.name in ("rounds.py", "schedule.py"):
            names = {_dotted(node, bound_in(path)) for node in nodes_of(path)}
            found |= {home for name in names if name and (home := home_of(name))} | set(of_file(path))
    return found
