"""What a reader does with one message: sort it, pass it on, write back, tick what was done."""

from __future__ import annotations

import uuid

from flask import abort, flash, g, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from governance import clock
from governance.clockwork import timekeeping
from governance.feedback import rules, service
from governance.feedback.forms.desk import MoveForm, SortForm, TickForm, WriteBackForm
from governance.feedback.views.door import bp
from governance.feedback.views.message_page import MESSAGE, address_of, find, keyring, message_page, without_here
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, requires
from governance.permissions.roles import Role
from governance.storage.database import db


@bp.post(f"{MESSAGE}/sort")
@requires(Permission.READ_MESSAGES)
def sort(message_id: uuid.UUID) -> ResponseReturnValue:
    """Put a message in a lane, and go back to the box it lay in."""
    opened, form = find(message_id), SortForm()
    if not form.validate_on_submit():
        abort(400)
    lane = rules.Lane(form.lane.data)
    others = keyring().others_alike(opened) if form.alike.data else []
    by = service.Hand(keyfolder.current(), clock.today())
    service.sort_all(db.session, [each.id for each in [opened, *others]], lane, by)
    flash(_("Sorted: %(lane)s.", lane=_(rules.LANE_WORDS[lane])))
    if others:
        flash(ngettext("%(num)d more that says the same went along.", "%(num)d more that say the same went along.",
                       len(others)))  # fmt: skip
    return _to_box(opened)


@bp.post(f"{MESSAGE}/pass-on")
@requires(Permission.READ_MESSAGES)
def pass_on(message_id: uuid.UUID) -> ResponseReturnValue:
    """Seal a message again, to other readers."""
    opened = find(message_id)
    form = without_here(MoveForm(), opened)
    if not form.validate_on_submit():
        return message_page(keyring(), opened, form)
    reader = people.open_reader(db.session, g.who)
    audience = rules.Audience(form.audience.data)
    day = timekeeping.day_to_go_by(db.session)  # The key it is sealed to is destroyed when that day says.
    service.move(db.session, keyfolder.current(), reader, message_id, audience, day)
    flash(_("Passed on. It is sealed to those readers now and gone from this box."))
    return _to_box(opened)


@bp.post(f"{MESSAGE}/write-back")
@requires(Permission.WRITE_BACK)
def write_back(message_id: uuid.UUID) -> ResponseReturnValue:
    """Leave a private word or a question for the holder of the code."""
    opened, form = find(message_id), WriteBackForm()
    if not form.validate_on_submit():
        return message_page(keyring(), opened, form)
    words, asks = form.text.data or "", bool(form.asks.data)
    service.write_back(db.session, keyfolder.current(), opened, words, asks, clock.today())
    flash(_("It is kept for them. Only their code opens it."))
    return redirect(address_of(opened), code=303)


@bp.post(f"{MESSAGE}/tick")
@requires(Permission.READ_MESSAGES)
def tick(message_id: uuid.UUID) -> ResponseReturnValue:
    """Tick what was done about an urgent message."""
    opened, form = find(message_id), TickForm()
    if not form.validate_on_submit():
        abort(400)
    step, for_board = rules.UrgentStep(form.step.data), Role.BOARD_READER in g.who.roles
    service.tick_urgent(db.session, message_id, step, for_board, clock.today())
    return redirect(address_of(opened), code=303)


def _to_box(opened: service.OpenMessage) -> Response:
    """Go back to where the reader was: the box and lane the message lay in."""
    lane = opened.lane.value if opened.sorted else None
    return redirect(url_for("feedback.desk", box=opened.audience.value, lane=lane), code=303)
