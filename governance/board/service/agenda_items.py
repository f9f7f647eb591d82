"""The agenda: what the board will talk about. Any member may add to it; repeated feedback adds itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.board import rules
from governance.board.models import AgendaItem, CharterVersion
from governance.board.rules import AgendaKind, AgendaState
from governance.board.service.charters import charter
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.ruling.errors import RuleRefused
from governance.ruling.lifecycle import check_step
from governance.ruling.sentences import N_, Sentence
from governance.storage.text import one_line

# The items on which a vote goes on, each with the number of its vote.
AtAVote = Mapping[int, int]
NO_VOTE: AtAVote = MappingProxyType({})


def add_agenda_item(session: Session, kind: AgendaKind | str, ref: str, title: str, today: date) -> AgendaItem:
    """Put something on the agenda, once: the same *kind* and *ref* again returns the item, under its newest title."""
    kind = AgendaKind(kind)
    there = item_of(session, kind, ref)
    if there:
        there.title = title
        session.flush()
        return there
    item = AgendaItem(kind=kind, ref=ref, title=title, added_on=today, state=AgendaState.WAITING)
    session.add(item)
    session.flush()
    return item


def bring_up(session: Session, title: str, today: date) -> AgendaItem:
    """Add what a member wants to talk about. The same words twice on one day are one item. Nobody's name is kept."""
    title = one_line(title)
    if not title:
        raise RuleRefused(N_("Write what you want to talk about. One line is enough."), field="title")
    return add_agenda_item(session, AgendaKind.MEMBER, f"{today.isoformat()} {title.casefold()}", title, today)


CHARTER = "charter"  # The item of a new programme: what stands in the charter came from setting up.
ADOPT_THE_CHARTER = N_("Adopt your charter")


def begin_agenda(session: Session, today: date) -> AgendaItem:
    """Put on the first agenda of a new programme that the board adopts its charter."""
    return add_agenda_item(session, AgendaKind.MEMBER, CHARTER, ADOPT_THE_CHARTER, today)


YEAR = "year "  # And its number: what the board looks back on.
LOOK_BACK = N_("Look back on our year")


def ref_of_year(year: int) -> str:
    """Return the name under which a *year* to look back on stands on the agenda."""
    return f"{YEAR}{year}"


def year_of(item: AgendaItem) -> int | None:
    """Return the year that this item looks back on; None for any other item."""
    return int(item.ref.removeprefix(YEAR)) if item.ref.startswith(YEAR) else None


def look_back_on(session: Session, year: int, today: date) -> AgendaItem:
    """Put on the agenda that the board looks back on this *year*. It goes there once: what is closed stays closed."""
    return add_agenda_item(session, AgendaKind.MEMBER, ref_of_year(year), LOOK_BACK, today)


def was_on_agenda(session: Session, ref: str) -> bool:
    """Whether the item of this *ref* is on the agenda, or was."""
    return session.scalars(select(AgendaItem.id).where(AgendaItem.ref == ref)).first() is not None


def done_with_the_charter(session: Session) -> None:
    """The board has adopted its own: it leaves the agenda, if it is still there."""
    item = session.scalars(select(AgendaItem).where(AgendaItem.ref == CHARTER)).one_or_none()
    if item:
        item.state = AgendaState.CLOSED
        session.flush()


def agenda(session: Session) -> Sequence[AgendaItem]:
    """Return what is not closed, the oldest first."""
    open_items = select(AgendaItem).where(AgendaItem.state != AgendaState.CLOSED)
    return session.scalars(open_items.order_by(AgendaItem.added_on, AgendaItem.id)).all()


def has_met(session: Session) -> bool:
    """Whether the board chose what a meeting talks about, or closed something it had talked about."""
    chosen = AgendaItem.state.in_((AgendaState.TODAY, AgendaState.CLOSED))
    return session.scalars(select(AgendaItem.id).where(chosen).limit(1)).first() is not None


def done_with(session: Session, at_most: int) -> Sequence[AgendaItem]:
    """Return what is closed, the newest first. Nothing is gone: it can be brought back."""
    closed = select(AgendaItem).where(AgendaItem.state == AgendaState.CLOSED)
    return session.scalars(closed.order_by(AgendaItem.added_on.desc(), AgendaItem.id.desc()).limit(at_most)).all()


def next_meeting(session: Session) -> list[AgendaItem]:
    """Return the items of the next meeting."""
    return [item for item in agenda(session) if item.state is AgendaState.TODAY]


def item_of(session: Session, kind: AgendaKind, ref: str) -> AgendaItem | None:
    """Return the item of *kind* and *ref*, also where it is closed."""
    return session.scalars(select(AgendaItem).where(AgendaItem.kind == kind, AgendaItem.ref == ref)).one_or_none()


def take_turns(session: Session) -> None:
    """Wait until nobody else fills a place of the agenda: of two people with the last one, the second is refused.

    Whoever reads the agenda, or its votes, after this reads what the other left there.
    """
    session.flush()
    session.execute(select(CharterVersion.number).with_for_update())
    for item in [each for each in session.identity_map.values() if isinstance(each, AgendaItem)]:
        session.expire(item)


