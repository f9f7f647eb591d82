"""The smallest true vote: a board of five, two tellers, fixed words, a ballot."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.models import Ballot, Count
from governance.board import service as board
from governance.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.rules import Role
from governance.proposals.models import Proposal
from tests.board.factories import SMALL_BOARD, a_board
from tests.people.factories import a_card, open_with
from tests.proposals.factories import WHOLE, frozen

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
OPENS = NOW + timedelta(hours=1)
CLOSES = NOW + timedelta(days=3)
VOTING = OPENS + timedelta(hours=1)
AFTER = CLOSES + timedelta(hours=1)


@dataclass
class Vote:
    """A ballot and the people around it."""

    session: Session
    keys: KeyFolder
    ballot: Ballot
    proposal: Proposal
    members: list[int]
    tellers: list[people.Card]
    cards: list[str]

    def cast(self, *choices: Any) -> None:
        """Let the members draw a card and drop *choices*, in the order of their seats; None draws one and rests."""
        for member, choice in zip(self.members, choices, strict=False):
            service.sign_for(self.session, self.ballot, member, VOTING)
            card = self.cards.pop()
            if choice:
                said = choice if isinstance(choice, dict) else {"choice": choice}
                service.drop(self.session, self.keys, self.ballot, card, said, VOTING)

    def print_cards(self) -> None:
        """Make the cards, in an order drawn by lot."""
        self.cards = service.make_cards(self.session, self.keys, self.ballot, NOW)
        random.shuffle(self.cards)

    def count(self) -> Count:
        """Let both tellers hand in their part after close."""
        counts = [
            service.hand_in_part(
                self.session, self.keys, self.ballot, open_with(self.session, self.keys, teller), AFTER
            )
            for teller in self.tellers
        ]
        assert counts[0] is None
        assert counts[1]
        return counts[1]


def a_vote(session: Session, keys: KeyFolder, rule: str = "majority", fields: Any = WHOLE, **more: Any) -> Vote:
    """Return a ballot on fixed words, by a board of three lived, one family and one health seat."""
    members = a_board(session, keys, more.pop("classes", SMALL_BOARD), day=NOW.date())
    for account_id in more.pop("seats", []):
        _seat_instead(session, account_id, members[0])
        members[0] = account_id
    tellers = [a_card(session, keys, Role.TELLER) for _ in range(2)]
    proposal = frozen(session, members[0], fields)
    fixed = {"tellers": [teller.account_id for teller in tellers], "opens_at": OPENS, "closes_at": CLOSES, "now": NOW}
    ballot = service.open_ballot(session, keys, proposal, rule=rule, **{**fixed, **more})
    vote = Vote(session, keys, ballot, proposal, members, tellers, [])
    vote.print_cards()
    session.commit()
    return vote


def _seat_instead(session: Session, account_id: int, holder: int) -> None:
    """Let an account sit where another one sat."""
    seat = board.seat_of(session, holder, NOW.date())
    assert seat
    board.end_term(session, seat.seat_id, NOW.date())
    board.seat_member(session, seat.seat_id, account_id, NOW.date())


ABOUT_PEOPLE = replace(WHOLE, about_participants=True)
