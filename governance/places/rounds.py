"""What places do by themselves: a change of the plan begins on its day."""

from __future__ import annotations

from sqlalchemy.orm import Session

from governance.keyfolder import KeyFolder
from governance.places import changing_plan
from governance.rounds import Duty, Moment, Pieces


def let_changes_begin(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Lay into the rows what two people agreed to and whose day has come."""
    if changing_plan.due(session, moment.today):
        yield lambda writing: changing_plan.let_begin(writing, moment.today)


DUTIES = (Duty("let changes of the plan begin", let_changes_begin),)
