"""Finding ballots: where each one stands, who its tellers are, who may vote on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from governance.ballots import rules
from governance.ballots.calling.kinds import Settings, rule_for
from governance.ballots.models import Ballot, Count, KeyPart, Roll
from governance.ballots.result.outcome import UNDECIDED, Result
from governance.board import service as board
from governance.board.rules import SeatClass
from governance.counting import Rule, rule_from
from governance.proposals.models import Proposal
from governance.proposals.rules import Status
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

TELLER = "teller:"
ASKS_FOR_ANOTHER = (Result.NEEDS_SECOND_BALLOT, Result.NEEDS_VOTE)

# As `listed_with_stage` found them, once for all that a page asks of them.
Staged = Sequence[tuple[Ballot, rules.Stage]]


def by_number(session: Session, number: int) -> Ballot | None:
    """Return ballot *number*, or None."""
    return session.scalars(select(Ballot).where(Ballot.number == number)).one_or_none()


def listed(session: Session) -> Sequence[Ballot]:
    """Return all ballots, newest first."""
    return session.scalars(select(Ballot).order_by(Ballot.number.desc())).all()


def ballots_of(session: Session, proposal_id: int) -> Sequence[Ballot]:
    """Return the ballots on a proposal, oldest first."""
    return session.scalars(select(Ballot).where(Ballot.proposal_id == proposal_id).order_by(Ballot.number)).all()


def rule_of(session: Session, ballot: Ballot) -> Rule:
    """Return the counting rule of *ballot*, with every parameter as its manifest fixed it.

    A manifest of the first form names no rule that is known: its kind and the charter of then say the same.
    """
    try:
        return rule_from((ballot.manifest or {})["rule"])
    except (KeyError, RuleRefused):
        return rule_for(ballot.kind, board.charter_numbered(session, ballot.charter_number), Settings())


def stage_of(session: Session, ballot: Ballot, now: datetime) -> rules.Stage:
    """Return where *ballot* is at *now*."""
    return _stage(ballot, now, opened=session.get(Count, ballot.id) is not None)


def _stage(ballot: Ballot, now: datetime, *, opened: bool) -> rules.Stage:
    return rules.stage(
        now, ballot.opens_at, ballot.closes_at, cancelled=ballot.cancelled_reason is not None, opened=opened,
        box_is_shut=ballot.box_leaf is not None,
    )  # fmt: skip


def listed_with_stage(session: Session, now: datetime) -> list[tuple[Ballot, rules.Stage]]:
    """Return all ballots, newest first, and where each one is at *now*."""
    rows = session.execute(
        select(Ballot, Count.ballot_id).outerjoin(Count, Count.ballot_id == Ballot.id).order_by(Ballot.number.desc())
    )
    return [(each, _stage(each, now, opened=counted is not None)) for each, counted in rows]


def is_open(now: datetime) -> ColumnElement[bool]:
    """Return the condition under which a row of a ballot is open for votes at *now*, for a query of somebody else."""
    still_takes = Ballot.cancelled_reason.is_(None) & Ballot.box_leaf.is_(None)
    return and_(Ballot.opens_at <= now, Ballot.closes_at > now, still_takes)


def waits_for_next_ballot(session: Session, proposal: Proposal) -> Ballot | None:
    """Return the newest ballot on *proposal* when it asks for another one, else None.

    So it is when its second check could not be shown, and when a consensus that a vote follows found none.
    """
    if proposal.status is not Status.BALLOT:
        return None  # The words went back to the talk: what comes next is a vote of its own.
    held = [ballot for ballot in ballots_of(session, proposal.id) if ballot.binding]
    newest = next((ballot for ballot in reversed(held) if ballot.cancelled_reason is None), None)
    count = session.get(Count, newest.id) if newest and newest.version == proposal.version else None
    return newest if count is not None and count.result in ASKS_FOR_ANOTHER else None


def to_follow(session: Session) -> list[Ballot]:
    """Return the ballots that ask for another one, which nobody has opened yet, newest first."""
    asking = select(Ballot).join(Count, Count.ballot_id == Ballot.id).where(Count.result.in_(ASKS_FOR_ANOTHER))
    found = session.scalars(asking.order_by(Ballot.number.desc())).all()
    proposals = {ballot.id: session.get_one(Proposal, ballot.proposal_id) for ballot in found}
    return [ballot for ballot in found if waits_for_next_ballot(session, proposals[ballot.id]) == ballot]


def to_talk_again(session: Session) -> list[Ballot]:
    """Return the votes that decided nothing and whose words have not gone back to the talk so far, newest first."""
    undecided = select(Ballot).join(Count, Count.ballot_id == Ballot.id).where(Count.result.in_(UNDECIDED))
    still_there = (Proposal.status == Status.BALLOT) & (Proposal.version == Ballot.version)
    waiting = undecided.join(Proposal, Proposal.id == Ballot.proposal_id).where(still_there)
    return list(session.scalars(waiting.order_by(Ballot.number.desc())))


def left_uncounted(every: Staged, now: datetime) -> list[Ballot]:
    """Return the votes that are over for so long that they should be counted, and are not, newest first."""
    closed = [ballot for ballot, stage in every if stage is rules.Stage.CLOSED]
    return [ballot for ballot in closed if now - ballot.closes_at >= rules.TO_COUNT]


def roll_row(session: Session, ballot: Ballot, account_id: int) -> Roll | None:
    """Return this member's own row of the roll, or None when they have no vote on it."""
    return session.get(Roll, (ballot.id, account_id))


