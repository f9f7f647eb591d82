"""What is noted by itself of how it goes: figures, before anything is let out, and what takes long to look at."""

from __future__ import annotations

from functools import partial

from flask import current_app
from sqlalchemy.orm import Session

from governance.clockwork.rounds import Duty, Moment, Needs, Pieces
from governance.health import figures
from governance.health.found import AtHand
from governance.keys.keyfolder import KeyFolder


def note_figures(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Note the figures of the day, of which a monitor learns on the next."""
    settings = current_app.config["SETTINGS"]
    yield lambda writing: figures.note_day(writing, settings, moment.today)


def look_at_everything(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Make the looks that take long, once a week, and keep what they found. They are made between pieces: no lock.

    Where what they found was changed since, they are made at once. Whoever leads after another goes on where that one
    stopped: what is kept of this same day is not looked at twice.
    """
    # Here: the looks know what is due, and so each of these duties.
    from governance.health import last_look, looks

    names = [named.at for named in looks.SLOW]
    is_due = moment.release_hour_has_come and last_look.is_due(session, keys, names, moment.today)
    if not is_due and not last_look.of_all(session, keys).changed:
        return
    place = AtHand(session, keys, current_app.config["SETTINGS"])
    made_today = last_look.made_on(session, keys, moment.today)
    for named in looks.SLOW:
        if named.at in made_today:
            continue
        found = list(looks.looked(named, place))
        yield partial(last_look.keep, keys=keys, name=named.at, found=found, today=moment.today)
    yield partial(last_look.forget_others, keys=keys, names=names)


DUTIES = (
    Duty("note figures", note_figures, daily=True),
    Duty("look at everything", look_at_everything, needs=Needs.NO_CLOCK, last=True),
)
