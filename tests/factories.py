"""A small founded programme, as `init` makes one, for tests that need people, seats and keys."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy.orm import Session

from governance import sealing
from governance.board.rules import SeatClass
from governance.frame.languages import LANGUAGES
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.roles import Role
from governance.places import service as places
from governance.places.models import HelpCard, Programme
from governance.places.rules import NEEDED
from governance.programme import founding
from tests.laid_out import emptied, prepared

R = Role
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
TODAY = NOW.date()

PLAN = founding.Plan(
    name="Test programme",
    place_name="Test town",
    board_name="The Table",
    places=[("Drop-in", "11 to 6")],
    seats=[
        *(founding.SeatPlan(f"Seat {number}", SeatClass.LIVED) for number in range(1, 8)),
        founding.SeatPlan("Seat 8", SeatClass.FAMILY),
        founding.SeatPlan("Seat 9", SeatClass.HEALTH),
    ],
    people=[
        founding.Person("Ash", frozenset({R.MEMBER, R.BOARD_READER, R.URGENT_TRAINED, R.TELLER}), "Seat 1"),
        founding.Person("Birch", frozenset({R.MEMBER, R.BOARD_READER, R.URGENT_TRAINED, R.TELLER}), "Seat 2"),
        founding.Person("Cedar", frozenset({R.MEMBER, R.FACILITATOR}), "Seat 3"),
        *(
            founding.Person(name, frozenset({R.MEMBER}), f"Seat {number}")
            for number, name in enumerate(("Dogwood", "Elder", "Fern", "Gorse", "Hazel", "Ivy"), 4)
        ),
        founding.Person("Juniper", frozenset({R.STAFF_READER})),
        founding.Person("Kelp", frozenset({R.MANAGER, R.RESPONDER})),
        founding.Person("Larch", frozenset({R.DIRECTOR, R.RESPONDER})),
        founding.Person("Moss", frozenset({R.ADMIN})),
    ],
)


@dataclass
class Founded:
    """What a test needs of the programme: everybody's card, by alias."""

    session: Session
    keys: KeyFolder
    cards: dict[str, people.Card]
    shares: list[sealing.Share]

    def reader(self, alias: str) -> people.OpenReader:
        """Return the keys of *alias*, opened with the card."""
        return founding.open_with_card(self.session, self.keys, self.cards[alias], NOW)

    def account(self, alias: str) -> int:
        """Return the account of *alias*."""
        return self.cards[alias].account_id


def an_open_programme(session: Session, keys: KeyFolder, now: datetime = NOW, *, of_its_own: bool = False) -> Founded:
    """Found the test programme, fill in its help cards and open feedback. Committed.

    Founding takes half a second, so it is done once for each moment, and what it left is laid out again after that.
    *of_its_own*: with keys that no other programme has, for tests of more than one.
    """
    emptied(keys)
    if of_its_own:
        return _founded_anew(session, keys, now)
    return prepared(now, session, keys, lambda: _founded_anew(session, keys, now))


def _founded_anew(session: Session, keys: KeyFolder, now: datetime) -> Founded:
    founded = founding.found(session, keys, PLAN, now, invented=True)
    fill_in(session, now.date())
    places.open_intake(session, keys, now.date())
    # Chosen once feedback is open, so that its help cards in English are enough.
    session.get_one(Programme, 1).languages = list(LANGUAGES)
    session.commit()
    keys.end_founding()
    return Founded(session, keys, {card.alias: card for card in founded.cards}, list(founded.shares))


def fill_in(session: Session, today: date) -> None:
    """Write the help cards and the legal limit a site must write before it opens."""
    for kind in NEEDED:
        places.save_help_card(
            session,
            HelpCard(kind=kind, language="en", title=f"Help: {kind}", text="Ask any worker.", phone="555-0100"),
            today,
        )
    places.write_legal_limit(session, "en", "We may have to report harm to a child. You do not have to say who.")
