"""`governance move`: the whole programme goes from one database into another, of either kind.

Keys and ledgers stay as they are. What was moved cannot be served by mistake: the old database is kept, and marked.
"""

from __future__ import annotations

import os

import click
from flask import Flask
from sqlalchemy import Connection

from governance import create_app
from governance.backup import raw_copy, rows
from governance.commands import own_database, running
from governance.commands.app import a_founded_app
from governance.programme import daily_backup
from governance.ruling.errors import NotReady
from governance.storage import database
from governance.storage.database import db
from governance.storage.revisions import revision


@click.command()
@click.argument("address")
def move(address: str) -> None:
    """Move the programme into the empty database at ADDRESS. Stop the program first.

    ADDRESS is written as in GOVERNANCE_DATABASE: postgresql+psycopg://… or sqlite:////…
    """
    app = a_founded_app()
    own_database.check(app)
    own_database.check_nothing_is_missing(app)
    settings = app.config["SETTINGS"]
    there = create_app({**os.environ, "GOVERNANCE_SECRET": settings.secret, "GOVERNANCE_DATABASE": address})
    with running.stopped(settings.home), app.app_context():
        running.check_nobody_else_is_in(db.engine)
        daily_backup.seal_what_waits(app)  # Nobody does a round on the old database any more.
        here = revision()
        with there.app_context():
            own_database.check_is_empty()
            own_database.wipe()
            database.bring_to(here or "head")
        with database.writing(), db.engine.begin() as old:
            moved = _copied(old, there)
            own_database.mark_as_moved(old)
        for copy in raw_copy.left(db.engine):
            raw_copy.let_go(db.engine, copy, app.extensions["keyfolder"])
    click.echo(f"{moved} rows are in their new place, each as it was.")
    click.echo("Set GOVERNANCE_DATABASE to the new address, and run: governance doctor")
    click.echo("The old database is kept and can no longer be served. Delete it when all is well.")


def _copied(old: Connection, there: Flask) -> int:
    """Copy every row in one transaction, hold the sums against each other, and return how many there are."""
    wanted = {}
    with there.app_context(), db.engine.begin() as new:
        places = {table.name: table for table in rows.tables(new)}
        for table in rows.tables(old):
            total = wanted[table.name] = rows.Sum()
            rows.put(new, places[table.name], total.adding(rows.walk(old, table)))
        if rows.sums(new) != wanted:
            raise NotReady("What came in is not what was there. Nothing was moved. Run: governance doctor")
    return sum(each.count for each in wanted.values())
