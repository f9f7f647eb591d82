"""Seats, and who sits in them."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from governance import clock
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


@bp.get("/board/seats")
@requires(Permission.KEEP_SEATS)
def seats() -> ResponseReturnValue:
    """Every seat and who sits in it."""
    return _seats_page(SeatForm())


@bp.post("/board/seats")
@requires(Permission.KEEP_SEATS)
def add_seat() -> ResponseReturnValue:
    """Add a seat."""
    form = SeatForm()
    if form.validate_on_submit():
        with refusals_in(form):
            service.add_seat(db.session, form.label.data or "", form.chosen_class, form.alternate.data)
            flash(_("The seat is there. Choose who sits in it."))
            return redirect(url_for("board.seats"), code=303)
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
    """Seat a member."""
    form = _seat_member_form()
    if form.validate_on_submit():
        with refusals_in(form):
            service.seat_member(db.session, seat_id, form.account_id.data, form.begins.data or clock.today())
            flash(_("The member has the seat."))
            return redirect(url_for("board.seats"), code=303)
    return _seat_page(seat_id, member=form), status_of(form)


@bp.post("/board/seats/<number:seat_id>/pause")
@requires(Permission.KEEP_SEATS)
def pause(seat_id: int) -> ResponseReturnValue:
    """Let a seat rest."""
    form = PauseForm()
    if form.validate_on_submit():
        with refusals_in(form):
            service.pause(db.session, seat_id, clock.today(), form.until.data or clock.today())
            flash(_("The seat rests, and it is kept."))
            return redirect(url_for("board.seats"), code=303)
    return _seat_page(seat_id, rest=form), status_of(form)


@bp.post("/board/seats/<number:seat_id>/resume")
@requires(Permission.KEEP_SEATS)
def resume(seat_id: int) -> ResponseReturnValue:
    """End a rest early."""
    confirmed()
    service.resume(db.session, seat_id, clock.today())
    flash(_("Welcome back. The seat is active again."))
    return redirect(url_for("board.seats"), code=303)


@bp.post("/board/seats/<number:seat_id>/end")
@requires(Permission.KEEP_SEATS)
def end_term(seat_id: int) -> ResponseReturnValue:
    """End a term: the seat is open."""
    confirmed()
    service.end_term(db.session, seat_id, clock.today())
    flash(_("The term has ended. The seat is open."))
    return redirect(url_for("board.seats"), code=303)


def _seat_member_form(blank: bool = False) -> SeatMemberForm:
    begins = clock.today()
    form = SeatMemberForm(formdata=None, begins=begins) if blank else SeatMemberForm(begins=begins)
    free = service.free_members(db.session, clock.today())
    form.account_id.choices = [SelectChoice(account_id, alias) for account_id, alias in free.items()]
    return form


def _seat_page(seat_id: int, member: SeatMemberForm | None = None, rest: PauseForm | None = None) -> str:
    """Show one seat; a form that was sent with a mistake comes back as it was typed."""
    seats = service.seats_on(db.session, clock.today())
    seat = next((each for each in seats if each.seat_id == seat_id), None) or abort(404)
    return render_template(
        "board/seat.html",
        seat=seat,
        name=service.member_names(db.session).get(seat.account_id or 0, ""),
        member=member or _seat_member_form(blank=True),
        rest=rest or PauseForm(formdata=None),
        words=rules,
        by_name=service.has_charter(db.session) and service.charter(db.session).votes_by_name,
    )
