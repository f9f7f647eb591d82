"""While the database does not answer: what was last read of a few public things is shown instead, with its day.

What is remembered is public and the same for everybody: the names at the top of a page, the help cards, the site's own
words. It lies in small files in the home folder too, so that a process that starts meanwhile knows it. Only days are
kept: the hour at which a page was last read would be the hour of somebody's visit.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import current_app, g
from sqlalchemy.exc import DatabaseError, InterfaceError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from governance import clock
from governance.frame import occurrences
from governance.storage.database import db

FOLDER = "last-known"
REMEMBERED, LAST_LINE = "last known", "last line on the database"
ONE_LINE_EVERY = timedelta(minutes=1)


class NothingKept(Exception):
    """Raised at the end of a request that was to write: the database did not answer somewhere on its way."""


# What says that the database does not answer, or answers nonsense. What asks it something wrong is caught before.
SILENT = (DatabaseError, InterfaceError, NoConnectionFree, NothingKept)


@dataclass(frozen=True)
class Remembered:
    """What was last read, in JSON's own kinds, and on which day."""

    facts: Any
    day: date


def noticed() -> bool:
    """Whether the database did not answer in this request. It is not asked again, and nothing is acknowledged."""
    return bool(g.get("database_is_silent"))


def notice(error: Exception) -> None:
    """Note for the rest of this request that the database did not answer, and say so in the log."""
    g.database_is_silent = True
    with contextlib.suppress(SQLAlchemyError):
        db.session.rollback()
    say_so(error)


def say_so(error: Exception) -> None:
    """Write one line a minute at most. It says nothing of a page: whoever asked for it may be a participant."""
    occurrences.happened(occurrences.ERROR + type(error).__name__)
    last: datetime | None = current_app.extensions.get(LAST_LINE)
    now = clock.now()
    if last is None or not timedelta(0) <= now - last < ONE_LINE_EVERY:
        current_app.extensions[LAST_LINE] = now
        current_app.logger.error("The database does not answer (%s).", type(error).__name__)


def remember(name: str, facts: Any) -> None:
    """Keep *facts*, just read and public, under *name*. The file is written when it is gone, or they or the day new."""
    known: dict[str, Remembered] = current_app.extensions.setdefault(REMEMBERED, {})
    fresh = Remembered(facts, clock.today())
    path = _file(name)
    if known.get(name) == fresh and path.exists():
        return
    known[name] = fresh
    draft = path.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):  # A full disk must not cost the page that was just read.
        path.parent.mkdir(exist_ok=True, mode=0o700)
        draft.write_text(json.dumps({"day": fresh.day.isoformat(), "facts": facts}), encoding="utf-8")
        draft.replace(path)


def recall(name: str) -> Remembered | None:
    """Return what was last known under *name*, by this process or by one before it, or None."""
    known: dict[str, Remembered] = current_app.extensions.setdefault(REMEMBERED, {})
    if name not in known:
        try:
            read = json.loads(_file(name).read_text(encoding="utf-8"))
            known[name] = Remembered(read["facts"], date.fromisoformat(read["day"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None
    return known[name]


def _file(name: str) -> Path:
    home: Path = current_app.config["SETTINGS"].home
    return home / FOLDER / f"{name}.json"
