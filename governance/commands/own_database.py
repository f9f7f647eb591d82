"""Whether the database is the one that the keys belong to. Nothing is made, and no sentence repeats its address."""

from __future__ import annotations

from pathlib import Path

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import func, inspect, select

from governance.assets import folder
from governance.database import db
from governance.errors import NotReady
from governance.ledger import service as ledger
from governance.people import service as people
from governance.places.models import Programme

NOT_FINISHED = "The founding of this programme was not finished. Run again: governance init"
NEWER = "The tables are of a newer version of the program. Install that version, or go back to the backup from before."


def check(app: Flask) -> None:
    """Refuse a database that is not there, is newer than the program, or is not the one of these keys: NotReady."""
    keys = app.extensions["keyfolder"]
    with app.app_context():
        if (missing := missing_file()) and not keys.half_founded:
            raise NotReady(
                f"There is no database {missing}, and the key folder holds a programme's keys. "
                "Check GOVERNANCE_DATABASE, or bring the database back from a backup."
            )
        if not missing and is_newer():
            raise NotReady(NEWER)
        if missing or not holds_a_programme():
            raise NotReady(
                NOT_FINISHED
                if keys.half_founded
                else "The database holds no programme, and the key folder holds one's keys. Check GOVERNANCE_DATABASE."
            )
        keys.end_founding()
        anchor = keys.read(people.ANCHOR)
        if anchor is not None and not people.chain_begins_with(db.session, anchor):
            raise NotReady(
                "The database and the key folder are of two programmes. Check GOVERNANCE_DATABASE and GOVERNANCE_KEYS."
            )


def check_nothing_is_missing(app: Flask) -> None:
    """Refuse a database of which more was signed than it holds: NotReady. What is signed next would be a fork."""
    with app.app_context():
        for each in ledger.behind(db.session, app.extensions["keyfolder"]):
            raise NotReady(f"{each} {ledger.OLDER}")


def missing_file() -> Path | None:
    """Return the file of a SQLite database that is not there. To look for it by asking SQLite would make it."""
    url = db.engine.url
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith("file:"):
        return None
    path = Path(url.database)
    return None if path.exists() else path


def holds_a_programme() -> bool:
    """Whether somebody founded a programme in the database, whichever version of its tables it has."""
    if missing_file():
        return False
    with db.engine.connect() as connection:
        if not inspect(connection).has_table(Programme.__tablename__):
            return False
        return connection.execute(select(func.count()).select_from(Programme)).scalar_one() > 0


def revision() -> str | None:
    """Return the migration that the tables are at."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Return the newest migration that this program knows."""
    return ScriptDirectory(str(folder("migrations"))).get_current_head()


def is_newer() -> bool:
    """Whether the tables are at a migration that this program does not know."""
    here = revision()
    known = {each.revision for each in ScriptDirectory(str(folder("migrations"))).walk_revisions()}
    return here is not None and here not in known
