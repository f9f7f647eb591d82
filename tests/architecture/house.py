"""The files of the house, each read, parsed and walked once in a process for all the tests that look at the code."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path

import governance

HOUSE = Path(governance.__file__).parent


@cache
def files() -> tuple[Path, ...]:
    """Every Python file of the house, in order."""
    return tuple(sorted(HOUSE.rglob("*.py")))


@cache
def text_of(path: Path) -> str:
    return path.read_text(encoding="utf-8")


@cache
def tree_of(path: Path) -> ast.Module:
    """The code of a file. It is shared: whoever wants to change it parses a tree of its own."""
    return ast.parse(text_of(path))


@cache
def nodes_of(path: Path) -> tuple[ast.AST, ...]:
    """Every node of a file, as `ast.walk` gives them."""
    return tuple(ast.walk(tree_of(path)))


def place_of(path: Path) -> str:
    """Where a file stands: `board/rules.py`."""
    return path.relative_to(HOUSE).as_posix()


@cache
def module_of(path: Path) -> str:
    """The dotted name of the module that a file of the house is."""
    return ".".join(("governance", *path.relative_to(HOUSE).with_suffix("").parts)).removesuffix(".__init__")


@cache
def bound_in(path: Path) -> dict[str, str]:
    """What each name that a file imports stands for: "rules" -> "governance.board.rules"."""
    bound = {}
    for node in nodes_of(path):
        if isinstance(node, ast.ImportFrom) and node.module:
            bound |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            bound |= {alias.asname or alias.name: alias.name for alias in node.names}
    return bound
