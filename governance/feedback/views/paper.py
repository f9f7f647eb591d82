"""Paper cards: typed in as they are written, held and mixed like any other word, then shredded."""

from __future__ import annotations

import secrets

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from governance import clock, keyfolder
from governance.access import Permission, requires
from governance.database import db
from governance.feedback import rules, service
from governance.feedback.forms.desk import PaperForm
from governance.feedback.views.door import bp
from governance.frame.forms import status_of
from governance.frame.languages import choices
from governance.places import service as places

OTHER_LANGUAGE = "und"  # BCP 47 for a language that nobody has named.


@bp.route("/desk/paper", methods=["GET", "POST"])
@requires(Permission.TYPE_PAPER)
def paper() -> ResponseReturnValue:
    """Type in one card. It waits with the others and does not make up the three that let a batch out."""
    form = _form()
    if not form.validate_on_submit():
        pictures = {topic.key: topic.key for topic in rules.TOPICS}
        page = render_template("feedback/desk_paper.html", form=form, pictures=pictures)
        return page, status_of(form)
    service.take(db.session, keyfolder.current(), _said(form), clock.today())
    flash(_("It is in, and waits to be mixed with others. Now shred the card."))
    return redirect(url_for("feedback.paper"), code=303)


def _form() -> PaperForm:
    form = PaperForm()
    form.once.data = form.once.data or secrets.token_hex(16)
    named = [SelectChoice(code, name) for code, name in choices()]
    form.language.choices = [*named, SelectChoice(OTHER_LANGUAGE, _("Another language"))]
    here = [SelectChoice(place.name, place.name) for place in places.places(db.session)]
    form.place.choices = [SelectChoice("", _("Not written on it")), *here]
    return form


def _said(form: PaperForm) -> service.Submission:
    lane = rules.Lane(form.lane.data or rules.Lane.OTHER)
    return service.Submission(
        token=bytes.fromhex(form.once.data or ""),
        lane=lane,
        about=rules.about_of(lane, form.about.data or ""),
        topics=tuple(form.topics.data or ()),
        face=form.face.data or "",
        language=form.language.data or OTHER_LANGUAGE,
        words=form.words.data or "",
        consent=rules.Consent(form.consent.data),
        route=rules.Route.PAPER,
        place=form.place.data or "",
        via="paper",
    )
