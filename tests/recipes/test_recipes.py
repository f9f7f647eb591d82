"""Each recipe of CONTRIBUTING.md does what it promises, and does not with one step left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.recipes.following import QUIET, Step, a_copy, edited, first_copy, follow, in_copy, python, recipes

# By recipe: words of the step that the control leaves out, and what is run beside `promised/RECIPE.py`.
PROMISED = {
    "permission": ("access.py in place of", ["tests/architecture/test_guard.py"]),
    "topic": ("Lavandería", []),
    "language": ("Sprache", []),
    "field": (
        "stored.toml",
        [
            "tests/publishing/test_stored.py",
            "tests/architecture/test_migrations.py",
            "tests/promises/test_06_every_public_word.py::test_each_field_says_whether_everybody_reads_it",
        ],
    ),
    "page": ("templates/publishing/first_visit.html", []),
    "counting rule": ("        Borda,", []),
    "package": ("governance/packages.py", ["tests/test_readme.py"]),
    "kind of vote": ("migrations/versions", []),
}


def test_every_recipe_is_tried() -> None:
    assert list(recipes()) == list(PROMISED)
    assert all(recipes().values())


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the checkout as it is, from which each recipe has its own."""
    return first_copy(tmp_path_factory.mktemp("first"))


@pytest.mark.parametrize("name", PROMISED)
def test_a_recipe_does_what_it_promises_and_needs_each_step(name: str, first: Path, tmp_path: Path) -> None:
    copy = a_copy(first, tmp_path)
    left_out, steps = PROMISED[name][0], recipes()[name]
    (last,) = (step for step in steps if left_out in " ".join(step.values()))
    for step in steps:
        if step is not last:
            follow(step, copy)
    assert re.search(r"1 failed[^\n]* in ", told := outcome(copy, name)), told
    follow(last, copy)
    assert re.search(r"^\d+ passed[^\n]* in ", told := outcome(copy, name), re.MULTILINE), told


def outcome(copy: Path, name: str) -> str:
    """Return what pytest says at its end in the *copy*, about what a recipe promises."""
    tried = [f"tests/recipes/promised/{name.replace(' ', '_')}.py", *PROMISED[name][1]]
    return in_copy(copy, [python(copy), "-m", "pytest", *QUIET, *tried]).stdout[-2000:]


@pytest.mark.parametrize("text", ["a line\n", "anchor\nanchor\n"])
def test_a_step_that_no_longer_fits_says_so(text: str) -> None:
    step: Step = {"file": "rules.py", "how": "under", "anchor": "anchor", "lines": "more\n"}
    with pytest.raises(AssertionError, match=r"rules.py has . lines with anchor, not one"):
        edited(text, step)
