"""Drafts of long forms: kept while somebody types, offered when the form is opened again, gone when it was sent.

A form that has one names the page it stands on in a hidden field (`templates/people/_draft.html`). Which form it is,
and what is in it, only its writer's card tells (`people/service/drafts.py`).
"""

from __future__ import annotations

import hashlib
import json

from flask import abort, current_app, flash, g, get_flashed_messages, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from werkzeug.exceptions import HTTPException

from governance import clock
from governance.frame import filling
from governance.frame.catalogue import said
from governance.frame.forms import confirmed, form_taken
from governance.frame.in_its_page import page_at
from governance.frame.public_address import below, folder_of
from governance.frame.shared_screen import FROM_WITHIN
from governance.frame.typed_again import Fields, has_words, not_secret, page_with
from governance.people import service
from governance.people.service.drafts import OpenedDraft
from governance.people.views.door import bp
from governance.permissions.access import GRANTS, Permission, may, requires
from governance.permissions.roles import Role
from governance.ruling.sentences import N_
from governance.storage.database import db

FIELD = "draft_of"
BEGUN_ON = "draft_begun_on"  # The hidden field with the mark of what the form held before anybody typed in it.
CHANGED = N_("Someone changed the words of this page after you began your draft. This is your draft. It was not sent.")


@bp.post("/draft")
@requires(Permission.OWN_ACCOUNT)
def keep_draft() -> ResponseReturnValue:
    """Keep what was typed. A script is told so in few words; whoever pressed the button is shown the form again."""
    page = _page_meant()
    fields = [(name, value) for name, value in not_secret() if name != FIELD]
    if not g.form_token_held:
        typed = [each for each in fields if each[0] != BEGUN_ON]
        return _shown(page, typed, _("This page had stood open for long. Please press once more.")), 400
    if any(value.strip() for name, value in fields if name != BEGUN_ON):
        service.keep_draft(db.session, g.who, page, fields, clock.today())
    if request.headers.get("Accept") == "application/json":
        return "", 204
    flash(_("Your draft is kept."))
    return redirect(url_for("people.draft", of=page), code=303)


@bp.get("/draft")
@requires(Permission.OWN_ACCOUNT)
def draft() -> ResponseReturnValue:
    """Show the page of a form, with the draft in it."""
    page = _page_meant()
    kept = service.draft_kept(db.session, g.who, page)
    if kept is None:
        return redirect(page, code=303)
    fields = [each for each in kept.fields if each[0] != BEGUN_ON]
    return _shown(page, fields, _("This is your draft. It was not sent yet."), dict(kept.fields).get(BEGUN_ON, ""))


@bp.post("/draft/forget")
@requires(Permission.OWN_ACCOUNT)
def forget_draft() -> ResponseReturnValue:
    """Throw a draft away."""
    page = _page_meant()
    confirmed()
    service.forget_draft(db.session, g.who, page)
    flash(_("Your draft is gone."))
    return redirect(page, code=303)


@form_taken.fill
def forget_what_was_sent() -> list[None]:
    """Forget the draft of the form that was just taken in, with what that wrote or not at all."""
    page = request.form.get(FIELD, "")
    if page and g.get("who") and request.endpoint != "people.keep_draft":
        service.forget_draft(db.session, g.who, page)
    return []


def draft_waits(page: str) -> OpenedDraft | None:
    """Return the draft that waits for the form at *page*, where somebody comes to that page and does not send it."""
    if g.get("who") is None or request.method != "GET" or FROM_WITHIN in request.environ:
        return None
    return service.draft_kept(db.session, g.who, page)


def begun_on(form: FlaskForm) -> str:
    """Return the mark of what *form* held when its page was fetched, before anybody typed in it.

    It goes along with what is typed, and into the draft. Where the page holds something else by the time the draft is
    opened, somebody has changed it meanwhile, and the draft would lie over their words.
    """
    if request.method == "POST":
        return request.form.get(BEGUN_ON, "")
    held = {name: value for name, value in form.data.items() if name != "csrf_token"}
    return hashlib.sha256(json.dumps(held, sort_keys=True, default=str).encode()).hexdigest()[:32]


def _page_meant() -> str:
    """Return the address of the page whose form it is: a work page that whoever asks may open. 404 for any other."""
    page = request.args.get("of", "")
    try:
        endpoint, _values = current_app.url_map.bind("").match(_inside(page), method="GET")
    except HTTPException:
        abort(404)
    view = current_app.view_functions[endpoint]
    permission = getattr(view, "permission", None)
    if permission is None or permission in GRANTS[Role.VISITOR] or not may(permission):
        abort(404)
    return page


def _inside(page: str) -> str:
    return below(folder_of(current_app.config["SETTINGS"]), page)


def _shown(page: str, fields: Fields, sentence: str, begun: str = "") -> str:
    """Return the page with *fields* in its form; where it has no place for them any more, the words by themselves.

    *begun*: the mark of what the form held when they were begun. Where it holds something else now, that is said, and
    the page as it is now is offered beside the draft.
    """
    whole = page_at(_inside(page))
    get_flashed_messages()  # They stand on that page.
    form = filling.form_holding(whole, FIELD, page)
    now = next((each.value(whole) for each in form.controls if each.name == BEGUN_ON), "") if form else ""
    newer = page if begun and now and now != begun else ""
    above = render_template("people/_draft_shown.html", sentence=said(CHANGED) if newer else sentence, newer=newer)
    if form and (made := filling.filled(whole, form, fields, above)):
        return made
    if not has_words(fields):
        return whole
    return page_with(fields, sentence, _("Your draft"), page)
