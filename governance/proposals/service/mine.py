"""What one member wrote and what they minded, for their own first page."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.proposals import rules
from governance.proposals.models import Proposal, ProposalVersion, Remark
from governance.proposals.service.reading import Listed

_NEWEST = (ProposalVersion.proposal_id == Proposal.id) & (ProposalVersion.version == Proposal.version)
_IS_OVER = Proposal.status.in_(rules.ENDED)


class Minded(NamedTuple):
    """A concern that this member raised, and the proposal it is about."""

    concern: Remark
    proposal: Proposal
    title: str


def written_by(session: Session, account_id: int, at_most: int) -> list[Listed]:
    """Return the proposals this member wrote: those that go on first, then the newest."""
    mine = select(Proposal, ProposalVersion).join(ProposalVersion, _NEWEST)
    mine = mine.where(Proposal.author_account_id == account_id).order_by(_IS_OVER, Proposal.number.desc())
    return [Listed(*row) for row in session.execute(mine.limit(at_most))]


def concerns_of(session: Session, account_id: int, at_most: int) -> list[Minded]:
    """Return the concerns this member raised: those that are open first, then the newest."""
    mine = select(Remark, Proposal, ProposalVersion.title).join(Proposal, Proposal.id == Remark.proposal_id)
    mine = mine.join(ProposalVersion, _NEWEST).where(
        Remark.account_id == account_id, Remark.kind == rules.RemarkKind.CONCERN
    )
    mine = mine.order_by(_IS_OVER | Remark.resolved, Remark.id.desc())
    return [Minded(*row) for row in session.execute(mine.limit(at_most))]
