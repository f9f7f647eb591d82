"""What the board will talk about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from governance import clock
from governance.board import next_steps, rules, service
from governance.board.forms import (
    AgendaForm,
    AgendaStateForm,
    MakeRoomForm,
)
from governance.board.models import AgendaItem
from governance.board.rules import AgendaState
from governance.board.views.door import Page, VoteOnItem, bp, page_of_item, title_of, votes_on_items
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
    """Move an item; when the next meeting is full, ask which one can wait."""
    form = AgendaStateForm()
    if not form.validate_on_submit():
        abort(400)
    try:
        _move(item_id, AgendaState(form.state.data))
    except RuleRefused as refusal:
        if form.state.data != AgendaState.TODAY or not service.next_meeting(db.session):
            raise
        return _ask_which_can_wait(item_id, refusal)
    return redirect(url_for("board.agenda"), code=303)


def _move(item_id: int, there: AgendaState) -> None:
    closed = any(item.id == item_id for item in service.done_with(db.session, DONE_AT_ONCE))
    if closed and there is AgendaState.WAITING:
        service.bring_back(db.session, item_id, clock.today())
    else:
        service.set_agenda_state(db.session, item_id, there, _at_a_vote())


def _at_a_vote() -> frozenset[int]:
    """Return the items on which a vote goes on: they take a place, and stay on the agenda."""
    return frozenset(each.item_id for each in votes_on_items(service.agenda(db.session)) if each.goes_on)


@bp.post("/board/agenda/<number:item_id>/make-room")
@requires(Permission.RUN_BOARD)
def make_room(item_id: int) -> ResponseReturnValue:
    """Park one item and put another in its place."""
    form = _make_room_form()
    if not form.validate_on_submit():
        return _ask_which_can_wait(item_id, None, form)
    service.park_to_make_room(db.session, form.park.data, item_id, _at_a_vote())
    flash(_("Done. Parked items are not lost: they stay on this page."))
    return redirect(url_for("board.agenda"), code=303)


def _make_room_form() -> MakeRoomForm:
    form = MakeRoomForm()
    form.park.choices = [SelectChoice(item.id, title_of(item)) for item in service.next_meeting(db.session)]
    return form


def _ask_which_can_wait(item_id: int, refusal: RuleRefused | None, form: MakeRoomForm | None = None) -> tuple[str, int]:
    item = next((each for each in service.agenda(db.session) if each.id == item_id), None) or abort(404)
    sentence = refusal.sentence if refusal else ""
    form_shown = form or _make_room_form()
    page = render_template("board/make_room.html", item=item, sentence=sentence, form=form_shown, title=title_of(item))
    return page, 422 if form else 409
