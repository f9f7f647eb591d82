"""Where a site fills in what only it can know, and opens feedback."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.frame.forms import ConfirmForm, confirmed, status_of
from governance.keys import keyfolder
from governance.permissions.access import Permission, requires
from governance.places import rules, service
from governance.places.forms import HelpCardForm, LegalLimitForm, step_pictures_form
from governance.places.models import HelpCard, Kiosk, LegalLimit
from governance.places.views.door import bp, fill_in
from governance.storage.database import db


@bp.get("/places")
@requires(Permission.KEEP_PLACES)
def index() -> str:
    """What the site has filled in, and what still stands before opening."""
    today = clock.today()
    kiosks = db.session.query(Kiosk).order_by(Kiosk.name).all()
    cards = db.session.query(HelpCard).order_by(HelpCard.position, HelpCard.id).all()
    return render_template(
        "places/index.html",
        missing=service.missing_before_opening(db.session, keyfolder.current(), today),
        cards=cards,
        limits=db.session.query(LegalLimit).order_by(LegalLimit.language).all(),
        kiosks=kiosks,
        today=today,
        seen={kiosk.id: rules.last_seen(kiosk.seen_on, today) for kiosk in kiosks},
        seen_lately={kiosk.id: rules.is_seen_lately(kiosk.seen_on, today) for kiosk in kiosks},
        places=service.places(db.session),
        freshness={card.id: rules.freshness(card.checked_on, today) for card in cards},
        how_long=_how_long_a_check_holds(),
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
        if any(not picture for _step, picture in card.steps):
            return redirect(url_for("places.step_pictures", card_id=card.id), code=303)
        return redirect(url_for("places.index"), code=303)
    lead = _("Call the number before you save. Saving says: I checked this today.")
    return fill_in(form, _("Help card"), f"{lead} {_how_long_a_check_holds()}")


@bp.route("/places/help/<number:card_id>/pictures", methods=["GET", "POST"])
@requires(Permission.KEEP_PLACES)
def step_pictures(card_id: int) -> ResponseReturnValue:
    """Choose a picture for each step of a help card, or none. It says nothing of when the card was checked."""
    card = db.session.get(HelpCard, card_id) or abort(404)
    form, names = step_pictures_form(card.steps), [f"step_{number}" for number in range(1, len(card.steps) + 1)]
    if form.validate_on_submit():
        service.choose_pictures(db.session, card, [form[name].data for name in names])
        flash(_("Saved."))
        return redirect(url_for("places.index"), code=303)
    page = render_template("places/step_pictures.html", form=form, card=card, names=names, pictures=rules.Picture)
    return page, status_of(form)


def _how_long_a_check_holds() -> str:
    return _(
        "If nobody checks a card for %(amber)s days, it says so. After %(gone)s days people do not see it.",
        amber=rules.AMBER_AFTER_DAYS,
        gone=rules.PULLED_AFTER_DAYS,
    )


@bp.route("/places/legal-limit", methods=["GET", "POST"])
@requires(Permission.KEEP_PLACES)
def legal_limit() -> ResponseReturnValue:
    """Write what workers must report by law, with a lawyer."""
    form = LegalLimitForm(language=request.args.get("language", "en"))
    if form.validate_on_submit():
        service.write_legal_limit(db.session, form.language.data or "en", form.text.data or "")
        flash(_("Saved."))
        return redirect(url_for("places.index"), code=303)
    return fill_in(
        form,
        _("What workers may have to report"),
        _("Write it with a lawyer, for your place. Say no more than the law needs."),
    )
