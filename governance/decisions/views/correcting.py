"""Correcting a published record: a new one beside the old one, and not while a look at it waits for a second yes."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.decisions import service
from governance.decisions.forms import CorrectionForm
from governance.decisions.models import Record
from governance.decisions.views.door import bp
from governance.decisions.views.looking_again import LOOK_AGAIN
from governance.decisions.views.work import fields_of
from governance.frame.forms import refusals_in, status_of
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, requires
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.storage.database import db

LOOK_WAITS = N_(
    "One of us said what came of looking again. It waits under “Second yes”. "
    "Once somebody says yes or no there, you can correct the record."
)


@bp.route("/board/decisions/<number>/correct", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def correct(number: str) -> ResponseReturnValue:
    """Say what was wrong and put it right. Both stay readable."""
    versions = service.versions(db.session, number) or abort(404)
    form = CorrectionForm(obj=versions.newest, correction="")
    if not form.is_submitted():
        _check_no_look_waits(versions.first)
    if form.validate_on_submit():
        with refusals_in(form):
            _check_no_look_waits(service.hold(db.session, versions.first))
            said = form.correction.data or ""
            new = service.correct(db.session, versions.newest, fields_of(form), said, clock.today())
            flash(_("The correction is published. The first words stay readable beside it."))
            return redirect(url_for("decisions.show", number=new.number), code=303)
    page = render_template("decisions/correct.html", form=form, record=versions.newest)
    return page, status_of(form)


def _check_no_look_waits(first: Record) -> None:
    """Refuse while a look waits: else one person could stop each look by a word put right. A no to it has a name."""
    if people.waiting_on(db.session, keyfolder.current(), LOOK_AGAIN, first.number, clock.today()) is not None:
        raise RuleRefused(LOOK_WAITS)
