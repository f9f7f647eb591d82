"""Proposals that wait for whoever is signed in, on the board's first page."""

from __future__ import annotations

from flask import g

from governance.board.needs import Need
from governance.board.views.door import waits_at_the_board
from governance.permissions.access import Permission, may
from governance.proposals import needs, service
from governance.storage.database import db


@waits_at_the_board.fill
def of_proposals() -> list[Need]:
    """Concerns about what one wrote that are still open, and one's own that somebody else called met."""
    if not may(Permission.WRITE_PROPOSALS):
        return []
    listed = service.with_concerns(db.session, g.who.account_id)
    over = {proposal.number: proposal for proposal, _concern in service.settled_by_others(db.session, g.who.account_id)}
    return needs.settled(
        needs.Concerned(each.number, service.current(db.session, each).title) for each in over.values()
    ) + needs.needs(needs.Concerned(each.proposal.number, each.words.title) for each in listed)
