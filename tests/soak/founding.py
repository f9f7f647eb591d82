"""What a bad day begins with: a programme that is open, an open vote, and the ballots its voters will drop."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from governance.ballots import service as ballots
from governance.ballots.calling.kinds import Kind
from governance.ballots.models import Ballot
from governance.ballots.papers import envelope, seals
from governance.ballots.passes.credential import Credential, from_code, read_code
from governance.places.models import Programme
from governance.storage import database
from tests.factories import Founded
from tests.proposals.factories import frozen
from tests.server import Installation

CHANGES_OF_MIND = 200
READERS = ("Ash", "Birch", "Juniper")


@dataclass(frozen=True)
class Founding:
    """The programme, the number of its vote, each voter's ballots in their order, and cards of readers."""

    founded: Founded
    vote: int
    ballots: dict[str, list[bytes]]
    cards: dict[str, str]


def found(here: Installation, now: datetime) -> Founding:
    """Found it. *now* is the moment at the site."""
    here.home.mkdir(mode=0o700)
    founded, session = here.found()
    with database.writing():
        ballot = an_open_vote(founded, now)
        cards = ballots.make_cards(session, founded.keys, ballot, before_it_opened(founded, now))
        session.commit()
        voters = sum(ballots.voters(session, ballot).values())
        sealed = {f"voter {at}": _many(ballot, card) for at, card in enumerate(cards[:voters], 1)}
        number = ballot.number
        session.commit()
    database.db.session.remove()
    database.db.engine.dispose()
    here.close()
    return Founding(founded, number, sealed, {name: founded.cards[name].passphrase for name in READERS})


def before_it_opened(founded: Founded, now: datetime) -> datetime:
    """Return when a vote was called that is open at the moment *now*: two hours earlier, or as its day began.

    The seats of the programme may have been filled that day, and nobody sits in one before.
    """
    here = now.astimezone(ZoneInfo(founded.session.get_one(Programme, 1).timezone))
    return max(now - timedelta(hours=2), here.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC))


def an_open_vote(founded: Founded, now: datetime) -> Ballot:
    """Return a vote that is open at the moment *now*, and for two days more."""
    called = before_it_opened(founded, now)
    proposal = frozen(founded.session, founded.account("Cedar"))
    return ballots.call_vote(
        founded.session,
        founded.keys,
        proposal,
        kind=Kind.MAJORITY,
        tellers=[founded.account(name) for name in ("Ash", "Birch")],
        opens_at=called + (now - called) / 2,
        closes_at=now + timedelta(days=2),
        now=called,
    )


def _many(vote: Ballot, card: str) -> list[bytes]:
    election = (vote.manifest or {})["election"]
    own = from_code(read_code(card), election)
    return [a_ballot_of(vote, own, election) for _ in range(CHANGES_OF_MIND)]


def a_ballot_of(vote: Ballot, own: Credential, election: str) -> bytes:
    """Return what a device sends that seals by itself. No two are alike, whatever was chosen."""
    plain = envelope.signed(own, election, {"choice": "yes"})
    sealed = base64.b64encode(seals.seal(vote.manifest or {}, plain, own.drop_token)).decode()
    return urlencode({"drop_token": own.drop_token.hex(), "drop_grants": "[]", "sealed": sealed}).encode()
