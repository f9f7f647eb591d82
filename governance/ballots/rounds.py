"""What votes do by themselves: old ones go, no order stays in a box, and what was counted is laid out to be checked."""

from __future__ import annotations

from sqlalchemy.orm import Session

from governance.ballots import service as ballots
from governance.clockwork.rounds import Duty, Moment, Needs, Pieces
from governance.keys.keyfolder import KeyFolder, home


def forget_ballots(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Destroy ballots and keys of votes that have outlived their time."""
    yield lambda _: ballots.end_co_signing(keys, moment.now)
    yield lambda reading: ballots.destroy_left(reading, keys)
    yield from ballots.forget_old_in_pieces(session, keys, moment.now)


def lay_ballots_afresh(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Leave no order in boxes, rolls and what was signed of large votes; small ones are laid afresh at every change."""
    yield from ballots.lay_all_afresh_in_pieces(session, moment.now)
    yield from ballots.lay_co_signed_afresh_in_pieces(session)


def lay_out_logs(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Lay out the closed log of what was counted, before anybody asks for it."""
    return ballots.lay_out_in_pieces(session, home())


DUTIES = (
    Duty("forget ballots", forget_ballots, daily=True, needs=Needs.MAY_DESTROY),
    Duty("lay ballots afresh", lay_ballots_afresh, daily=True),
    Duty("lay out logs", lay_out_logs, needs=Needs.NO_CLOCK),
)
