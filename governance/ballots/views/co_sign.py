"""Where a member of another organisation's board has a pass signed: no sign-in, and no name is asked for."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from governance import clock
from governance.ballots import service
from governance.ballots.forms import CoSignForm
from governance.ballots.views.door import bp
from governance.frame.forms import refusals_in, status_of
from governance.keys import keyfolder
from governance.permissions.access import Asker, Permission, requires
from governance.storage.database import db


@bp.route("/co-sign", methods=["GET", "POST"])
@requires(Permission.READ_RECORD, asker=Asker.NOBODY)
def co_sign() -> ResponseReturnValue:
    """Sign, once, for whoever brings a voucher. The answer goes back with the member's own device."""
    form = CoSignForm()
    if form.validate_on_submit():
        with refusals_in(form):
            signed = service.co_sign(keyfolder.current(), form.asked.data or "", clock.now())
            service.note_signed(db.session, signed)
            return render_template("ballots/co_signed.html", signed=signed)
    return render_template("ballots/co_sign.html", form=form), status_of(form)
