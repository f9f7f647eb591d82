"""Changing a vote that was called: more time, calling it off, and back to the talk when it decided nothing.

Also what is left to do once it is over and its box is not open: to end it without a result, and to take a name off its
sheet. Either could turn a result, so either takes two people (`views/ending.py`), and stands in the ledger.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy.orm import Session

from governance.ballots import rules
from governance.ballots.box import unordered
from governance.ballots.box.closing import ballots_and_names
from governance.ballots.box.forgetting import empty_box, forget
from governance.ballots.models import Ballot, Count
from governance.ballots.now.finding import stage_of
from governance.ballots.passes.cards import is_marked, take_off_the_sheet
from governance.ballots.result.outcome import RESULT_WORDS, UNDECIDED
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.places.service import day_of
from governance.proposals import service as proposals
from governance.proposals.models import Proposal
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.storage.text import one_line, plain


def cancel(session: Session, keys: KeyFolder, ballot: Ballot, reason: str, now: datetime) -> None:
    """Call a ballot off, with a reason everybody can read. The text goes back to discussion."""
    take_turns_to_end(session, ballot)
    rules.check_may_cancel(stage_of(session, ballot, now))
    _end_in_public(session, keys, ballot, public_reason(reason), now)


def take_turns_to_end(session: Session, ballot: Ballot) -> None:
    """Take turns at what is voted on, then at the vote: in that order, as a concern does that holds the vote.

    Two that take them in another order wait for each other. Whoever reads the clock reads it after this.
    """
    proposals.lock(session, session.get_one(Proposal, ballot.proposal_id))
    unordered.lock(session, ballot)


def public_reason(reason: str) -> str:
    """Return *reason* as everybody will read it. Raises RuleRefused where there is none."""
    reason = plain(one_line(reason), rules.LONGEST_QUESTION)
    if not reason:
        raise RuleRefused(N_("Say why. Everyone will read it."), field="reason")
    return reason


def check_can_end(session: Session, ballot: Ballot, now: datetime) -> None:
    """Refuse to end a vote that goes on, that was counted, or whose tellers still have time. Raises RuleRefused."""
    unordered.lock(session, ballot)
    rules.check_may_end_without_result(stage_of(session, ballot, now), now - ballot.closes_at)


def end_without_result(session: Session, keys: KeyFolder, ballot: Ballot, reason: str, now: datetime) -> None:
    """End a vote that nobody counted, with a *reason* for everybody. Two people agreed. Raises RuleRefused."""
    take_turns_to_end(session, ballot)
    check_can_end(session, ballot, now)
    _end_in_public(session, keys, ballot, public_reason(reason), now)


def check_can_take_mark_back(session: Session, ballot: Ballot, account_id: int, now: datetime) -> None:
    """Refuse to take a name off the sheet that is not on it, or not one too many. Raises RuleRefused."""
    unordered.lock(session, ballot)
    ballots, names = ballots_and_names(session, ballot)
    here, box_is_shut = stage_of(session, ballot, now), ballot.box_leaf is not None
    rules.check_may_take_mark_back(here, box_is_shut=box_is_shut, names=names, ballots=ballots)
    if not is_marked(session, ballot, account_id):
        raise RuleRefused(N_("This name is not marked on the sheet any more. Look at the sheet again."))


def take_mark_back(session: Session, ballot: Ballot, account_id: int, now: datetime) -> None:
    """Take a name off the sheet that was marked by mistake. Two people agreed. Raises RuleRefused.

    The ledger says how many names were taken off, and never whose.
    """
    check_can_take_mark_back(session, ballot, account_id, now)
    take_off_the_sheet(session, ballot, account_id)
    ballot.marks_back += 1
    ledger.append(session, "decisions", "correction", {"ballot": ballot.number, "marks_back": ballot.marks_back})
    session.flush()


def _end_in_public(session: Session, keys: KeyFolder, ballot: Ballot, reason: str, now: datetime) -> None:
    """End *ballot* without a result: its box is emptied unread, and why stands in the ledger."""
    ballot.cancelled_reason = reason
    forget(session, keys, ballot)
    if ballot.binding:
        proposals.back_to_discussion(
            session, session.get_one(Proposal, ballot.proposal_id), reason, day_of(session, now)
        )
    ledger.append(session, "decisions", "correction", {"ballot": ballot.number, "called_off": ballot.cancelled_reason})
    session.flush()


def extend(session: Session, ballot: Ballot, closes_at: datetime, now: datetime) -> None:
    """Give people more time. A ballot is never made shorter."""
    unordered.lock(session, ballot)
    rules.check_may_make_longer(stage_of(session, ballot, now))
    if closes_at <= ballot.closes_at:
        raise RuleRefused(N_("A vote can be made longer, never shorter. Choose a later time."), field="closes_at")
    ballot.closes_at = closes_at
    ledger.append(session, "decisions", "correction", {"ballot": ballot.number, "closes": closes_at.isoformat()})
    session.flush()


def back_to_talk(session: Session, ballot: Ballot, today: date) -> None:
    """Take the words back to the talk after a vote that decided nothing: no quorum, a block, or equal."""
    count = session.get(Count, ballot.id)
    if count is None or count.result not in UNDECIDED:
        raise RuleRefused(N_("This vote decided something, or it is not counted yet. Look at its page again."))
    proposal = session.get_one(Proposal, ballot.proposal_id)
    proposals.try_again(session, proposal, RESULT_WORDS[count.result], today)
    empty_box(session, ballot)
