"""What is noted by itself of how it goes: figures, before anything is let out, and what takes long to look at."""

from __future__ import annotations

from functools import partial

from flask import current_app
from sqlalchemy.orm import Session

from governance.clockwork.rounds import Duty, Moment, Needs, Pieces
from governance.health import figures
from governance.health.found import Place
from governance.keys.keyfolder import KeyFolder


def note_figures(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Note the figures of the day, of which a monitor learns on the next."""
    settings = current_app.config["SETTINGS"]
    yield lambda writing: figures.note_day(writing, settings, moment.today)


def look_at_everything(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Make the looks that take long, once a week, and keep what they found. They are made between pieces: no lock."""
    # Here: the looks know what is due, and so each of these duties.
    from governance.health import last_look, looks

    names = [named.at for named in looks.SLOW]
    if not last_look.is_due(session, names, moment.today):
        return
    place = Place(session, keys, current_app.config["SETTINGS"])
    for named in looks.SLOW:
        found = list(looks.looked(named, place))
        yield partial(last_look.keep, name=named.at, found=found, today=moment.today)
    yield partial(last_look.forget_others, names=names)


DUTIES = (
    Duty("note figures", note_figures, daily=True),
    Duty("look at everything", look_at_everything, daily=True, needs=Needs.NO_CLOCK, last=True),
)
