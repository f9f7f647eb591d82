"""The board's own pages: what needs me now, seats, charter, agenda."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.access import Permission, may, requires
from governance.board import charter as charters
from governance.board import needs, rules, service
from governance.board.forms import (
    AgendaForm,
    AgendaStateForm,
    CharterForm,
    MakeRoomForm,
    PauseForm,
    SeatForm,
    SeatMemberForm,
)
from governance.board.models import AgendaItem
from governance.board.rules import AgendaState
from governance.database import db
from governance.errors import RuleRefused
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.slots import Slot

bp = Blueprint("board", __name__)

Page = tuple[str, Mapping[str, object]]  # The name of a page, and the values of its address.
what_needs_me: Slot[[], needs.Need] = Slot()
page_of_item: Slot[[AgendaItem], Page] = Slot()  # Where an item of the agenda can be read, if not on the agenda.


@bp.get("/board")
@requires(Permission.BOARD_PAGES)
def home() -> str:
    """What needs me now, the next meeting, open seats."""
    today = clock.today()
    seats, items = service.seats_on(db.session, today), service.agenda(db.session)
    return render_template(
        "board/home.html",
        items=items,
        needs=_needs(items, today),
        problems=service.composition(db.session, today),
        mine=next((seat for seat in seats if seat.account_id == g.who.account_id), None),
        open_seats=[seat for seat in seats if seat.open],
        resting=sum(seat.paused for seat in seats),
        today=today,
        words=rules,
    )


def _needs(items: Iterable[AgendaItem], today: date) -> list[needs.Need]:
    """What needs whoever is signed in: here, and in the packages that fill the slot."""
    agenda = [needs.Item(each.kind, each.state, each.title, next(iter(page_of_item(each)), None)) for each in items]
    ending = service.terms_running_out(db.session, today)
    terms = [needs.Term(seat.seat_id, seat.label, ends) for seat, ends in ending]
    own = needs.on_the_agenda(agenda) + needs.terms_to_ask_about(terms, keeps_seats=may(Permission.KEEP_SEATS))
    return needs.in_order(what_needs_me() + own)


# Seats


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


# Charter


@bp.get("/board/charter")
@requires(Permission.BOARD_PAGES)
def charter() -> str:
    """The numbers the board has set for itself, in words."""
    versions = service.charter_versions(db.session)
    in_force = service.from_settings(versions[0].settings) if versions else None
    lines = charters.sentences(in_force) if in_force else []
    return render_template("board/charter.html", versions=versions, lines=lines)


@bp.route("/board/charter/new", methods=["GET", "POST"])
@requires(Permission.RUN_BOARD)
def new_charter() -> ResponseReturnValue:
    """Write down new numbers the board has agreed to."""
    versions = service.charter_versions(db.session)
    form = CharterForm(obj=service.from_settings(versions[0].settings) if versions else charters.Charter())
    if form.validate_on_submit():
        version = service.adopt_charter(db.session, form.typed(), clock.today())
        flash(_("Version %(number)s of the charter is in force.", number=version.number))
        return redirect(url_for("board.charter"), code=303)
    return render_template("board/new_charter.html", form=form), status_of(form)


# Agenda


@bp.get("/board/agenda")
@requires(Permission.BOARD_PAGES)
def agenda() -> ResponseReturnValue:
    """What the board will talk about."""
    return _agenda_page(AgendaForm())


@bp.post("/board/agenda")
@requires(Permission.WRITE_PROPOSALS)
def bring_up() -> ResponseReturnValue:
    """Add what a member wants to talk about."""
    form = AgendaForm()
    if not form.validate_on_submit():
        return _agenda_page(form), 422
    service.bring_up(db.session, (form.title.data or "").strip(), clock.today())
    flash(_("It is on the agenda."))
    return redirect(url_for("board.agenda"), code=303)


def _agenda_page(form: AgendaForm) -> str:
    items = service.agenda(db.session)
    return render_template("board/agenda.html", form=form, items=items, states=AgendaState, words=rules)


@bp.post("/board/agenda/<number:item_id>")
@requires(Permission.RUN_BOARD)
def move(item_id: int) -> ResponseReturnValue:
    """Move an item; when the next meeting is full, ask which one can wait."""
    form = AgendaStateForm()
    if not form.validate_on_submit():
        abort(400)
    try:
        service.set_agenda_state(db.session, item_id, form.state.data)
    except RuleRefused as refusal:
        if form.state.data != AgendaState.TODAY or not service.next_meeting(db.session):
            raise
        return _ask_which_can_wait(item_id, refusal)
    return redirect(url_for("board.agenda"), code=303)


@bp.post("/board/agenda/<number:item_id>/make-room")
@requires(Permission.RUN_BOARD)
def make_room(item_id: int) -> ResponseReturnValue:
    """Park one item and put another in its place."""
    form = _make_room_form()
    if not form.validate_on_submit():
        return _ask_which_can_wait(item_id, None, form)
    service.park_to_make_room(db.session, form.park.data, item_id)
    flash(_("Done. Parked items are not lost: they stay on this page."))
    return redirect(url_for("board.agenda"), code=303)


def _make_room_form() -> MakeRoomForm:
    form = MakeRoomForm()
    form.park.choices = [SelectChoice(item.id, item.title) for item in service.next_meeting(db.session)]
    return form


def _ask_which_can_wait(item_id: int, refusal: RuleRefused | None, form: MakeRoomForm | None = None) -> tuple[str, int]:
    item = next((each for each in service.agenda(db.session) if each.id == item_id), None) or abort(404)
    sentence = refusal.sentence if refusal else ""
    page = render_template("board/make_room.html", item=item, sentence=sentence, form=form or _make_room_form())
    return page, 422 if form else 409
