"""What accounts do by themselves: old sign-ins end."""

from __future__ import annotations

from sqlalchemy.orm import Session

from governance.keyfolder import KeyFolder
from governance.people import service as people
from governance.rounds import Duty, Moment, Pieces


def end_sign_ins(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """End old sign-ins."""
    yield lambda writing: people.purge_sign_ins(writing, moment.today)


DUTIES = (Duty("end sign-ins", end_sign_ins, daily=True),)
