"""The board's first page: what needs me now, the next meeting, open seats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from flask import g, render_template

from governance import clock, keyfolder
from governance.access import Permission, may, requires
from governance.board import needs, rules, service
from governance.board.models import AgendaItem
from governance.board.views.door import bp, page_of_item, what_needs_me
from governance.database import db
from governance.people import service as people


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
        notices=people.notices(db.session, g.who.account_id, today),
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
    asked = people.requests_of(db.session, keyfolder.current(), g.who, today)
    own += needs.second_yes(
        needs.FirstYes(each.said, each.about_me, each.mine_to_agree, each.mine_to_finish) for each in asked
    )
    return needs.in_order(what_needs_me() + own + needs.to_sign(_to_sign()))


def _to_sign() -> Iterator[needs.Unsigned]:
    """Readers that wait for a signature, and not for this person's first one or for what is about them."""
    me = g.who.account_id
    if not may(Permission.SIGN_READERS):
        return
    asked = people.requests(db.session)
    for each in asked:
        if me not in (each.first_account_id, each.account_id):
            yield needs.Unsigned(each.alias, begun=True)
    begun = {each.account_id for each in asked}
    for reader in people.reader_list(db.session, keyfolder.current()).unsigned:
        if reader.account_id not in begun | {me}:
            yield needs.Unsigned(reader.alias, begun=False)
