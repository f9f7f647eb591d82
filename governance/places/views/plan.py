"""The plan of the site: what holds now, what is to come, and asking for a change of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from governance import clock
from governance.frame.forms import refusals_in, status_of
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, requires
from governance.places import changing_plan, places_by_day, plan_rules, service
from governance.places.forms import PLAN_FORMS, ClosedDaysForm, HoursForm, PlanForm
from governance.places.models import Place
from governance.places.place_rules import Stand
from governance.places.plan_rules import CHANGE, OF_A_PLACE, What, place_in
from governance.places.views.door import bp
from governance.ruling.sentences import Sentence
from governance.storage.database import db


@bp.get("/places/plan")
@requires(Permission.KEEP_PLACES)
def plan() -> str:
    """What the site has decided for itself, and what of it changes soon."""
    now = [(what, changing_plan.value_now(db.session, what)) for what in What if what not in OF_A_PLACE]
    return render_template(
        "places/plan.html",
        now=[(what, plan_rules.in_words(what, value)) for what, value in now],
        places=sorted(service.places(db.session), key=lambda place: place.closed_on is not None),
        of_a_place=OF_A_PLACE,
        coming=_coming(),
    )


@bp.get("/places/plan/of-place")
@requires(Permission.KEEP_PLACES)
def plan_of_place() -> str:
    """One place: what it is called, when it is open, whether it is closed, and where each is changed."""
    first = _place(What.PLACE_NAME)
    row = db.session.scalars(select(Place).where(Place.first_name == first)).one_or_none()
    return render_template(
        "places/plan_of_place.html",
        first=first,
        stand=_stand(first),
        screens=service.working_screens(db.session, row) if row else [],
        coming=_coming(place=first),
    )


@bp.route("/places/plan/<what>", methods=["GET", "POST"])
@requires(Permission.KEEP_PLACES)
def change_plan(what: str) -> ResponseReturnValue:
    """Ask to change one thing of the plan, from a day on. Somebody of the board agrees."""
    if what not in set(What):
        abort(404)
    meant = next(each for each in What if each == what)
    first = _place(meant)
    form = _form(meant, first)
    if form.validate_on_submit():
        with refusals_in(form):
            value, begins = _value(form, meant, first), form.begins.data or clock.today()
            changing_plan.check_may_change(db.session, meant, value, begins, clock.today())
            _ask(meant, value, begins)
            flash(_("You asked for it. It is done when somebody of the board agrees."))
            return redirect(url_for("people.asked"), code=303)
    return render_template(
        "places/change_plan.html",
        form=form,
        what=meant,
        first=first,
        called=_stand(first).name if first else "",
        moves_promise=meant in plan_rules.MOVES_PROMISE_5,
        coming=_coming(meant, first),
    ), status_of(form)


def _place(what: What) -> str:
    """Return the name that the place came with which this page is about; '' for a new place, or for no place."""
    first = request.args.get("place", "")
    if what not in OF_A_PLACE or (what is What.PLACE and not first):
        return ""
    if first not in places_by_day.on(db.session, date.max):
        abort(404)
    return first


def _stand(first: str) -> Stand:
    """Return how a place stands today, or as it will once it is there."""
    return places_by_day.on(db.session, clock.today()).get(first) or places_by_day.on(db.session, date.max)[first]


def _coming(what: What | None = None, place: str = "") -> list[tuple[What, Sentence, date]]:
    """Return what is to begin, in words: all of it, or what is of one kind or one place."""
    return [
        (each.what, changing_plan.in_words(db.session, each.what, each.value, each.begins), each.begins)
        for each in changing_plan.coming(db.session, clock.today())
        if what in (None, each.what) and (not place or place_in(each.what, each.value) == place)
    ]


def _form(what: What, first: str) -> PlanForm:
    kind = HoursForm if what is What.PLACE and first else PLAN_FORMS[what]
    filled: dict[str, Any] = {"begins": plan_rules.first_day(what, clock.today())}
    if first or what is not What.PLACE:
        value = changing_plan.value_by_then(db.session, what, first)
        to_come = [day for day in value if day not in _gone(what)] if what is What.CLOSED_DAYS else value
        filled |= kind.filled(to_come)
    return kind(data=filled)


def _value(form: PlanForm, what: What, first: str) -> object:
    """Return what was typed, with the place it is of. Raises RuleRefused for what cannot be read."""
    value = form.value()
    if isinstance(form, ClosedDaysForm):
        return sorted({*value, *_gone(what)})
    if first:
        return {"name" if what is What.PLACE else "place": first, **value}
    if what is What.PLACE:
        changing_plan.check_is_new(db.session, value["name"])
    return value


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
    changing_plan.one_at_a_time(agreed.session)
    begins = changing_plan.will_begin(what, date.fromisoformat(agreed.values["begins"]), agreed.today)
    said = changing_plan.said(agreed.session, what, value, begins)  # As it is now: days may have passed.
    changing_plan.change_plan(agreed.session, what, value, begins, agreed.today)
    people.tell(agreed.session, agreed.keys, said, agreed.today)
