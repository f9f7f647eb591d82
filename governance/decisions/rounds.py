"""What the record does by itself: it says who was chosen and could not take it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from governance.clockwork.rounds import Duty, Moment, Pieces
from governance.decisions import service as decisions
from governance.keys.keyfolder import KeyFolder


def note_not_taken(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Put into the ledger, once, whom the board chose and who cannot take it."""
    yield lambda writing: decisions.note_not_taken(writing, keys, moment.today)


DUTIES = (Duty("say who could not take a seat", note_not_taken, daily=True),)
