"""Correcting a published record: a new one beside the old one."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.decisions import service
from governance.decisions.forms import CorrectionForm
from governance.decisions.views.door import bp
from governance.decisions.views.work import fields_of
from governance.frame.forms import refusals_in, status_of
from governance.permissions.access import Permission, requires
from governance.storage.database import db


@bp.route("/board/decisions/<number>/correct", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def correct(number: str) -> ResponseReturnValue:
    """Say what was wrong and put it right. Both stay readable."""
    versions = service.versions(db.session, number) or abort(404)
    form = CorrectionForm(obj=versions.newest, correction="")
    if form.validate_on_submit():
        with refusals_in(form):
            said = form.correction.data or ""
            new = service.correct(db.session, versions.newest, fields_of(form), said, clock.today())
            flash(_("The correction is published. The first words stay readable beside it."))
            return redirect(url_for("decisions.show", number=new.number), code=303)
    page = render_template("decisions/correct.html", form=form, record=versions.newest)
    return page, status_of(form)
