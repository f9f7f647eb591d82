"""Starting a clock: on a decision, when its record is adopted, or on a theme that needs no vote."""

from __future__ import annotations

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock, keyfolder
from governance.access import Permission, requires
from governance.database import db
from governance.decisions import service as decisions
from governance.frame.forms import confirmed
from governance.responses import service
from governance.responses.views.door import bp


@bp.post("/board/decisions/<number>/adopt")
@requires(Permission.RUN_BOARD)
def adopt(number: str) -> ResponseReturnValue:
    """Adopt a record. It is public from now on, and staff owe their answer."""
    confirmed()
    record = decisions.by_number(db.session, number) or abort(404)
    duty = service.adopt_and_start_clock(db.session, keyfolder.current(), record, clock.today())
    runs = _("The record is public now. Staff owe an answer, and the clock runs.")
    flash(runs if duty else _("The record is public now."))
    return redirect(url_for("decisions.show", number=record.number), code=303)


@bp.post("/desk/themes/<number:theme_id>/answer")
@requires(Permission.SEE_DUTIES)
def start_for_theme(theme_id: int) -> ResponseReturnValue:
    """Start the clock of a theme that staff can answer without a vote."""
    confirmed()
    duty = service.start_duty_for_theme(db.session, theme_id, clock.today())
    flash(_("The clock runs. Staff owe a first word and an answer, and everyone can see by when."))
    return redirect(url_for("responses.duty", duty_id=duty.id), code=303)
