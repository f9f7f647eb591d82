"""What the board will talk about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.board import next_steps, rules, service
from governance.board.forms import (
    AgendaForm,
    AgendaStateForm,
    MakeRoomForm,
    PutAsideForm,
)
from governance.board.models import AgendaItem
from governance.board.rules import AgendaState
from governance.board.views.door import Page, VoteOnItem, bp, page_of_item, title_of, votes_on_items
from governance.frame.forms import refusals_in, refused, status_of
from governance.keys import keyfolder
from governance.permissions.access import Permission, may, requires
from governance.ruling.errors import RuleRefused
from governance.ruling.steps import Step
from governance.storage.database import db

DONE_AT_ONCE = 30


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


@page_of_item.fill
def page_of_the_charter(item: AgendaItem) -> list[Page]:
    """Where the board reads the charter that it is to adopt."""
    return [("board.charter", {})] if item.ref == service.CHARTER else []


def _agenda_page(form: AgendaForm) -> str:
    """Draw the agenda. *form*: what a member brings up, empty or with what was refused."""
    items, done = service.agenda(db.session), service.done_with(db.session, DONE_AT_ONCE)
    votes = {each.item_id: each for each in votes_on_items(items)}
    return render_template(
        "board/agenda.html",
        form=form,
        items=items,
        done=done,
        states=AgendaState,
        words=rules,
        title_of=title_of,
        year_of=service.year_of,
        address_of=address_of,
        to_write=_to_write,
        to_move=lambda item: _to_move(item, votes),
        votes=votes,
    )


def _to_write(item: AgendaItem) -> list[Step]:
    return next_steps.to_write(item.kind, item.ref, item.title, writes=may(Permission.WRITE_PROPOSALS))


def _to_move(item: AgendaItem, votes: Mapping[int, VoteOnItem]) -> list[Step]:
    at_a_vote = item.id in votes and votes[item.id].goes_on
    runs_board = may(Permission.RUN_BOARD)
    return next_steps.to_move(item.id, item.state, title_of(item), runs_board=runs_board, at_a_vote=at_a_vote)


def address_of(item: AgendaItem) -> str:
    """Return where an item of the agenda can be read, or ''."""
    for page, at in page_of_item(item):
        values: dict[str, Any] = dict(at)
        return url_for(page, **values)
    return ""


@bp.post("/board/agenda/<number:item_id>")
@requires(Permission.RUN_BOARD)
def move(item_id: int) -> ResponseReturnValue:
    """Move an item; ask why it is put aside, and when the next meeting is full, which one can wait."""
    form = AgendaStateForm()
    if not form.validate_on_submit():
        abort(400)
    there, why, at_a_vote = AgendaState(form.state.data), PutAsideForm(), _at_a_vote()
    if not why.validate():
        return _ask_why(item_id, there, why)
    try:
        service.move_in_the_open(
            db.session, keyfolder.current(), item_id, there, at_a_vote,
            reason=why.reason.data or "", by=g.who.alias, today=clock.today(),
        )  # fmt: skip
    except RuleRefused as refusal:
        if refusal.field == rules.MAKE_ROOM:
            return _ask_which_can_wait(item_id, refusal, _make_room_form(at_a_vote))
        if refusal.field != why.reason.name:
            raise
        if why.reason.raw_data:  # The page was asked already, and left empty.
            refused(why, refusal)
        return _ask_why(item_id, there, why)
    return redirect(url_for("board.agenda"), code=303)


def _at_a_vote() -> service.AtAVote:
    """Return the items on which a vote goes on: they take a place, and stay on the agenda.

    Until the end of this request nobody else calls a vote or fills a place.
    """
    service.take_turns(db.session)
    return {each.item_id: each.number for each in votes_on_items(service.agenda(db.session)) if each.goes_on}


def _ask_why(item_id: int, there: AgendaState, form: PutAsideForm) -> tuple[str, int]:
    item = _item(item_id)
    form.state.data = there.value
    page = render_template(
        "board/put_aside.html", item=item, form=form, title=title_of(item), closes=there is AgendaState.CLOSED
    )
    return page, 409


@bp.post("/board/agenda/<number:item_id>/make-room")
@requires(Permission.RUN_BOARD)
def make_room(item_id: int) -> ResponseReturnValue:
    """Park one item and put another in its place."""
    at_a_vote = _at_a_vote()
    form = _make_room_form(at_a_vote)
    if form.validate_on_submit():
        with refusals_in(form):
            service.park_to_make_room(
                db.session, keyfolder.current(), form.park.data, item_id, at_a_vote,
                reason=form.reason.data or "" if form.reason else "", by=g.who.alias, today=clock.today(),
            )  # fmt: skip
            flash(_("Done. Parked items are not lost: they stay on this page."))
            return redirect(url_for("board.agenda"), code=303)
    return _ask_which_can_wait(item_id, None, form)


def _make_room_form(at_a_vote: service.AtAVote) -> MakeRoomForm:
    form = MakeRoomForm()
    items = service.may_make_room(db.session, at_a_vote)
    form.park.choices = [SelectChoice(item.id, title_of(item)) for item in items]
    if not any(rules.takes_a_reason(item.kind, AgendaState.PARKED) for item in items):
        del form.reason
    return form


def _ask_which_can_wait(item_id: int, refusal: RuleRefused | None, form: MakeRoomForm) -> tuple[str, int]:
    item = _item(item_id)
    sentence = refusal.sentence if refusal else ""
    page = render_template("board/make_room.html", item=item, sentence=sentence, form=form, title=title_of(item))
    return page, 409 if refusal else status_of(form)


def _item(item_id: int) -> AgendaItem:
    return next((each for each in service.agenda(db.session) if each.id == item_id), None) or abort(404)
