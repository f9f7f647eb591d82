"""Seats that a vote is for: what it may be for, who takes which, and when one waits. The rules, and the rows."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.board import service
from governance.board.charter import Charter
from governance.board.models import Term
from governance.board.rules import SeatClass, term_ends
from governance.board.seats_voted import Offered, check_offered, who_takes_which
from governance.board.service.seats import terms_in_a_row
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from tests.board.factories import DAY, FAMILY, LIVED, a_board, a_member
from tests.let_through import let_through

CLOSES = date(2026, 5, 1)
LEFT = DAY + timedelta(days=99)  # Months before the next term would begin.
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
    assert service.waits_for(session, seat.seat_id, member, since, over), "who was chosen again begins a new term"


def test_seats_of_two_kinds_or_that_are_none_are_refused_by_the_rows_too(session: Session, keys: KeyFolder) -> None:
    a_board(session, keys, (LIVED, LIVED, LIVED))
    two = [service.add_seat(session, "Stool", LIVED).id, service.add_seat(session, "Bench", FAMILY).id]
    with pytest.raises(RuleRefused, match="seats of one kind"):
        service.check_may_vote_on(session, two, CLOSES, CLOSES, DAY)
    with pytest.raises(RuleRefused, match="no such seat"):
        service.check_may_vote_on(session, [999], CLOSES, CLOSES, DAY)


@pytest.mark.on_both
def test_each_term_of_who_is_chosen_again_is_a_row_of_its_own_and_the_third_is_the_last(
    session: Session, keys: KeyFolder
) -> None:
    member, *_ = a_board(session, keys)
    here = service.seat_of(session, member, DAY)
    assert here
    begins, chosen_on = DAY, DAY
    for served in (1, 2):
        chosen_on, begins = begins + timedelta(days=300), term_ends(begins, service.charter(session))
        assert service.waits_for(session, here.seat_id, member, chosen_on, chosen_on)
        service.check_may_take(session, ["Chair1"], begins)
        service.seat_chosen(session, here.seat_id, member, chosen_on, begins)
        assert not service.waits_for(session, here.seat_id, member, chosen_on, chosen_on), "each vote gives it once"
        assert terms_in_a_row(session, member, begins) == served + 1
        before, after = (service.seat_of(session, member, day) for day in (begins - timedelta(days=1), begins))
        assert before
        assert after
        assert before.term_id != after.term_id
        assert service.terms_running_out(session, begins - timedelta(days=1)) == [
            each
            for each in service.terms_running_out(session, begins - timedelta(days=1))
            if each[0].seat_id != here.seat_id
        ], "the next term stands already, so nobody is asked"
    fourth = term_ends(begins, service.charter(session))
    with pytest.raises(RuleRefused, match=r"Chair1 cannot stand for a seat\. A member can serve 3 terms in a row"):
        service.check_may_take(session, ["Chair1"], fourth)
    with pytest.raises(RuleRefused, match="3 terms in a row"):
        service.seat_chosen(session, here.seat_id, member, begins + timedelta(days=300), fourth)


def test_who_never_was_chosen_again_and_went_on_served_those_terms_too(session: Session, keys: KeyFolder) -> None:
    """The rows of an older version: one, however often its member was chosen again."""
    member, *_ = a_board(session, keys)
    three_years = term_ends(term_ends(term_ends(DAY, Charter()), Charter()), Charter())
    assert terms_in_a_row(session, member, three_years) == 3
    with pytest.raises(RuleRefused, match="3 terms in a row"):
        service.check_may_take(session, ["Chair1"], three_years)


def test_who_leaves_before_the_next_term_begins_serves_neither(session: Session, keys: KeyFolder) -> None:
    member, *_ = a_board(session, keys)
    here, over = service.seat_of(session, member, DAY), term_ends(DAY, Charter())
    assert here
    chosen_on = over - timedelta(days=40)
    service.seat_chosen(session, here.seat_id, member, chosen_on, over)
    leaves = over - timedelta(days=20)
    service.end_term(session, here.seat_id, leaves)
    for day in (leaves, over, over + timedelta(days=40)):
        assert service.seat_of(session, member, day) is None


@pytest.fixture
def given_back_early(session: Session, keys: KeyFolder) -> tuple[int, int]:
    """The seat and the account of a member who was chosen again, and gave the seat back before that term began."""
    member, *_ = a_board(session, keys, (LIVED,) * 3)
    here, over = service.seat_of(session, member, DAY), term_ends(DAY, Charter())
    assert here
    service.seat_chosen(session, here.seat_id, member, LEFT - timedelta(days=9), over)
    service.end_term(session, here.seat_id, LEFT)
    return here.seat_id, member


def test_a_term_that_never_began_keeps_the_seat_from_nobody(
    session: Session, keys: KeyFolder, given_back_early: tuple[int, int]
) -> None:
    (seat, _), teal, day = given_back_early, a_member(session, keys, "Teal"), LEFT + timedelta(days=1)
    assert service.waits_for(session, seat, teal, day, day), "a vote for it gives it"
    service.check_may_vote_on(session, [seat], day, day, day)
    service.seat_chosen(session, seat, teal, day, day)
    here = service.seat_of(session, teal, day)
    assert here
    assert here.seat_id == seat
    assert not here.goes_on
    assert seat in {each.seat_id for each, _ in service.terms_running_out(session, term_ends(day, Charter()))}


def test_whose_term_never_began_has_left_and_may_sit_elsewhere_and_again(
    session: Session, keys: KeyFolder, given_back_early: tuple[int, int]
) -> None:
    (seat, member), day = given_back_early, LEFT + timedelta(days=1)
    assert member in service.left_the_board(session, day), "who keeps the cards reads of it"
    assert terms_in_a_row(session, member, day) == 1, "the one that they sat"
    assert not service.waits_for(session, seat, member, LEFT - timedelta(days=9), LEFT), "that vote gave it once"
    assert service.waits_for(session, seat, member, day, day), "and the next one gives it anew"
    stool = service.add_seat(session, "Stool", LIVED, alternate=True).id
    service.seat_member(session, stool, member, day)
    assert service.seat_of(session, member, day)


def test_no_row_of_an_older_version_that_never_began_keeps_a_seat(
    session: Session, keys: KeyFolder, given_back_early: tuple[int, int]
) -> None:
    """It ended on the day on which it was to begin, months ahead."""
    (seat, member), teal, day = given_back_early, a_member(session, keys, "Teal"), LEFT + timedelta(days=1)
    last = session.scalars(select(Term).where(Term.account_id == member).order_by(Term.id.desc())).first()
    assert last
    last.begins = last.ends = term_ends(DAY, Charter())
    session.flush()
    assert member in service.left_the_board(session, day)
    assert terms_in_a_row(session, member, day) == 1
    assert not service.waits_for(session, seat, member, LEFT - timedelta(days=9), LEFT)
    service.seat_chosen(session, seat, teal, day, day)
    assert service.seat_of(session, teal, day)


def test_who_asks_which_terms_are_in_force_asks_one_home() -> None:
    """`beyond` and `has_days`. A query that compares the end by itself is in one of these files, or forgets a case."""
    package = Path(service.__file__).parents[1]
    found = {file.name for file in package.rglob("*.py") if "Term.ends" in file.read_text()}
    assert found == {"ending_terms.py", "seats.py", "seats_voted.py"}
