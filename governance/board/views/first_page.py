"""What waits for whoever is signed in: on the board's first page, and on the first page of everybody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from flask import g, request

from governance import clock
from governance.board import needs, service
from governance.board.models import AgendaItem
from governance.board.no_taker import to_settle
from governance.board.views.charter import is_asked_for, waiting_changes
from governance.board.views.door import page_of_item, removals_decided, title_of, waits_at_the_board, what_needs_me
from governance.board.views.ending_terms import REMOVE
from governance.board.views.no_taker import seats_without_taker
from governance.board.views.roles_voted import roles_without_taker, waiting_for_roles
from governance.board.views.seats import chosen_asked, decided_on, name_of, waiting_for_chosen
from governance.frame.navigation import door_of, first_page
from governance.frame.slots import PagePart
from governance.keys import keyfolder
from governance.people import service as people
from governance.people.gates import RequestKind
from governance.permissions.access import Permission, may
from governance.permissions.roles import BOARD, ROLE_WORDS
from governance.storage.database import db

HOME = "board.home"
AT_FIRST = 3  # So that what the page is there for stays in sight.


def what_waits(items: Iterable[AgendaItem] | None = None) -> list[needs.Need]:
    """Return what needs whoever is signed in: at the board's own doors, and in the packages that fill the slot.

    *items*: the board's agenda, from whoever has it already.
    """
    today = clock.today()
    asked = people.requests_of(db.session, keyfolder.current(), g.who, today)
    own = _at_the_board(items) + needs.second_yes(
        needs.FirstYes(each.said, each.about_me, each.mine_to_agree, each.mine_to_finish) for each in asked
    )
    if may(Permission.KEEP_ACCOUNTS):
        own += needs.cards_to_settle(service.left_the_board(db.session, today).values())
        own += needs.readers_to_settle(service.readers_who_left(db.session, today).values())
    return needs.in_order(what_needs_me() + own + needs.to_sign(_to_sign(today)))


def wait_behind(endpoint: str) -> Callable[[], int]:
    """Return what counts the lines of `what_waits` that lead behind the door to *endpoint*, one of the board's own."""

    def count() -> int:
        return sum(door_of(need.page) == endpoint for need in _at_the_board())

    return count


def _at_the_board(items: Iterable[AgendaItem] | None = None) -> list[needs.Need]:
    """Return what waits behind the doors of the board. It is asked once with each page, for the lines and the doors."""
    if "at_the_board" not in g:
        in_sight = may(Permission.BOARD_PAGES)
        agenda = service.agenda(db.session) if in_sight and items is None else items
        g.at_the_board = waits_at_the_board() + (_of_the_board(agenda or (), clock.today()) if in_sight else [])
    found: list[needs.Need] = g.at_the_board
    return found


@first_page.fill
def on_the_first_page() -> list[PagePart]:
    """The lines on top of the page that somebody begins with: a box, a list, the cards. The board has its own page."""
    if request.endpoint == HOME:
        return []
    return [PagePart("board/_waits.html", {"needs": what_waits(), "at_first": AT_FIRST})]


def _of_the_board(items: Iterable[AgendaItem], today: date) -> list[needs.Need]:
    """Return what needs whoever looks, of seats, roles, charter and agenda (*items*); what cannot wait stands first."""
    agenda = [needs.Item(each.kind, each.state, title_of(each), next(iter(page_of_item(each)), None)) for each in items]
    ending = service.terms_running_out(db.session, today)
    # One's own has a line of its own.
    others = [(seat, ends) for seat, ends in ending if seat.account_id != g.who.account_id]
    terms = [needs.Term(seat.seat_id, seat.label, ends) for seat, ends in others]
    mine = [needs.own_term(seat.label, ends, today) for seat, ends in ending if seat.account_id == g.who.account_id]
    talk = needs.on_the_agenda(agenda, may_talk=may(Permission.WRITE_PROPOSALS))
    keeps_seats = may(Permission.KEEP_SEATS)
    removals = needs.to_carry_out(_taken(today) if keeps_seats else [], keeps_seats=keeps_seats)
    chosen = needs.to_give(_chosen() if keeps_seats else [], keeps_seats=keeps_seats)
    roles = needs.roles_to_give(_roles(keeps_seats=keeps_seats))
    no_taker = to_settle([*seats_without_taker(), *roles_without_taker()], keeps_seats=keeps_seats)
    charter = needs.to_put_in_force(_charter() if may(Permission.RUN_BOARD) else [])
    asked = needs.terms_to_ask_about(terms, keeps_seats=keeps_seats)
    return removals + chosen + roles + no_taker + charter + talk + asked + mine


def _taken(today: date) -> Iterator[needs.Taken]:
    """Return the seats that the board voted to take and in which the same member still sits."""
    seats = service.seats_on(db.session, today) if removals_decided() else []
    for seat in seats:
        if decided_on(seat):
            asked = people.requests_on(db.session, keyfolder.current(), g.who, today, [REMOVE], seat.seat_id)
            yield needs.Taken(seat.seat_id, seat.label, asked=bool(asked))


def _charter() -> Iterator[needs.ChangedCharter]:
    """Return the changes of the charter that can be put in force, and for which nobody asked so far."""
    waiting = [each.decided for each in waiting_changes() if not each.refused]
    if waiting and not is_asked_for():
        yield from (needs.ChangedCharter(each.number, each.title) for each in waiting)


def _chosen() -> Iterator[needs.ToGive]:
    """Return the seats that wait for whom the board chose."""
    for each in waiting_for_chosen():
        label = service.label_of(db.session, each.seat_id)
        yield needs.ToGive(each.seat_id, label, name_of(each.account_id), asked=chosen_asked(each.seat_id))


def _roles(*, keeps_seats: bool) -> Iterator[needs.RoleToGive]:
    """Return the roles whose day has come, for who keeps the seats and for whoever was chosen."""
    for each in waiting_for_roles():
        if each.is_due and (keeps_seats or each.account_id == g.who.account_id):
            yield needs.RoleToGive(ROLE_WORDS[each.chosen.role], each.name, each.asked)


def _to_sign(today: date) -> Iterator[needs.Unsigned]:
    """Readers that wait for a signature, and lost cards; not for this person's first one or what is about them."""
    me = g.who.account_id
    if not may(Permission.SIGN_READERS):
        return
    asked = people.requests(db.session, keyfolder.current(), clock.today())
    could_sign = people.could_sign_with(db.session, keyfolder.current(), today) if asked else None
    for each in asked:
        is_card, first = each.kind is RequestKind.CARD, each.first_account_id
        if me in (first, each.account_id):
            continue
        if _one_is_of_the_board(first, today) if is_card else could_sign and could_sign({first, me}, each.account_id):
            yield needs.Unsigned(each.alias, begun=True, lost_card=is_card)
    begun = {each.account_id for each in asked}
    for reader in people.reader_list(db.session, keyfolder.current()).unsigned:
        if reader.account_id not in begun | {me}:
            yield needs.Unsigned(reader.alias, begun=False)


def _one_is_of_the_board(first_id: int, today: date) -> bool:
    """Whether whoever asked first or this person is of the board: two of the staff give nobody a card."""
    sitting = people.who_sits(db.session, today)
    both = {first_id: people.roles_of(db.session, first_id), g.who.account_id: g.who.roles}
    return any(BOARD & people.of_the_board(account, roles, sitting) for account, roles in both.items())
