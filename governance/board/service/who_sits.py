"""Who sits on the board today, and who has left it with a card of the board still in hand."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.board.models import Term
from governance.board.service.seats import beyond, seats_on
from governance.people import service as people
from governance.permissions.roles import Role

# Where fewer sit there may be nobody left to say a second yes, and the seats could not be filled by anyone.
FEWEST = 3


@people.sitting_from
def who_sits(session: Session, today: date) -> dict[int, bool] | None:
    """Return by account whether its seat is active, of all who sit today; None where fewer than three do."""
    found = {seat.account_id: not seat.paused for seat in seats_on(session, today) if seat.account_id is not None}
    return found if len(found) >= FEWEST else None


def left_the_board(session: Session, today: date) -> dict[int, str]:
    """Return who had a seat, has none today or to come, and still carries a member's card: account and alias.

    For who keeps the cards alone.
    """
    return _left_with(session, today, Role.MEMBER)


def readers_who_left(session: Session, today: date) -> dict[int, str]:
    """Return who had a seat, has none today or to come, and still reads for the board: account and alias.

    Their keys open messages until two readers sign that they do not, so somebody must see that two do.
    """
    return _left_with(session, today, Role.BOARD_READER)


def _left_with(session: Session, today: date, role: Role) -> dict[int, str]:
    sitting = set(session.scalars(select(Term.account_id).where(beyond(today))))
    left = set(session.scalars(select(Term.account_id))) - sitting
    return {each: alias for each, alias in people.with_role(session, role).items() if each in left}
