"""Seats, and who sits in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.board import rules, service
from governance.board.forms import (
    PauseForm,
    SeatForm,
    SeatMemberForm,
)
from governance.board.no_taker import NoTaker, Why
from governance.board.views.door import FILL, Chosen, RemovalDecided, bp, removals_decided, seats_decided
from governance.board.views.no_taker import seats_without_taker
from governance.board.views.seats_to_read import seats_to_read
from governance.frame.forms import confirmed, refusals_in, status_of
from governance.frame.narrowed import Narrowed, Told
from governance.keys import keyfolder
from governance.people import service as people
from governance.people.off_the_board import what_ends
from governance.permissions.access import Permission, may, requires
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db

LOOK = "board.look_for_seat"
SEAT_STATES: dict[Any, str] = {
    "open": N_("Open"), "rests": N_("At rest"), "active": N_("Active"), **rules.SEAT_CLASS_WORDS,
}  # fmt: skip
ADD, REST = "board.add_seat", "board.pause"
SEAT_CHOSEN = "board.seat_chosen"


@bp.get("/board/seats")
@requires(Permission.BOARD_PAGES)
def seats() -> ResponseReturnValue:
    """Every seat: for members to read, and with who sits in it for whoever keeps the seats."""
    return _seats_page(SeatForm()) if may(Permission.KEEP_SEATS) else seats_to_read()


@bp.route("/board/seats/looked-for", methods=["GET", "POST"])
@requires(Permission.KEEP_SEATS)
def look_for_seat() -> ResponseReturnValue:
    """The seats of which somebody looks for one. A name stands in no address."""
    return _seats_page(SeatForm(formdata=None))


@bp.post("/board/seats")
@requires(Permission.KEEP_SEATS)
def add_seat() -> ResponseReturnValue:
    """Ask to add a seat."""
    form = SeatForm()
    if form.validate_on_submit():
        with refusals_in(form):
            label = form.label.data or ""
            service.check_may_add(db.session, label, form.chosen_class, form.alternate.data)
            kind = Sentence(rules.SEAT_CLASS_WORDS[form.chosen_class])
            values = {"label": label, "class": form.chosen_class, "alternate": form.alternate.data}
            return ask_on_seat(
                ADD,
                Sentence(N_("A new seat, {seat}, stands at the table: {kind}."), seat=label, kind=kind),
                label,
                values,
            )
    return _seats_page(form), status_of(form)


def _seats_page(form: SeatForm) -> str:
    looked = Narrowed(SEAT_STATES, private=True, page=LOOK)
    today, names = clock.today(), service.member_names(db.session)
    seats = service.seats_on(db.session, today)
    return render_template(
        "board/seats.html",
        form=form,
        seats=looked.these(seats, lambda seat: _told(seat, names)),
        looked=looked,
        names=names,
        problems=service.composition(db.session, today, seats),
        no_taker=seats_without_taker(),
        words=rules,
    )


def _told(seat: service.SeatOnDay, names: Mapping[int, str]) -> Told:
    state = "open" if seat.open else "rests" if seat.paused else "active"
    return f"{seat.label} {names.get(seat.account_id or 0, '')}", [state, seat.seat_class]


@bp.get("/board/seats/<number:seat_id>")
@requires(Permission.KEEP_SEATS)
def seat(seat_id: int) -> ResponseReturnValue:
    """One seat: seat a member, rest, end a term."""
    return seat_page(seat_id)


@bp.post("/board/seats/<number:seat_id>/member")
@requires(Permission.KEEP_SEATS)
def seat_member(seat_id: int) -> ResponseReturnValue:
    """Ask to seat a member."""
    form = _seat_member_form()
    if form.validate_on_submit():
        with refusals_in(form):
            account_id, begins = form.account_id.data, form.begins.data or clock.today()
            rules.check_begins(begins, clock.today())
            _check_not_before_the_vote(seat_id, account_id, begins)
            seat = service.check_may_sit(db.session, seat_id, account_id, begins)
            said = Sentence(rules.GETS_SEAT, name=name_of(account_id), seat=seat.label, day=begins)
            values = {"seat": seat_id, "account": account_id, "begins": begins.isoformat()}
            return ask_on_seat(FILL, said, seat_id, values, about=account_id)
    return seat_page(seat_id, member=form), status_of(form)


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
            values = {"seat": seat_id, "until": until.isoformat(), "account": find(seat_id).account_id}
            return ask_on_seat(REST, said, seat_id, values)
    return seat_page(seat_id, rest=form), status_of(form)


@bp.post("/board/seats/<number:seat_id>/resume")
@requires(Permission.KEEP_SEATS)
def resume(seat_id: int) -> ResponseReturnValue:
    """End a rest early. It gives a vote back and takes none, so one person does it; members are told."""
    confirmed()
    label = find(seat_id).label
    said = Sentence(N_("{seat} is active again. {name} noted it."), seat=label, name=g.who.alias)
    with service.telling(db.session, keyfolder.current(), said, clock.today()):
        service.resume(db.session, seat_id, clock.today())
    flash(_("Welcome back. The seat is active again."))
    return redirect(url_for("board.seats"), code=303)


def _seat_member_form() -> SeatMemberForm:
    form = SeatMemberForm(begins=clock.today())
    form.account_id.choices = [SelectChoice(account_id, alias) for account_id, alias in _free().items()]
    return form


def _blank_member_form(no_taker: Sequence[NoTaker]) -> SeatMemberForm:
    """Return the form as it begins: with whom the board chose for this seat, where they have a card by now."""
    free, today = _free(), clock.today()
    chosen = {each.name: each.begins or today for each in no_taker if each.why is Why.CARD_MADE}
    picked = next((account for account, alias in free.items() if alias in chosen), None)
    begins = max(today, chosen[free[picked]]) if picked else today
    form = SeatMemberForm(formdata=None, begins=begins, account_id=picked)
    form.account_id.choices = [SelectChoice(account_id, alias) for account_id, alias in free.items()]
    return form


def _check_not_before_the_vote(seat_id: int, account_id: int, begins: date) -> None:
    """Refuse to seat whom the board chose for this seat before the day that it voted for. Raises RuleRefused."""
    name = name_of(account_id)
    for each in seats_without_taker():
        is_theirs = (each.seat_id, each.name, each.why) == (seat_id, name, Why.CARD_MADE)
        if is_theirs and each.begins and begins < each.begins:
            words = N_("The board chose them from {day} on. Choose that day, or a later one.")
            raise RuleRefused(Sentence(words, day=each.begins), field="begins")


def _free() -> Mapping[int, str]:
    return service.free_members(db.session, clock.today())


def seat_page(seat_id: int, member: SeatMemberForm | None = None, rest: PauseForm | None = None) -> str:
    """Show one seat; a form that was sent with a mistake comes back as it was typed."""
    seat, today = find(seat_id), clock.today()
    no_taker = [each for each in seats_without_taker() if each.seat_id == seat_id]
    has_charter = service.has_charter(db.session)
    ends = rules.term_ends(seat.begins, service.charter(db.session)) if seat.begins and has_charter else None
    return render_template(
        "board/seat.html",
        seat=seat,
        name=service.member_names(db.session).get(seat.account_id or 0, ""),
        member=member or _blank_member_form(no_taker),
        rest=rest or PauseForm(formdata=None),
        words=rules,
        by_name=has_charter and service.charter(db.session).votes_by_name,
        ends=ends,
        is_over=ends is not None and ends <= today,
        decided=decided_on(seat),
        card_ends=what_ends(people.roles_of(db.session, seat.account_id or 0)),
        chosen=[(each, name_of(each.account_id)) for each in waiting_for_chosen() if each.seat_id == seat_id],
        chosen_asked=chosen_asked(seat_id),
        no_taker=no_taker,
    )


def waiting_for_chosen() -> list[Chosen]:
    """Return the seats for which the board chose somebody who does not sit there so far, and could."""
    today, found = clock.today(), seats_decided()
    return [each for each in found if service.waits_for(db.session, each.seat_id, each.account_id, each.since, today)]


def chosen_asked(seat_id: int) -> bool:
    """Whether one person asked already to give this seat to whom the board chose."""
    return people.waiting_on(db.session, keyfolder.current(), SEAT_CHOSEN, seat_id, clock.today()) is not None


def decided_on(seat: service.SeatOnDay) -> list[RemovalDecided]:
    """Return the records by which the board voted to end this term, and that are not used yet."""
    found = [(each, service.seat_asked_for(db.session, each.matter)) for each in removals_decided()]
    here = [each for each in found if each[1] and each[1].record is None and each[1].seat_id == seat.seat_id]
    return [each for each, asked in here if asked and service.sits_on(db.session, asked.term_id, seat.term_id or 0)]


def find(seat_id: int) -> service.SeatOnDay:
    """Return a seat as it is today, or answer 404."""
    seats = service.seats_on(db.session, clock.today())
    return next((each for each in seats if each.seat_id == seat_id), None) or abort(404)


def name_of(account_id: int) -> str:
    """Return the alias of an account, for members' pages."""
    return service.member_names(db.session).get(account_id, "")


