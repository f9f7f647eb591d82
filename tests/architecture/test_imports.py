"""The house's import rules: packages only to the left, files only inward, rooms as their table says."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

from governance.packages import PACKAGES
from tests.architecture.house import HOUSE, files, nodes_of, place_of, text_of

# What is not named here stands below the packages: they may import it, and it imports none of them.
# The top: what puts the parts together. It may import anything, and nothing below it may import it.
TOP = frozenset({
    "__init__", "__main__", "backup", "cli", "commands", "demo", "doors", "gates", "health", "programme",
})  # fmt: skip
# All that stands loose beside the rooms: the entrance, and the tables that hold for the whole house.
LOOSE = frozenset(
    {"__init__", "__main__", "assets", "cli", "clock", "config", "doors", "gates", "packages", "quick_start"}
)
# What a rule may use: rooms, or single files of rooms, made of the standard library alone.
BOTTOM = frozenset({"ruling", "privacy", "counting", "permissions.roles"})
PURE = BOTTOM | {"sealing", "clock", "assets"}
WEB = frozenset({"flask", "flask_wtf", "flask_babel", "wtforms", "werkzeug", "markupsafe"})

# For a layer of a package: which rooms below the packages, which other layers of its own package, what from outside.
LAYERS: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    "rules": (
        BOTTOM,
        frozenset({"rules"}),
        frozenset(),
    ),
    # What proves something and reads no table: papers, keys, bundles, ledgers.
    "proof": (
        BOTTOM | {"sealing", "assets"},
        frozenset({"rules", "proof"}),
        frozenset({"cryptography", "rfc8785"}),
    ),
    "models": (frozenset({"storage", "permissions.roles"}), frozenset({"rules"}), frozenset({"sqlalchemy"})),
    "service": (
        BOTTOM | {"sealing", "keys", "storage", "permissions", "wording", "assets", "clockwork"},
        frozenset({"rules", "proof", "models", "service"}),
        frozenset({"sqlalchemy", "rfc8785", "cryptography", "segno", "markupsafe", "typst"}),
    ),
    "forms": (
        BOTTOM | {"storage.text", "frame"},
        frozenset({"rules", "forms"}),
        WEB,
    ),
    "views": (
        BOTTOM | {"sealing", "keys", "storage", "permissions", "wording", "assets", "clock", "clockwork", "frame"},
        frozenset({"rules", "proof", "models", "service", "forms", "views"}),
        WEB | {"sqlalchemy", "segno", "cryptography"},
    ),
}  # fmt: skip


STRICTEST_FIRST = ("rules", "proof", "service")


def top_of(path: Path) -> str:
    """The module or package at the top that a file belongs to."""
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


@cache
def layer_of(path: Path) -> str:
    """The layer a file belongs to: by its name or folder, else the strictest one whose rules it keeps.

    So a file in a room of its own (`ballots/passes`) says by what it imports whether it is a rule, a proof that
    reads no table, or a service; and whoever imports it is held to that.
    """
    named = path.relative_to(HOUSE).with_suffix("").parts[1]
    if named in LAYERS:
        return named
    return next((layer for layer in STRICTEST_FIRST if keeps_to(path, layer)), STRICTEST_FIRST[-1])


def keeps_to(path: Path, layer: str) -> bool:
    package = path.relative_to(HOUSE).parts[0]
    return not any(wrong for name in imported(path) for wrong in wrong_in(name, package, layer))


@cache
def imported(path: Path) -> tuple[str, ...]:
    """The names *path* imports, inside functions too; not those that are there for the types alone."""
    for_types = {id(node) for each in nodes_of(path) if _is_for_types(each) for node in ast.walk(each)}
    found = []
    for node in nodes_of(path):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and id(node) not in for_types:
            found += [f"{node.module}.{alias.name}" for alias in node.names]
    return tuple(found)


def _is_for_types(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def ours(name: str) -> list[str]:
    return name.split(".")[1:] if name.split(".")[0] == "governance" else []


def file_of(parts: list[str]) -> Path:
    """The file that the dotted name of something of ours stands in; a folder stands for its `__init__.py`."""
    for end in range(len(parts), 0, -1):
        path = HOUSE.joinpath(*parts[:end])
        if path.with_suffix(".py").exists():
            return path.with_suffix(".py")
        if path.is_dir():
            return path / "__init__.py"
    return HOUSE / "__init__.py"


def problems_of(path: Path) -> list[str]:
    where = path.relative_to(HOUSE).as_posix()
    package = where.split("/")[0] if "/" in where else ""
    if package not in PACKAGES:
        return top_level_problems(path, where)
    if path.name == "__init__.py" and path.parent.parent == HOUSE:
        return []
    return [f"{where}: {wrong}" for name in imported(path) for wrong in wrong_in(name, package, layer_of(path))]


def wrong_in(name: str, package: str, layer: str) -> Iterator[str]:
    modules, layers, outside = LAYERS[layer]
    parts = ours(name)
    if parts and parts[0] in PACKAGES:
        there = parts[0]
        if PACKAGES.index(there) > PACKAGES.index(package):
            yield f"{package} may not import {there}, which stands to its right"
        target = layer_of(file_of(parts)) if len(parts) > 1 else "service"
        if target not in layers:
            yield f"a file of the layer {layer} may not import {name}"
    elif parts and not stands_in(parts, modules):
        yield f"a file of the layer {layer} may not import {name}"
    elif not parts:
        top = name.split(".")[0]
        if top not in sys.stdlib_module_names and top not in outside and top != "governance":
            yield f"a file of the layer {layer} may not import {name}"


def stands_in(parts: list[str], rooms: frozenset[str]) -> bool:
    """Whether something of ours stands in one of *rooms*: whole folders, or single files of them (`keys.escrow`)."""
    return not rooms.isdisjoint({parts[0], ".".join(parts[:2])})


def top_level_problems(path: Path, where: str) -> list[str]:
    here = where.removesuffix(".py").split("/")
    if here[0] in TOP:
        return []
    return [
        f"{where}: what stands below the packages may not import {name}"
        for name in imported(path)
        if (parts := ours(name))
        and (parts[0] in (*PACKAGES, *TOP) or (stands_in(here, PURE) and not stands_in(parts, PURE)))
    ]


@cache
def arrows() -> dict[str, set[str]]:
    """Every file of the house by its place, and the files it imports, at any depth of its lines."""
    found: dict[str, set[str]] = {}
    for path in files():
        targets = {file_of(ours(name)) for name in imported(path) if ours(name)}
        found[place_of(path)] = {place_of(target) for target in targets if target != path}
    return found


def rooms(graph: dict[str, set[str]]) -> dict[str, set[str]]:
    """The same arrows between whole rooms: what stands at the top of the house, with all that is in it."""
    found: dict[str, set[str]] = {}
    for here, targets in graph.items():
        room = top_of(HOUSE / here)
        found.setdefault(room, set()).update(there for each in targets if (there := top_of(HOUSE / each)) != room)
    return found


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """The groups of files, or of rooms, of which each leads to each (Tarjan, 1972)."""
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    found: list[list[str]] = []

    def walk(here: str) -> None:
        number[here] = lowest[here] = len(number)
        stack.append(here)
        for there in graph.get(here, set()):
            if there not in number:
                walk(there)
                lowest[here] = min(lowest[here], lowest[there])
            elif there in stack:
                lowest[here] = min(lowest[here], number[there])
        if lowest[here] == number[here]:
            at = stack.index(here)
            group = sorted(stack[at:])
            del stack[at:]
            if len(group) > 1:
                found.append(group)

    for each in graph:
        if each not in number:
            walk(each)
    return found


def test_no_imports_go_round_in_a_circle() -> None:
    assert circles(arrows()) == []


def test_a_circle_would_be_found_inside_functions_too() -> None:
    graph = arrows()
    assert "feedback/service/__init__.py" in graph["commands/ledger.py"], "imports inside functions are not seen"
    below = graph["feedback/service/intake.py"] | {"feedback/service/__init__.py"}
    assert circles({**graph, "feedback/service/intake.py": below})


def test_no_rooms_import_each_other() -> None:
    """Where two rooms do, no file need be in a circle, and yet neither can be read or moved without the other."""
    between = rooms(arrows())
    assert circles(between) == []
    assert "health" in between["commands"]
    assert circles({**between, "health": between["health"] | {"commands"}}) == [["commands", "health"]]


def without_a_reason(text: str, nodes: Iterable[ast.AST]) -> list[str]:
    """The imports inside functions that no comment above them, or above the import before, gives a reason for."""
    lines, found, nodes = text.splitlines(), [], tuple(nodes)
    inside = [node for node in nodes if isinstance(node, ast.Import | ast.ImportFrom) and node.col_offset]
    for function in (node for node in nodes if isinstance(node, ast.FunctionDef)) if inside else ():
        imports = [node for node in inside if function.lineno < node.lineno <= (function.end_lineno or 0)]
        ends = {node.end_lineno for node in imports}
        found += [
            ast.unparse(node)
            for node in imports
            if not lines[node.lineno - 2].strip().startswith("#") and node.lineno - 1 not in ends
        ]
    return found


def test_an_import_inside_a_function_says_why_it_stands_there() -> None:
    wrong = {place_of(path): without_a_reason(text_of(path), nodes_of(path)) for path in files()}
    assert {path: names for path, names in wrong.items() if names} == {}
    control = "def load():\n    import slow\n    import slower\n"
    assert without_a_reason(control, ast.walk(ast.parse(control))) == ["import slow"]


def test_what_stands_loose_is_the_entrance_and_the_tables_of_the_whole_house() -> None:
    """All else has a room, whose name says what it holds (`docs/design.md` 3)."""
    assert {path.stem for path in HOUSE.glob("*.py")} == LOOSE


def test_each_file_imports_only_what_its_place_allows() -> None:
    assert {place_of(path): wrong for path in files() if (wrong := problems_of(path))} == {}


@pytest.mark.parametrize(
    ("name", "package", "layer"),
    [
        ("flask.request", "board", "rules"),
        ("governance.decisions.service", "ballots", "service"),
        ("governance.board.views", "board", "service"),
        ("governance.clock.now", "board", "service"),
        ("governance.permissions.access.GRANTS", "board", "rules"),
        ("sqlalchemy.select", "board", "forms"),
    ],
)
def test_the_rules_can_say_no(name: str, package: str, layer: str) -> None:
    assert list(wrong_in(name, package, layer))
