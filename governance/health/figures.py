"""The figures of a day, for whoever watches over the server: kept by the day, told in bands, and only when it is over.

Somebody who reads a monitor each second must not learn from it when somebody has spoken, failed or pressed a button.
So what people set off is told for yesterday alone, and "0 to 9" is one figure.
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import date

from flask import Flask
from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from governance.config import Config
from governance.feedback.models import Held
from governance.frame import occurrences
from governance.health.disks import disks_of
from governance.health.models import DailyFigure
from governance.privacy import retention
from governance.ruling.sentences import N_, Sentence
from governance.storage import database

HELD = "held"
FREE = "free "  # Before what lies on a disk: the per cent of it that are free.
FEW = 10  # Below it no number is told.
PER_CENT = (50, 20, 10, 5, 2, 1)


def at_least(number: int) -> int:
    """Return where the band of *number* begins: 0, 10, 100, 1000 and so on."""
    return 10 ** (len(str(number)) - 1) if number >= FEW else 0


def per_cent_free(free: int, whole: int) -> int:
    """Return where the band of the per cent that are *free* of *whole* begins."""
    return next((each for each in PER_CENT if free * 100 >= each * whole), 0)


def in_words(numbers: Mapping[str, int]) -> list[Sentence]:
    """Return the figures of a day in sentences, in the same steps as a monitor is told them."""
    refused, errors = numbers.get(occurrences.SIGN_IN_REFUSED, 0), sum(numbers[what] for what in _errors(numbers))
    lines = [
        _roughly(
            numbers.get(HELD, 0),
            N_("There were fewer than 10 messages to let out."),
            N_("There were {count} messages or more to let out."),
        ),
        _roughly(refused, N_("Fewer than 10 sign-ins were refused."), N_("{count} sign-ins or more were refused.")),
    ]
    if not errors:
        return [*lines, Sentence(N_("Nothing in the program failed."))]
    return [
        *lines,
        _roughly(errors, N_("Fewer than 10 things failed."), N_("{count} things or more failed.")),
    ]


def _errors(numbers: Mapping[str, int]) -> list[str]:
    return [what for what in numbers if what.startswith(occurrences.ERROR)]


def _roughly(number: int, few: str, many: str) -> Sentence:
    return Sentence(many, count=at_least(number)) if number >= FEW else Sentence(few)


def note_day(session: Session, settings: Config, today: date) -> None:
    """Note what waits and how full the disks are, before the day's release; forget the figures of long ago."""
    now = {HELD: session.scalar(select(func.count()).select_from(Held)) or 0}
    for what, path in disks_of(settings).items():
        disk = shutil.disk_usage(path)
        now[FREE + what] = per_cent_free(disk.free, disk.total)
    for what, number in now.items():
        session.merge(DailyFigure(day=today, what=what, number=number))
    session.execute(delete(DailyFigure).where(DailyFigure.day < today - retention.DAILY_FIGURES))


def write_down(app: Flask, today: date) -> None:
    """Add what this process counted since to the figures of *today*. What cannot be written is kept for later."""
    counted = occurrences.taken_from(app)
    if not counted:
        return
    try:
        with database.transaction() as session:
            for what, number in counted.items():
                figure = session.get(DailyFigure, (today, what), with_for_update=True, populate_existing=True)
                session.merge(DailyFigure(day=today, what=what, number=number + (figure.number if figure else 0)))
    except SQLAlchemyError:
        occurrences.put_back(app, counted)


def of_the_last_day(session: Session, today: date) -> tuple[date | None, Mapping[str, int]]:
    """Return the newest day before *today* that has figures, and these."""
    day = session.scalar(select(func.max(DailyFigure.day)).where(DailyFigure.day < today))
    rows = session.execute(select(DailyFigure.what, DailyFigure.number).where(DailyFigure.day == day))
    return day, {row.what: row.number for row in rows}
