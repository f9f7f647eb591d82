"""A name in a string is an arrow too: nothing below the packages names their tables or pages, no SQL another room's."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from flask import Flask

from governance import assets
from governance.packages import PACKAGES, duties_of, import_tables
from governance.storage.database import db
from tests.architecture.house import HOUSE, files, nodes_of

TEMPLATES = assets.folder("templates")
TOP = frozenset({"cli", "commands", "demo", "doors", "gates", "programme"})
IN_SQL = re.compile(r"\b(?:FROM|JOIN|UPDATE|INTO|VACUUM|TABLE)\s+([a-z_]+(?:\s*,\s*[a-z_]+)*)")


def strings() -> Iterator[tuple[str, str]]:
    """The home (a package or a module at the top) and the text of every string that is no docstring."""
    for path in files():
        docs = {id(node.value) for node in nodes_of(path) if isinstance(node, ast.Expr)}
        home = path.relative_to(HOUSE).parts[0].removesuffix(".py")
        for node in nodes_of(path):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
                yield home, node.value


def owners() -> dict[str, str]:
    """The home of every table."""
    import_tables()
    return {
        mapper.local_table.name: mapper.class_.__module__.split(".")[1]  # type: ignore[attr-defined]
        for mapper in db.Model.registry.mappers
    }


def tables_named(home: str, text: str, owned: dict[str, str]) -> set[str]:
    """The tables of other homes that SQL in *text* names."""
    named = {name.strip() for found in IN_SQL.findall(text) for name in found.split(",")}
    return {name for name in named if owned.get(name, home) != home}


def endpoints_named(home: str, text: str, endpoints: set[str]) -> set[str]:
    """The pages of packages that a string below the packages names."""
    return {text} & endpoints if home not in (*PACKAGES, *TOP) else set()


def test_no_sql_names_a_table_of_another_room() -> None:
    owned = owners()
    assert {(home, text) for home, text in strings() if tables_named(home, text, owned)} == set()


def test_nothing_below_the_packages_names_their_pages(app: Flask) -> None:
    endpoints = {rule.endpoint for rule in app.url_map.iter_rules() if "." in rule.endpoint}
    assert {(home, text) for home, text in strings() if endpoints_named(home, text, endpoints)} == set()


def test_each_package_registers_its_own_duties_and_the_schedule_knows_none_of_them() -> None:
    for name in PACKAGES:
        assert {duty.pieces.__module__ for duty in duties_of(name)} <= {f"governance.{name}.rounds"}
    ours = set(re.findall(r"governance\.(\w+)", (HOUSE / "programme" / "schedule.py").read_text(encoding="utf-8")))
    assert ours & set(PACKAGES) == {"places"}  # Whose day it is. It does nothing by itself.


GIVEN = re.compile(r"(?<![.\w])([a-z_]+)\(|\|\s*([a-z_]+)|\b([a-z_]+_words)\b")
INCLUDED = re.compile(r'{%-?\s*(?:include|import|extends|from)\s+"([a-z]+)/')


def given_to_templates(app: Flask) -> dict[str, str]:
    """The package that gave each name or filter to the templates of all."""
    found = {}
    for name, thing in [*app.jinja_env.globals.items(), *app.jinja_env.filters.items()]:
        home = (getattr(thing, "__module__", "") or "").split(".")
        if home[0] == "governance" and home[1] in PACKAGES:
            found[name] = home[1]
    return found | {"response_words": "responses"}


def stands_to_the_right(of: str, there: str) -> bool:
    """Whether the package *there* is none of those that *of*, or what stands below the packages, may know."""
    return there in PACKAGES and (of not in PACKAGES or PACKAGES.index(there) > PACKAGES.index(of))


def drawn_by_others(home: str, page: str, given: dict[str, str]) -> set[str]:
    """What *page*, a template of *home*, takes from packages that it may not know: parts, names and filters."""
    parts = {there for there in INCLUDED.findall(page) if stands_to_the_right(home, there)}
    names = {name for found in GIVEN.findall(page) for name in found}
    return parts | {name for name in names & given.keys() if stands_to_the_right(home, given[name])}


def test_no_page_takes_a_part_or_a_name_from_a_package_to_its_right(app: Flask) -> None:
    given = given_to_templates(app)
    wrong = {
        path.relative_to(TEMPLATES).as_posix(): names
        for path in sorted(TEMPLATES.rglob("*.html"))
        if (names := drawn_by_others(path.relative_to(TEMPLATES).parts[0], path.read_text(encoding="utf-8"), given))
    }
    assert wrong == {}


def test_a_part_from_the_right_would_be_found() -> None:
    given = {"thread_of_record": "publishing", "moment": "ballots", "standing_of": "ledger"}
    page = '{% include "responses/_answer.html" %}{{ parts.thread(thread_of_record(record)) }}{{ day|moment }}'
    assert drawn_by_others("decisions", page, given) == {"responses", "thread_of_record"}
    assert drawn_by_others("board", "{{ standing_of(1) }}", given) == set()


def test_such_names_would_be_found(app: Flask) -> None:
    owned = owners()
    assert tables_named("frame", "SELECT size FROM log WHERE name = 'decisions'", owned) == {"log"}
    assert tables_named("schedule", "VACUUM held, box", owned) == {"held", "box"}
    assert tables_named("ledger", "SELECT size FROM log", owned) == set()
    assert endpoints_named("permissions", "ballots.vote", {"ballots.vote"})
    assert any(rule.endpoint == "ballots.vote" for rule in app.url_map.iter_rules())
