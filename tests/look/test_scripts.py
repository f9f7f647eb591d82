"""Scripts are modules that name what they need, under one mark of them all; no line of a page is too long."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

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
IMPORT = re.compile(r'^import .* from "(.+)";$', re.MULTILINE)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_page_names_files_that_are_there_and_scripts_as_modules(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    for name in NAMED.findall(text):
        assert (STATIC / name).is_file(), name
    for tag in TAG.findall(text):
        assert MODULE.fullmatch(tag), tag


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.relative_to(STATIC).as_posix())
def test_a_script_names_what_it_needs_by_its_place(script: Path) -> None:
    text = script.read_text(encoding="utf-8")
    assert len(re.findall(r"\bimport\b", text)) == len(IMPORT.findall(text)), "at the top, in one line each"
    for name in IMPORT.findall(text):
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


@pytest.mark.parametrize("path", WRITTEN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_line_is_too_long_to_read(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [number for number, line in enumerate(lines, 1) if len(line) > LONGEST_LINE] == []
