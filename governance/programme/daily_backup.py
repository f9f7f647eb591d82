"""The backups that a round makes, each day and after an upgrade, and those that it deletes when their time is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path

from flask import Flask
from sqlalchemy.exc import SQLAlchemyError

from governance.backup import making, raw_copy
from governance.backup.raw_copy import RawCopy
from governance.clockwork.rounds import Moment
from governance.clockwork.timekeeping import Doubt
from governance.keys.keyfolder import current
from governance.privacy.retention import BACKUP_BEFORE_UPGRADE
from governance.storage.database import db

SEAL_COPY = "seal the copy from before the upgrade"
FORGET_BACKUP = "forget the backup from before the upgrade"
BACK_UP = "back up"


def due(app: Flask, moment: Moment, doubt: Doubt | None) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield what is to be made now, under its name. Each may raise NotReady, OSError, SQLAlchemyError."""
    with suppress(OSError):
        raw_copy.sweep(db.engine)
    for copy in _waiting():
        yield SEAL_COPY, partial(seal, app, copy)
    if is_due(app, moment):
        yield BACK_UP, partial(make, app, moment, doubt)


def over(app: Flask, moment: Moment) -> list[str]:
    """Return the names of what is no longer to do, by whichever hand."""
    return [BACK_UP] * is_over(app, moment) + [SEAL_COPY] * (not _waiting())


def _copies() -> list[RawCopy]:
    """Return the copies that lie there. A server that is away tells of none, and the round goes on."""
    try:
        return raw_copy.left(db.engine)
    except (SQLAlchemyError, OSError):
        return []


def _waiting() -> list[RawCopy]:
    """Return the copies that wait to be sealed: those that this program has taken."""
    return [each for each in _copies() if raw_copy.is_noted(current(), each)]


def seal(app: Flask, copy: RawCopy) -> Path:
    """Make the backup from before an upgrade of its *copy*, let that one go, and return the file.

    It is of the day of the copy. Whoever is killed in between does it again: the copy goes last.
    """
    settings = app.config["SETTINGS"]
    with raw_copy.opened(db.engine, copy) as connection:
        made = making.write_before_upgrade(current(), settings.home, copy.day, settings.backups, connection)
    raw_copy.let_go(db.engine, copy, current())
    return made


def seal_what_waits(app: Flask) -> list[Path]:
    """Seal each copy that waits, as a round does, and return the backups. Raises NotReady, OSError, SQLAlchemyError."""
    return [seal(app, copy) for copy in _waiting()]


def is_due(app: Flask, moment: Moment) -> bool:
    """Whether the day's backup is to be made now."""
    return moment.release_hour_has_come and not is_over(app, moment)


def is_over(app: Flask, moment: Moment) -> bool:
    """Whether the day has its backup, by whichever hand, or no folder is named for one."""
    folder = app.config["SETTINGS"].backups
    return folder is None or making.is_made(folder, moment.today)


def make(app: Flask, moment: Moment, doubt: Doubt | None) -> None:
    """Write the day's backup. While the clock is in doubt no older one is deleted. Raises NotReady, OSError.

    No lock is held meanwhile.
    """
    settings = app.config["SETTINGS"]
    keep = None if doubt else settings.backups_kept
    making.into_folder(current(), settings.home, moment.today, settings.backups, keep)


def to_forget(app: Flask, moment: Moment) -> list[Callable[[], None]]:
    """Return what deletes those from before an upgrade whose time is over, and those of days to come, one by one.

    Call them while what cannot be brought back may be destroyed. Each may raise NotReady, OSError, ValueError.
    """
    settings = app.config["SETTINGS"]
    before = making.all_before_upgrade(settings.home, settings.backups)
    forget = [partial(making.forget_before_upgrade, path, moment.today) for path in before]
    for copy in _copies():  # It could not be sealed for as long.
        if not moment.today - BACKUP_BEFORE_UPGRADE <= copy.day <= moment.today + timedelta(days=1):
            forget.append(partial(raw_copy.let_go, db.engine, copy, current()))
    if settings.backups:
        forget.append(partial(making.forget_to_come, settings.backups, moment.today))
    return list(forget)
