"""A database of an older version, with a row in each of its tables, comes to the newest one with every row in it."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from governance.packages import import_tables
from governance.storage import database
from tests.databases import migrate, on_both
from tests.older import a_value, reflected

OLDER = ("0004", "0005", "0006")
CALLED_OFF = {"id": 2, "number": 2, "cancelled_reason": "Too few were here.", "manifest": None}
# What a column said stands somewhere else since: a rule in the kind of vote, HTML in the words it was made from.
LET_GO = {
    ("ballot", "rule"), ("proposal_version", "ask_html"), ("proposal_version", "why_html"), ("record", "asked_html"),
    ("kiosk", "key_hash"), ("programme", "answer_days"), ("programme", "first_word_days"),
    ("record", "why_html"), ("response", "body_html"),
}  # fmt: skip
Rows = dict[str, list[dict[str, Any]]]


@pytest.mark.parametrize("revision", on_both(OLDER, ["0004"]))
def test_every_row_is_there_after_an_upgrade_and_the_models_read_it(empty_database_url: str, revision: str) -> None:
    import_tables()
    migrate(empty_database_url, revision)
    engine = sa.create_engine(empty_database_url)
    a_row_in_each_table(engine)
    before = rows_of(engine)
    assert {"programme", "ballot", "count", "roll", "box", "message", "held", "bundle"} <= before.keys()

    migrate(empty_database_url)

    after = rows_of(engine)
    for table, rows in before.items():
        for old, new in zip(rows, after[table], strict=True):
            kept = {name: value for name, value in old.items() if (table, name) not in LET_GO}
            assert kept == {name: new[name] for name in kept}, table
    assert [row["kind"] for row in after["ballot"]] == ["majority", "majority"]
    assert [row["partner"] for row in after["ballot"]] == [None, None]
    assert [row["with_recovery"] for row in after["count"]] == [False]
    assert read_by_the_models(engine) == {table: len(rows) for table, rows in before.items()}
    assert points_nowhere(engine) == []
    engine.dispose()


@pytest.mark.of_one_database
def test_a_vote_that_is_going_on_stops_the_upgrade_and_nothing_is_changed(empty_database_url: str) -> None:
    it_stops(empty_database_url, "0005", "DELETE FROM count", "Vote 1 is not counted")


def test_a_row_that_points_nowhere_stops_the_upgrade_on_sqlite(sqlite_files: Any) -> None:
    astray = "UPDATE roll SET account_id = 99"
    it_stops(sqlite_files.empty(), "0006", astray, r"Rows point to what is not there, in: .*roll")


def it_stops(url: str, revision: str, change: str, sentence: str) -> None:
    """Fill a database of a *revision*, *change* it, and see an upgrade stop with the *sentence*, all as it was."""
    migrate(url, revision)
    engine = sa.create_engine(url)
    a_row_in_each_table(engine)
    with engine.begin() as connection:
        connection.execute(sa.text(change))
    before = rows_of(engine)
    with pytest.raises(SystemExit, match=sentence):
        migrate(url)
    assert rows_of(engine) == before
    engine.dispose()


def a_row_in_each_table(engine: sa.Engine) -> None:
    """Fill a database: one row in each table, each pointing to the others, and a ballot that was called off."""
    tables, checks = reflected(engine), sa.inspect(engine)
    with engine.begin() as connection:
        for table in tables.sorted_tables:
            words = " ".join(each["sqltext"] for each in checks.get_check_constraints(table.name))
            row = {column.name: a_value(column, words) for column in table.columns}
            connection.execute(table.insert().values(row))
            if table.name == "ballot":
                connection.execute(table.insert().values({**row, **CALLED_OFF}))


def points_nowhere(engine: sa.Engine) -> list[Any]:
    """Return the rows that point to a row which is not there. PostgreSQL lets none come about, in migrations too."""
    if engine.dialect.name != "sqlite":
        return []
    with engine.connect() as connection:
        return list(connection.execute(sa.text("PRAGMA foreign_key_check")))


def rows_of(engine: sa.Engine) -> Rows:
    """Return all rows of all tables that have any, in the order of their keys."""
    with engine.connect() as connection:
        found = {
            table.name: [dict(row._mapping) for row in connection.execute(table.select().order_by(*table.primary_key))]
            for table in reflected(engine).sorted_tables
        }
    return {name: rows for name, rows in found.items() if rows}


def read_by_the_models(engine: sa.Engine) -> dict[str, int]:
    """Return how many rows of each table come back as the program's own objects."""
    mappers = list(database.db.Model.registry.mappers)
    with Session(engine) as session:
        found = {mapper.local_table.name: len(session.scalars(sa.select(mapper)).all()) for mapper in mappers}
    return {name: number for name, number in found.items() if number}
