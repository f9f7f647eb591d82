"""One seat more at the table, as far as the charter has room for it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.board import rules
from governance.board.models import Seat
from governance.board.service.charters import charter_in_force
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.storage.text import one_line


def add_seat(session: Session, label: str, seat_class: rules.SeatClass, alternate: bool = False) -> Seat:
    """Add a seat to the table. Raises RuleRefused like `check_may_add`."""
    label = check_may_add(session, label, seat_class, alternate)
    seat = Seat(label=label, seat_class=seat_class, alternate=alternate)
    session.add(seat)
    session.flush()
    return seat


def check_may_add(session: Session, label: str, seat_class: rules.SeatClass, alternate: bool) -> str:
    """Return a seat's *label* as it will be kept. Refuses one that another seat has, and a seat beyond the charter."""
    label = one_line(label)
    if not label:
        raise RuleRefused(N_("Give the seat a label, like: Seat 4."), field="label")
    if session.scalars(select(Seat).where(Seat.label == label)).first():
        raise RuleRefused(N_("Another seat has this label. Choose a different one."), field="label")
    check_room(session, seat_class, alternate, session.scalars(select(Seat)).all())
    return label


def check_room(
    session: Session, seat_class: rules.SeatClass, alternate: bool, seats: Sequence[Seat]
) -> None:  # fmt: skip
    """Refuse one more beside the *seats* of the same kind, where the charter has no more."""
    numbers = charter_in_force(session)
    if numbers:
        alike = [each for each in seats if each.alternate == alternate and (alternate or each.seat_class == seat_class)]
        rules.check_room_at_the_table(len(alike), numbers.seats_of(seat_class, alternate=alternate))
