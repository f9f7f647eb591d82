"""Tables of an older version are brought up to date; how they were is kept, since the way back is a restore."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import click
from flask import Flask
from sqlalchemy import Connection, column, exists, inspect, select, table
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from governance import clock
from governance.backup import making, raw_copy
from governance.commands import own_database
from governance.commands.app import migrate_to_newest
from governance.keys.keyfolder import RECOVERY
from governance.ruling.errors import NotReady
from governance.storage.database import db
from governance.storage.revisions import known_revisions, newest_revision, revision, revision_of

TRIES = 30
SECONDS_BETWEEN_TRIES = 1
IS_BUSY, IS_FULL = "55P03", "53100"  # PostgreSQL, Appendix A: lock_not_available, disk_full
# What a server writes each minute while nobody does anything: to wait for it would be to wait for a gap in a minute.
BY_THE_MINUTE = frozenset({"lease", "duty_done", "duty_failed", "time_mark"})
BUSY = "Another program works in the database, so the tables cannot be made new yet. End it, or wait."
FULL = "The disk of the database is full, so the tables cannot be made new yet. Free some space."
BACK = "To go back, install the version before and restore that backup: governance restore FILE"
COPIED = (
    "The tables were of an older version and are up to date. How they were lies in a copy beside them, which is sealed "
    f"to {{}} while the program serves. {BACK}"
)
SEALED = f"The tables were of an older version and are up to date. How they were is kept in {{}}. {BACK}"
FIRST_A_BACKUP = (
    "There is no room for a copy of the database, or no leave to make one, so the backup is made first. "
    "With a million messages that takes some minutes."
)
A_VOTE_IS_ON = (
    "A vote is called and not counted, so the backup is sealed first: a copy could tell who voted how. "
    "With a million messages that takes some minutes."
)
NO_KEY = (
    "No backup was made before the tables change: the key folder holds no recovery key to seal it to. "
    "They change all at once or not at all."
)


class Kept(NamedTuple):
    """How the database was: what is *said* of it, and the *backup* that it lies in, or is to lie in."""

    said: str
    backup: Path


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
    """Bring the tables to the newest version, and keep how they were. Nothing is done where they are new.

    What is kept is taken within the transaction that changes them, while nobody else can write: it lacks nothing.
    Raises NotReady when nothing can be kept, OperationalError when the database is held or full; the tables are left
    as they were.
    """
    with app.app_context():
        here = revision()
    if here == newest_revision():
        return
    if here is None:
        return migrate_to_newest(app)
    if app.extensions["keyfolder"].read(RECOVERY) is None:
        _migrate_between_others(app, hold_writers)
        return click.echo(NO_KEY)
    kept: list[Kept | None] = []
    try:
        _migrate_between_others(app, lambda connection: kept.append(_keep_how_it_was(app, connection)))
    except BaseException:  # SystemExit too: the version before may be put back, and knows of no copy.
        if kept and kept[-1] and kept[-1].said is COPIED:
            _give_up(app)
        raise
    if made := kept[-1]:
        if made.said is SEALED:
            _let_go_of_older_ones(app)
        click.echo(made.said.format(made.backup))


def _give_up(app: Flask) -> None:
    """Let go of the copy where the tables are old still. Where they are new it is the way back, whatever came then."""
    with app.app_context(), suppress(SQLAlchemyError, OSError):
        if revision() != newest_revision():
            raw_copy.give_up(db.engine, app.extensions["keyfolder"])


def _let_go_of_older_ones(app: Flask) -> None:
    """Let go of what an upgrade before this one left: sealed later it would take the place of the newest backup."""
    with app.app_context(), suppress(SQLAlchemyError, OSError):
        raw_copy.sweep(db.engine)
        for copy in raw_copy.left(db.engine):
            raw_copy.let_go(db.engine, copy, app.extensions["keyfolder"])


def _keep_how_it_was(app: Flask, connection: Connection) -> Kept | None:
    """Have a copy of the database as *connection* sees it, or else a backup, and return it, `COPIED` or `SEALED`.

    Where another server has made the tables new meanwhile, it has kept how they were, and this is None.
    To seal a backup takes minutes where there is much, and nobody is served meanwhile. So it is sealed of the copy, in
    the next round (`programme/daily_backup.py`), unless a vote is on. Either lies beside the program where the named
    folder takes nothing.
    """
    if revision_of(connection) == newest_revision():
        return None
    hold_writers(connection)
    settings, keys = app.config["SETTINGS"], app.extensions["keyfolder"]
    home, folder, room = settings.home, settings.backups, 2 * raw_copy.size(connection)
    places = [making.before_upgrade(home, folder), making.before_upgrade(home, None)]
    why = A_VOTE_IS_ON if is_a_vote_on(connection) else FIRST_A_BACKUP
    with_room = [place for place in places if making.has_room(place, room)] if why is FIRST_A_BACKUP else []
    if with_room and raw_copy.take(connection, clock.today(), keys):
        return Kept(COPIED, with_room[0])
    click.echo(why)
    try:
        return Kept(SEALED, making.write_before_upgrade(keys, home, clock.today(), folder, connection))
    except OSError as wrong:
        said = f"{wrong.strerror}: {places[0]}. No backup was made, so the tables were left as they are."
        raise NotReady(said) from wrong
    except NotReady as wrong:
        raise NotReady(f"The tables were left as they are, since a backup comes first. {wrong}") from wrong


def is_a_vote_on(connection: Connection) -> bool:
    """Whether a vote is called, and neither counted nor called off, in tables of whichever version.

    Its roll and its box still change, and two states of them tell which ballot came with which mark: a copy beside the
    database would be the second one for whoever steals the first.
    """
    if not inspect(connection).has_table("ballot"):
        return False
    ballot = table("ballot", column("id"), column("cancelled_reason"))
    count = table("count", column("ballot_id"))
    counted = exists().select_from(count).where(count.c.ballot_id == ballot.c.id)
    uncounted = select(ballot.c.id).where(ballot.c.cancelled_reason.is_(None), ~counted)
    return connection.execute(uncounted.limit(1)).first() is not None


def hold_writers(connection: Connection) -> None:
    """Let nobody else into the tables until the transaction of *connection* ends. Raises OperationalError.

    On PostgreSQL a server still writes what is written by the minute, and whoever uses a table just now, or an
    autovacuum of it, is told by the error: what changes the tables would wait for them all the same, the copy made in
    vain. SQLite lets others read, and holds whoever writes from the beginning of a transaction that does.
    """
    if connection.dialect.name != "sqlite":
        quoted = connection.dialect.identifier_preparer.quote
        held = sorted(set(inspect(connection).get_table_names()) - BY_THE_MINUTE)
        connection.exec_driver_sql(f"LOCK TABLE {', '.join(map(quoted, held))} IN ACCESS EXCLUSIVE MODE")


def _migrate_between_others(app: Flask, look: Callable[[Connection], None]) -> None:
    """Migrate, and wait for a gap where another server works: who waits for a table keeps everybody behind it.

    Each try waits a moment at most (migrations/env.py). Raises the last OperationalError.
    """
    for left in reversed(range(TRIES)):
        try:
            return migrate_to_newest(app, look)
        except OperationalError as busy:
            if not left or getattr(busy.orig, "sqlstate", None) != IS_BUSY:
                raise
            time.sleep(SECONDS_BETWEEN_TRIES)
