"""The desk: boxes, lanes and messages, each reader within what their own keys open."""

from __future__ import annotations

import uuid

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from governance.clockwork import timekeeping
from governance.feedback.views.door import bp
from governance.feedback.views.message_page import MESSAGE, in_box, keyring, message_page
from governance.permissions.access import Permission, requires
from governance.storage import database
from governance.storage.database import db


@bp.route("/desk", methods=["GET", "POST"])
@requires(Permission.READ_MESSAGES)
def desk() -> str:
    """The boxes, and what one of them holds. Words that are looked for stand in no address, and are kept nowhere."""
    database.expect(writes=False)
    return render_template("feedback/desk.html", clock_doubt=timekeeping.told(db.session), **in_box(keyring()))


@bp.get(MESSAGE)
@requires(Permission.READ_MESSAGES)
def message(message_id: uuid.UUID) -> ResponseReturnValue:
    """One message; before an upsetting one, a pause."""
    ring = keyring()
    opened = ring.read(message_id) or abort(404)
    if opened.upsetting and "ready" not in request.args:
        return render_template("feedback/desk_pause.html", message=opened)
    return message_page(ring, opened)
