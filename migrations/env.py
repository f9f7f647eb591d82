"""One history of the tables, for SQLite and PostgreSQL alike. Forward only: back up first."""

from contextlib import contextmanager

from alembic import context
from flask import current_app
from sqlalchemy import column, inspect, literal, select, table

from governance.packages import import_tables
from governance.storage import database

import_tables()


def render_item(kind, thing, autogen_context):
    """Write our own column types into a migration as what they are in the database."""
    if kind == "type" and isinstance(thing, database.UTCDateTime):
        return "sa.DateTime(timezone=True)"
    return False


@contextmanager
def tables_may_be_made_anew(connection):
    """Let SQLite drop a table that others point to: a changed one is copied, dropped, and the copy takes its name.

    It holds outside a transaction alone, so it is said to the driver before one begins and after it ended (SQLite,
    "Making Other Kinds Of Table Schema Changes", steps 1 and 12). No migration can rely on ON DELETE.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    driver = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()
        driver.execute("PRAGMA foreign_keys=ON")


def wait_for_nobody(connection):
    """Let one program at a time migrate PostgreSQL, and wait a moment at most for a table that others use.

    Whoever waits for a table keeps all behind it that come later. What was not free is tried again from the beginning.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = {database.MIGRATION_WAITS}")
        connection.exec_driver_sql("SELECT pg_advisory_xact_lock(hashtext('alembic_version'))")


def astray(connection):
    """Return the tables of SQLite with a row that points to what is not there.

    PRAGMA foreign_key_check reads each row whole, and a million messages for two seconds in which nobody is served.
    Where one column points to another, an index has it, and the rest of the row is left alone.
    """
    found, inspector = set(), inspect(connection)
    names = inspector.get_table_names()
    for name in names:
        for key in inspector.get_foreign_keys(name):
            points, parent, to = key["constrained_columns"], key["referred_table"], key["referred_columns"]
            if len(points) == len(to) == 1 and parent in names:
                rows = connection.execute(pointing_nowhere(name, points[0], parent, to[0]))
            else:
                rows = connection.exec_driver_sql(f'PRAGMA foreign_key_check("{name}")')
            if rows.first():
                found.add(name)
    return sorted(found)


def pointing_nowhere(name, points, parent, to):
    """Return the query of a row of *name* whose column *points* holds what no row of *parent* has as its *to*.

    A value is looked for once, however many rows have it: a million messages have the key of their week.
    """
    from_here, there = table(name, column(points)), table(parent, column(to)).alias("there")
    known = select(there.c[to]).where(there.c[to].is_not(None))
    values = select(from_here.c[points]).distinct().subquery()
    found = values.c[points]
    return select(literal(1)).select_from(values).where(found.is_not(None), found.not_in(known)).limit(1)


def check_that_all_rows_point_somewhere(connection):
    """Stop an upgrade of SQLite after which a row points to one that is not there (step 10); nothing is changed."""
    tables = astray(connection) if connection.dialect.name == "sqlite" else []
    if tables:
        raise SystemExit(
            f"Rows point to what is not there, in: {', '.join(tables)}. Nothing was changed. Use your backup."
        )


with database.db.engine.connect() as connection, database.writing(), tables_may_be_made_anew(connection):
    context.configure(
        connection=connection,
        target_metadata=current_app.extensions["migrate"].db.metadata,
        render_as_batch=True,
        render_item=render_item,
        compare_type=True,
        transactional_ddl=True,  # On SQLite too: `database.prepare` sends BEGIN. All of it or nothing.
    )
    with context.begin_transaction():
        wait_for_nobody(connection)
        if look := current_app.extensions["migrate"].configure_args.get("look"):
            look(connection)
        context.run_migrations()
        check_that_all_rows_point_somewhere(connection)
