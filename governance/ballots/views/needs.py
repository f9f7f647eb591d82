"""What waits at votes for whoever is signed in, on the board's first page. Who has voted, nobody can tell."""

from __future__ import annotations

from collections.abc import Iterable

from flask import g

from governance import clock
from governance.ballots import needs, service
from governance.ballots.models import Ballot
from governance.board.needs import Need
from governance.board.views.door import what_needs_me
from governance.permissions.access import Permission, may
from governance.storage.database import db


@what_needs_me.fill
def at_votes() -> list[Need]:
    """Boxes to open and votes to sign for; for the facilitator, votes that must be followed by another one."""
    if not may(Permission.BOARD_PAGES):
        return []
    me, now = g.who.account_id, clock.now()
    return needs.needs(
        _waiting(service.to_open(db.session, me, now)),
        _waiting(service.to_sign_for(db.session, me, now)),
        _waiting(service.to_follow(db.session) if may(Permission.RUN_BOARD) else []),
    )


def _waiting(ballots: Iterable[Ballot]) -> list[needs.Waits]:
    return [needs.Waits(ballot.number, ballot.question) for ballot in ballots]
