"""Tables of an older version are brought up to date, with a backup from before, since the way back is a restore."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from governance import clock
from governance.backup import making
from governance.commands import own_database
from governance.commands.app import migrate_to_newest
from governance.commands.written_since import Watch, hold_writers
from governance.keys.keyfolder import RECOVERY
from governance.ruling.errors import NotReady
from governance.storage.database import db
from governance.storage.revisions import known_revisions, newest_revision, revision

TRIES = 30
SECONDS_BETWEEN_TRIES = 1
IS_BUSY, IS_FULL = "55P03", "53100"  # PostgreSQL, Appendix A: lock_not_available, disk_full
BUSY = "Another program works in the database, so the tables cannot be made new yet. End it, or wait."
FULL = "The disk of the database is full, so the tables cannot be made new yet. Free some space."
MADE_BEFORE = "a backup from before"  # In the app: what this process has made, and of what (`Kept`).
KEPT_BEFORE = (
    "The tables are of an older version and are brought up to date. How they were is kept in {}. "
    "To go back, install the version before and restore that backup: governance restore FILE"
)
KEPT_ANEW = "Somebody wrote to the database since that backup, so it is made again: {}"
WRITTEN_SINCE = (
    "Another program wrote to the database while the second backup was made. What it wrote is in the database. "
    "The backup may lack it."
)
NO_KEY = (
    "No backup was made before the tables change: the key folder holds no recovery key to seal it to. "
    "They change all at once or not at all."
)


@dataclass
class Kept:
    """The backup from before: for which version of the tables it was made, and the database's mark just before."""

    watch: Watch
    revision: str = ""
    mark: str = ""
    is_there: bool = False
    is_last: bool = False
    lacks: bool = False

    def look_again(self, connection: Connection) -> None:
        """Hold whoever writes, and see whether somebody has written since. Called with the migration's lock in hand.

        Raises WrittenSince where another backup is to come first. After the *last* one it is only noted.
        """
        hold_writers(connection)
        self.lacks = self.is_there and self.mark != self.watch.mark()
        if self.lacks and not self.is_last:
            raise WrittenSince


class WrittenSince(Exception):
    """Somebody has written to the database since the backup from before, which would lose that."""


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

    Where it is tried again, the backup of the first try stands as long as nobody has written since: this server takes
    nothing meanwhile, but whoever held it up may have. Where somebody has written by the time that nobody can any more,
    it is made once again, and no third time: beside a server that goes on writing it would never end.
    Raises NotReady when the backup cannot be written, OperationalError when the database is held or full; the tables
    are left as they were.
    """
    for is_last in (False, True):
        with app.app_context():
            here = revision()
        if here == newest_revision():
            return
        kept = None if here is None else _how_it_was(app, here)
        if kept:
            kept.is_last = is_last
        with suppress(WrittenSince):
            _migrate_between_others(app, kept)
            if kept and kept.lacks:
                click.echo(WRITTEN_SINCE)
            return


def _how_it_was(app: Flask, here: str) -> Kept:
    """Have a backup of the database as it is, and say so where one is made."""
    with app.app_context():
        kept: Kept = app.extensions.get(MADE_BEFORE) or Kept(Watch(db.engine))
    app.extensions[MADE_BEFORE] = kept
    mark = kept.watch.mark()
    if (kept.revision, kept.mark) != (here, mark):
        click.echo(_back_up(app, KEPT_ANEW if kept.revision == here else KEPT_BEFORE))
        kept.revision, kept.mark = here, mark
        kept.is_there = app.extensions["keyfolder"].read(RECOVERY) is not None
    return kept


def _back_up(app: Flask, say: str) -> str:
    """Write the backup from before and return what to say of it: *say* with its place, or why there is none."""
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
    return say.format(path)


def _migrate_between_others(app: Flask, kept: Kept | None) -> None:
    """Migrate, and wait for a gap where another server works: who waits for a table keeps everybody behind it.

    Each try waits a moment at most (migrations/env.py). Raises the last OperationalError, and WrittenSince where the
    backup *kept* is behind once nobody can write any more.
    """
    for left in reversed(range(TRIES)):
        try:
            return migrate_to_newest(app, kept.look_again if kept else None)
        except OperationalError as busy:
            if not left or getattr(busy.orig, "sqlstate", None) != IS_BUSY:
                raise
            time.sleep(SECONDS_BETWEEN_TRIES)
