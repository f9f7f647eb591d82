"""Each recipe of CONTRIBUTING.md does what it promises, and does not with one step left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.recipes.following import QUIET, Step, a_copy, edited, follow, in_copy, python, recipes

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


def test_each_recipe_does_what_it_promises_and_needs_each_step(tmp_path: Path) -> None:
    """All in one copy, one after another: first each without one of its steps, and then with it."""
    copy, last = a_copy(tmp_path), []
    for name, (left_out, _) in PROMISED.items():
        steps = recipes()[name]
        (without,) = (step for step in steps if left_out in " ".join(step.values()))
        last.append(without)
        for step in steps:
            if step is not without:
                follow(step, copy)
    promised = {name: f"tests/recipes/promised/{name.replace(' ', '_')}.py" for name in PROMISED}
    told = outcome(copy, list(promised.values()))
    assert {name: f"FAILED {file}" in told for name, file in promised.items()} == dict.fromkeys(promised, True), told
    for step in last:
        follow(step, copy)
    told = outcome(copy, [*promised.values(), *(each for _, beside in PROMISED.values() for each in beside)])
    assert re.search(r"^\d+ passed[^\n]* in ", told, re.MULTILINE), told


def outcome(copy: Path, tried: list[str]) -> str:
    """Return what pytest says at its end in the *copy*, about what recipes promise."""
    return in_copy(copy, [python(copy), "-m", "pytest", *QUIET, *tried]).stdout[-4000:]


@pytest.mark.parametrize("text", ["a line\n", "anchor\nanchor\n"])
def test_a_step_that_no_longer_fits_says_so(text: str) -> None:
    step: Step = {"file": "rules.py", "how": "under", "anchor": "anchor", "lines": "more\n"}
    with pytest.raises(AssertionError, match=r"rules.py has . lines with anchor, not one"):
        edited(text, step)
