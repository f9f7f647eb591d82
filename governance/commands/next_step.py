"""What a new programme does next, said where the program is started."""

from __future__ import annotations

from flask import Flask

from governance import clock
from governance.frame import error_log
from governance.guide import first_week, state
from governance.storage.database import db


def say(app: Flask) -> None:
    """Write the next step of the first week into the log, in its one form; nothing once the week is over."""
    with app.app_context():
        said = first_week.said_next(state.steps(db.session, app.extensions["keyfolder"], clock.today()))
        db.session.rollback()
    if said:
        error_log.tell_operator(str(said))
