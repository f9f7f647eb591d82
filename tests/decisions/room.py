"""The room in which a board votes about its own seats and roles: who is there, and what they do on its pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service as ballots
from governance.ballots.calling.kinds import Kind
from governance.board import service as board
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.roles import Role
from governance.proposals.models import Proposal
from tests.ballots.elections import FROM, open_seats, ranked
from tests.ballots.factories import NOW, Vote
from tests.board.factories import LIVED, a_board
from tests.proposals.factories import frozen
from tests.responses.factories import a_site
from tests.second_yes import agree

SignIn = Callable[..., Any]
CALL, PAGE = "/board/ballots/new?proposal=1", "/board/ballots/1"


@dataclass
class Room:
    """Who is there: the facilitator, a member with a seat, and two who stand."""

    session: Session
    keys: KeyFolder
    members: list[int]
    seats: list[int]
    facilitator: Any
    member: Any
    teal: Any
    moss: Any
    tellers: list[Any]

    def calls(self, **typed: Any) -> Any:
        """Send the page that calls the vote."""
        fixed = {
            "kind": Kind.ELECT.value, "opens_at": "2026-03-02T12:00", "closes_at": "2026-03-05T12:00",
            "tellers": [str(each.card.account_id) for each in self.tellers],
            "candidates": [str(each.card.account_id) for each in (self.teal, self.moss)],
            "for_seats": [str(self.seats[0])], "seats_from": FROM.isoformat(),
        }  # fmt: skip
        return self.facilitator.submit(CALL, "kind", **{**fixed, **typed})

    def comes_again(self) -> None:
        """Days later each signs in once more."""
        for each in (self.facilitator, self.member, self.moss):
            words = {"alias": each.card.alias, "passphrase": each.card.passphrase}
            assert each.submit("/sign-in", **words).status_code == 303

    def votes(self, *names: str) -> Vote:
        """Let each of the board rank one name, and count."""
        session = self.session
        session.expire_all()
        ballot = ballots.by_number(session, 1)
        assert ballot
        cards = [each.card for each in self.tellers]
        vote = Vote(session, self.keys, ballot, session.get_one(Proposal, 1), self.members, cards, [])
        vote.print_cards()
        vote.cast(*[ranked(ballot, name) for name in names])
        vote.count()
        session.commit()
        return vote

    def adopts(self) -> str:
        """Write the record on its page, and let two people adopt it; return its number."""
        drafted = self.facilitator.submit(PAGE, "/record")
        record = drafted.location.rsplit("/", 1)[1]
        said = {"why": "Seats were open.", "gets_better": "More of us decide.", "review_on": "2026-09-01"}
        assert self.facilitator.submit(drafted.location, "gets_better", **said).status_code == 303
        assert self.facilitator.submit(drafted.location, "adopt").status_code == 303
        assert agree(self.member).status_code == 303
        return record

    def sits(self) -> dict[str, int]:
        """Who sits in which seat on the day that the vote named."""
        self.session.expire_all()
        names = board.member_names(self.session)
        found = {names[each.account_id]: each.seat_id for each in board.seats_on(self.session, FROM) if each.account_id}
        self.session.rollback()
        return found


def a_room(session: Session, keys: KeyFolder, sign_in: SignIn) -> Room:
    """Make a board with two open seats and a proposal that waits for its vote, and sign in who is there."""
    with clock.stopped_at(NOW):
        a_site(session)
        members = a_board(session, keys, day=NOW.date())
        seats = open_seats(session, LIVED, LIVED)
        frozen(session, members[0])
        board.tell_how_seats_stand(session, keys, NOW.date())
        session.commit()
        there = [
            sign_in(Role.MEMBER, sits=True),
            sign_in(Role.MEMBER, alias="Teal"),
            sign_in(Role.MEMBER, alias="Moss"),
        ]
        tellers = [sign_in(Role.TELLER) for _ in range(2)]
        made = Room(session, keys, members, seats, sign_in(Role.FACILITATOR, alias="Oak"), *there, tellers)
        people.tell_how_accounts_stand(session, keys, NOW.date())
        session.commit()
        return made
