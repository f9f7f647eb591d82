"""Between the call of a vote and its opening: the talk goes on, and a concern about a small matter holds the opening.

Nobody has voted then, so the vote is called off in public, and its words go back to the talk until the concern is met.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from governance.ballots.calling.changing import cancel, take_turns_to_end
from governance.ballots.models import Ballot
from governance.ballots.now.finding import ballots_of, roll_row, stage_of
from governance.ballots.rules import Stage
from governance.board import service as board
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.places.service import day_of
from governance.proposals.models import Proposal
from governance.ruling.sentences import N_, Sentence

HELD = N_("One of us has a concern, so this is no small matter.")
TOLD = N_("Vote {number} is called off before it opened. One of us has a concern about it.")


def opens_later(session: Session, proposal: Proposal, now: datetime) -> Ballot | None:
    """Return the vote that decides on *proposal* and opens later than *now*, where none on its words has opened."""
    called = [each for each in ballots_of(session, proposal.id) if each.binding and each.version == proposal.version]
    stages = {stage_of(session, each, now): each for each in called}
    stages.pop(Stage.CANCELLED, None)
    return stages[Stage.SCHEDULED] if stages.keys() == {Stage.SCHEDULED} else None


def hold_opening(
    session: Session, keys: KeyFolder, proposal: Proposal, account_id: int, moment: Callable[[], datetime]
) -> Ballot | None:  # fmt: skip
    """Call off the vote that has not opened for a concern of *account_id*; return it.

    None where there is none, or where they have no vote on it: a concern holds what its raiser could vote on, as in a
    consent. Everybody reads that there is a concern, and nobody whose. Members are told, for some have their card or
    pass. *moment* is asked for the time again once the vote is locked: while this waited it may have opened.
    """
    ballot = opens_later(session, proposal, moment())
    if ballot is None or roll_row(session, ballot, account_id) is None:
        return None
    take_turns_to_end(session, ballot)
    now = moment()
    if opens_later(session, proposal, now) is not ballot:
        return None
    if not board.has_stepped_out(session, account_id, proposal.matter):
        cancel(session, keys, ballot, HELD, now)
        people.tell(session, keys, Sentence(TOLD, number=ballot.number), day_of(session, now))
        return ballot
    return None
