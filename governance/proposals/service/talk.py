"""The talk about a proposal: thoughts, concerns, and stepping out of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.board import service as board
from governance.board.models import Recusal
from governance.board.rules import Tie
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.proposals import rules
from governance.proposals.models import Proposal, Remark
from governance.proposals.service.turns import lock
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.text import formatted, plain


def remark(
    session: Session,
    proposal: Proposal,
    account_id: int,
    text: str,
    today: date,
    kind: rules.RemarkKind = rules.RemarkKind.REMARK,
    *,
    opens_later: bool = False,
) -> Remark:
    """Say something in the talk. Members see who said it; no public page does.

    *opens_later*: a vote on it was called, and has not opened. Raises RuleRefused like `rules.check_open_to_talk`.
    """
    lock(session, proposal)
    out = board.has_stepped_out(session, account_id, proposal.matter)
    rules.check_open_to_talk(proposal.status, stepped_out=out, opens_later=opens_later)
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
    """Say that a concern has been met. Only who raised it can, or the facilitator, once: the talk says who did.

    A concern about a small matter holds its vote, so whoever calls that vote settles none of somebody else.

    Raises RuleRefused like `rules.check_may_settle`.
    """
    lock(session, proposal)
    concern = _concern(session, proposal, remark_id)
    if concern.account_id != account_id:
        rules.check_open_to_talk(proposal.status, stepped_out=False)  # Later nobody would see it in time.
    again = concern.settled_by is not None and not concern.resolved
    for_them = runs_board and proposal.kind is not rules.Kind.SMALL
    rules.check_may_settle(raiser=concern.account_id == account_id, runs_board=for_them, raised_again=again)
    concern.resolved, concern.settled_by = True, account_id
    session.flush()


def raise_again(session: Session, proposal: Proposal, remark_id: int, account_id: int) -> None:
    """Say that one's own concern is not met, though somebody else said so.

    Raises RuleRefused, also for who stepped out since.
    """
    lock(session, proposal)
    concern = _concern(session, proposal, remark_id)
    if concern.account_id != account_id or not concern.resolved:
        raise RuleRefused(N_("Who raised a concern can raise it again, once somebody said that it is met."))
    out = board.has_stepped_out(session, account_id, proposal.matter)
    rules.check_may_raise_again(proposal.status, stepped_out=out)
    concern.resolved = False
    session.flush()


def settled_by_others(session: Session, account_id: int) -> list[tuple[Proposal, Remark]]:
    """Return this member's concerns of which somebody else said that they are met, until it is decided."""
    theirs = (Remark.account_id == account_id) & Remark.resolved.is_(True) & (Remark.settled_by != account_id)
    rows = select(Proposal, Remark).join(Remark, Remark.proposal_id == Proposal.id)
    rows = rows.where(theirs, Proposal.status.in_(rules.UNTIL_DECIDED)).order_by(Remark.id)
    return [(proposal, remark) for proposal, remark in session.execute(rows)]


def _concern(session: Session, proposal: Proposal, remark_id: int) -> Remark:
    concern = session.get(Remark, remark_id, with_for_update=True, populate_existing=True)
    if concern is None or concern.proposal_id != proposal.id or concern.kind is not rules.RemarkKind.CONCERN:
        raise RuleRefused(N_("There is no such concern. Look at the page again."))
    return concern


def step_out(session: Session, proposal: Proposal, account_id: int, tie: Tie, today: date, part: str = "") -> None:
    """Leave the talk and the vote on *proposal*, or on one *part* of it. The tie is kept, the person never shown."""
    lock(session, proposal)
    rules.check_may_step_out(proposal.status)
    board.check_seated(session, account_id, today)
    board.step_out(session, account_id, proposal.matter, tie, part)


def step_back_in(session: Session, proposal: Proposal, account_id: int) -> None:
    """Take a stepping out back, while the vote has not begun."""
    lock(session, proposal)
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


def call_in(
    session: Session, keys: KeyFolder, proposal: Proposal, seat_id: int, day: date, *, by: str
) -> None:  # fmt: skip
    """Let an alternate vote on *proposal*, while its vote has not begun. Every member is told, and *by* whom."""
    lock(session, proposal)
    rules.check_may_step_out(proposal.status)
    if seat_id in board.called_in(session, proposal.matter):
        return
    board.call_in(session, seat_id, proposal.matter, day)
    words = N_("{seat} votes on proposal {number}, in the place of somebody who cannot. {name} called them in.")
    said = Sentence(words, seat=board.label_of(session, seat_id), number=proposal.number, name=by)
    people.tell(session, keys, said, day)


def names(session: Session) -> dict[int, str]:
    """Return the alias of every account: for members' pages alone."""
    return board.member_names(session)
