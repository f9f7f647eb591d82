"""The seats of the board as every member reads them: what each is for, how long its term runs. Nobody's name."""

from __future__ import annotations

from flask import g, render_template

from governance import clock
from governance.board import rules, service
from governance.board.views.no_taker import seats_without_taker
from governance.storage.database import db


def seats_to_read() -> str:
    """Return the page. Who sits where is for whoever keeps the seats: a kind of seat says something of a person."""
    today = clock.today()
    seats = service.seats_on(db.session, today)
    numbers = service.charter(db.session) if service.has_charter(db.session) else None
    voting = [seat for seat in seats if not seat.alternate]
    active = rules.active_seats(
        rules.SeatNow(seat.seat_class, filled=not seat.open, paused=seat.paused) for seat in voting
    )
    return render_template(
        "board/seats_to_read.html",
        seats=seats,
        mine=next((seat.seat_id for seat in seats if seat.account_id == g.who.account_id), None),
        ends={seat.seat_id: rules.term_ends(seat.begins, numbers) for seat in seats if seat.begins and numbers},
        problems=service.composition(db.session, today, seats),
        no_taker=seats_without_taker(),
        lived=active[rules.SeatClass.LIVED],
        active=sum(active.values()),
        words=rules,
    )
