"""The board's page of what staff promised: done, not done yet, ask again, ask for a second look."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from governance import clock
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.narrowed import Narrowed, Told
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, may, requires
from governance.responses import commitments, next_steps, rules, service
from governance.responses.forms import SecondLookForm
from governance.responses.models import Commitment
from governance.responses.views.door import bp, find
from governance.ruling.sentences import N_, Sentence
from governance.ruling.steps import Step
from governance.storage.database import db

DONE = "responses.mark_done"
AT_ONCE = 30
PROMISE_STATES = {
    "late": N_("Late"), "reported_done": N_("Staff say it is done"), "promised": N_("Promised"),
    "answered": N_("Answered"),
}  # fmt: skip


@bp.get("/board/commitments")
@requires(Permission.BOARD_PAGES)
def what_staff_promised() -> str:
    """What staff owe and what they promised, the board's side of it."""
    today = clock.today()
    looked = Narrowed(PROMISE_STATES)
    late = [each for each in service.owed(db.session, today) if each.late]
    answered = service.answered(db.session, today, limit=looked.limit or AT_ONCE)
    return render_template(
        "responses/what_staff_promised.html",
        looked=looked,
        late=looked.these(late, lambda each: (each.title, ["late"])),
        waiting=looked.these(service.promised(db.session, today), _told),
        answered=looked.these(answered, lambda each: (each.title, ["answered"])),
        rules=rules,
        missing=service.missing(db.session),
        **_steps(today),
    )


def _steps(today: date) -> dict[str, Callable[..., list[Step]]]:
    """Return what whoever looks can do with each row of that page."""
    marks = may(Permission.MARK_DONE)

    def of_late(each: service.DutyNow) -> list[Step]:
        asked_today = each.asked_again_on == today
        return next_steps.of_late(each.duty.id, each.title, marks=marks, asked_today=asked_today)

    def of_promise(promise: Commitment) -> list[Step]:
        reported = promise.state is commitments.Commitment.REPORTED_DONE
        return next_steps.of_promise(promise.duty_id, promise.id, promise.text, marks=marks, reported=reported)

    def of_answer(each: service.DutyNow) -> list[Step]:
        return next_steps.of_answer(each.duty.id, each.title, marks=marks, looking_again=each.looking_again)

    return {"of_late": of_late, "of_promise": of_promise, "of_answer": of_answer}


def _told(each: service.Promised) -> Told:
    promise = each.commitment
    is_late = each.days_late and promise.state is commitments.Commitment.PROMISED
    return f"{promise.text} {promise.who} {each.title}", [promise.state, *(["late"] if is_late else [])]


@bp.post("/board/commitments/<number:duty_id>/<number:commitment_id>/done")
@requires(Permission.MARK_DONE)
def mark_done(duty_id: int, commitment_id: int) -> ResponseReturnValue:
    """A member looked: it is done. It counts when another of the board says so too."""
    confirmed()
    row = service.commitment_in(db.session, duty_id, commitment_id)
    service.check_may_mark_done(row, g.who.roles)
    said = Sentence(N_("The board says that this promise is kept: “{promise}”."), promise=row.text)
    values = {"duty": duty_id, "commitment": commitment_id}
    people.ask(
        db.session, keyfolder.current(), g.who, DONE, said, clock.today(), subject=commitment_id, values=values,
        page=("responses.what_staff_promised", {}),
    )  # fmt: skip
    return _back(_("You said so. It counts in public when a second one of the board agrees."))


@people.does(DONE)
def mark_as_done(agreed: people.Agreed) -> None:
    """Two of the board looked: it is done."""
    row = service.commitment_in(agreed.session, agreed.values["duty"], agreed.values["commitment"])
    service.mark_done(agreed.session, row, agreed.roles, agreed.today)
    people.tell(agreed.session, agreed.keys, agreed.said, agreed.today)


@bp.post("/board/commitments/<number:duty_id>/<number:commitment_id>/not-done")
@requires(Permission.MARK_DONE)
def send_back(duty_id: int, commitment_id: int) -> ResponseReturnValue:
    """A member looked: it is not done yet."""
    confirmed()
    row = service.commitment_in(db.session, duty_id, commitment_id)
    service.send_back(db.session, row, g.who.roles, clock.today())
    people.no_longer_asked(db.session, DONE, commitment_id)  # Who says yes has looked at it after this.
    return _back(_("It is back with staff. Its day has not moved."))


@bp.post("/board/commitments/<number:duty_id>/ask-again")
@requires(Permission.MARK_DONE)
def ask_again(duty_id: int) -> ResponseReturnValue:
    """Ask again for what is late."""
    confirmed()
    service.ask_again(db.session, find(duty_id).duty, clock.today())
    return _back(_("The wall says that the board asked again today."))


@bp.route("/board/commitments/<number:duty_id>/second-look", methods=["GET", "POST"])
@requires(Permission.MARK_DONE)
def ask_second_look(duty_id: int) -> ResponseReturnValue:
    """Ask the level above to look again."""
    now, form = find(duty_id), SecondLookForm()
    if form.validate_on_submit():
        with refusals_in(form):
            service.ask_second_look(db.session, now.duty, form.asked.data or "", g.who.roles, clock.today())
            return _back(_("The board asked for a second look. The clock runs."))
    page = render_template("responses/second_look.html", now=now, form=form, commitments=commitments, rules=rules)
    return page, status_of(form)


def _back(words: str) -> Response:
    flash(words)
    return redirect(url_for("responses.what_staff_promised"), code=303)
