"""What contributors meet first: forms that ask for nobody, hooks that fetch nothing, messages that say why."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path

import pytest

from governance.publishing.service import promises

ROOT = Path(__file__).parent.parent
FORMS = sorted((ROOT / ".github").rglob("*.*"))


def checked(message: str) -> str | None:
    spec = importlib.util.spec_from_file_location("commit_message", ROOT / ".ci" / "commit_message.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found: str | None = module.problem(message)
    return found


@pytest.mark.parametrize(
    ("message", "sentence"),
    [
        ("A kiosk can be revoked\n\nA stolen tablet kept its key.\n", None),
        ("# only a comment\n", "Write what changes"),
        ("x" * 72 + "\n\nWhy.\n", "72 letters"),
        ("x" * 71 + "\n\nWhy.\n", None),
        ("A kiosk can be revoked\n", "say why"),
        ("A kiosk can be revoked\nat once\n", "say why"),
        ("Merge branch 'kiosk'\n", None),
    ],
)
def test_a_commit_says_what_and_why(message: str, sentence: str | None) -> None:
    found = checked(message)
    assert found is None if sentence is None else found is not None and sentence in found


def test_hooks_are_local_alone() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    assert set(re.findall(r"repo: (\S+)", hooks)) == {"local"}
    assert "://" not in hooks


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.name)
def test_a_form_asks_for_no_person_and_names_no_host(form: Path) -> None:
    text = form.read_text(encoding="utf-8")
    assert "://" not in text
    asked = " ".join(re.findall(r"(?:label|id): (.+)", text)).lower()
    assert not re.search(r"your name|e-mail|contact|phone|screenshot", asked)


@pytest.mark.parametrize("name", ["bug.yml", "hurts.yml", "language.yml"])
def test_each_form_says_not_to_paste_a_participants_words(name: str) -> None:
    text = (ROOT / ".github" / "ISSUE_TEMPLATE" / name).read_text(encoding="utf-8")
    assert re.search(
        r"no messages of participants|Never paste a participant's words|Not words that a participant", text
    )


def test_the_form_of_what_hurts_names_each_promise_as_the_readme_does() -> None:
    text = (ROOT / ".github" / "ISSUE_TEMPLATE" / "hurts.yml").read_text(encoding="utf-8")
    asked = re.findall(r"^ +- (\d+ .+)$", text, re.MULTILINE)
    assert asked == [f"{each.number} {each.name}" for each in promises()]


def test_pre_commit_reads_the_message_too() -> None:
    hooks = (ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    stages = set(re.findall(r"stages: \[(.+)\]", hooks)) | {"pre-commit"}
    (installed,) = re.findall(r"^default_install_hook_types: \[(.+)\]$", hooks, re.MULTILINE)
    assert set(installed.split(", ")) == stages
