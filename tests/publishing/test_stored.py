"""What /promises says is stored is what is stored: every column of every intake and ballot table, and of drafts."""

from __future__ import annotations

from sqlalchemy import JSON, Date, DateTime

from governance.packages import import_tables
from governance.people.models import Asked
from governance.permissions.access import Permission
from governance.permissions.roles import ROLE_WORDS, Role
from governance.publishing.service import permissions, stored
from governance.publishing.service.permissions import EVERYONE_WORDS
from governance.storage.database import db

TABLES = frozenset({
    "batch", "batch_message",
    "held", "message", "moved", "intake_leaf", "form_token", "follow_up", "reply", "theme", "theme_message", "quote",
    "hide_request", "tombstone", "urgent_action", "taken_once", "ballot", "roll", "box", "key_part", "count",
    "card_drop", "card_key", "voided_card", "paper_entry",
    "bundle", "co_signed", "asked", "flood_mark",
})  # fmt: skip
# What is being written, which screens there are, who asks for a worker, and what the board asks.
BESIDE = frozenset({"draft", "kiosk", "kiosk_call", "question"})
FEEDBACK_AND_BALLOTS = ("governance.feedback.models", "governance.ballots.models")


def columns_of(table: str) -> set[str]:
    return {column.name for column in db.Model.metadata.tables[table].columns}


def test_every_table_of_intake_and_ballots_is_on_the_list() -> None:
    import_tables()
    theirs = {
        mapper.local_table.name
        for mapper in db.Model.registry.mappers
        if mapper.class_.__module__ in FEEDBACK_AND_BALLOTS or mapper.class_ is Asked
    }
    assert theirs == TABLES
    assert {table.name for table in stored()} == TABLES | BESIDE


def test_every_column_is_on_the_list_and_the_list_names_no_other() -> None:
    import_tables()
    for table in stored():
        assert {column.name for column in table.columns} == columns_of(table.name), table.name
        assert all(column.meaning for column in table.columns)


def test_the_list_says_how_fine_each_time_is() -> None:
    import_tables()
    for table in stored():
        for column in table.columns:
            kind = db.Model.metadata.tables[table.name].columns[column.name].type
            moment = isinstance(getattr(kind, "impl", kind), DateTime)
            assert moment == (column.time in ("set time", "quarter")), f"{table.name}.{column.name}"
            if isinstance(kind, Date):
                assert column.time in ("day", "week", "month"), f"{table.name}.{column.name}"
                assert (column.name == "week") == (column.time == "week")
            elif isinstance(kind, JSON):  # It may hold a day, as part of what it says.
                assert column.time in ("none", "month", "day"), f"{table.name}.{column.name}"
            elif not moment:
                assert column.time in ("none", "month"), f"{table.name}.{column.name}"


def test_who_may_do_what_names_every_role_and_every_permission() -> None:
    assert {*EVERYONE_WORDS, *ROLE_WORDS} == set(Role)
    assert len(permissions()) == len(Role)
    said = {what for role in permissions() for what in role.may}
    assert said == {permission.words for permission in Permission}
