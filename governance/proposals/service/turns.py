"""Whoever changes a proposal waits for whoever is at it: what a by-law looked at is what is changed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from governance.proposals.models import Proposal


def lock(session: Session, proposal: Proposal) -> None:
    """Read the proposal again under a lock: two people who act at once take turns."""
    session.flush()
    session.refresh(proposal, with_for_update=True)
