"""Correcting a published record, by two people: a new one beside the old, and not while a look at it waits."""

from __future__ import annotations

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock
from governance.decisions import service
from governance.decisions.forms import CorrectionForm
from governance.decisions.models import Record
from governance.decisions.views.door import bp
from governance.decisions.views.looking_again import CORRECTED_MEANWHILE, CORRECTED_SINCE, LOOK_AGAIN
from governance.decisions.views.work import CORRECT, corrects, fields_of
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
    """Say what was wrong and put it right. It is public when another of the board agrees; both stay readable."""
    versions = service.versions(db.session, number) or abort(404)
    form = CorrectionForm(obj=versions.newest, correction="", read=versions.newest.number)
    read = form.read.data
    if not form.is_submitted():
        _check_no_look_waits(versions.first)
    if form.validate_on_submit():
        with refusals_in(form):
            _ask(versions.first, form)
            flash(_("You asked for it. The correction is public when another of the board has read it and agrees."))
            return redirect(url_for("decisions.work", number=versions.newest.number), code=303)
    now = service.newest(db.session, versions.first)
    page = render_template(
        "decisions/correct.html", form=form, record=now, is_newer=now.number != read, waits=corrects(versions.first)
    )
    return page, status_of(form)


def _ask(first: Record, form: CorrectionForm) -> None:
    """Ask for a correction of a record, *first* its first version. Raises RuleRefused if another came meanwhile."""
    _check_no_look_waits(service.hold(db.session, first))
    newest = service.newest(db.session, first)
    if newest.number != form.read.data:
        form.read.data = newest.number
        raise RuleRefused(CORRECTED_MEANWHILE)
    fields, wrong = fields_of(form), form.correction.data or ""
    service.check_correction(db.session, newest, fields, wrong)
    values = {
        "number": newest.number, "correction": wrong,
        "result": fields.result, "why": fields.why, "gets_better": fields.gets_better,
        "beside": service.words_put_right(newest, fields),
    }  # fmt: skip
    people.ask(
        db.session, keyfolder.current(), g.who, CORRECT, service.correction_in_words(newest, wrong),
        clock.today(), subject=first.number, values=values, page=("decisions.work", {"number": newest.number}),
    )  # fmt: skip


@people.does(CORRECT)
def correct_together(agreed: people.Agreed) -> None:
    """Publish the correction that two of the board agreed to. The first words stay readable beside it."""
    said, session = agreed.values, agreed.session
    asked_about = service.by_number(session, said["number"])
    if asked_about is None or service.newest_number(session, service.hold(session, asked_about)) != said["number"]:
        raise RuleRefused(CORRECTED_SINCE)
    fields = service.RecordFields(said["result"], said["why"], said["gets_better"], None)
    service.correct(session, asked_about, fields, said["correction"], agreed.today)
    people.tell(session, agreed.keys, agreed.said, agreed.today)


def _check_no_look_waits(first: Record) -> None:
    """Refuse while a look waits: else a word put right could stop each look. A no to it has a name."""
    if people.waiting_on(db.session, keyfolder.current(), LOOK_AGAIN, first.number, clock.today()) is not None:
        raise RuleRefused(LOOK_WAITS)
