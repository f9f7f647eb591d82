"""One history of the tables, for SQLite and PostgreSQL alike. Forward only: back up first."""

import importlib
import importlib.util

from alembic import context
from flask import current_app

from governance import database

PACKAGES = (
    "ledger", "people", "board", "places", "feedback", "proposals", "ballots", "decisions", "responses", "publishing",
)  # fmt: skip

for package in PACKAGES:
    if importlib.util.find_spec(f"governance.{package}.models"):
        importlib.import_module(f"governance.{package}.models")
importlib.import_module("governance.schedule")


def render_item(kind, thing, autogen_context):
    """Write our own column types into a migration as what they are in the database."""
    if kind == "type" and isinstance(thing, database.UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


with database.db.engine.connect() as connection, database.writing():
    context.configure(
        connection=connection,
        target_metadata=current_app.extensions["migrate"].db.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
    )
    with context.begin_transaction():
        context.run_migrations()