def ask_on_seat(
    act: str, said: Sentence, subject: object, values: dict[str, Any], about: int | None = None,
    page: tuple[str, dict[str, Any]] | None = None,
) -> Response:  # fmt: skip
    """Ask for what takes two people, and lead to the page where it waits."""
    people.ask(
        db.session, keyfolder.current(), g.who, act, said, clock.today(), subject=subject, values=values, about=about,
        page=page,
    )  # fmt: skip
    flash(_("You asked for it. It is done when somebody else of the board agrees."))
    return redirect(url_for("people.asked"), code=303)


@people.does(ADD)
def _add(agreed: people.Agreed) -> None:
    seat = agreed.values
    with service.telling(agreed.session, agreed.keys, agreed.said, agreed.today):
        service.add_seat(agreed.session, seat["label"], rules.SeatClass(seat["class"]), seat["alternate"])


@people.does(FILL)
def _fill(agreed: people.Agreed) -> None:
    begins = max(agreed.today, date.fromisoformat(agreed.values["begins"]))
    with service.telling(agreed.session, agreed.keys, agreed.said, agreed.today):
        service.seat_member(agreed.session, agreed.values["seat"], agreed.values["account"], begins)


@people.does(REST)
def _rest(agreed: people.Agreed) -> None:
    until = date.fromisoformat(agreed.values["until"])
    with service.telling(agreed.session, agreed.keys, agreed.said, agreed.today):
        service.check_sits_there(agreed.session, agreed.values["seat"], agreed.today, agreed.values["account"])
        service.pause(agreed.session, agreed.values["seat"], agreed.today, until)
