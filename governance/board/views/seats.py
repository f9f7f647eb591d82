"""Seats, and who sits in them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from governance import clock, keyfolder
from governance.access import Permission, requires
from governance.board import rules, service
from governance.board.forms import (
    PauseForm,
    SeatForm,
    SeatMemberForm,
)
from governance.board.views.door import bp
from governance.database import db
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.people import service as people
from governance.people.views.door import ends_with_account
from governance.sentences import N_, Sentence

ADD, FILL, REST, END = "board.add_seat", "board.seat_member", "board.pause", "board.end_term"


@bp.get("/board/seats")
@requires(Permission.KEEP_SEATS)
def seats() -> ResponseReturnValue:
    """Every seat and who sits in it."""
    return _seats_page(SeatForm())


@bp.post("/board/seats")
@requires(Permission.KEEP_SEATS)
def add_seat() -> ResponseReturnValue:
    """Ask to add a seat."""
    form = SeatForm()
    if form.validate_on_submit():
        with refusals_in(form):
            label = form.label.data or ""
            service.check_may_add(db.session, label)
            kind = Sentence(rules.SEAT_CLASS_WORDS[form.chosen_class])
            values = {"label": label, "class": form.chosen_class, "alternate": form.alternate.data}
            return _ask(
                ADD,
                Sentence(N_("A new seat, {seat}, stands at the table: {kind}."), seat=label, kind=kind),
                label,
                values,
            )
    return _seats_page(form), status_of(form)


def _seats_page(form: SeatForm) -> str:
    today = clock.today()
    return render_template(
        "board/seats.html",
        form=form,
        seats=service.seats_on(db.session, today),
        names=service.member_names(db.session),
        problems=service.composition(db.session, today),
        words=rules,
    )


@bp.get("/board/seats/<number:seat_id>")
@requires(Permission.KEEP_SEATS)
def seat(seat_id: int) -> ResponseReturnValue:
    """One seat: seat a member, rest, end a term."""
    return _seat_page(seat_id)


@bp.post("/board/seats/<number:seat_id>/member")
@requires(Permission.KEEP_SEATS)
def seat_member(seat_id: int) -> ResponseReturnValue:
    """Ask to seat a member."""
    form = _seat_member_form()
    if form.validate_on_submit():
        with refusals_in(form):
            account_id, begins = form.account_id.data, form.begins.data or clock.today()
            rules.check_begins(begins, clock.today())
            seat = service.check_may_sit(db.session, seat_id, account_id, begins)
            said = Sentence(N_("{name} gets {seat} from {day}."), name=_name(account_id), seat=seat.label, day=begins)
            values = {"seat": seat_id, "account": account_id, "begins": begins.isoformat()}
            return _ask(FILL, said, seat_id, values, about=account_id)
    return _seat_page(seat_id, member=form), status_of(form)


@bp.post("/board/seats/<number:seat_id>/pause")
@requires(Permission.KEEP_SEATS)
def pause(seat_id: int) -> ResponseReturnValue:
    """Ask to let a seat rest. Whoever sits there may be the second who agrees."""
    form = PauseForm()
    if form.validate_on_submit():
        with refusals_in(form):
            until = form.until.data or clock.today()
            seat = service.check_may_rest(db.session, seat_id, clock.today(), until)
            said = Sentence(rules.SEAT_RESTS, seat=seat.label, day=until)
            values = {"seat": seat_id, "until": until.isoformat(), "account": _find(seat_id).account_id}
            return _ask(REST, said, seat_id, values)
    return _seat_page(seat_id, rest=form), status_of(form)


@bp.post("/board/seats/<number:seat_id>/resume")
@requires(Permission.KEEP_SEATS)
def resume(seat_id: int) -> ResponseReturnValue:
    """End a rest early. It gives a vote back and takes none, so one person does it; members are told."""
    confirmed()
    label = _find(seat_id).label
    said = Sentence(N_("{seat} is active again. {name} noted it."), seat=label, name=g.who.alias)
    with service.telling(db.session, said, clock.today()):
        service.resume(db.session, seat_id, clock.today())
    flash(_("Welcome back. The seat is active again."))
    return redirect(url_for("board.seats"), code=303)


@bp.post("/board/seats/<number:seat_id>/end")
@requires(Permission.KEEP_SEATS)
def end_term(seat_id: int) -> ResponseReturnValue:
    """Ask to end a term. Whoever sits there is told, and is no second."""
    confirmed()
    term = service.running_term(db.session, seat_id)
    said = Sentence(rules.TERM_ENDS, name=_name(term.account_id), seat=_find(seat_id).label)
    values = {"seat": seat_id, "account": term.account_id}
    return _ask(END, said, seat_id, values, about=term.account_id)


def _seat_member_form(blank: bool = False) -> SeatMemberForm:
    begins = clock.today()
    form = SeatMemberForm(formdata=None, begins=begins) if blank else SeatMemberForm(begins=begins)
    free = service.free_members(db.session, clock.today())
    form.account_id.choices = [SelectChoice(account_id, alias) for account_id, alias in free.items()]
    return form


def _seat_page(seat_id: int, member: SeatMemberForm | None = None, rest: PauseForm | None = None) -> str:
    """Show one seat; a form that was sent with a mistake comes back as it was typed."""
    seat = _find(seat_id)
    return render_template(
        "board/seat.html",
        seat=seat,
        name=service.member_names(db.session).get(seat.account_id or 0, ""),
        member=member or _seat_member_form(blank=True),
        rest=rest or PauseForm(formdata=None),
        words=rules,
        by_name=service.has_charter(db.session) and service.charter(db.session).votes_by_name,
    )


def _find(seat_id: int) -> service.SeatOnDay:
    seats = service.seats_on(db.session, clock.today())
    return next((each for each in seats if each.seat_id == seat_id), None) or abort(404)


def _name(account_id: int) -> str:
    return service.member_names(db.session).get(account_id, "")


def _ask(
    act: str, said: Sentence, subject: object, values: dict[str, Any], about: int | None = None
) -> Response:  # fmt: skip
    people.ask(
        db.session, keyfolder.current(), g.who, act, said, clock.today(), subject=subject, values=values, about=about
    )  # fmt: skip
    flash(_("You asked for it. It is done when somebody else of the board agrees."))
    return redirect(url_for("people.asked"), code=303)


@people.does(ADD)
def _add(agreed: people.Agreed) -> None:
    seat = agreed.values
    with service.telling(agreed.session, agreed.said, agreed.today):
        service.add_seat(agreed.session, seat["label"], rules.SeatClass(seat["class"]), seat["alternate"])


@people.does(FILL)
def _fill(agreed: people.Agreed) -> None:
    begins = max(agreed.today, date.fromisoformat(agreed.values["begins"]))
    with service.telling(agreed.session, agreed.said, agreed.today):
        service.seat_member(agreed.session, agreed.values["seat"], agreed.values["account"], begins)


@people.does(REST)
def _rest(agreed: people.Agreed) -> None:
    until = date.fromisoformat(agreed.values["until"])
    service.check_sits_there(agreed.session, agreed.values["seat"], agreed.today, agreed.values["account"])
    with service.telling(agreed.session, agreed.said, agreed.today):
        service.pause(agreed.session, agreed.values["seat"], agreed.today, until)


@people.does(END)
def _end(agreed: people.Agreed) -> None:
    with service.telling(agreed.session, agreed.said, agreed.today):
        service.end_term(agreed.session, agreed.values["seat"], agreed.today, agreed.values["account"])


@ends_with_account.fill
def end_the_seat_too(agreed: people.Agreed, account_id: int) -> Iterable[None]:
    """An account that ends has no seat: nobody votes who cannot sign in."""
    service.end_terms_of(agreed.session, account_id, agreed.today)
    return ()
