"""The house's import rules: packages only to the left, files only inward, top-level modules as their table says."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import governance
from governance.packages import PACKAGES

HOUSE = Path(governance.__file__).parent

# What may import anything: the parts that put the others together.
OUTERMOST = frozenset(
    {
        "__init__",
        "__main__",
        "access",
        "cli",
        "commands",
        "demo",
        "founding",
        "frame",
        "schedule",
        "witnessing",
    }
)
PURE = frozenset({
    "errors", "sentences", "steps", "lifecycle", "privacy", "retention", "sealing", "clock", "assets", "counting",
})  # fmt: skip
WEB = frozenset({"flask", "flask_wtf", "flask_babel", "wtforms", "werkzeug", "markupsafe"})

# For a layer of a package: which top-level modules of ours, which other layers of its own package, what from outside.
LAYERS: dict[str, tuple[frozenset[str], frozenset[str], frozenset[str]]] = {
    "rules": (
        frozenset({"errors", "sentences", "steps", "lifecycle", "privacy", "retention", "counting"}),
        frozenset({"rules"}),
        frozenset(),
    ),
    # What proves something and reads no table: papers, keys, bundles, ledgers.
    "proof": (
        frozenset({"errors", "sentences", "lifecycle", "privacy", "retention", "counting", "sealing", "assets"}),
        frozenset({"rules", "proof"}),
        frozenset({"cryptography", "rfc8785"}),
    ),
    "models": (frozenset({"database"}), frozenset({"rules"}), frozenset({"sqlalchemy"})),
    "service": (
        frozenset({
            "errors", "sentences", "lifecycle", "privacy", "retention", "sealing", "keyfolder", "counting", "text",
            "respectful_words", "reading_grade", "access", "assets", "database",
        }),
        frozenset({"rules", "proof", "models", "service"}),
        frozenset({"sqlalchemy", "rfc8785", "cryptography", "segno", "markupsafe", "typst"}),
    ),
    "forms": (
        frozenset({"sentences", "errors", "text", "frame", "counting"}),
        frozenset({"rules", "forms"}),
        WEB,
    ),
    "views": (
        frozenset({
            "access", "clock", "database", "keyfolder", "frame", "errors", "sentences", "steps", "text",
            "sealing", "privacy", "retention", "respectful_words", "reading_grade", "assets", "counting",
        }),
        frozenset({"rules", "proof", "models", "service", "forms", "views"}),
        WEB | {"sqlalchemy", "segno", "cryptography"},
    ),
}  # fmt: skip


STRICTEST_FIRST = ("rules", "proof", "service")


def files() -> Iterator[Path]:
    yield from sorted(HOUSE.rglob("*.py"))


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
    return not any(wrong for name, _ in imported(path) for wrong in wrong_in(name, package, layer))


@cache
def imported(path: Path) -> list[tuple[str, bool]]:
    """The names *path* imports at any depth, and whether the import stands inside a function; read once."""
    return list(imports_in(path))


def imports_in(path: Path) -> Iterator[tuple[str, bool]]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner = {id(node) for outer in ast.walk(tree) if isinstance(outer, ast.FunctionDef) for node in ast.walk(outer)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, id(node) in inner
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                yield f"{node.module}.{alias.name}", id(node) in inner


def ours(name: str) -> list[str]:
    return name.split(".")[1:] if name.split(".")[0] == "governance" else []


def file_of(parts: list[str]) -> Path:
    """The file that the dotted name of something of ours stands in; a folder stands for its `__init__.py`."""
    for end in range(len(parts), 1, -1):
        path = HOUSE.joinpath(*parts[:end])
        if path.with_suffix(".py").exists():
            return path.with_suffix(".py")
        if path.is_dir():
            return path / "__init__.py"
    return HOUSE.joinpath(*parts[:2]).with_suffix(".py")


def problems_of(path: Path) -> list[str]:
    where = path.relative_to(HOUSE).as_posix()
    package = where.split("/")[0] if "/" in where else ""
    if package not in PACKAGES:
        return top_level_problems(path, where)
    if path.name == "__init__.py" and path.parent.parent == HOUSE:
        return []
    return [f"{where}: {wrong}" for name, _ in imported(path) for wrong in wrong_in(name, package, layer_of(path))]


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
    elif parts and parts[0] not in modules:
        yield f"a file of the layer {layer} may not import {name}"
    elif not parts:
        top = name.split(".")[0]
        if top not in sys.stdlib_module_names and top not in outside and top != "governance":
            yield f"a file of the layer {layer} may not import {name}"


def top_level_problems(path: Path, where: str) -> list[str]:
    module = where.removesuffix(".py").split("/")[0]
    if module in OUTERMOST:
        return []
    return [
        f"{where}: a module at the top may not import {name}"
        for name, inside in imported(path)
        if (ours(name)[:1] and ours(name)[0] in PACKAGES and not inside)
        or (module in PURE and ours(name)[:1] and ours(name)[0] not in PURE)
    ]


@pytest.mark.parametrize("path", list(files()), ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_a_file_imports_only_what_its_place_allows(path: Path) -> None:
    assert problems_of(path) == []


def test_the_outermost_modules_are_imported_by_no_package() -> None:
    inner = {"cli", "commands", "demo", "founding", "schedule"}
    wrong = [
        f"{path.relative_to(HOUSE)} imports {name}"
        for path in files()
        for name, _ in imported(path)
        if ours(name)[:1] and ours(name)[0] in inner and top_of(path) not in OUTERMOST
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("name", "package", "layer"),
    [
        ("flask.request", "board", "rules"),
        ("governance.decisions.service", "ballots", "service"),
        ("governance.board.views", "board", "service"),
        ("governance.clock.now", "board", "service"),
        ("sqlalchemy.select", "board", "forms"),
    ],
)
def test_the_rules_can_say_no(name: str, package: str, layer: str) -> None:
    assert list(wrong_in(name, package, layer))
