"""Whether the database is the one that the keys belong to. Nothing is made, and no sentence repeats its address."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from sqlalchemy import Connection, MetaData, Table, func, inspect, select

from governance.backup import raw_copy, rows
from governance.keys.keyfolder import current
from governance.ledger import service as ledger
from governance.people import service as people
from governance.places.models import Programme
from governance.programme import witnessing
from governance.ruling.errors import NotReady
from governance.storage import database
from governance.storage.database import db
from governance.storage.revisions import known_revisions, revision

NOT_FINISHED = "The founding of this programme was not finished. Run again: governance init"
MOVED = "moved"  # Stands where the version of the tables stood.
NEWER = (
    "The tables are of a newer version of the program. Install that version again, or restore a backup from before the "
    "upgrade into an empty place: governance restore FILE"
)


def check(app: Flask) -> None:
    """Refuse a database that is not there, is newer than the program, or is not the one of these keys: NotReady."""
    keys = app.extensions["keyfolder"]
    with app.app_context():
        if (missing := missing_file()) and not keys.half_founded:
            raise NotReady(
                f"There is no database {missing}, and the key folder holds a programme's keys. "
                "Check GOVERNANCE_DATABASE, or bring the database back from a backup."
            )
        if not missing:
            check_version()
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
    """Refuse a database of which more was signed than it holds: NotReady. What is signed next would be a fork.

    The key folder is asked, and then the witnesses: that folder may come from the same old copy of a machine.
    """
    with app.app_context():
        for each in ledger.behind(db.session, app.extensions["keyfolder"]):
            raise NotReady(f"{each} {ledger.OLDER}")
        witnessing.check_nobody_knows_more()


def check_version() -> None:
    """Refuse tables of a newer program, and a database that was moved elsewhere. Raises NotReady."""
    if (here := revision()) == MOVED:
        raise NotReady("The programme was moved to another database. Name that one in GOVERNANCE_DATABASE.")
    if here is not None:
        check_known(here)


def check_known(here: str) -> None:
    """Refuse tables of a revision that this program does not know. Raises NotReady."""
    if here not in known_revisions():
        raise NotReady(NEWER)


def check_is_empty() -> None:
    """Refuse a database that holds anything but empty tables of this program. Raises NotReady."""
    if missing_file():
        return
    with db.engine.connect() as connection:
        ours = inspect(connection).has_table(rows.VERSION_TABLE)
        found = rows.tables(connection)
        if found and not (ours and all(next(rows.walk(connection, table), None) is None for table in found)):
            raise NotReady("The database is not empty. Nothing was changed. Name an empty one.")


def wipe() -> None:
    """Take all tables out of the database, so that they are made anew, and what an upgrade left beside them."""
    raw_copy.sweep(db.engine)
    for copy in raw_copy.left(db.engine):
        raw_copy.let_go(db.engine, copy, current())
    left = MetaData()
    left.reflect(bind=db.engine)
    with database.writing():
        left.drop_all(db.engine)


def mark_as_moved(connection: Connection) -> None:
    """Let nobody serve this database any more; what it holds stays."""
    version = Table(rows.VERSION_TABLE, MetaData(), autoload_with=connection)
    connection.execute(version.update().values(version_num=MOVED))


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
