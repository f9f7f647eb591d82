"""The backup that each round makes once a day, and those that it deletes when what they hold should be forgotten."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Flask

from governance.backup import making
from governance.clockwork.rounds import Moment
from governance.clockwork.timekeeping import Doubt
from governance.keys.keyfolder import current

FORGET_BACKUP = "forget the backup from before the upgrade"
BACK_UP = "back up"


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
    if settings.backups:
        forget.append(partial(making.forget_to_come, settings.backups, moment.today))
    return list(forget)
