"""Saying that one disagreed, as one chooses, after it was read back."""

from __future__ import annotations

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance.decisions import rules, service
from governance.decisions.forms import DissentForm, RecordForm, SpeakForm
from governance.decisions.views.door import bp, find
from governance.decisions.views.work import to_work, work_page
from governance.frame.catalogue import said
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.row_numbers import row_number
from governance.permissions.access import Permission, requires
from governance.storage.database import db


@bp.route("/board/decisions/<number>/dissent", methods=["GET", "POST"])
@requires(Permission.VOTE)
def dissent(number: str) -> ResponseReturnValue:
    """Choose, read it back, keep it."""
    record = find(number)
    mine = service.dissent_of(db.session, record, g.who.account_id)
    form = DissentForm(obj=mine)
    if form.validate_on_submit():
        choice = rules.DissentChoice(form.choice.data)
        with refusals_in(form):
            if request.form.get("go") != "keep":
                return _read_back(number, form, choice)
            service.say_dissent(db.session, record, g.who.account_id, choice, form.text.data or "")
            flash(_("It is kept. You can change it until the record is published."))
            return to_work(number)
    page = render_template("decisions/dissent.html", form=form, record=record, mine=mine)
    return page, status_of(form)


def _read_back(number: str, form: DissentForm, choice: rules.DissentChoice) -> str:
    """Show exactly what the record will say."""
    lines = [said(line) for line in rules.public_dissent([rules.Dissent(choice, form.text.data or "")])]
    by_facilitator = choice is rules.DissentChoice.FACILITATORS_WORDS
    return render_template(
        "decisions/read_back.html", form=form, number=number, lines=[] if by_facilitator else lines,
        by_facilitator=by_facilitator,
    )  # fmt: skip


@bp.post("/board/decisions/<number>/dissent/take-back")
@requires(Permission.VOTE)
def take_back(number: str) -> ResponseReturnValue:
    """Take a disagreement back."""
    confirmed()
    service.forget_dissent(db.session, find(number), g.who.account_id)
    flash(_("It is taken back."))
    return redirect(url_for("decisions.work", number=number), code=303)


@bp.post("/board/decisions/<number>/speak")
@requires(Permission.RUN_BOARD)
def speak(number: str) -> ResponseReturnValue:
    """Keep the facilitator's words for somebody who asked for that."""
    record, form = find(number), SpeakForm()
    form_of_record = RecordForm(formdata=None, obj=record)
    if form.validate_on_submit():
        row = row_number(form.dissent_id.data or "") or 0
        with refusals_in(form):
            service.speak_for(db.session, record, row, form.text.data or "")
            flash(_("Your words for them are kept."))
            return to_work(number)
    return work_page(record, form_of_record, form), status_of(form)
