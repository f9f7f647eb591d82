"""Each recipe of CONTRIBUTING.md does what it promises, and does not with one step left out."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.recipes.following import QUIET, Step, a_copy, edited, follow, in_copy, python, recipes

# By recipe: words of the step that the control leaves out, what is run beside `promised/RECIPE.py`, and what that one
# fails with for want of this step and of no other.
PROMISED = {
    "permission": ("access.py in place of", ["tests/architecture/test_guard.py"], "'Lend out tents' in"),
    "topic": ("Lavandería", [], "'Lavandería' in"),
    "language": ("Sprache", [], "'Sprache: Deutsch' in"),
    "field": (
        "stored.toml",
        [
            "tests/publishing/test_stored.py",
            "tests/architecture/test_migrations.py",
            "tests/promises/test_06_every_public_word.py::test_each_field_says_whether_everybody_reads_it",
        ],
        "'Where the readers heard it.' in",
    ),
    "page": ("templates/publishing/first_visit.html", [], "TemplateNotFound: publishing/first_visit.html"),
    "counting rule": ("        Borda,", [], "There is no rule 'borda'"),
    "package": ("governance/packages.py", ["tests/test_readme.py"], "== 'lending'"),
    "kind of vote": ("migrations/versions", [], "CHECK constraint failed: ck_ballot_kind"),
}


def test_every_recipe_is_tried() -> None:
    assert list(recipes()) == list(PROMISED)
    assert all(recipes().values())


def test_each_recipe_does_what_it_promises_and_needs_each_step(tmp_path: Path) -> None:
    """All in one copy, one after another: first each without one of its steps, and then with it."""
    copy, last = a_copy(tmp_path), []
    for name, (left_out, _, _) in PROMISED.items():
        steps = recipes()[name]
        (without,) = (step for step in steps if left_out in " ".join(step.values()))
        last.append(without)
        for step in steps:
            if step is not without:
                follow(step, copy)
    promised = {name: f"tests/recipes/promised/{name.replace(' ', '_')}.py" for name in PROMISED}
    told = outcome(copy, list(promised.values()))
    fails = dict(re.findall(r"^FAILED (\S+?)::\S+ - (.*)$", told, re.MULTILINE))
    of_another = [
        (name, fails.get(file)) for name, file in promised.items() if PROMISED[name][2] not in fails.get(file, "")
    ]
    assert of_another == [], told
    for step in last:
        follow(step, copy)
    told = outcome(copy, [*promised.values(), *(each for _, beside, _ in PROMISED.values() for each in beside)])
    assert re.search(r"^\d+ passed[^\n]* in ", told, re.MULTILINE), told


def outcome(copy: Path, tried: list[str]) -> str:
    """Return what pytest says in the *copy*, about what recipes promise: all of it, as one failure may take pages."""
    return in_copy(copy, [python(copy), "-m", "pytest", *QUIET, *tried]).stdout


@pytest.mark.parametrize("text", ["a line\n", "anchor\nanchor\n"])
def test_a_step_that_no_longer_fits_says_so(text: str) -> None:
    step: Step = {"file": "rules.py", "how": "under", "anchor": "anchor", "lines": "more\n"}
    with pytest.raises(AssertionError, match=r"rules.py has . lines with anchor, not one"):
        edited(text, step)
