"""Hiding: one reader asks, a reader of the other side agrees or leaves it shown."""

from __future__ import annotations

import uuid

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.feedback import rules, service
from governance.feedback.forms.desk import HideForm
from governance.feedback.hiding import HideReason
from governance.feedback.next_steps import of_request
from governance.feedback.views.door import bp
from governance.feedback.views.message_page import MESSAGE, address_of, find, keyring, message_page
from governance.frame.forms import confirmed
from governance.keys import keyfolder
from governance.permissions.access import Permission, requires
from governance.storage.database import db


@bp.get("/desk/hiding")
@requires(Permission.HIDE_MESSAGES)
def hiding() -> str:
    """What waits for a second person, and what is hidden already."""
    requests = service.hide_requests(db.session, keyfolder.current(), set(keyring().audiences), clock.today())
    waiting = [
        (asked, service.hiding_ends(asked), of_request(mine=asked.first_account_id == g.who.account_id))
        for asked in requests
    ]
    stones = service.tombstones(db.session)
    return render_template("feedback/desk_hiding.html", waiting=waiting, stones=stones, rules=rules)


@bp.post(f"{MESSAGE}/hide")
@requires(Permission.HIDE_MESSAGES)
def ask_to_hide(message_id: uuid.UUID) -> ResponseReturnValue:
    """Ask a reader of the other side to agree. Nothing is hidden yet."""
    opened, form = find(message_id), HideForm()
    if not form.validate_on_submit():
        return message_page(keyring(), opened, form)
    reason = HideReason(form.reason.data)
    service.ask_to_hide(db.session, keyfolder.current(), message_id, reason, g.who.account_id, clock.today())
    flash(_("You asked. It is hidden when a reader of the other side agrees, and a public note says so."))
    return redirect(address_of(opened), code=303)


@bp.post(f"{MESSAGE}/hide/agree")
@requires(Permission.HIDE_MESSAGES)
def agree_to_hide(message_id: uuid.UUID) -> ResponseReturnValue:
    """Hide it, as the second of two, and set the tombstone."""
    confirmed()
    opened, who = find(message_id), g.who
    service.agree_to_hide(
        db.session, keyfolder.current(), message_id, opened.lane, who.account_id, who.roles, clock.today()
    )
    flash(_("It is hidden. A public note says its lane, the week and the reason."))
    return redirect(url_for("feedback.hiding"), code=303)


@bp.post(f"{MESSAGE}/hide/leave")
@requires(Permission.HIDE_MESSAGES)
def leave_shown(message_id: uuid.UUID) -> ResponseReturnValue:
    """Turn a request down, or take it back."""
    confirmed()
    opened = find(message_id)
    service.leave_shown(db.session, message_id)
    flash(_("It stays as it is."))
    return redirect(address_of(opened), code=303)
