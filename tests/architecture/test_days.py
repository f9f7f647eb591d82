"""A person's day is the day of their town: no day is read off a moment in UTC, but where nobody reads it."""

from __future__ import annotations

import ast
from collections.abc import Iterable

import pytest

from tests.architecture.house import files, nodes_of, place_of

# What reads a day off a moment without the zone of the site, and why nobody's day is meant.
NOBODYS_DAY = {
    ("ballots/views/calling.py", "opens"): "in the zone of the site since the line above",
    ("ballots/views/door.py", "there"): "in the zone of the site since the line above",
    ("decisions/service/drafting.py", "ballot.closes_at"): "what an older version wrote",
    ("feedback/views/flood.py", "so_far.begun"): "binds a puzzle to a day, the same each time it is read",
    ("frame/puzzle.py", "datetime.fromtimestamp(int(name.partition('.')[0]) * AN_HOUR, UTC)"): "an hour of the puzzle",
    ("health/exposition.py", "lease.until"): "for a monitor, which counts in UTC",
    ("people/service/signing_in.py", "now"): "how long a sign-in is kept; the programme lies to the right of it",
    ("people/service/signing_in.py", "now - retention.SIGN_IN"): "the same day",
    ("programme/schedule.py", "there"): "in the zone of the site since the line above",
}


def days_read_off(code: Iterable[ast.AST]) -> set[str]:
    """The moments in some *code* off which a day is read, but for those brought into a zone in the same line."""
    return {
        said
        for call in code
        if isinstance(call, ast.Call) and not call.args and isinstance(call.func, ast.Attribute)
        if call.func.attr == "date" and "astimezone(" not in (said := ast.unparse(call.func.value))
    }


def test_each_day_is_that_of_the_site() -> None:
    found = {(place_of(path), said) for path in files() for said in days_read_off(nodes_of(path))}
    assert found == set(NOBODYS_DAY)


@pytest.mark.parametrize(
    ("line", "is_found"),
    [
        ("day = ballot.closes_at.date()", True),
        ("day = clock.now().date()", True),
        ("day = now.astimezone(zone).date()", False),
        ("day = day_of(session, now)", False),
        ("day = datetime.date(2026, 3, 2)", False),
    ],
)
def test_it_finds_what_it_looks_for(line: str, is_found: bool) -> None:
    assert bool(days_read_off(ast.walk(ast.parse(line)))) is is_found
