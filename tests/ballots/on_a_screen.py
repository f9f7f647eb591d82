"""A vote that is open at a real address, with its cards: for what only a browser can show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from governance import clock
from governance.ballots import service
from governance.ballots.calling.kinds import Settings
from governance.ballots.calling.new_vote import NO_SETTINGS
from governance.proposals.service import ProposalFields
from governance.storage import database
from tests.ballots.factories import some_issuers
from tests.factories import NOW
from tests.live import Live
from tests.proposals.factories import WHOLE, frozen

VOTING = NOW + timedelta(hours=2)


@contextmanager
def open_vote(
    live: Live, kind: str, fields: ProposalFields = WHOLE, settings: Settings = NO_SETTINGS
) -> Iterator[list[str]]:
    """Call a vote of this *kind* in the programme of *live*, on what *fields* say, and give its cards.

    For as long as the block runs it is an hour since the vote opened, and the pages may read from the database alone.
    """
    session, keys = live.founded.session, live.founded.keys
    ballot = service.call_vote(
        session, keys, frozen(session, live.founded.account("Cedar"), fields), kind=kind, now=NOW, settings=settings,
        opens_at=NOW + timedelta(hours=1), closes_at=NOW + timedelta(days=5), issuers=some_issuers(),
        tellers=[live.founded.account("Ash"), live.founded.account("Birch")],
    )  # fmt: skip
    cards = service.make_cards(session, keys, ballot, NOW)
    session.commit()
    database.expect(writes=False)
    with clock.stopped_everywhere(VOTING):
        yield cards
        database.expect(writes=True)
        service.cancel(session, keys, ballot, "It was for one test.", VOTING)  # Three may go on at a time.
        session.commit()
