"""A kiosk asks for a worker, and the work pages of staff show it until one goes there."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from flask import abort, flash, g, jsonify, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.frame import another_language
from governance.frame.catalogue import said
from governance.frame.forms import confirmed
from governance.frame.navigation import above_work, first_door, kiosk_foot
from governance.frame.shared_screen import part_of_a_page
from governance.frame.site import programme
from governance.frame.slots import PagePart
from governance.permissions.access import Asker, Permission, may, requires
from governance.places import rules, service
from governance.places.views.door import bp
from governance.storage.database import db


@bp.post("/kiosk/worker")
@requires(Permission.GIVE_FEEDBACK, asker=Asker.NOBODY)
def call_worker() -> ResponseReturnValue:
    """Ask for a worker. The form holds nothing but its token, so no word of what was typed can come with it.

    Without scripts a screen that somebody has typed on stays as it is (204): to show an answer would clear it.
    """
    if not g.form_token_held:  # Of a page of nobody, like help, it is not the bare button's.
        abort(400)
    if another_language.was_picked():
        said_before = request.form.get("coming")
        return _called(next((each for each in rules.Coming if each == said_before), rules.Coming.ASKED))
    coming = service.call_worker(db.session, str(session.get("kiosk", "")), clock.now())
    if "by_script" in request.form:
        return jsonify(said=said(rules.COMING_WORDS[coming]))
    if "stay" in request.form:
        return "", 204
    return _called(coming)


def _called(coming: rules.Coming) -> str:
    return render_template("places/called.html", coming=coming, said=rules.COMING_WORDS[coming])


@kiosk_foot.fill
def button_to_call() -> Sequence[PagePart]:
    """In the foot of a kiosk, where the site wants it; on no phone."""
    return [PagePart("places/_come.html", {})] if session.get("kiosk") and _workers_come() else []


@bp.get("/calls")
@requires(Permission.COME_TO_KIOSK, asker=Asker.UNTOUCHED)
@part_of_a_page
def calls() -> ResponseReturnValue:
    """The kiosks where somebody asks for a worker, for the script of a work page, which asks again and again."""
    return jsonify(_waiting())


@above_work.fill
def waiting_calls() -> Sequence[PagePart]:
    """Above the work pages of staff: who asks for a worker just now."""
    if not (_workers_come() and may(Permission.COME_TO_KIOSK)):
        return []
    return [PagePart("places/_calls.html", {"calls": _waiting()})]


def _workers_come() -> bool:
    return bool(getattr(programme(), "workers_come", False))  # In an outage it is not known, and nothing could be kept.


def _waiting() -> list[dict[str, str]]:
    return [
        {
            "words": _(
                "Somebody at “%(kiosk)s” (%(place)s) asks for a worker to come.", kiosk=at.kiosk, place=at.place
            ),
            "address": url_for("places.go_there", kiosk_id=at.kiosk_id),
        }
        for at in service.calls(db.session, clock.now())
    ]


@bp.post("/calls/<uuid:kiosk_id>")
@requires(Permission.COME_TO_KIOSK)
def go_there(kiosk_id: uuid.UUID) -> ResponseReturnValue:
    """Say that one goes there. The strip goes from every work page."""
    confirmed()
    if service.go_there(db.session, kiosk_id, clock.now()):
        flash(_("Thank you. The screen there says that somebody is on the way."))
    else:
        flash(_("Somebody else is on the way, or it is too long ago."))
    granted = {each for each in Permission if may(each)}
    return redirect(url_for(first_door(granted) or "people.account"), code=303)


@bp.post("/places/workers-come")
@requires(Permission.KEEP_PLACES)
def let_workers_come() -> ResponseReturnValue:
    """Switch the button at the kiosks on or off."""
    confirmed()
    service.let_workers_come(db.session, bool(request.form.get("wanted")))
    return redirect(url_for("places.index"), code=303)
