"""What places do by themselves: a change of the plan begins on its day, and a call for a worker is forgotten."""

from __future__ import annotations

from sqlalchemy.orm import Session

from governance.clockwork.rounds import Duty, Moment, Needs, Pieces
from governance.keys.keyfolder import KeyFolder
from governance.places import changing_plan, places_by_day, service
from governance.places.models import Programme


class NotBegun(Exception):
    """Something could not begin on its day. All else has begun; the doctor says which it is, and what to do."""


def let_changes_begin(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Lay into the rows what two people agreed to and whose day has come. Raises NotBegun for what could not begin."""
    if changing_plan.due(session, moment.today):
        yield lambda writing: changing_plan.let_begin(writing, moment.today)
        if changing_plan.due(session, moment.today):
            raise NotBegun


def forget_calls(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Forget calls that are over."""
    if service.calls_are_over(session, moment.now):
        yield lambda writing: service.forget_calls(writing, moment.now)


def tell_how_places_stand(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Say in the ledger how places stand, where nothing says so yet: a programme comes from an older version."""
    here = session.get(Programme, 1)
    if here is not None and here.places_leaf is None:
        yield lambda writing: places_by_day.tell_how_places_stand(writing, moment.today)


DUTIES = (
    Duty("tell how places stand", tell_how_places_stand),
    Duty(places_by_day.LET_BEGIN, let_changes_begin),
    Duty("forget calls", forget_calls, needs=Needs.NO_CLOCK),
)
