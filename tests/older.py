"""A database of an older version, and a programme with a year's data in one, for tests of the upgrade."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from governance.people.service import notice_marks
from tests.databases import migrate
from tests.factories import Founded
from tests.server import Installation

FIRST = UUID(int=1)
OPENS = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)
GIVEN = {
    ("ballot", "rule"): "majority",
    ("ballot", "closes_at"): OPENS + dt.timedelta(days=3),
    ("ballot", "cancelled_reason"): None,
    ("ballot", "manifest"): {"election": "here/ballot-1", "binding": False},
    ("ballot", "tellers"): [1, 2],
    ("count", "counts"): {"yes": 3, "no": 1},
    ("duty", "theme_id"): None,
    ("intake_key", "audience"): "everyone",
    ("intake_key", "public"): bytes(32),
    ("pause", "until"): OPENS.date() + dt.timedelta(days=3),
    ("quote", "withdrawn"): False,
    ("quote", "text"): "What was said.",
    ("record", "adopted_on"): None,
}
OF_TYPE: dict[Any, Any] = {
    sa.Boolean: True,
    sa.Integer: 1,
    sa.DateTime: OPENS,
    sa.Date: OPENS.date(),
    sa.LargeBinary: b"\x00\xff",
    sa.JSON: {"a": [1]},
}
WEEKS = 52
SEALED = bytes(range(256)) * 3  # As long as what a short message is sealed to.
INTO = """
INSERT INTO message (id, tag, week, sealed, audience, consent, state, intake_key_id)
SELECT id, {tag}, {week}, :sealed, 'everyone', 'idea', 'live', (SELECT id FROM intake_key LIMIT 1) FROM {made}
"""
MESSAGES = {
    # By their names, as they lie in the table: each page of it is written once.
    "sqlite": INTO.format(
        tag="randomblob(32)",
        week="date(:first, (at % :weeks * 7) || ' days')",
        made="""(WITH RECURSIVE made(at) AS (SELECT 0 UNION ALL SELECT at + 1 FROM made WHERE at < :number)
        SELECT at, lower(hex(randomblob(16))) AS id FROM made WHERE at < :number ORDER BY 2)""",
    ),
    "postgresql": INTO.format(
        tag="sha256(uuid_send(id))",
        week="CAST(:first AS date) + at % CAST(:weeks AS integer) * 7",
        made="(SELECT at, gen_random_uuid() AS id FROM generate_series(0, CAST(:number AS integer) - 1) AS at) AS made",
    ),
}


def an_older_programme(here: Installation, newest: str, revision: str, messages: int = 5000) -> Founded:
    """Found a programme *here* whose tables are of *revision*, a year old. *newest* names an empty database for it.

    What the founding wrote is copied column by column, as far as the older tables have them.
    """
    there = replace(here, database=newest)
    founded, _ = there.found()
    there.close()
    url = here.environ["GOVERNANCE_DATABASE"]
    migrate(url, revision)
    new, old = sa.create_engine(newest), sa.create_engine(url)
    with new.connect() as source, old.begin() as target:
        copy(source, target)
        a_year_of_votes(target)
        put_messages(target, messages)
    new.dispose()
    old.dispose()
    (founded.keys.path / f".{notice_marks.NOTE}").unlink()  # An older program noted nothing of notices.
    return founded


def copy(source: sa.Connection, target: sa.Connection) -> None:
    """Copy every row that the older tables of *target* have a place for, with values for what they alone have."""
    new = reflected(source)
    for table in reflected(target).sorted_tables:
        names = [column.name for column in table.columns if column.name in new.tables[table.name].columns]
        lost = [each for each in table.columns if each.name not in names and not each.nullable and not each.primary_key]
        older = {each.name: a_value(each, "") for each in lost if each.server_default is None}
        rows = source.execute(sa.select(*(new.tables[table.name].columns[name] for name in names)))
        if found := [older | dict(row._mapping) for row in rows]:
            target.execute(table.insert(), found)


def a_year_of_votes(target: sa.Connection) -> None:
    """Put a vote a week into the older tables, called off after long talk, so that none has to be counted."""
    tables, checks = reflected(target).tables, sa.inspect(target)
    account = target.scalar(sa.select(sa.func.min(tables["account"].columns.id)))
    for name in ("proposal", "ballot"):
        words = " ".join(each["sqltext"] for each in checks.get_check_constraints(name))
        pattern = {column.name: a_value(column, words) for column in tables[name].columns}
        people = [each.parent.name for each in tables[name].foreign_keys if each.column.table.name == "account"]
        pattern |= dict.fromkeys(people, account)
        rows = [{**pattern, "id": number, "number": number} for number in range(1, WEEKS + 1)]
        if name == "ballot":
            rows = [row | {"cancelled_reason": "We went on talking. " * 5000} for row in rows]
        target.execute(tables[name].insert(), [{key: row[key] for key in pattern} for row in rows])


def put_messages(target: sa.Connection, number: int) -> None:
    """Put *number* released messages into the older tables, spread over a year. The database makes them up itself."""
    kind = target.dialect.name
    if kind == "sqlite":
        target.exec_driver_sql("PRAGMA cache_size = -500000")  # In KiB. Random keys lie all over the index.
    facts = {"number": number, "first": "2026-01-05", "weeks": WEEKS, "sealed": SEALED}
    target.execute(sa.text(MESSAGES[kind]), facts)


def a_value(column: sa.Column[Any], checks: str) -> Any:
    """Return what a column takes: what is given for it, the first word that its check allows, or one of its type."""
    if (column.table.name, column.name) in GIVEN:
        return GIVEN[column.table.name, column.name]
    allowed = re.search(rf"\b{column.name}\b\S* (?:IN|= ANY)[^']*'(\w+)'", checks)
    if allowed:
        return allowed[1]
    kind = column.type
    if isinstance(kind, sa.Uuid):
        return FIRST
    if isinstance(kind, sa.String):
        return FIRST.hex if isinstance(kind, sa.CHAR) else "a word"
    return next(value for of_type, value in OF_TYPE.items() if isinstance(kind, of_type))


def reflected(engine: sa.Engine | sa.Connection, only: Sequence[str] | None = None) -> sa.MetaData:
    """Return the tables as the database has them, without the one that says their version."""
    tables = sa.MetaData()
    tables.reflect(engine, only=only)
    if only is None:
        tables.remove(tables.tables["alembic_version"])
    return tables
