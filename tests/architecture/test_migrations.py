"""Models and migrations say the same, on both databases; what participants send lies in tables without row numbers."""

from __future__ import annotations

from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect, text

from governance.assets import folder
from governance.packages import import_tables
from governance.storage import database
from governance.storage.revisions import known_revisions, newest_revision

WITHOUT_ROW_NUMBERS = (
    "held",
    "message",
    "form_token",
    "follow_up",
    "reply",
    "theme_message",
    "quote",
    "tombstone",
    "roll",
    "box",
    "card_drop",
    "card_key",
    "voided_card",
    "paper_entry",
    "co_signed",
)


def test_the_migrations_are_one_line_and_each_file_is_named_by_its_number() -> None:
    scripts = ScriptDirectory(str(folder("migrations")))
    assert len(scripts.get_heads()) == len(scripts.get_bases()) == 1, (
        "two follow the same one: let one follow the other"
    )
    line = list(scripts.walk_revisions())
    assert not any(each.is_merge_point for each in line)
    assert len(line) == len(list((folder("migrations") / "versions").glob("*.py")))
    for each in line:
        assert f"{Path(each.path).stem}_".startswith(f"{each.revision}_"), each.path
        assert len(each.revision) <= 32, "what the database's own table takes"


def test_the_program_knows_the_migrations_that_alembic_knows() -> None:
    scripts = ScriptDirectory(str(folder("migrations")))
    assert newest_revision() == scripts.get_current_head()
    assert known_revisions() == {each.revision for each in scripts.walk_revisions()}


def test_the_migrations_build_what_the_models_declare(database_url: str) -> None:
    import_tables()
    engine = create_engine(database_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, database.db.Model.metadata) == []
    engine.dispose()


def test_checks_and_uniques_are_the_same_too(database_url: str, empty_database_url: str) -> None:
    import_tables()
    migrated, declared = create_engine(database_url), create_engine(empty_database_url)
    database.db.Model.metadata.create_all(declared)
    here, there = inspect(migrated), inspect(declared)
    for table in there.get_table_names():
        for facts in ("get_check_constraints", "get_unique_constraints", "get_foreign_keys", "get_indexes"):
            names = [sorted(str(row["name"]) for row in getattr(side, facts)(table)) for side in (here, there)]
            assert names[0] == names[1], f"{table} {facts}"
    migrated.dispose()
    declared.dispose()


def test_nothing_a_participant_sends_has_a_row_number(database_url: str) -> None:
    engine = create_engine(database_url)
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            for table in WITHOUT_ROW_NUMBERS:
                made = connection.execute(
                    text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": table}
                ).scalar_one()
                assert "WITHOUT ROWID" in made, table
    columns = inspect(engine)
    for table in WITHOUT_ROW_NUMBERS:
        numbered = [c["name"] for c in columns.get_columns(table) if c.get("autoincrement") is True]
        assert numbered == [], table
    engine.dispose()
