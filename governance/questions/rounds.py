"""What questions do by themselves: a sum is sealed anew each day, told when its week is over, and its key destroyed."""

from __future__ import annotations

from functools import partial

from sqlalchemy.orm import Session

from governance.clockwork.rounds import Duty, Moment, Needs, Pieces
from governance.keys.keyfolder import KeyFolder
from governance.questions import service


def tell(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Tell the sums of questions that are over, then destroy their keys. The sum is committed before its key goes."""
    for number in service.over(session, moment.today):
        yield partial(service.tell, keys=keys, question_id=number, today=moment.today)
    for name in service.secrets_to_destroy(session, keys):
        keys.destroy(name)


def seal_anew(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Seal the sums that are still going on, whether or not anybody answered."""
    for number in service.going_on(session, moment.today):
        yield partial(service.seal_anew, keys=keys, question_id=number)


DUTIES = (
    Duty("tell what people answered", tell, needs=Needs.MAY_DESTROY),
    Duty("seal answers anew", seal_anew, daily=True),
)
