"""What waits at votes for whoever is signed in, on the board's first page. Who has voted, nobody can tell.

And whose card a vote that is not over needs.
"""

from __future__ import annotations

from collections.abc import Iterable

from flask import g
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import needs, service
from governance.ballots.models import Ballot
from governance.ballots.rules import Stage
from governance.ballots.views.door import moment
from governance.board.needs import Need
from governance.board.views.door import waits_at_the_board
from governance.people.views.door import votes_now
from governance.permissions.access import Permission, may
from governance.proposals import service as proposals
from governance.proposals.rules import Status
from governance.storage.database import db


@waits_at_the_board.fill
def at_votes() -> list[Need]:
    """Boxes to open, votes to sign for and to vote in; for the facilitator, where a vote waits for the next step."""
    if not may(Permission.BOARD_PAGES):
        return []
    me, every = g.who.account_id, service.listed_with_stage(db.session, clock.now())
    mine = needs.to_vote_in(map(_mine, service.to_vote_in(db.session, me, every)))
    theirs = needs.needs(
        _waiting(service.to_open(db.session, me, every)),
        map(_mine, service.to_sign_for(db.session, me, every)),
    )
    return mine + theirs + (_to_run(every) if may(Permission.RUN_BOARD) else [])


def _to_run(every: service.Staged) -> list[Need]:
    fixed = proposals.listed(db.session, [Status.FROZEN])
    now = clock.now()
    room = service.room_of(db.session, now) if fixed else None
    ready = [each for each in fixed if not service.what_holds(db.session, each.proposal, now, room)]
    return needs.to_run(
        _waiting(service.to_follow(db.session)),
        _waiting(service.to_talk_again(db.session)),
        _waiting(service.left_uncounted(every, clock.now())),
        [needs.Fixed(each.proposal.number, each.words.title) for each in ready],
    )


@votes_now.fill
def no_voter_loses_the_card(session: Session, account_id: int) -> Iterable[None]:
    """Refuse to take the card of somebody who may still vote in a vote that is not over."""
    service.check_votes_nowhere(session, account_id, clock.now())
    return ()


def _mine(found: tuple[Ballot, Stage]) -> needs.Mine:
    ballot, stage = found
    first, last = moment(ballot.opens_at), moment(ballot.closes_at)  # With the hour: it may be over in the morning.
    return needs.Mine(ballot.number, ballot.question, stage is Stage.OPEN, first, last)


def _waiting(ballots: Iterable[Ballot]) -> list[needs.WaitingVote]:
    return [needs.WaitingVote(ballot.number, ballot.question) for ballot in ballots]
