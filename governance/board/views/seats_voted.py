"""Giving a seat to whom the board chose for it in a vote: no other person, no other seat, and no sooner."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from governance import clock
from governance.board import service
from governance.board.views.door import Chosen, bp, seats_decided
from governance.board.views.seats import SEAT_CHOSEN, ask_on_seat, name_of
from governance.frame.forms import confirmed
from governance.people import service as people
from governance.permissions.access import Permission, requires
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db

NOT_CHOSEN = N_("The board chose nobody for this seat in that vote. Look at the record again.")


@bp.post("/board/seats/<number:seat_id>/chosen")
@requires(Permission.KEEP_SEATS)
def seat_chosen(seat_id: int) -> ResponseReturnValue:
    """Ask to give this seat to whom the board chose for it, by the record that says so."""
    confirmed()
    chosen = _chosen(seat_id, request.form.get("record", ""))
    begins = max(chosen.begins, clock.today())
    seat = service.check_may_seat_chosen(db.session, seat_id, chosen.account_id, chosen.since, begins)
    words = N_("{name} gets {seat} from {day}. The board chose them, by record {record}.")
    said = Sentence(words, name=name_of(chosen.account_id), seat=seat.label, day=begins, record=chosen.number)
    values = {"seat": seat_id, "account": chosen.account_id, "record": chosen.number}
    page = ("decisions.show", {"number": chosen.number})
    return ask_on_seat(SEAT_CHOSEN, said, seat_id, values, about=chosen.account_id, page=page)


@people.does(SEAT_CHOSEN)
def _seat(agreed: people.Agreed) -> None:
    values: Any = agreed.values
    chosen = _chosen(values["seat"], values["record"])
    if chosen.account_id != values["account"]:
        raise RuleRefused(NOT_CHOSEN)
    with service.telling(agreed.session, agreed.keys, agreed.said, agreed.today):
        begins = max(chosen.begins, agreed.today)
        service.seat_chosen(agreed.session, chosen.seat_id, chosen.account_id, chosen.since, begins)


def _chosen(seat_id: int, record: str) -> Chosen:
    """Return for whom the record of this number has this seat. Raises RuleRefused where it has it for nobody."""
    for each in seats_decided():
        if (each.seat_id, each.number) == (seat_id, record):
            return each
    raise RuleRefused(NOT_CHOSEN)
