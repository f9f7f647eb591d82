"""Promise 14, whole: who reads every public byte, each day of a year on which a difference could show, learns nothing.

Three years of a small place are lived through that differ in nothing but what is hidden: how many urgent messages a
week had, on which day somebody spoke, how many spoke in a month, how many stepped out of a vote, how many voted, what
was passed on, who took a yes back. Every route that a visitor may fetch is read in each: pages, feeds, files, headers,
lengths, each line of the ledger; on every day on which one row more or less is written in one of them. All three must
read the same, whatever is drawn by lot left aside. Then no computation with them, no difference of two days and no sum
of two tables, leads to fewer than three numbers.

What the public does learn, a month's number in steps and a day's number of lines, a solver takes apart that knows the
program: it tries every number and keeps those that the program would have published in the same way.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from flask import Response
from sqlalchemy import func, select

from governance.feedback import rules
from governance.feedback.models import Message
from governance.feedback.rules import BATCH, Audience, MessageState
from governance.feedback.service import summing_up
from governance.permissions.access import Permission, requires
from governance.privacy import FLOOR
from governance.storage.database import db
from tests.databases import PostgreSQL, SQLiteFiles
from tests.promises.a_year import GLANCED, READ, World, a_world, differing_days, live_through
from tests.promises.outsider import Outsider, public_rules, told_apart

# What answers nothing to a visitor of this place, and why.
SILENT = {
    "/aloud/<language>": "only where the site has recordings, or a voice made ahead",
    "/aloud/<language>/<key>.wav": "the same",
    "/kiosk/outbox": "only a screen that was enrolled",
    "/kiosk/sounds/<language>": "the same",
    "/metrics": "asks for the operator's word",
    "/ballots/<number:number>/wall-list": "only where everyone sees the ballots",
    "/ledger/elections/<number:number>/checkpoint": "only where everyone sees the ballots",
    "/ledger/elections/<number:number>/key": "only where everyone sees the ballots",
    "/ledger/elections/<number:number>/tile/<path:rest>": "only where everyone sees the ballots",
}


def test_three_years_that_differ_in_what_is_hidden_read_the_same(
    sqlite_files: SQLiteFiles, postgresql: PostgreSQL, tmp_path: Path
) -> None:
    """One of the three lies in PostgreSQL: what is public does not tell that either."""
    urls = (sqlite_files.fresh(), postgresql.fresh(), sqlite_files.fresh())
    worlds = [lived(more, url, tmp_path) for more, url in enumerate(urls)]
    try:
        assert told_apart(*(world.outsider for world in worlds)) == {}
        assert len({tuple(sorted(world.urgent.items())) for world in worlds}) == FLOOR, "they do differ"
        assert differing_days(worlds) - {*READ, *GLANCED} == set(), "each day on which anything differs is read"
        first = worlds[0].outsider
        public = public_rules(worlds[0].app)
        assert {name for name, rule in public.items() if rule.endpoint not in first.answered} == SILENT.keys()
        for world in worlds:
            assert_nothing_is_worked_out(world)
    finally:
        postgresql.drop()


def test_a_day_on_which_one_row_more_is_written_is_found() -> None:
    """The control of the days: a table with a row more on one day, and a row that only moved."""
    same = {1: Counter(held=1), 2: Counter(held=1, message=1), 3: Counter(message=2)}
    others = ({**same, 2: Counter(held=2, message=1)}, {**same, 3: Counter(message=1, gone=1)})
    worlds = [cast("World", SimpleNamespace(stock=stock)) for stock in (same, same, *others)]
    assert differing_days(worlds[:2]) == set()
    assert differing_days([worlds[0], worlds[2]]) == {2, 3}, "and the day on which it is as before"
    assert differing_days([worlds[0], worlds[3]]) == {3}


def lived(more: int, url: str, folder: Path, **days: Any) -> World:
    with a_world(more, url, folder / f"home {more}") as world:
        live_through(world, **days)
    return world


# The solver. It knows the program and every public line.

Ranges = dict[date, tuple[int, int]]


def each_day(lines: Mapping[date, int]) -> Ranges:
    """Return between which numbers of messages each day may have had, by its lines alone."""
    return {day: (number - BATCH + 1 if number > BATCH else 0, number) for day, number in lines.items()}


def months_that_fit(told: int, lines: Iterable[int]) -> list[int]:
    """Try every number of messages, and keep those of which the program would have told the same."""
    lines = list(lines)
    days = each_day({date.fromordinal(n + 1): number for n, number in enumerate(lines)}).values()
    least, most = sum(low for low, _ in days), sum(high for _, high in days)
    return [number for number in range(least, most + 1) if summing_up.about(number, lines) == told]


def narrowed(days: Ranges, months: list[int]) -> Ranges:
    """Return the numbers each day may have had, when all days together had one of *months*."""
    least, most = sum(low for low, _ in days.values()), sum(high for _, high in days.values())
    return {
        day: (max(low, min(months) - most + high), min(high, max(months) - least + low))
        for day, (low, high) in days.items()
    }


def told_months(outsider: Outsider) -> Iterator[tuple[int, Mapping[date, int]]]:
    """Yield what each summary told, with the lines of the days of its month."""
    facts = outsider.lines["intake"]
    for told in (each for each in facts if each.get("kind") == "summary"):
        days = [date.fromisoformat(each["day"]) for each in facts if str(each.get("day", "")).startswith(told["month"])]
        yield told["at_least"], {day: days.count(day) for day in days}


def assert_nothing_is_worked_out(world: World) -> None:
    """Each month, and each day of it, keeps as many numbers as the floor asks for, and the true one is among them."""
    months = [(told, lines) for told, lines in told_months(world.outsider) if lines]  # The place began in the second.
    assert len(months) > 9
    assert {told for told, _ in months} == {0, 10}
    for told, lines in months:
        fits = months_that_fit(told, lines.values())
        assert len(fits) >= FLOOR
        for low, high in narrowed(each_day(lines), fits).values():
            assert high - low + 1 >= FLOOR


@pytest.mark.parametrize("days", [1, 2, 5, 28])
def test_no_number_of_messages_gives_a_day_of_its_month_away(days: int) -> None:
    """Every number that so many days of 8, 16 or 24 lines can have had."""
    for some in itertools.combinations_with_replacement((8, 16, 24), min(days, 5)):
        lines = [8] * (days - len(some)) + list(some)
        ranges = each_day({date.fromordinal(n + 1): number for n, number in enumerate(lines)})
        least, most = (sum(each[side] for each in ranges.values()) for side in (0, 1))
        for told in {summing_up.about(number, lines) for number in range(least, most + 1)}:
            fits = months_that_fit(told, lines)
            assert len(fits) >= FLOOR
            assert all(high - low + 1 >= FLOOR for low, high in narrowed(ranges, fits).values()), (told, lines)


def test_a_number_told_as_it_is_gives_a_feast_away() -> None:
    """The control of the solver: nine in a month, and one day with sixteen lines."""
    ranges = each_day({date.fromordinal(n + 1): number for n, number in enumerate([8] * 27 + [16])})
    assert set(narrowed(ranges, [9]).values()) == {(0, 0), (9, 9)}
    under_ten = [number for number in range(9, 28 * 8) if number < 10]  # No better: sixteen lines say nine or more.
    assert set(narrowed(ranges, under_ten).values()) == {(0, 0), (9, 9)}


# The control of the reading: a page, a header, a length, a feed that tells, each is found, on the day it tells.


def count_of(*where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(Message).where(*where)) or 0


URGENT = (Message.audience == Audience.URGENT,)
GONE = (Message.state == MessageState.EXPIRED,)
LEAKS: dict[str, Callable[[], Response]] = {
    "plain": lambda: Response(f"<p>Urgent: {count_of(*URGENT)}</p>", mimetype="text/html"),
    "running-total": lambda: Response(f"Gone: {count_of(*GONE)}"),
    "header": lambda: Response("all is well", headers={"X-Waits": str(count_of(*URGENT))}),
    "length": lambda: Response(" " * count_of(*URGENT)),
    "another": lambda: Response(f'{{"ten_less": {10 - count_of(*URGENT)}}}', mimetype="application/json"),
    "honest": lambda: Response("nothing"),
}
WEEKS = 8 * 7


def leaking(world: World) -> None:
    """Add pages that tell, to a program that has never heard of them."""
    world.app._got_first_request = False
    for name, leak in LEAKS.items():
        view = requires(Permission.READ_RECORD)(leak)
        world.app.add_url_rule(f"/leaks/{name}", f"leak {name}", view)


def test_whatever_tells_is_found(
    sqlite_files: SQLiteFiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    monkeypatch.setattr(rules, "padding_for", lambda messages: 0 if messages else 1)  # As long as it is.
    with ExitStack() as open_:
        worlds = [open_.enter_context(a_world(n, sqlite_files.fresh(), tmp_path / f"home {n}")) for n in (0, 1)]
        for world in worlds:
            leaking(world)
            live_through(world, days=WEEKS, read=[9, 43, 50], glanced=[])
        found = told_apart(*(world.outsider for world in worlds))
    assert {name.partition("/leaks/")[2] for name in found} - {""} == LEAKS.keys() - {"honest"}
    assert {name[:10] for name in found if name.endswith("running-total")} == {"2026-02-17", "2026-02-24"}
    assert any("/ledger/intake/tile/entries" in name for name in found)
