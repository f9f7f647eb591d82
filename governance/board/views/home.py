"""The board's first page: what needs me now, the next meeting, open seats."""

from __future__ import annotations

from flask import g, render_template

from governance import clock
from governance.board import rules, service
from governance.board.views.agenda import address_of
from governance.board.views.door import bp, of_mine
from governance.board.views.first_page import what_waits
from governance.keys import keyfolder
from governance.people import service as people
from governance.permissions.access import Permission, requires
from governance.storage.database import db


@bp.get("/board")
@requires(Permission.BOARD_PAGES)
def home() -> str:
    """What needs me now, the next meeting, open seats."""
    today = clock.today()
    seats, items = service.seats_on(db.session, today), service.agenda(db.session)
    return render_template(
        "board/home.html",
        items=items,
        address_of=address_of,
        needs=what_waits(items),
        of_mine=of_mine(),
        notices=people.notices(db.session, keyfolder.current(), g.who.account_id, today),
        problems=service.composition(db.session, today, seats),
        mine=next((seat for seat in seats if seat.account_id == g.who.account_id), None),
        open_seats=[seat for seat in seats if seat.open],
        resting=sum(seat.paused for seat in seats),
        today=today,
        words=rules,
    )
