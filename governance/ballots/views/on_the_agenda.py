"""What the agenda shows of the votes on its items."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from governance import clock
from governance.ballots import service
from governance.ballots.calling.agenda_room import GOING_ON
from governance.ballots.rules import STAGE_WORDS
from governance.board.models import AgendaItem
from governance.board.views.door import VoteOnItem, votes_on_items
from governance.ruling.sentences import N_, Sentence
from governance.storage.database import db

VOTE_STANDS = N_("Vote {number}: {state}")
CAN_OPEN = N_("The words are fixed. Its vote can open on {day} or later.")


@votes_on_items.fill
def votes_on_the_agenda(items: Sequence[AgendaItem]) -> Iterator[VoteOnItem]:
    """Where each of these *items* is in its vote, or from which day on its vote may open."""
    for each in service.votes_on(db.session, items, clock.now()):
        if each.vote:
            ballot, stage = each.vote
            said = Sentence(VOTE_STANDS, number=ballot.number, state=Sentence(STAGE_WORDS[stage]))
            page = ("ballots.work", {"number": ballot.number})
            yield VoteOnItem(each.item.id, said, page, goes_on=stage in GOING_ON, number=ballot.number)
        elif day := service.first_day(db.session, each.proposal):
            yield VoteOnItem(each.item.id, Sentence(CAN_OPEN, day=max(day, clock.today())))
