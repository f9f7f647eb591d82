"""At a kiosk: one line on the first screen, one screen with the question, and a thank-you. It can all be skipped."""

from __future__ import annotations

from datetime import date

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance.clockwork import timekeeping
from governance.frame import another_language, outage
from governance.frame.forms import refusals_in, status_of
from governance.keys import keyfolder
from governance.permissions.access import Permission, requires
from governance.questions import rules, service
from governance.questions.forms import AnswerForm
from governance.questions.models import Question
from governance.questions.views.door import asked, bp
from governance.storage.database import db


@bp.route("/question", methods=["GET", "POST"])
@requires(Permission.GIVE_FEEDBACK)
def answer() -> ResponseReturnValue:
    """The question at this kiosk. A screen without one goes back to where one says something."""
    question = question_here()
    if question is None:
        return redirect(url_for("feedback.kiosk"), code=303)
    form = AnswerForm()
    form.offer(list(asked(question).answers))
    stays = request.form.get("go") == "stay" and form.validate_on_submit()
    if stays:  # A key pressed it, and a key hands nothing in.
        flash(_("It is not sent yet. Press “Send” to send it."), "not-yet")
    if stays or another_language.was_picked():
        return render_template("questions/ask.html", form=form, question=question)
    if form.validate_on_submit():
        with refusals_in(form):
            kiosk = str(session.get("kiosk", ""))
            service.answer(db.session, keyfolder.current(), kiosk, form.answer.data, _today())
            return redirect(url_for("questions.thanks"), code=303)
    return render_template("questions/ask.html", form=form, question=question), status_of(form)


@bp.get("/question/thanks")
@requires(Permission.GIVE_FEEDBACK)
def thanks() -> ResponseReturnValue:
    """That it is in, and when the sum is told."""
    question = question_here()
    if question is None or question.first_day is None:
        return redirect(url_for("feedback.kiosk"), code=303)
    last = rules.last_day(question.first_day)
    return render_template("questions/thanks.html", last=last)


@bp.app_template_global()
def question_here() -> Question | None:
    """Return the question that stands at this kiosk today. None on a phone, and while the database does not answer."""
    kiosk = session.get("kiosk")
    if not kiosk or outage.noticed():
        return None
    try:
        return service.up_at_kiosk(db.session, str(kiosk), _today())
    except outage.SILENT as error:
        outage.notice(error)
        return None


def _today() -> date:
    """Return the day by which a question stands: by a clock in doubt no week begins or is over."""
    return timekeeping.day_to_go_by(db.session)
