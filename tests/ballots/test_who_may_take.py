"""Who may stand for a seat or a role: nobody who could not take it, and it is said where the vote is written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.calling.kinds import ForRole, ForSeats, Kind, Settings
from governance.board import service as board
from governance.board.models import Seat, Term
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from tests.ballots.elections import FROM, an_election, ranked
from tests.ballots.factories import CLOSES, NOW, OPENS, Vote
from tests.board.factories import LIVED, a_board, a_member
from tests.decisions.room import CALL, a_room
from tests.people.factories import a_card
from tests.proposals.factories import frozen

pytestmark = pytest.mark.of_one_database  # What the rules say of rows that others make on both.


def test_whose_card_is_no_members_cannot_stand_for_a_seat(session: Session, keys: KeyFolder) -> None:
    a_card(session, keys, Role.TELLER, alias="Reed")
    with pytest.raises(RuleRefused, match=r"Reed cannot stand for a seat\. Their card cannot vote") as refused:
        an_election(session, keys, options=("Moss", "Reed"))
    assert refused.value.field == "candidates"


def served(session: Session, keys: KeyFolder, terms: int) -> None:
    """Make Moss, who has served *terms* of a year in a row in a seat of their own; the last one runs on."""
    account = a_member(session, keys, "Moss")
    seat = Seat(label="Bench", seat_class=LIVED, alternate=True)
    session.add(seat)
    session.flush()
    for years in range(terms, 0, -1):
        begins = FROM - timedelta(days=365 * years)
        ends = begins + timedelta(days=365) if years > 1 else None
        session.add(Term(seat_id=seat.id, account_id=account, begins=begins, ends=ends))
    session.flush()


def calls(session: Session, keys: KeyFolder, asked: Settings) -> Any:
    """Call the vote on seats or a role of a board on which Moss is already."""
    members = a_board(session, keys, day=NOW.date())
    tellers = [a_card(session, keys, Role.TELLER).account_id for _ in range(2)]
    given = asked.for_seats and replace(asked.for_seats, seats=(board.add_seat(session, "Stool", LIVED).id,))
    return service.call_vote(
        session, keys, frozen(session, members[0]), kind=Kind.ELECT, settings=replace(asked, for_seats=given),
        opens_at=OPENS, closes_at=CLOSES, now=NOW, tellers=tellers,
    )  # fmt: skip


def test_whose_terms_in_a_row_are_over_lets_others_stand(session: Session, keys: KeyFolder) -> None:
    served(session, keys, 3)
    asked = Settings(options=("Moss", "Juniper"), for_seats=ForSeats((), FROM))
    with pytest.raises(RuleRefused, match=r"Moss cannot stand for a seat\. A member can serve 3 terms in a row"):
        calls(session, keys, asked)


def test_with_a_term_left_they_stand(session: Session, keys: KeyFolder) -> None:
    served(session, keys, 2)
    ballot = calls(session, keys, Settings(options=("Moss", "Juniper"), for_seats=ForSeats((), FROM)))
    assert set(ballot.who_stands.values()) == {"Moss", "Juniper"}


def test_a_role_needs_a_card_and_a_seat_waits_for_one(session: Session, keys: KeyFolder) -> None:
    asked = Settings(options=("Moss", "Juniper"), for_role=ForRole(Role.FACILITATOR, FROM))
    a_member(session, keys, "Moss")
    with pytest.raises(RuleRefused, match="Juniper has no card of the board yet"):
        calls(session, keys, asked)


def test_of_two_chosen_who_has_a_card_takes_the_first_seat_and_the_other_waits(
    session: Session, keys: KeyFolder
) -> None:
    vote, accounts, seats = an_election(session, keys, options=("Juniper", "Moss", "Teal"), seats=2)
    _count(vote)
    assert [(each.account_id, each.seat_id) for each in service.to_seat(session, vote.ballot)] == [
        (accounts["Moss"], seats[0]),
    ]  # fmt: skip
    assert service.to_name(session, vote.ballot) == [service.ToName(seats[1], "Juniper", FROM, OPENS.date())]


def _count(vote: Vote) -> None:
    vote.cast(*[ranked(vote.ballot, "Juniper", "Moss")] * 3, *[ranked(vote.ballot, "Moss")] * 2)
    vote.count()


def test_the_page_says_beside_a_name_what_keeps_them_from_a_seat(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any]
) -> None:
    room = a_room(session, keys, sign_in)
    with clock.stopped_at(NOW):
        page = room.facilitator.get(CALL).text
        assert "Sits in Seat 1 now." in page
        assert page.count("No member’s card") + page.count("No member&#39;s card") == 3, "two tellers, one facilitator"
        reed = str(room.tellers[0].card.account_id)
        refused = room.calls(candidates=[reed, str(room.moss.card.account_id)])
        assert refused.status_code == 409
        assert "cannot stand for a seat" in refused.text
