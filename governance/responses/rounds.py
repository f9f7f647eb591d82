"""What answers do by themselves: the days to answer a record begin."""

from __future__ import annotations

from sqlalchemy.orm import Session

from governance.clockwork.rounds import Duty, Moment, Pieces
from governance.keys.keyfolder import KeyFolder
from governance.responses import service as responses


def start_clocks(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Start the duty to answer of every published record that has none yet."""
    yield lambda writing: responses.open_duties(writing, moment.today)


DUTIES = (Duty("start clocks", start_clocks),)
