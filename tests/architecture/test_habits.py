"""One home each: the commit, the clock, bleach and Markup, logging, network. And the shape of what is written."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

from governance import assets
from tests.architecture.house import HOUSE, files, nodes_of, place_of, text_of, tree_of

LONGEST_FILE = 350
LONGEST_FUNCTION = 60
FORBIDDEN_NAMES = frozenset({"utils", "helpers", "common", "misc", "lib"})


@cache
def code_of(path: Path) -> str:
    """What a file does: its text without comments and docstrings."""
    return ast.unparse(without_docstrings(ast.parse(text_of(path))))


def homes_of(pattern: str) -> set[str]:
    """The files in which *pattern* occurs in code, comments and docstrings left out."""
    # Taking docstrings and comments out is slow, and needed only where the words are somewhere in the file.
    somewhere = (path for path in files() if re.search(pattern, text_of(path)))
    return {place_of(path) for path in somewhere if re.search(pattern, code_of(path))}


def without_docstrings(tree: ast.Module) -> ast.Module:
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            node.body = node.body[1:] or [ast.Pass()]
    return tree


def test_only_the_database_module_commits() -> None:
    assert homes_of(r"\bsession\.commit\(|\.commit\(\)") == {"storage/database.py"}


def test_only_the_clock_reads_the_time() -> None:
    assert homes_of(r"datetime\.now\(|date\.today\(|time\.time\(|utcnow\(|monotonic\(") <= {"clock.py"}


def test_only_the_text_module_cleans_or_marks_safe() -> None:
    assert homes_of(r"\bbleach\b|\bmarkdown_it\b") == {"storage/text.py"}
    assert homes_of(r"\bMarkup\(") <= {"storage/text.py"}


def test_nothing_is_printed_or_logged_but_kinds_of_errors() -> None:
    printing = {
        place_of(path)
        for path in files()
        for node in nodes_of(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert printing == set()
    assert homes_of(r"logger\.|logging\.") <= {"frame/error_log.py", "frame/outage.py", "programme/schedule.py"}


def test_nothing_reaches_out_to_another_host_but_to_witnesses_and_to_itself() -> None:
    reaching = {"requests", "urllib.request", "httpx", "aiohttp", "smtplib", "http.client"}
    wrong = {
        place_of(path)
        for path in files()
        for node in nodes_of(path)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (alias.name if isinstance(node, ast.Import) else node.module) in reaching
    }
    assert wrong == {"ledger/network.py", "health/from_outside.py"}


def test_no_template_marks_text_safe_by_itself() -> None:
    wrong = [
        path.name
        for path in assets.folder("templates").rglob("*.html")
        if re.search(r"\|\s*safe\b|autoescape false", path.read_text(encoding="utf-8"))
    ]
    assert wrong == []


def test_the_bare_button_and_a_rule_s_no_have_one_home() -> None:
    assert homes_of(r"class ConfirmForm\b|def _?confirmed\(|def _?refused\(|form_errors, said\(") == {"frame/forms.py"}
    assert homes_of(r"\bConfirmForm\(\)\.validate") == {"frame/forms.py", "people/views/signing_in.py"}


def test_a_rule_s_no_to_a_form_is_shown_in_one_way() -> None:
    """Apart stand answers to a script, and pages that do more than show the form again."""
    assert {name for name in homes_of(r"except RuleRefused") if "views" in name} == {
        "ballots/views/cards.py", "ballots/views/vote.py", "ballots/views/work.py", "board/views/agenda.py",
        "feedback/views/sending.py", "people/views/signing_in.py", "publishing/views/code.py",
    }  # fmt: skip


def without_a_type(tree: ast.Module) -> list[str]:
    """The names of the functions whose answer may be anything, so that mypy looks at no return in them."""
    return [
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
        and (node.returns is None or "Any" in re.split(r" \| ", ast.unparse(node.returns)))
    ]


def test_a_view_says_what_it_answers() -> None:
    """A status put around an answer that has one already is a 500; mypy sees it when the type is said."""
    views = [path for path in files() if re.search(r"/views(/|\.py$)", place_of(path))]
    assert len(views) > 40
    assert {place_of(path): found for path in views if (found := without_a_type(tree_of(path)))} == {}
    control = "def a() -> Any: ...\ndef b() -> str | Any: ...\ndef c(): ...\ndef d() -> dict[str, Any]: ..."
    assert without_a_type(ast.parse(control)) == ["a", "b", "c"]


def test_files_and_functions_stay_small() -> None:
    wrong = []
    for path in files():
        if (lines := text_of(path).count("\n")) > LONGEST_FILE:
            wrong.append(f"{place_of(path)} has {lines} lines")
        for node in nodes_of(path):
            if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno > LONGEST_FUNCTION:
                wrong.append(f"{place_of(path)}: {node.name} has {(node.end_lineno or 0) - node.lineno} lines")
    assert wrong == []


def test_no_name_means_nothing() -> None:
    parts = {part for path in files() for part in path.relative_to(HOUSE).with_suffix("").parts}
    assert not parts & FORBIDDEN_NAMES


def test_the_top_level_is_what_the_plan_says() -> None:
    allowed = {
        "governance", "templates", "static", "migrations", "tests", "pyproject.toml", "README.md",
        "CHANGELOG.md", "SECURITY.md", "CONTRIBUTING.md", "docs", "LICENSE", "Makefile", "Dockerfile", "compose.yaml",
        "deploy", "requirements.lock", "requirements-test.lock",
    }  # fmt: skip
    kept_out = {"var"}  # What the demo writes; git ignores it.
    there = {path.name for path in HOUSE.parent.iterdir() if not path.name.startswith(".")}
    assert there - kept_out <= allowed | {"__pycache__"}


def test_what_others_call_says_what_it_does() -> None:
    assert {place_of(path): silent for path in files() if (silent := silent_in(tree_of(path)))} == {}


def silent_in(tree: ast.Module) -> list[str]:
    """Return what of a file does not say what it is for: by name, and the file itself."""
    of_others = [
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
        and not node.name.startswith("_")
        and ast.get_docstring(node) is None
    ]
    return of_others if ast.get_docstring(tree) or not tree.body else ["the file", *of_others]


def test_what_says_nothing_is_seen() -> None:
    assert silent_in(ast.parse("def shown():\n    pass\ndef _own():\n    pass\n")) == ["the file", "shown"]
    assert silent_in(ast.parse('"""What it is."""\nclass Shown:\n    """A thing."""\n')) == []
