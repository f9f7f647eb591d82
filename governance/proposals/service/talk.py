"""The talk about a proposal: thoughts, concerns, and stepping out of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.board import service as board
from governance.board.models import Recusal
from governance.board.rules import Tie
from governance.proposals import rules
from governance.proposals.models import Proposal, Remark
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.storage.text import formatted, plain


def remark(
    session: Session,
    proposal: Proposal,
    account_id: int,
    text: str,
    today: date,
    kind: rules.RemarkKind = rules.RemarkKind.REMARK,
) -> Remark:
    """Say something in the talk. Members see who said it; no public page does."""
    out = board.has_stepped_out(session, account_id, proposal.matter)
    rules.check_open_to_talk(proposal.status, stepped_out=out)
    said = plain(text, rules.LONGEST_REMARK)
    row = Remark(
        proposal_id=proposal.id, account_id=account_id, text=said, html=str(formatted(said)), kind=kind, day=today
    )
    session.add(row)
    session.flush()
    return row


def remarks(session: Session, proposal: Proposal) -> Sequence[Remark]:
    """Return the whole talk, the oldest first."""
    return session.scalars(select(Remark).where(Remark.proposal_id == proposal.id).order_by(Remark.id)).all()


def has_open_concerns(session: Session, proposal: Proposal) -> bool:
    """Whether a concern was raised about *proposal* and not met. Not whose, and not how many."""
    mine = (Remark.proposal_id == proposal.id, Remark.kind == rules.RemarkKind.CONCERN, Remark.resolved.is_(False))
    return session.scalars(select(Remark.id).where(*mine).limit(1)).first() is not None


def settle_concern(session: Session, proposal: Proposal, remark_id: int, account_id: int, *, runs_board: bool) -> None:
    """Say that a concern has been met. Only who raised it can, or the facilitator for them."""
    concern = session.get(Remark, remark_id)
    if concern is None or concern.proposal_id != proposal.id or concern.kind is not rules.RemarkKind.CONCERN:
        raise RuleRefused(N_("There is no such concern. Look at the page again."))
    if concern.account_id != account_id and not runs_board:
        raise RuleRefused(N_("Only who raised a concern can say that it is met. Ask them."))
    concern.resolved = True
    session.flush()


def step_out(session: Session, proposal: Proposal, account_id: int, tie: Tie, today: date, part: str = "") -> None:
    """Leave the talk and the vote on *proposal*, or on one *part* of it. The tie is kept, the person never shown."""
    rules.check_may_step_out(proposal.status)
    board.check_seated(session, account_id, today)
    board.step_out(session, account_id, proposal.matter, tie, part)


def step_back_in(session: Session, proposal: Proposal, account_id: int) -> None:
    """Take a stepping out back, while the vote has not begun."""
    rules.check_may_step_out(proposal.status)
    board.step_back_in(session, account_id, proposal.matter)


def recusals(session: Session, proposal: Proposal) -> Sequence[Recusal]:
    """Return who stepped out, by kind of tie."""
    return board.recusals(session, proposal.matter)


def free_alternates(session: Session, proposal: Proposal, day: date) -> list[board.SeatOnDay]:
    """Return the alternates who could be called in for *proposal* and have not been, while its vote has not begun."""
    if proposal.status not in rules.OPEN_TO_TALK:
        return []
    called = board.called_in(session, proposal.matter)
    seats = board.seats_on(session, day)
    return [s for s in seats if s.alternate and not s.open and not s.paused and s.seat_id not in called]


def call_in(session: Session, proposal: Proposal, seat_id: int, day: date) -> None:
    """Let an alternate vote on *proposal*, while its vote has not begun."""
    rules.check_may_step_out(proposal.status)
    board.call_in(session, seat_id, proposal.matter, day)


def names(session: Session) -> dict[int, str]:
    """Return the alias of every account: for members' pages alone."""
    return board.member_names(session)
