"""What the board does by itself: it says once how its seats stand, where a programme is older than the telling."""

from __future__ import annotations

from sqlalchemy.orm import Session

from governance.board import service as board
from governance.clockwork.rounds import Duty, Moment, Pieces
from governance.keys.keyfolder import KeyFolder


def tell_how_seats_stand(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Say once which seats there are and who sits in them."""
    yield lambda writing: board.tell_how_seats_stand(writing, keys, moment.today)


DUTIES = (Duty("tell how seats stand", tell_how_seats_stand, daily=True),)
