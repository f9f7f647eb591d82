"""Every page, section and requirement that somebody names is there: no reason leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import click
import pytest

from governance import cli

ROOT = Path(__file__).parents[2]
LOOKED_AT = ("governance", "templates", "static", "migrations", "tests", "docs", ".ci", ".github")
TEXT = {".py", ".html", ".xml", ".js", ".css", ".toml", ".md", ".txt", ".mako", ".yaml", ".yml"}

# A page and, right after it, numbers of its sections or codes of requirements: "`docs/domain.md` 2.2, 2.4 and R-ID-02".
CODE = r"R-[A-Z0-9]+-\d\d"
ONE = rf"(?:\d+(?:\.\d+)?\b|{CODE})"
NAMED = re.compile(rf"(?<![\w./-])([\w./-]*\w\.md)\b(?:#([\w-]+))?`?(?:\s+\(?({ONE}(?:(?:,\s*|\s+and\s+){ONE})*))?")
HOUSE_PATH = re.compile(r"`((?:governance|templates|tests|static|docs|migrations)/[\w./-]*)`")
COMMAND = re.compile(r"(?:^|`)(?:\.venv/bin/)?governance ([a-z-]+)(?: ([a-z-]+)\b)?", re.MULTILINE)


@cache
def headings(page: Path) -> tuple[str, ...]:
    """The headings of *page*, without their marks. Its fenced blocks have none."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return tuple(re.findall(r"^#{1,6} (.+)$", text, re.MULTILINE))


def anchor(heading: str) -> str:
    """The name under which a forge shows *heading*."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def page_called(name: str, near: Path) -> Path | None:
    """The page that *name* leads to: from the top of the repository, or beside the page that names it."""
    places = [ROOT / name.lstrip("/")] + ([near.parent / name] if near.suffix == ".md" else [])
    return next((place for place in places if place.is_file()), None)


def lost(text: str, near: Path, requirements: Mapping[str, int]) -> list[str]:
    """What *text* names and nobody finds, in sentences. *requirements*: how many headings each code has."""
    wrong = []
    for name, fragment, sections in NAMED.findall(text):
        page = page_called(name, near)
        if page is None:
            wrong.append(f"{name} is no page of this repository")
            continue
        if fragment and fragment not in {anchor(heading) for heading in headings(page)}:
            wrong.append(f"{name} has no heading #{fragment}")
        for number in re.findall(r"(?<![\w-])\d+(?:\.\d+)?\b", sections):
            if not any(re.match(rf"{re.escape(number)}[. ](?!\d)", heading) for heading in headings(page)):
                wrong.append(f"{name} has no section {number}")
    for code in re.findall(rf"\b{CODE}\b", text):
        if requirements.get(code, 0) != 1:
            wrong.append(f"{code} has {requirements.get(code, 0)} headings in docs/, and should have one")
    return wrong


def requirements_of_docs() -> dict[str, int]:
    """How many headings begin with each code."""
    codes = [
        match[0] for page in (ROOT / "docs").rglob("*.md") for each in headings(page) if (match := re.match(CODE, each))
    ]
    return {code: codes.count(code) for code in codes}


def texts() -> Iterator[Path]:
    """Every file of ours that people read, but the two tests that name what need not be there."""
    left_out = {Path(__file__), Path(__file__).with_name("test_habits.py")}
    for folder in LOOKED_AT:
        yield from (path for path in (ROOT / folder).rglob("*") if path.suffix in TEXT and path not in left_out)
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXT)
    yield ROOT / "Makefile"


def test_everything_that_is_named_is_there() -> None:
    requirements = requirements_of_docs()
    wrong = [
        f"{path.relative_to(ROOT)}: {each}"
        for path in texts()
        for each in lost(path.read_text(encoding="utf-8"), path, requirements)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Source: docs/nowhere.md 2.", "docs/nowhere.md is no page"),
        ("Sources: `design.md` 6.", "design.md is no page"),
        ("Sources: `docs/domain.md` 2.2, 2.99.", "no section 2.99"),
        ("(`docs/design.md` 3 and 99)", "no section 99"),
        ("[here](README.md#no-such-thing)", "no heading #no-such-thing"),
        ("as R-ID-99 asks", "R-ID-99 has 0 headings"),
        ("(docs/domain.md R-NO-01, 2.2)", "R-NO-01 has 0 headings"),
    ],
)
def test_it_would_find_what_leads_nowhere(text: str, found: str) -> None:
    assert found in " ".join(lost(text, Path(__file__), requirements_of_docs()))


def test_what_is_right_is_not_found() -> None:
    text = "Sources: `docs/domain.md` R-LOOP-01, 2.2, 3 and 4 (R-ID-02); [promises](README.md#the-promises)."
    assert lost(text, Path(__file__), requirements_of_docs()) == []


def test_every_path_that_a_page_names_is_there() -> None:
    wrong = [
        f"{page.name}: {path}"
        for page in [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "SECURITY.md"]
        for path in HOUSE_PATH.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / path).exists()
    ]
    assert wrong == []


def no_commands(text: str) -> list[str]:
    """The commands *text* tells people to type that the command line does not have."""
    wrong = []
    for first, second in COMMAND.findall(text):
        command = cli.commands.commands.get(first)
        if command is None or (isinstance(command, click.Group) and second and second not in command.commands):
            wrong.append(f"governance {first} {second}".strip())
    return wrong


def test_every_command_that_a_page_tells_is_there() -> None:
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "SECURITY.md", ROOT / "CHANGELOG.md"]
    assert {page.name: no_commands(page.read_text(encoding="utf-8")) for page in pages} == {
        page.name: [] for page in pages
    }


def test_it_would_find_a_command_that_is_not_there() -> None:
    assert no_commands("`governance no-such-thing`, `governance ledger lose DIR`, `governance tick`") == [
        "governance no-such-thing",
        "governance ledger lose",
    ]


IMPORTED = re.compile(r'import "([\w/]+\.html)" as (\w+)')


def macros_lost(text: str) -> list[str]:
    """The macros that a template calls by `parts.panel(` and that the template it imports as `parts` does not have."""
    lost = []
    for file, name in IMPORTED.findall(text):
        there = re.findall(r"macro (\w+)", (ROOT / "templates" / file).read_text(encoding="utf-8"))
        lost += [f"{name}.{macro}" for macro in re.findall(rf"\b{name}\.(\w+)\(", text) if macro not in there]
    return lost


def test_every_part_that_a_template_draws_is_there() -> None:
    pages = {page: page.read_text(encoding="utf-8") for page in (ROOT / "templates").rglob("*.*ml")}
    assert {page.name: lost for page, text in pages.items() if (lost := macros_lost(text))} == {}
    assert macros_lost('{% import "_parts.html" as parts %}{{ parts.note(1) }}{{ parts.no_such(2) }}') == [
        "parts.no_such"
    ]


DECISIONS = sorted((ROOT / "docs" / "decisions").glob("*.md"))


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.stem)
def test_a_decision_says_what_else_there_was_and_what_it_costs(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# {page.name[:3]} ")
    parts = ("**Chosen.**", "**What else there was.**", "**Why.**", "**What it costs.**")
    assert [text.count(part) for part in parts] == [1, 1, 1, 1]
    assert text.count("\n") < 60


def test_decisions_are_numbered_one_by_one() -> None:
    assert [int(page.name[:3]) for page in DECISIONS] == list(range(1, len(DECISIONS) + 1))
