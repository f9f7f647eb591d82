"""Scripts are modules that name what they need, under one mark of them all; no line of a page is too long."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from flask import Flask

from governance.frame import static_files

ROOT = Path(__file__).parents[2]
STATIC = ROOT / "static"
SCRIPTS = sorted(STATIC.rglob("*.js"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
FILES = sorted(path for folder in ("templates", "static") for path in (ROOT / folder).rglob("*.*"))
WRITTEN = [path for path in FILES if path.suffix != ".woff2"]
LONGEST_LINE = 120  # As in the Python files.
NAMED = re.compile(r"static\('([^']+)'\)")
TAG = re.compile(r"<script[^>]*>")
MODULE = re.compile(r"""<script type="module" src="\{\{ static\('[\w/-]+\.js'\) \}\}">""")
FETCH = re.compile(r"\bfetch\(([\w.]+)[^)]*\)+")
FROM_PAGE = re.compile(r"dataset\.(\w+)")
IMPORT = re.compile(r'^import .* from "(.+)";$', re.MULTILINE)
LATER = re.compile(r'\bawait import\("(.+?)"\);')  # What a page can be used without.


def test_a_page_names_files_that_are_there_and_scripts_as_modules() -> None:
    for template in TEMPLATES:
        text = template.read_text(encoding="utf-8")
        for name in NAMED.findall(text):
            assert (STATIC / name).is_file(), (template, name)
        for tag in TAG.findall(text):
            assert MODULE.fullmatch(tag), (template, tag)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.relative_to(STATIC).as_posix())
def test_a_script_names_what_it_needs_by_its_place(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    names = [*IMPORT.findall(text), *LATER.findall(text)]
    assert len(re.findall(r"\bimport\b", text)) == len(names), "at the top in one line each, or where it is wanted"
    for name in names:
        assert name.startswith("."), f"{name}: only the path carries the mark"
        assert (script.parent / name).is_file(), name


def test_the_mark_changes_with_any_file_and_any_name(tmp_path: Path) -> None:
    def mark() -> str:
        static_files.url_path.cache_clear()
        return static_files.url_path(folder)

    folder = tmp_path / "static"
    shutil.copytree(STATIC, folder)
    seen = [mark()]
    assert seen[0] == static_files.url_path(STATIC), "the place of the folder does not matter"
    (folder / "sealing" / "curves.js").write_text("// Something else")
    seen.append(mark())
    (folder / "site.css").rename(folder / "sites.css")
    seen.append(mark())
    assert len(set(seen)) == 3


def test_no_line_is_too_long_to_read() -> None:
    lines = [(path, each) for path in WRITTEN for each in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)]
    assert [(path, number) for path, (number, line) in lines if len(line) > LONGEST_LINE] == []


def fetched() -> dict[str, set[str]]:
    """Return the endpoints that scripts get by themselves, by the attribute of a page that holds the address."""
    pages = "\n".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    found = {}
    for script in SCRIPTS:
        if script.name == "worker.js":  # It passes on what pages ask for.
            continue
        text = script.read_text(encoding="utf-8")
        for call in FETCH.finditer(text):
            if 'method: "POST"' not in text[call.start() : text.index(";", call.end())]:
                name = attribute_of(text, call[1])
                held = re.findall(rf"""{name}="\{{\{{ (?:url_for\('([\w.]+)'|(\w+))""", pages)
                assert held, f"{script.name}: no page holds {name}"
                found[name] = {endpoint for each in held for endpoint in endpoints_of(pages, *each)}
    return found


def attribute_of(script: str, asked: str) -> str:
    """Return the attribute that holds the address which a script asks for, by itself or under a name of its own."""
    own = re.search(rf"const \{{[^}}]*\b{re.escape(asked)}\b[^}}]*\}} = \w+\.dataset", script)
    made = re.search(rf"const {re.escape(asked)} = .*", script)
    held = FROM_PAGE.search(asked) or (made and FROM_PAGE.search(made[0]))
    assert own or held, f"{asked}: the address stands in no attribute of a page"
    name = asked if own else held[1] if held else ""
    return "data-" + re.sub("[A-Z]", lambda letter: f"-{letter[0].lower()}", name)


def endpoints_of(pages: str, endpoint: str, variable: str) -> list[str]:
    """Return the endpoint that stands there, or each one that its variable is set to."""
    found = [endpoint] if endpoint else re.findall(rf"set {variable}\b[^=]*= url_for\('([\w.]+)'", pages)
    assert found, f"{variable}: no page sets it"
    return found


def test_what_a_script_gets_by_itself_ends_no_visit(app: Flask) -> None:
    """Nobody comes to it: a page of a shared screen that asks for it must still be able to send its form."""
    asked = {endpoint for each in fetched().values() for endpoint in each}
    assert asked >= {"ballots.box", "feedback.code_words", "places.calls", "places.lines_with_a_sound"}
    views = app.view_functions
    assert sorted(each for each in asked if not getattr(views[each], "is_part_of_a_page", False)) == []