def voters(session: Session, ballot: Ballot) -> dict[SeatClass, int]:
    """Return how many may vote on *ballot*, by class of seat."""
    rows = select(Roll.seat_class, func.count().label("seats")).where(Roll.ballot_id == ballot.id)
    return {row.seat_class: row.seats for row in session.execute(rows.group_by(Roll.seat_class))}


def key_parts(session: Session, ballot: Ballot) -> dict[int, bool]:
    """Return the two tellers by account, and whether each has handed in their part.

    Of a counting key made away from here no part is ever handed in.
    """
    if ballot.tellers is not None:
        return dict.fromkeys(ballot.tellers, False)
    parts = session.scalars(select(KeyPart).where(KeyPart.ballot_id == ballot.id, KeyPart.holder.startswith(TELLER)))
    return {int(part.holder.removeprefix(TELLER)): part.handed_in is not None for part in parts}


def to_sign_for(session: Session, account_id: int, every: Staged) -> Staged:
    """Return the votes that are not over and for which this member may still take a card or a pass, newest first."""
    going_on = (rules.Stage.SCHEDULED, rules.Stage.OPEN)
    here = [each for each in every if each[1] in going_on]
    return [each for each in here if _may_sign(session, each[0], account_id)]


def check_votes_nowhere(session: Session, account_id: int, now: datetime) -> None:
    """Refuse where this member is on the list of voters of a vote that is not over: without a card they lose it."""
    mine = select(Roll.ballot_id).where(Roll.account_id == account_id)
    running = Ballot.cancelled_reason.is_(None) & Ballot.box_leaf.is_(None) & (Ballot.closes_at > now)
    ballot = session.scalars(select(Ballot).where(running, Ballot.id.in_(mine)).order_by(Ballot.number)).first()
    if ballot is not None:
        words = N_("They may vote in vote {number}, and need their card for it. Let it stay until the vote is over.")
        raise RuleRefused(Sentence(words, number=ballot.number))


def to_vote_in(session: Session, account_id: int, every: Staged) -> list[tuple[Ballot, rules.Stage]]:
    """Return the votes that are not over and for which this member has a card or a pass, the first to close on top.

    Whether they have voted nobody can tell. A vote by name has neither cards nor passes.
    """
    going_on = (rules.Stage.SCHEDULED, rules.Stage.OPEN)
    mine = select(Roll.ballot_id).where(Roll.account_id == account_id, Roll.has_pass.is_(True))
    ids = set(session.scalars(mine))
    here = [each for each in every if each[0].id in ids and not each[0].named]
    return sorted((each for each in here if each[1] in going_on), key=lambda each: each[0].closes_at)


def _may_sign(session: Session, ballot: Ballot, account_id: int) -> bool:
    row = roll_row(session, ballot, account_id)
    matter = session.get_one(Proposal, ballot.proposal_id).matter
    return row is not None and not row.has_pass and not board.has_stepped_out(session, account_id, matter)


def to_open(session: Session, account_id: int, every: Staged) -> list[Ballot]:
    """Return the votes that are over and wait for this teller's part of the key, newest first."""
    closed = [ballot for ballot, stage in every if stage is rules.Stage.CLOSED]
    return [ballot for ballot in closed if key_parts(session, ballot).get(account_id) is False]
