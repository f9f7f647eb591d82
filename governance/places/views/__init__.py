"""Help now, the language page, and the pages where a site fills in what only it can know."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_wtf import FlaskForm
from wtforms.fields.choices import SelectChoice

from governance import clock, keyfolder
from governance.access import Asker, Permission, requires
from governance.database import db
from governance.frame.forms import ConfirmForm, confirmed, status_of
from governance.frame.languages import LANGUAGES
from governance.places import service
from governance.places.forms import EnrolForm, HelpCardForm, KioskForm, LanguageForm, LegalLimitForm
from governance.places.models import HelpCard, Kiosk, LegalLimit
from governance.places.views.last_known import help_on_page

bp = Blueprint("places", __name__)


@bp.get("/help-now")
@requires(Permission.GIVE_FEEDBACK, asker=Asker.NOBODY)
def help_now() -> str:
    """Help right now, whether the database answers or not. Nothing that was typed comes here."""
    return render_template("places/help_now.html", help=help_on_page())


@bp.route("/language", methods=["GET", "POST"])
@requires(Permission.READ_RECORD)
def language() -> ResponseReturnValue:
    """Choose a language. It is kept in the cookie alone."""
    form = LanguageForm()
    if form.validate_on_submit() and form.language.data in LANGUAGES:
        session["language"] = form.language.data
        return redirect(_back_to(request.form.get("next", "")), code=303)
    return render_template("places/language.html", form=form), status_of(form)


def _back_to(path: str) -> str:
    """Return *path* when it is one of our own, else the wall."""
    inside = path.startswith(f"{request.script_root}/") and not path.startswith(("//", "/\\"))
    return path if inside and path.isprintable() and len(path) < 200 else url_for("publishing.wall")


@bp.get("/places")
@requires(Permission.KEEP_PLACES)
def index() -> str:
    """What the site has filled in, and what still stands before opening."""
    today = clock.today()
    return render_template(
        "places/index.html",
        missing=service.missing_before_opening(db.session, keyfolder.current(), today),
        cards=db.session.query(HelpCard).order_by(HelpCard.position, HelpCard.id).all(),
        limits=db.session.query(LegalLimit).order_by(LegalLimit.language).all(),
        kiosks=db.session.query(Kiosk).order_by(Kiosk.name).all(),
        places=service.places(db.session),
        today=today,
        form=ConfirmForm(),
    )


@bp.post("/places/open")
@requires(Permission.KEEP_PLACES)
def open_intake() -> ResponseReturnValue:
    """Open feedback, or say what is missing."""
    confirmed()
    service.open_intake(db.session, keyfolder.current(), clock.today())
    flash(_("Feedback is open."))
    return redirect(url_for("places.index"), code=303)


@bp.route("/places/help/new", methods=["GET", "POST"], defaults={"card_id": None})
@bp.route("/places/help/<number:card_id>", methods=["GET", "POST"])
@requires(Permission.KEEP_PLACES)
def help_card(card_id: int | None) -> ResponseReturnValue:
    """Fill in or check one help card."""
    card = HelpCard() if card_id is None else db.session.get(HelpCard, card_id) or abort(404)
    form = HelpCardForm(obj=card)
    if form.validate_on_submit():
        form.populate_obj(card)
        service.save_help_card(db.session, card, clock.today())
        flash(_("Saved, and marked as checked today."))
        return redirect(url_for("places.index"), code=303)
    return _fill_in(form, _("Help card"), _("Call the number before you save. Saving says: I checked this today."))


@bp.route("/places/legal-limit", methods=["GET", "POST"])
@requires(Permission.KEEP_PLACES)
def legal_limit() -> ResponseReturnValue:
    """Write what workers must report by law, with a lawyer."""
    form = LegalLimitForm(language=request.args.get("language", "en"))
    if form.validate_on_submit():
        service.write_legal_limit(db.session, form.language.data or "en", form.text.data or "")
        flash(_("Saved."))
        return redirect(url_for("places.index"), code=303)
    return _fill_in(
        form,
        _("What workers may have to report"),
        _("Write it with a lawyer, for your place. Say no more than the law needs."),
    )


@bp.route("/places/kiosks/new", methods=["GET", "POST"])
@requires(Permission.KEEP_PLACES)
def new_kiosk() -> ResponseReturnValue:
    """Make a device key and show it once."""
    form, places = KioskForm(), service.places(db.session)
    form.place.choices = [SelectChoice(place.id, place.name) for place in places]
    if form.validate_on_submit():
        place = next(place for place in places if place.id == form.place.data)
        kiosk, key = service.enrol_kiosk(db.session, place, form.name.data or "")
        return render_template("places/kiosk_key.html", kiosk=kiosk, key=key)
    return _fill_in(form, _("Add a screen"), _("You get a key for it. Type the key on the screen itself."))


def _fill_in(form: FlaskForm, title: str, lead: str) -> tuple[str, int]:
    """Draw the one page of these forms, again with what is wrong where something is."""
    page = render_template("places/fill_in.html", form=form, title=title, lead=lead)
    return page, status_of(form)


@bp.post("/places/kiosks/<uuid:kiosk_id>/revoke")
@requires(Permission.KEEP_PLACES)
def revoke_kiosk(kiosk_id: Any) -> ResponseReturnValue:
    """Refuse a lost tablet's key."""
    kiosk = db.session.get(Kiosk, kiosk_id) or abort(404)
    confirmed()
    service.revoke_kiosk(db.session, kiosk, clock.today())
    flash(_("This screen's key no longer works."))
    return redirect(url_for("places.index"), code=303)


@bp.route("/kiosk/enrol", methods=["GET", "POST"])
@requires(Permission.GIVE_FEEDBACK)
def enrol() -> ResponseReturnValue:
    """Turn this screen into a kiosk: its key stays in the sealed cookie."""
    form = EnrolForm()
    if form.validate_on_submit():
        kiosk = service.kiosk_for_key(db.session, (form.key.data or "").strip())
        if kiosk:
            session.clear()
            session["kiosk"] = str(kiosk.id)
            return redirect(url_for("feedback.kiosk"), code=303)
        form.key.errors = [*form.key.errors, _("This key does not work. Ask for a new one.")]
    return render_template("places/enrol.html", form=form), status_of(form)
