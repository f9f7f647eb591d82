"""A vote and its item of the agenda: what the agenda keeps from a vote, and on which items a vote goes on.

The next meeting and the votes that go on share the places that the charter gives: too much work breaks boards.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots.calling.rules import goes_before_meeting
from governance.ballots.models import Ballot
from governance.ballots.now.finding import stage_of
from governance.ballots.rules import Stage
from governance.board import rules as board_rules
from governance.board import service as board
from governance.board.charter import Charter
from governance.board.models import AgendaItem
from governance.board.rules import AgendaKind, AgendaState
from governance.places.service import day_of
from governance.proposals.models import Proposal
from governance.proposals.rules import Status
from governance.ruling.sentences import Sentence

GOING_ON = frozenset({Stage.SCHEDULED, Stage.OPEN})


@dataclass(frozen=True)
class Voted:
    """An item of the agenda, its proposal, and the newest vote that decides on its words, with where that one is."""

    item: AgendaItem
    proposal: Proposal
    vote: tuple[Ballot, Stage] | None = None


def item_of(session: Session, proposal: Proposal) -> AgendaItem | None:
    """Return the item of the agenda under which the board has *proposal*; one of an older version may have none."""
    return board.item_of(session, AgendaKind.PROPOSAL, str(proposal.number))


def hangs_since(session: Session, proposal: Proposal) -> date | None:
    """Return since when *proposal* asks for the same and stands on the agenda; None while its talk has not begun."""
    return _hangs_since(proposal, item_of(session, proposal))


def _hangs_since(proposal: Proposal, item: AgendaItem | None) -> date | None:
    if proposal.stands_since is None or item is None:
        return proposal.stands_since
    return max(proposal.stands_since, item.added_on)


def votes_on(session: Session, items: Iterable[AgendaItem], now: datetime) -> list[Voted]:
    """Return the proposals among these *items* whose words are fixed or voted on, each with its vote at *now*."""
    by_ref = {int(item.ref): item for item in items if item.kind is AgendaKind.PROPOSAL}
    if not by_ref:
        return []
    here = Proposal.number.in_(by_ref) & Proposal.status.in_((Status.FROZEN, Status.BALLOT))
    called = (Ballot.proposal_id == Proposal.id) & (Ballot.version == Proposal.version)
    rows = session.execute(select(Proposal, Ballot).outerjoin(Ballot, called).where(here).order_by(Ballot.number))
    found: dict[int, Voted] = {}
    for proposal, ballot in rows:
        decides = ballot is not None and ballot.binding and proposal.status is Status.BALLOT
        vote = (ballot, stage_of(session, ballot, now)) if decides else None
        before = found.get(proposal.number)
        if before is None or vote:
            found[proposal.number] = Voted(by_ref[proposal.number], proposal, vote)
    return list(found.values())


def at_a_vote(session: Session, now: datetime) -> dict[int, int]:
    """Return the ids of the items of the agenda on which a vote that decides goes on at *now*, each with its number."""
    return _numbers(votes_on(session, board.agenda(session), now))


def _numbers(voted: Iterable[Voted]) -> dict[int, int]:
    return {each.item.id: each.vote[0].number for each in voted if each.vote and each.vote[1] in GOING_ON}


class Room(NamedTuple):
    """What the agenda says of calling votes: the charter, its open items by their reference, and those with a place.

    *voted*, *meeting*: the ids of those at a vote, and of those in the next meeting.
    """

    charter: Charter
    items: Mapping[str, AgendaItem]
    voted: frozenset[int]
    meeting: frozenset[int]


def room_of(session: Session, now: datetime) -> Room | None:
    """Return how the agenda stands at *now*, once for all votes that a page looks at; None without a charter."""
    charter, agenda = board.charter_in_force(session), board.agenda(session)
    if charter is None:
        return None
    next_meeting = frozenset(item.id for item in agenda if item.state is AgendaState.TODAY)
    items = {item.ref: item for item in agenda if item.kind is AgendaKind.PROPOSAL}
    return Room(charter, items, frozenset(_numbers(votes_on(session, agenda, now))), next_meeting)


def what_agenda_holds(
    session: Session, proposal: Proposal, now: datetime, room: Room | None = None
) -> Sentence | None:  # fmt: skip
    """Return why the agenda keeps a vote that decides from being called on *proposal* at *now*, or None.

    *room*: how the agenda stands, from whoever has it already.
    """
    room = room or room_of(session, now)
    if room is None:
        return None  # Whoever calls a vote is told then that there is no charter.
    item = room.items.get(str(proposal.number)) or item_of(session, proposal)
    own = {item.id} if item else set()
    votes, both = len(room.voted - own), len((room.voted | room.meeting) - own)
    since, goes_first_on = _hangs_since(proposal, item), None
    if since is not None and votes < room.charter.agenda_items:
        goes_first_on = goes_before_meeting(since, room.charter)
        both = votes if goes_first_on <= day_of(session, now) else both
    return board_rules.what_holds_a_vote(item.state if item else None, both, room.charter, goes_first_on)