def places_taken(session: Session, at_a_vote: AtAVote, besides: int) -> int:
    """Return how many items the board has to decide beside one: those of the next meeting, and those at a vote.

    *besides*: the id of that one.
    """
    return len(({item.id for item in next_meeting(session)} | at_a_vote.keys()) - {besides})


def may_make_room(session: Session, at_a_vote: AtAVote) -> list[AgendaItem]:
    """Return the items of the next meeting that can be parked to make room: all on which no vote goes on."""
    return [item for item in next_meeting(session) if item.id not in at_a_vote]


def set_agenda_state(
    session: Session, item_id: int, state: AgendaState | str, at_a_vote: AtAVote = NO_VOTE
) -> AgendaItem:  # fmt: skip
    """Move an item. Refuses one more than the charter's number for the next meeting, and a step that is none.

    *at_a_vote*: those on which a vote goes on. They take a place too, and stay on the agenda. What is closed comes
    back by `bring_back` alone.
    """
    item = _locked(session, item_id)
    state = AgendaState(state)
    if item.state is state:
        return item
    if item.state is AgendaState.CLOSED:
        raise RuleRefused(rules.NOT_ON_AGENDA)
    check_step(rules.AGENDA_STEPS, item.state, state)
    rules.check_may_leave_agenda(state, at_a_vote=item.id in at_a_vote)
    if state is AgendaState.TODAY:
        take_turns(session)
        votes = [number for voted, number in at_a_vote.items() if voted != item.id]
        rules.check_room_on_agenda(places_taken(session, at_a_vote, item.id), charter(session), votes)
    item.state = state
    session.flush()
    return item


def _locked(session: Session, item_id: int) -> AgendaItem:
    item = session.get(AgendaItem, item_id, with_for_update=True, populate_existing=True)
    if item is None:
        raise RuleRefused(N_("There is no such item. Look at the agenda again."))
    return item


def bring_back(session: Session, item_id: int, today: date) -> AgendaItem:
    """Put an item that was closed on the agenda again. Its days of notice begin anew: nobody could see it there."""
    item = _locked(session, item_id)
    if item.state is AgendaState.CLOSED:
        item.state, item.added_on = AgendaState.WAITING, today
        session.flush()
    return item


def move_in_the_open(
    session: Session, keys: KeyFolder, item_id: int, there: AgendaState, at_a_vote: AtAVote,
    *, reason: str, by: str, today: date,
) -> AgendaItem:  # fmt: skip
    """Move an item as one person wants it. Of what many said, and of a proposal, every member is told that it left.

    And that it is back. *reason*: why it leaves. *by*: the name of whoever moves it. Raises RuleRefused where there is
    no reason, and like `set_agenda_state`.
    """
    item = _locked(session, item_id)
    was = item.state
    if was is there:
        return item
    rules.check_may_leave_agenda(there, at_a_vote=item.id in at_a_vote)
    if rules.takes_a_reason(item.kind, there):
        rules.check_says_why(reason)
    if was is AgendaState.CLOSED and there is AgendaState.WAITING:
        bring_back(session, item_id, today)
        if item.kind in rules.NOT_ONE_PERSONS:
            people.tell_of_one_hand(session, keys, Sentence(rules.IS_BACK, name=by, title=item.title), today)
        return item
    set_agenda_state(session, item_id, there, at_a_vote)
    if rules.takes_a_reason(item.kind, there):
        tell_it_left(session, keys, item.title, there, reason=reason, by=by, today=today)
    return item


def tell_it_left(
    session: Session, keys: KeyFolder, title: str, there: AgendaState, *, reason: str, by: str, today: date
) -> None:
    """Tell every member that what many said, or a proposal, was put aside. Raises RuleRefused where no *reason* is.

    And where one did so too often today.
    """
    rules.check_says_why(reason)
    words = Sentence(rules.LEFT_AGENDA[there], name=by, title=title, reason=one_line(reason))
    people.tell_of_one_hand(session, keys, words, today, "reason")


def follow_on_agenda(session: Session, kind: AgendaKind, ref: str, state: AgendaState) -> None:
    """Let the item of *kind* and *ref* follow what became of it, if it is on the agenda and not closed."""
    there = item_of(session, kind, ref)
    if there and there.state is not AgendaState.CLOSED:
        set_agenda_state(session, there.id, state)


def park_to_make_room(
    session: Session, keys: KeyFolder, parked_id: int, item_id: int, at_a_vote: AtAVote,
    *, reason: str, by: str, today: date,
) -> AgendaItem:  # fmt: skip
    """Park one item of the next meeting and put another in its place. Raises RuleRefused like `move_in_the_open`."""
    parked = AgendaState.PARKED
    move_in_the_open(session, keys, parked_id, parked, at_a_vote, reason=reason, by=by, today=today)
    return set_agenda_state(session, item_id, AgendaState.TODAY, at_a_vote)
