"""The plan of the site: what holds now, what is to come, and asking for a change of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from governance import clock, keyfolder
from governance.access import Permission, requires
from governance.database import db
from governance.frame.forms import refusals_in, status_of
from governance.people import service as people
from governance.places import changing_plan, plan_rules, service
from governance.places.forms import PLAN_FORMS, ClosedDaysForm, PlanForm
from governance.places.plan_rules import CHANGE, What
from governance.places.views.door import bp


@bp.get("/places/plan")
@requires(Permission.KEEP_PLACES)
def plan() -> str:
    """What the site has decided for itself, and what of it changes soon."""
    now = [(what, changing_plan.value_now(db.session, what)) for what in What if what is not What.PLACE]
    return render_template(
        "places/plan.html",
        now=[(what, plan_rules.in_words(what, value)) for what, value in now],
        places=service.places(db.session),
        coming=[
            (each.what, plan_rules.in_words(each.what, each.value), each.begins)
            for each in changing_plan.coming(db.session, clock.today())
        ],
    )


@bp.route("/places/plan/<what>", methods=["GET", "POST"])
@requires(Permission.KEEP_PLACES)
def change_plan(what: str) -> ResponseReturnValue:
    """Ask to change one thing of the plan, from a day on. Somebody of the board agrees."""
    if what not in set(What):
        abort(404)
    meant = next(each for each in What if each == what)
    form = _form(meant)
    if form.validate_on_submit():
        with refusals_in(form):
            value, begins = form.value(), form.begins.data or clock.today()
            if isinstance(form, ClosedDaysForm):
                value = sorted({*value, *_gone(meant)})
            changing_plan.check_may_change(db.session, meant, value, begins, clock.today())
            _ask(meant, value, begins)
            flash(_("You asked for it. It is done when somebody of the board agrees."))
            return redirect(url_for("people.asked"), code=303)
    return render_template(
        "places/change_plan.html",
        form=form,
        what=meant,
        moves_promise=meant in plan_rules.MOVES_PROMISE_5,
        coming=[
            (plan_rules.in_words(meant, each.value), each.begins)
            for each in changing_plan.coming(db.session, clock.today())
            if each.what is meant
        ],
    ), status_of(form)


def _form(what: What) -> PlanForm:
    today = clock.today()
    begins = plan_rules.first_day(what, today)
    filled: dict[str, Any] = {"begins": begins}
    if what is What.PLACE:
        known = {place.name: place.hours for place in service.places(db.session)}
        name = request.args.get("name", "")
        filled |= {"name": name, "hours": known[name]} if name in known else {}
    else:
        value = changing_plan.value_by_then(db.session, what)
        to_come = [day for day in value if day not in _gone(what)] if what is What.CLOSED_DAYS else value
        filled |= PLAN_FORMS[what].filled(to_come)
    return PLAN_FORMS[what](data=filled)


def _gone(what: What) -> list[str]:
    """Return the closed days that have come. They stay as they are, and nobody types them again."""
    return [day for day in changing_plan.value_by_then(db.session, what) if date.fromisoformat(day) <= clock.today()]


def _ask(what: What, value: Any, begins: date) -> None:
    said = changing_plan.said(db.session, what, value, begins)
    people.ask(
        db.session, keyfolder.current(), g.who, CHANGE, said, clock.today(),
        subject=plan_rules.key_of(what, value), values=plan_rules.asked(what, value, begins),
    )  # fmt: skip


@people.does(CHANGE)
def change_for_good(agreed: people.Agreed) -> None:
    """Note the change that two people agreed to, and tell every member."""
    what = next(each for each in What if each == agreed.values["what"])
    value = agreed.values["value"]
    begins = changing_plan.will_begin(what, date.fromisoformat(agreed.values["begins"]), agreed.today)
    said = changing_plan.said(agreed.session, what, value, begins)  # As it is now: days may have passed.
    changing_plan.change_plan(agreed.session, what, value, begins, agreed.today)
    people.tell(agreed.session, said, agreed.today)
