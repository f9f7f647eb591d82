"""Tables of an older version are brought up to date, with a backup from before, since the way back is a restore."""

from __future__ import annotations

import time
from pathlib import Path

import click
from flask import Flask
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from governance import clock
from governance.backup import making
from governance.commands import own_database
from governance.commands.app import migrate_to_newest
from governance.errors import NotReady
from governance.keyfolder import RECOVERY
from governance.revisions import known_revisions, newest_revision, revision

TRIES = 30
SECONDS_BETWEEN_TRIES = 1
IS_BUSY, IS_FULL = "55P03", "53100"  # PostgreSQL, Appendix A: lock_not_available, disk_full
BUSY = "Another program works in the database, so the tables cannot be made new yet. End it, or wait."
FULL = "The disk of the database is full, so the tables cannot be made new yet. Free some space."
MADE_BEFORE = "a backup from before"  # In the app: for which version of the tables this process has made one.
KEPT_BEFORE = (
    "The tables are of an older version and are brought up to date. How they were is kept in {}. "
    "To go back, install the version before and restore that backup: governance restore FILE"
)
NO_KEY = (
    "No backup was made before the tables change: the key folder holds no recovery key to seal it to. "
    "They change all at once or not at all."
)


def held_up_by(error: OperationalError) -> str:
    """Return what keeps the tables from being made new, and what to do about it; "" where it is something else."""
    state = getattr(error.orig, "sqlstate", None) or getattr(error.orig, "sqlite_errorname", None)
    return {IS_BUSY: BUSY, "SQLITE_BUSY": BUSY, IS_FULL: FULL, "SQLITE_FULL": FULL}.get(str(state), "")


def is_due(app: Flask) -> bool:
    """Whether the tables are of an older version. What cannot be looked at is not; to look makes no database."""
    with app.app_context():
        try:
            return not own_database.missing_file() and revision() in known_revisions() - {newest_revision()}
        except SQLAlchemyError:
            return False


def bring_up_to_date(app: Flask) -> None:
    """Bring the tables to the newest version, a backup first. Nothing is done where they are new.

    Where it is tried again, the backup of the first try stands: meanwhile this server takes nothing.
    Raises NotReady when the backup cannot be written, OperationalError when the database is held or full; the tables
    are left as they were.
    """
    with app.app_context():
        here = revision()
    if here == newest_revision():
        return
    if here is not None and app.extensions.get(MADE_BEFORE) != here:
        click.echo(_back_up(app))
        app.extensions[MADE_BEFORE] = here
    _migrate_between_others(app)


def _back_up(app: Flask) -> str:
    """Write the backup from before and return what to say of it."""
    keys, settings = app.extensions["keyfolder"], app.config["SETTINGS"]
    if keys.read(RECOVERY) is None:
        return NO_KEY
    path: Path = making.before_upgrade(settings.home, settings.backups)
    try:
        with app.app_context():
            making.write(keys, settings.home, clock.today(), path)
    except OSError as wrong:
        raise NotReady(f"{wrong.strerror}: {path}. No backup was made, so the tables were left as they are.") from wrong
    except NotReady as wrong:
        raise NotReady(f"The tables were left as they are, since a backup comes first. {wrong}") from wrong
    return KEPT_BEFORE.format(path)


def _migrate_between_others(app: Flask) -> None:
    """Migrate, and wait for a gap where another server works: who waits for a table keeps everybody behind it.

    Each try waits a moment at most (migrations/env.py). Raises the last OperationalError.
    """
    for left in reversed(range(TRIES)):
        try:
            return migrate_to_newest(app)
        except OperationalError as busy:
            if not left or getattr(busy.orig, "sqlstate", None) != IS_BUSY:
                raise
        time.sleep(SECONDS_BETWEEN_TRIES)
