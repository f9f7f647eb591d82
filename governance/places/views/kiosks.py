"""Screens of the place: a code that opens each once, and the end of its key."""

from __future__ import annotations

import uuid

from flask import abort, flash, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.shared_screen import forget_visit
from governance.permissions.access import Permission, requires
from governance.places import rules, service
from governance.places.forms import EnrolForm, KioskForm
from governance.places.models import Kiosk
from governance.places.views.door import bp, fill_in
from governance.storage.database import db


@bp.route("/places/kiosks/new", methods=["GET", "POST"])
@requires(Permission.KEEP_PLACES)
def new_kiosk() -> ResponseReturnValue:
    """Add a screen, and show the code that opens it."""
    form, places = KioskForm(), service.open_places(db.session)
    form.place.choices = [SelectChoice(place.id, place.name) for place in places]
    if form.validate_on_submit():
        place = next(place for place in places if place.id == form.place.data)
        kiosk, code = service.enrol_kiosk(
            db.session, place, form.name.data or "", clock.today(), goes_without=bool(form.goes_without.data)
        )
        return _shown(kiosk, code)
    return fill_in(form, _("Add a screen"), _("You get a code for it. Type the code on the screen itself."))


@bp.post("/places/kiosks/<uuid:kiosk_id>/code")
@requires(Permission.KEEP_PLACES)
def new_code(kiosk_id: uuid.UUID) -> ResponseReturnValue:
    """Show a new code for a screen that forgot what it is."""
    kiosk = db.session.get(Kiosk, kiosk_id) or abort(404)
    confirmed()
    return _shown(kiosk, service.new_code(db.session, kiosk, clock.today()))


def _shown(kiosk: Kiosk, code: str) -> str:
    return render_template("places/kiosk_code.html", kiosk=kiosk, code=rules.in_groups(code))


@bp.post("/places/kiosks/<uuid:kiosk_id>/revoke")
@requires(Permission.KEEP_PLACES)
def revoke_kiosk(kiosk_id: uuid.UUID) -> ResponseReturnValue:
    """Refuse a lost tablet's key."""
    kiosk = db.session.get(Kiosk, kiosk_id) or abort(404)
    confirmed()
    service.revoke_kiosk(db.session, kiosk, clock.today())
    flash(_("This screen's key no longer works."))
    return redirect(url_for("places.index"), code=303)


@bp.post("/places/kiosks/<uuid:kiosk_id>/keep-nothing")
@requires(Permission.KEEP_PLACES)
def keep_nothing(kiosk_id: uuid.UUID) -> ResponseReturnValue:
    """Have a screen keep nothing while it has no network."""
    kiosk = db.session.get(Kiosk, kiosk_id) or abort(404)
    confirmed()
    service.let_keep_nothing(db.session, kiosk)
    flash(_("With its next network this screen sends what it has. From then on it keeps nothing."))
    return redirect(url_for("places.index"), code=303)


@bp.route("/kiosk/enrol", methods=["GET", "POST"])
@requires(Permission.GIVE_FEEDBACK)
def enrol() -> ResponseReturnValue:
    """Turn this screen into a kiosk: its key stays in the sealed cookie. Whoever had signed in here is signed out."""
    form = EnrolForm()
    if form.validate_on_submit():
        with refusals_in(form):
            kiosk = service.open_kiosk(db.session, form.code.data or "", clock.today())
            forget_visit()
            session["kiosk"] = str(kiosk.id)
            if kiosk.goes_without:
                session["outbox"] = True  # It stays: such a tablet may still have something to bring.
            return redirect(url_for("feedback.kiosk"), code=303)
    return render_template("places/enrol.html", form=form), status_of(form)
