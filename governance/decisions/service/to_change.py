"""What the board said is to be changed, and which proposals do it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.decisions import rules
from governance.decisions.models import Outcome, Record, State
from governance.decisions.rules import Upshot
from governance.decisions.service.looking_again import ShownLook, newest_looks_by_record
from governance.decisions.service.replacing import replacements
from governance.proposals.models import Proposal
from governance.proposals.rules import Status


def said_to_change(session: Session) -> list[Record]:
    """Return the records of which the board said last that they are to be changed, whoever writes on them already.

    What it said last stands in the ledger. One whose place another decision took since is changed.
    """
    return [record for record, _ in _said_to_change(session)]


def to_change(session: Session, reader: int | None = None) -> list[Record]:
    """Return the records of which the board said last that they are to be changed, where no proposal does it yet.

    *reader*: the account of whoever looks. A draft is a proposal for its writer alone; others are reminded.
    """
    said = _said_to_change(session)
    if not said:
        return []
    said_in = {record.number: leaf for record, leaf in said}
    done = {
        proposal.changes_record
        for proposal, decided_in in _written_to_change(session, said_in)
        if rules.does_change(
            proposal.status, decided_since=(decided_in or -1) > said_in[proposal.changes_record],
            is_own=proposal.author_account_id == reader,
        )
    }  # fmt: skip
    return [record for record, _ in said if record.number not in done]


def _said_to_change(session: Session) -> list[tuple[Record, int]]:
    """Return each record that is to be changed, and the line of the ledger that says so, the oldest line first."""
    looks = {row: look for row, look in newest_looks_by_record(session).items() if look.upshot is Upshot.TO_CHANGE}
    taken = replacements(session, looks)
    left = {
        row: look.leaf
        for row, look in looks.items()
        if not rules.is_replaced(taken[row].leaf if row in taken else None, look.leaf)
    }
    if not left:
        return []
    records = session.scalars(select(Record).where(Record.id.in_(list(left))))
    return sorted(((record, left[record.id]) for record in records), key=lambda each: each[1])


def proposals_to_change(session: Session, first: Record, look: ShownLook) -> list[Proposal]:
    """Return the public proposals to change this record since this *look*, the oldest first.

    One that was decided before it did not do what the board says here. *first*: the record, no correction of it.
    """
    return [
        proposal
        for proposal, decided_in in _written_to_change(session, [first.number])
        if proposal.opened_on and proposal.status is not Status.WITHDRAWN
        and (proposal.status is not Status.DECIDED or (decided_in or -1) > look.leaf)
    ]  # fmt: skip


def _written_to_change(session: Session, numbers: Iterable[str]) -> list[tuple[Proposal, int | None]]:
    """Return each proposal that names one of these records, and the line of the ledger by which it was decided."""
    yes = (Record.outcome == Outcome.ADOPTED) & (Record.state == State.ADOPTED) & Record.corrects_id.is_(None)
    query = select(Proposal, Record.leaf).outerjoin(Record, (Record.proposal_id == Proposal.id) & yes)
    found = session.execute(query.where(Proposal.changes_record.in_(list(numbers))).order_by(Proposal.number))
    return [(proposal, leaf) for proposal, leaf in found]
