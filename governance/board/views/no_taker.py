"""The seats that the board gave by a vote, and that whom it chose cannot take."""

from __future__ import annotations

from governance import clock
from governance.board import service
from governance.board.no_taker import NoTaker, Why
from governance.board.views.door import FILL, Chosen, seats_decided
from governance.keys import keyfolder
from governance.people import service as people
from governance.storage.database import db


def seats_without_taker() -> list[NoTaker]:
    """Return them. For members alone: it tells who was chosen. Of two votes for a seat, only the newer one counts."""
    session, today = db.session, clock.today()
    newest: dict[int, Chosen] = {}
    for each in seats_decided():
        newest.setdefault(each.seat_id, each)
    return [
        _no_taker(each)
        for each in newest.values()
        if service.has_no_taker(session, each.seat_id, each.account_id, each.since, each.begins, today)
    ]


def _no_taker(chosen: Chosen) -> NoTaker:
    seat_id, label = chosen.seat_id, service.label_of(db.session, chosen.seat_id)
    asked = people.waiting_on(db.session, keyfolder.current(), FILL, seat_id, clock.today()) is not None
    if chosen.account_id:
        name = service.member_names(db.session).get(chosen.account_id, "")
        return NoTaker(chosen.number, name, Why.CARD_ENDED, seat_id, label, asked=asked, begins=chosen.begins)
    why = Why.CARD_MADE if chosen.name in service.may_stand(db.session).values() else Why.NO_CARD
    return NoTaker(chosen.number, chosen.name, why, seat_id, label, asked=asked, begins=chosen.begins)
