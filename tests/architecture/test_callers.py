"""A by-law that nobody calls is not in force: what rules, counting and sealing offer is used outside the tests."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from tests.architecture import house
from tests.architecture.house import HOUSE, bound_in, files, module_of, nodes_of, tree_of
from tests.architecture.in_pages import PAGES_READ, attributes_in_pages, attributes_of, names_in_pages, said_of

RULES = tomllib.loads((HOUSE.parent / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["governance"]["rules"]
HELD = sorted({path for pattern in (*RULES, "sealing/*.py") for path in HOUSE.glob(pattern)})
# What the house offers and does not call itself, each with its reason.
CALLED_BY_OTHERS = {
    "governance.sealing.passphrases.cheap_for_tests": "the tests, which cannot wait for Argon2 at each sign-in",
    # The member's half of a blind signature. Browsers do it; this one is what they are held against.
    **dict.fromkeys(
        (f"governance.sealing.blind.{name}" for name in ("prepare", "blind", "finalize", "grant", "VARIANTS")),
        "a member's own program",
    ),
}
DEFINITIONS = (ast.FunctionDef, ast.ClassDef)
USES = (ast.Name, ast.Attribute)


@cache
def handing_on() -> dict[str, Path]:
    """The `__init__.py` of each package by its dotted name."""
    return {module_of(path): path for path in files() if path.name == "__init__.py"}


def home_of(dotted: str) -> str:
    """The module a name was written in, where a package's `__init__.py` hands it on."""
    package, _, name = dotted.rpartition(".")
    return bound_in(handing_on()[package]).get(name, dotted) if package in handing_on() else dotted


def dotted(node: ast.expr, bound: dict[str, str]) -> str:
    """What `rules.quorum` or `quorum` stands for in a file with those imports, "" when it is nothing of ours."""
    if isinstance(node, ast.Name):
        return bound.get(node.id, "")
    if isinstance(node, ast.Attribute) and (before := dotted(node.value, bound)):
        return f"{home_of(before)}.{node.attr}"
    return ""


def names_used(path: Path) -> Iterator[str]:
    """Every name of ours that the code of a file uses. Being imported, or calling oneself, is not being used."""
    own = {node.name for node in tree_of(path).body if isinstance(node, DEFINITIONS)} | set(constants(path))
    bound = bound_in(path) | {name: f"{module_of(path)}.{name}" for name in own}
    within = {
        line: each.name for each in tree_of(path).body if isinstance(each, DEFINITIONS) for line in lines_of(each)
    }
    for node in nodes_of(path):
        if isinstance(node, USES) and isinstance(node.ctx, ast.Load):
            used = home_of(dotted(node, bound))
            if used and used != f"{module_of(path)}.{within.get(node.lineno)}":
                yield used


def lines_of(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def constants(path: Path) -> Iterator[str]:
    for node in tree_of(path).body:
        for target in getattr(node, "targets", [getattr(node, "target", None)]):
            if isinstance(target, ast.Name):
                yield target.id


@cache
def used() -> frozenset[str]:
    return frozenset(name for path in files() for name in names_used(path))


@cache
def attributes() -> frozenset[str]:
    """Every word behind a dot in the code and in the templates: a method may be called through any variable."""
    nodes = (node for path in files() for node in nodes_of(path))
    return frozenset(node.attr for node in nodes if isinstance(node, ast.Attribute)) | attributes_in_pages()


@cache
def said_in_pages() -> frozenset[str]:
    """The dotted names that a page says of a module which a view handed it."""
    return names_in_pages(frozenset(module_of(path) for path in HELD))


def offered(path: Path) -> Iterator[str]:
    """The public functions, classes and numbers of a file."""
    names = (*(node.name for node in tree_of(path).body if isinstance(node, DEFINITIONS)), *constants(path))
    yield from (name for name in names if not name.startswith("_"))


def methods(path: Path) -> Iterator[str]:
    for owner in nodes_of(path):
        if isinstance(owner, ast.ClassDef):
            yield from (
                node.name for node in owner.body if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
            )


def is_called(name: str) -> bool:
    """Whether code uses *name*, or a page does, to which a view hands the whole of the rules."""
    return name in used() or name in CALLED_BY_OTHERS or name in said_in_pages()


@pytest.mark.parametrize("path", HELD, ids=lambda path: path.relative_to(HOUSE).as_posix())
def test_a_rule_is_called_by_more_than_its_tests(path: Path) -> None:
    assert [name for name in offered(path) if not is_called(f"{module_of(path)}.{name}")] == []
    assert [name for name in methods(path) if name not in attributes()] == []


def test_no_exception_outlives_its_reason() -> None:
    assert sorted(name for name in CALLED_BY_OTHERS if name in used()) == []


def test_a_rule_that_nobody_calls_would_be_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: a small house in which one rule is called by another file, and one by itself alone."""
    rules = tmp_path / "board" / "rules.py"
    rules.parent.mkdir()
    rules.write_text("MOST = 3\n\ndef may_speak(): ...\n\ndef counts_down(n): return counts_down(n - 1)\n")
    (tmp_path / "views.py").write_text("from governance.board import rules\n\nrules.may_speak()\n")
    monkeypatch.setattr(house, "HOUSE", tmp_path)
    uses = {name for path in tmp_path.rglob("*.py") for name in names_used(path)}
    assert [name for name in offered(rules) if f"{module_of(rules)}.{name}" not in uses] == ["counts_down", "MOST"]


def test_a_word_in_the_text_of_a_page_is_no_call() -> None:
    """The control: what a page says of the rules it was given counts, and no other word with a dot before it."""
    page = PAGES_READ.parse(
        "{{ rules.MOST }} rules.LEAST {# rules.OVER #} {{ url_for('rules.FAR') }} {{ other.MOST_OF_ALL }}"
        "{{ people|map(attribute='seat.label') }} {% include 'rules.html' %}"
    )
    given = {"rules": {"governance.board.rules", "governance.places.rules"}}
    assert set(said_of(page, given)) == {"governance.board.rules.MOST", "governance.places.rules.MOST"}
    assert set(attributes_of(page)) == {"MOST", "MOST_OF_ALL", "seat", "label"}
    assert "governance.proposals.rules.STATUS_WORDS" in said_in_pages(), "what a part of a page says counts too"
    assert "governance.board.rules.STATUS_WORDS" not in said_in_pages()
