"""Seats that a vote is for: what it may be for, who takes which, and when one waits. The rules, and the rows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from governance.board import service
from governance.board.rules import SeatClass, term_ends
from governance.board.seats_voted import Offered, check_offered, who_takes_which
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from tests.board.factories import DAY, FAMILY, LIVED, a_board, a_member
from tests.let_through import let_through

CLOSES = date(2026, 5, 1)
OPEN = Offered("Seat 3", SeatClass.LIVED)


def test_open_seats_of_one_kind_can_be_voted_on_from_the_day_it_closes() -> None:
    with let_through():
        check_offered([OPEN, Offered("Seat 4", SeatClass.LIVED)], CLOSES, CLOSES)
        check_offered([Offered("Seat 4", SeatClass.LIVED, held_until=CLOSES)], CLOSES, CLOSES)


@pytest.mark.parametrize(
    ("seats", "begins", "field", "says"),
    [
        ([OPEN], CLOSES - timedelta(days=1), "seats_from", "not over by then"),
        ([OPEN, Offered("Seat 4", SeatClass.FAMILY)], CLOSES, "for_seats", "seats of one kind"),
        ([OPEN, Offered("Seat 4", SeatClass.LIVED, alternate=True)], CLOSES, "for_seats", "seats of one kind"),
        (
            [Offered("Seat 4", SeatClass.LIVED, held_until=CLOSES + timedelta(days=1))], CLOSES,
            "for_seats", "sits in Seat 4, and may stay until 2026-05-02",
        ),
    ],
)  # fmt: skip
def test_a_vote_takes_no_seat_from_anybody_and_gives_none_too_soon(
    seats: list[Offered], begins: date, field: str, says: str
) -> None:
    with pytest.raises(RuleRefused, match=says) as refused:
        check_offered(seats, begins, CLOSES)
    assert refused.value.field == field


NUMBERS = st.lists(st.integers(1, 9), unique=True, max_size=6)


@given(NUMBERS, NUMBERS, st.dictionaries(st.integers(1, 9), st.integers(1, 9)))
def test_nobody_takes_two_seats_and_no_seat_two_people(
    chosen: list[int], seats: list[int], sitting: dict[int, int]
) -> None:
    in_one_each = {account: seat for account, seat in sitting.items() if list(sitting.values()).count(seat) == 1}
    taken = who_takes_which(chosen, seats, in_one_each)
    assert len(set(taken.values())) == len(taken) == min(len(chosen), len(seats))
    assert taken.keys() <= set(chosen)
    assert set(taken.values()) <= set(seats)
    stay = {account for account in chosen if in_one_each.get(account) in seats}
    assert {account: taken[account] for account in stay} == {account: in_one_each[account] for account in stay}


def test_who_sits_there_stays_and_the_others_follow_in_order() -> None:
    assert who_takes_which([7, 8, 9], [1, 2, 3], {8: 1}) == {8: 1, 7: 2, 9: 3}


@pytest.mark.on_both
def test_a_seat_waits_until_somebody_sits_there_and_not_for_an_ended_account(session: Session, keys: KeyFolder) -> None:
    a_board(session, keys)
    seat, teal = service.add_seat(session, "Stool", LIVED).id, a_member(session, keys, "Teal")
    assert service.waits_for(session, seat, teal, DAY, DAY)
    assert not service.waits_for(session, seat, teal + 99, DAY, DAY)
    service.seat_chosen(session, seat, teal, DAY, DAY + timedelta(days=9))
    assert not service.waits_for(session, seat, teal, DAY, DAY)
    service.end_term(session, seat, DAY + timedelta(days=20))
    assert not service.waits_for(session, seat, teal, DAY, DAY), "each vote gives a seat once"
    with pytest.raises(RuleRefused, match="Each vote gives a seat once"):
        service.seat_chosen(session, seat, teal, DAY, DAY + timedelta(days=30))


@pytest.mark.on_both
def test_a_seat_waits_only_once_the_term_of_who_sits_there_is_over(session: Session, keys: KeyFolder) -> None:
    member, *_ = a_board(session, keys)
    seat, teal = service.seat_of(session, member, DAY), a_member(session, keys, "Teal")
    assert seat
    over = term_ends(DAY, service.charter(session))
    with pytest.raises(RuleRefused, match="may stay until"):
        service.check_may_vote_on(session, [seat.seat_id], over - timedelta(days=1), DAY, DAY)
    service.check_may_vote_on(session, [seat.seat_id], over, DAY, DAY)
    since = DAY + timedelta(days=1)
    assert not service.waits_for(session, seat.seat_id, teal, since, over - timedelta(days=1))
    assert service.waits_for(session, seat.seat_id, teal, since, over)
    assert not service.waits_for(session, seat.seat_id, member, since, over), "who was chosen again just stays"


def test_seats_of_two_kinds_or_that_are_none_are_refused_by_the_rows_too(session: Session, keys: KeyFolder) -> None:
    a_board(session, keys, (LIVED, LIVED, LIVED))
    two = [service.add_seat(session, "Stool", LIVED).id, service.add_seat(session, "Bench", FAMILY).id]
    with pytest.raises(RuleRefused, match="seats of one kind"):
        service.check_may_vote_on(session, two, CLOSES, CLOSES, DAY)
    with pytest.raises(RuleRefused, match="no such seat"):
        service.check_may_vote_on(session, [999], CLOSES, CLOSES, DAY)
