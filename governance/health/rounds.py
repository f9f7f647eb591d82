"""What is noted by itself of how it goes: once a day, before anything is let out."""

from __future__ import annotations

from flask import current_app
from sqlalchemy.orm import Session

from governance.clockwork.rounds import Duty, Moment, Pieces
from governance.health import figures
from governance.keys.keyfolder import KeyFolder


def note_figures(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Note the figures of the day, of which a monitor learns on the next."""
    settings = current_app.config["SETTINGS"]
    yield lambda writing: figures.note_day(writing, settings, moment.today)


DUTIES = (Duty("note figures", note_figures, daily=True),)
