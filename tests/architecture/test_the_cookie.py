"""What two places keep in the one sealed cookie has two names: else what one puts there is read as the other's."""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from tests.architecture.house import bound_in, files, module_of, nodes_of, tree_of

OF_ALL = "said by its text"  # Such as "visit": one thing, which several places read.


def texts_of(tree: ast.Module) -> dict[str, str]:
    """The constants of a file that are texts."""
    return {
        target.id: each.value.value
        for each in tree.body
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.Constant) and isinstance(each.value.value, str)
        for target in each.targets
        if isinstance(target, ast.Name)
    }


def put_into_the_cookie(path: Path, texts: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    """Each name under which a file puts something there, and where that name has its home."""
    for node in nodes_of(path):
        if not (isinstance(node, ast.Subscript) and ast.unparse(node.value) == "session"):
            continue
        if isinstance(node.slice, ast.Constant):
            yield str(node.slice.value), OF_ALL
        elif isinstance(node.slice, ast.Name):
            home = bound_in(path).get(node.slice.id, f"{module_of(path)}.{node.slice.id}")
            module, _, name = home.rpartition(".")
            if name in texts.get(module, {}):
                yield texts[module][name], home


def shared_by_two(paths: tuple[Path, ...], texts: Mapping[str, Mapping[str, str]]) -> dict[str, set[str]]:
    homes: defaultdict[str, set[str]] = defaultdict(set)
    for path in paths:
        for name, home in put_into_the_cookie(path, texts):
            homes[name].add(home)
    assert len(homes) > 10
    return {name: found for name, found in homes.items() if len(found) > 1}


def test_no_two_places_keep_something_under_one_name() -> None:
    texts = {module_of(path): texts_of(tree_of(path)) for path in files()}
    assert shared_by_two(files(), texts) == {}
    alike = texts | {
        "governance.ballots.views.looked_for": {"HALF": texts["governance.permissions.access"]["LOOKED_FOR"]}
    }
    assert list(shared_by_two(files(), alike)) == ["looked_for"], "the control"
