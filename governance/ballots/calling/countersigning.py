"""What takes two people: to change the sheet, or to end a vote, once it is over and its box is not open.

Whoever runs the board asks; someone else who opens boxes agrees. Both acts could turn a result, so neither is done by
one person alone, and both stand in the ledger.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots import late_acts
from governance.ballots.box import unordered
from governance.ballots.box.closing import ballots_and_names
from governance.ballots.calling.changing import end_in_public, public_reason
from governance.ballots.finding import stage_of
from governance.ballots.late_acts import LateAct
from governance.ballots.models import Ballot, Countersign
from governance.ballots.passes.cards import take_off_the_sheet
from governance.errors import RuleRefused
from governance.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.sentences import N_


def ask_to_take_mark_back(session: Session, ballot: Ballot, account_id: int, asked_by: int, now: datetime) -> None:
    """Ask to take a name off the sheet that was marked by mistake. Raises RuleRefused."""
    _check(session, ballot, LateAct.TAKE_MARK_BACK, now)
    _ask(session, ballot, LateAct.TAKE_MARK_BACK, account_id, "", asked_by)


def ask_to_end(session: Session, ballot: Ballot, reason: str, asked_by: int, now: datetime) -> None:
    """Ask to end a vote that nobody counted, without a result, with a *reason* for everybody. Raises RuleRefused."""
    _check(session, ballot, LateAct.END_WITHOUT_RESULT, now)
    _ask(session, ballot, LateAct.END_WITHOUT_RESULT, 0, public_reason(reason), asked_by)


def agree(
    session: Session, keys: KeyFolder, ballot: Ballot, act: LateAct, about: int, agreed_by: int, now: datetime
) -> None:  # fmt: skip
    """Agree to what somebody else asked for, and do it. Raises RuleRefused."""
    _check(session, ballot, act, now)
    asked = session.get(Countersign, (ballot.id, act, about), with_for_update=True, populate_existing=True)
    if asked is None:
        raise RuleRefused(N_("Nobody asks for this any more. Look at the page again."))
    late_acts.check_is_somebody_else(asked.asked_by, agreed_by)
    reason = asked.reason
    session.delete(asked)
    if act is LateAct.END_WITHOUT_RESULT:
        end_in_public(session, keys, ballot, reason, now)
    elif take_off_the_sheet(session, ballot, about):
        ballot.marks_back += 1
        facts = {"ballot": ballot.number, "marks_back": ballot.marks_back}
        ledger.append(session, "decisions", "correction", facts)
    session.flush()


def asked_for(session: Session, ballot: Ballot) -> Sequence[Countersign]:
    """Return what was asked for and waits for another person."""
    waiting = select(Countersign).where(Countersign.ballot_id == ballot.id)
    return session.scalars(waiting.order_by(Countersign.act, Countersign.about)).all()


def _check(session: Session, ballot: Ballot, act: LateAct, now: datetime) -> None:
    unordered.lock(session, ballot)
    here = stage_of(session, ballot, now)
    if act is LateAct.END_WITHOUT_RESULT:
        late_acts.check_may_end_without_result(here, now - ballot.closes_at)
        return
    ballots, names = ballots_and_names(session, ballot)
    late_acts.check_may_take_mark_back(here, box_is_shut=ballot.box_leaf is not None, names=names, ballots=ballots)


def _ask(session: Session, ballot: Ballot, act: LateAct, about: int, reason: str, asked_by: int) -> None:
    session.merge(Countersign(ballot_id=ballot.id, act=act, about=about, reason=reason, asked_by=asked_by))
    session.flush()
