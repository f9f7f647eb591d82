"""Opening a box whose key was never here: close it, take the sealed ballots away, bring back what was in them."""

from __future__ import annotations

import io
import json

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.ballots import service
from governance.ballots.forms import OpenedForm
from governance.ballots.views.door import a_file, bp, find, our_turn
from governance.frame.forms import confirmed
from governance.frame.shared_screen import part_of_a_page
from governance.keys import keyfolder
from governance.permissions.access import Permission, requires
from governance.storage.database import db

# About 12,000 opened ballots. Only a teller has so much room: the guard asks who it is before anything sent is read.
LARGEST_BOX = 64 * 1024 * 1024


@bp.post("/board/ballots/<number:number>/close")
@requires(Permission.OPEN_BOX)
def close(number: int) -> ResponseReturnValue:
    """Put the seal of the box into the ledger, before anybody opens it."""
    confirmed()
    ballot = find(number)
    service.publish_box(db.session, keyfolder.current(), ballot, g.who.account_id, our_turn(ballot))
    return redirect(url_for("ballots.open_box", number=number), code=303)


@bp.get("/board/ballots/<number:number>/box.json")
@requires(Permission.OPEN_BOX)
@part_of_a_page
def box(number: int) -> ResponseReturnValue:
    """The sealed ballots, for the vote's two tellers."""
    found = service.box_to_open(db.session, keyfolder.current(), find(number), g.who.account_id, clock.now())
    return a_file(json.dumps(found).encode(), f"box-{number}.json", "application/json")


@bp.get("/board/ballots/<number:number>/opened")
@requires(Permission.OPEN_BOX)
def open_box(number: int) -> str:
    """Where two shares are typed, or a file is brought that was opened on a computer apart."""
    ballot = find(number)
    service.box_to_open(db.session, keyfolder.current(), ballot, g.who.account_id, clock.now())
    return render_template("ballots/open_box.html", ballot=ballot, form=OpenedForm())


@bp.post("/board/ballots/<number:number>/opened")
@requires(Permission.OPEN_BOX)
def opened(number: int) -> ResponseReturnValue:
    """Count what was in the box. Once."""
    form = OpenedForm()
    if not form.validate_on_submit():
        abort(400)
    sent = form.file.data.stream if form.file.data else io.BytesIO((form.opened.data or "").encode())
    ballot = find(number)
    now = our_turn(ballot)
    service.count_opened(db.session, keyfolder.current(), ballot, g.who.account_id, sent, now)
    flash(_("The box is open. It is counted."))
    return redirect(url_for("ballots.work", number=number), code=303)


opened.largest_body = LARGEST_BOX  # type: ignore[attr-defined]
