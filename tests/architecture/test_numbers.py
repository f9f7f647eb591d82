"""Numbers in one place: how long a matter takes and how much may be typed stands in the rules of its package."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from governance.packages import PACKAGES
from tests.architecture.house import files, nodes_of, place_of, tree_of

ROOMS_OF_RULES = ("rules", "quorum", "needs", "next_steps", "charter", "kinds", "commitments")

BESIDE_PACKAGES = ("backup", "frame", "health")  # What they keep, and for how long, stands in `privacy/retention.py`.
KEEPS_NOTHING = {"frame/outage.py": ["timedelta(minutes=1)", "timedelta(0)"]}  # How often a log is told the same.


def spans(tree: ast.Module, nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The times that a file names with a number of its own. A day more or less is a step in a calendar."""
    named = {id(node) for each in tree.body if isinstance(each, ast.Assign | ast.AnnAssign) for node in ast.walk(each)}
    for node in nodes:
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("timedelta"):
            numbers = [part.value for part in (*node.args, *(each.value for each in node.keywords)) if is_number(part)]
            if numbers and (id(node) in named or numbers != [1]):
                yield ast.unparse(node)


def is_number(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int | float)


def typed_at_the_top(tree: ast.Module) -> Iterator[str]:
    """The numbers that a file gives a name to."""
    for node in tree.body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value and is_number(node.value):
            yield ast.unparse(node)


def test_how_long_a_matter_takes_stands_in_the_rules() -> None:
    packages = [path for path in files() if place_of(path).split("/")[0] in {*PACKAGES, *BESIDE_PACKAGES}]
    others = [path for path in packages if path.stem not in ROOMS_OF_RULES]
    assert len(others) > 100
    assert {
        place_of(path): found for path in others if (found := list(spans(tree_of(path), nodes_of(path))))
    } == KEEPS_NOTHING


def test_how_much_may_be_typed_is_said_once_for_the_form_and_for_what_is_stored() -> None:
    forms = [path for path in files() if "forms" in path.with_suffix("").parts]
    assert len(forms) > 8
    assert {place_of(path): found for path in forms if (found := list(typed_at_the_top(tree_of(path))))} == {}


def test_a_number_of_its_own_would_be_found() -> None:
    text = (
        "AFTER = timedelta(days=1)\nLINE = 120\ndef f(): now - timedelta(days=1)\nlater(dt.timedelta(hours=2), LINE)\n"
    )
    control = ast.parse(text)
    assert list(spans(control, ast.walk(control))) == ["timedelta(days=1)", "dt.timedelta(hours=2)"]
    assert list(typed_at_the_top(control)) == ["LINE = 120"]
