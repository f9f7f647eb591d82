"""The by-laws of the board, as examples: seats, stepping out, the life of a seat."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.board.charter import RANGES, TWO_WAYS, Charter, changes, not_read, problems, sentences
from governance.board.rules import (
    NEVER_A_TIE,
    AgendaKind,
    AgendaState,
    SeatClass,
    SeatNow,
    Tie,
    active_seats,
    are_in_a_row,
    check_another_term,
    check_begins,
    check_may_leave_agenda,
    check_pause,
    check_room_at_the_table,
    check_room_on_agenda,
    check_says_why,
    check_term_is_over,
    composition_problems,
    ends_soon,
    months_after,
    takes_a_reason,
    term_ends,
    terms_within,
    tie_named,
)
from governance.ruling.errors import RuleRefused
from tests.let_through import let_through

CHARTER = Charter()


@pytest.mark.parametrize(
    ("begins", "may"), [(date(2026, 4, 30), False), (date(2026, 5, 1), True), (date(2026, 5, 2), True)]
)
def test_a_term_begins_today_or_later(begins: date, *, may: bool) -> None:
    with nullcontext() if may else pytest.raises(RuleRefused, match="today or later"):
        check_begins(begins, date(2026, 5, 1))


def test_the_charter_we_ship_has_no_problems() -> None:
    assert problems(CHARTER) == []
    assert CHARTER.voting_seats == 9


def test_a_change_of_the_charter_is_told_by_what_it_says_now() -> None:
    longer = replace(CHARTER, pause_months=CHARTER.pause_months + 1)
    assert [str(each) for each in changes(CHARTER, longer)] == [
        f"A seat can rest for up to {longer.pause_months} months. It is kept. Nobody asks why."
    ]
    assert changes(CHARTER, CHARTER) == []
    assert changes(None, CHARTER) == sentences(CHARTER)


OUT_OF_RANGE = [
    (Charter(lived_seats=3, family_seats=0, health_seats=0), "Voting seats: choose from 5 to 25. It is 3."),
    (Charter(lived_seats=5, family_seats=2, health_seats=3), "5 of 10 seats are lived or living experience seats."),
    (
        replace(CHARTER, lived_share=Fraction(1, 2)),
        "Share of lived or living experience seats: choose from 51% to 100%. It is 50%.",
    ),
    (
        replace(CHARTER, quorum_share=Fraction(3, 4)),
        "Share of active seats that must be here: choose from 50% to 2/3. It is 75%.",
    ),
    (replace(CHARTER, two_thirds=Fraction(1, 2)), "Share of yes for the big items: choose from 60% to 75%. It is 50%."),
    (replace(CHARTER, pause_months=0), "Longest pause in months: choose from 1 to 12. It is 0."),
    (replace(CHARTER, least_yes=10), "Fewest yes votes: there are only 9 seats."),
]


@pytest.mark.parametrize(("charter", "sentence"), OUT_OF_RANGE)
def test_a_charter_out_of_range_says_which_number_and_what_it_may_be(charter: Charter, sentence: str) -> None:
    assert any(str(problem).startswith(sentence) for problem in problems(charter))


@pytest.mark.parametrize("each", RANGES, ids=lambda each: each.name)
def test_every_range_names_a_number_of_the_charter_that_lies_in_it(each: object) -> None:
    assert each.low <= getattr(CHARTER, each.name) <= each.high  # type: ignore[attr-defined]


def test_open_and_paused_seats_are_not_active() -> None:
    seats = [
        SeatNow(SeatClass.LIVED),
        SeatNow(SeatClass.LIVED, paused=True),
        SeatNow(SeatClass.FAMILY, filled=False),
        SeatNow(SeatClass.HEALTH),
    ]
    assert active_seats(seats) == {SeatClass.LIVED: 1, SeatClass.FAMILY: 0, SeatClass.HEALTH: 1}


def board(lived: int, others: int, *, staff: bool = False) -> list[SeatNow]:
    return [SeatNow(SeatClass.LIVED)] * lived + [SeatNow(SeatClass.HEALTH, held_by_staff=staff)] * others


@pytest.mark.parametrize(("lived", "others", "may_decide"), [(4, 3, True), (3, 3, False), (3, 4, False), (1, 0, True)])
def test_lived_experience_seats_are_more_than_half_whatever_the_charter_says(
    lived: int, others: int, may_decide: bool
) -> None:
    found = composition_problems(board(lived, others), replace(CHARTER, lived_share=Fraction(0)))
    assert [str(each).split(" are ")[0] for each in found] == (
        [] if may_decide else [f"{lived} of {lived + others} active seats"]
    )


@pytest.mark.parametrize(("lived", "others", "may_decide"), [(6, 4, True), (5, 4, False), (7, 4, True)])
def test_a_charter_may_ask_for_more_than_half(lived: int, others: int, may_decide: bool) -> None:
    found = composition_problems(board(lived, others), replace(CHARTER, lived_share=Fraction(3, 5)))
    assert (not found) is may_decide


def test_staff_never_hold_a_vote() -> None:
    found = composition_problems(board(7, 2, staff=True), CHARTER)
    assert [str(each) for each in found] == ["Staff never hold a vote. Give the seat to an alternate."]


# Stepping out


def test_the_kinds_of_tie_are_a_closed_list() -> None:
    assert tie_named("own_case") is Tie.OWN_CASE
    assert len(Tie) == 5


@pytest.mark.parametrize("word", ["participant", "uses_drugs", "was_banned", ""])
def test_coming_here_using_drugs_or_a_past_ban_is_never_a_tie(word: str) -> None:
    with pytest.raises(RuleRefused, match="Coming here, using drugs or a past ban never is"):
        tie_named(word)
    assert len(NEVER_A_TIE) == 3


# Life of a seat

DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


def test_a_month_with_no_such_day_ends_on_its_last() -> None:
    assert months_after(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert months_after(date(2027, 8, 31), 6) == date(2028, 2, 29)
    assert months_after(date(2026, 12, 1), 12) == date(2027, 12, 1)


@given(DAYS, st.integers(0, 60), st.integers(0, 60))
def test_more_months_never_end_sooner(day: date, fewer: int, more: int) -> None:
    fewer, more = sorted((fewer, more))
    assert day <= months_after(day, fewer) <= months_after(day, more)


def test_a_seat_pauses_for_up_to_six_months_and_nobody_asks_why() -> None:
    check_pause(date(2026, 1, 10), date(2026, 7, 10), CHARTER)
    with pytest.raises(RuleRefused, match="up to 6 months"):
        check_pause(date(2026, 1, 10), date(2026, 7, 11), CHARTER)
    with pytest.raises(RuleRefused, match="later day"):
        check_pause(date(2026, 1, 10), date(2026, 1, 10), CHARTER)


def test_terms_with_a_month_or_less_between_them_are_in_a_row() -> None:
    assert are_in_a_row(date(2026, 3, 1), date(2026, 4, 1))
    assert not are_in_a_row(date(2026, 3, 1), date(2026, 4, 2))


def test_a_term_ends_soon_for_thirty_days_and_stays_so_once_it_is_over() -> None:
    asked = [ends_soon(date(2026, 3, 31), today) for today in (date(2026, 2, 28), date(2026, 3, 1), date(2026, 4, 9))]
    assert asked == [False, True, True]


def test_a_term_is_twelve_months_and_there_are_three_in_a_row() -> None:
    assert term_ends(date(2026, 3, 1), CHARTER) == date(2027, 3, 1)
    check_another_term(2, CHARTER)
    with pytest.raises(RuleRefused, match="3 terms in a row"):
        check_another_term(3, CHARTER)


@pytest.mark.parametrize(
    ("ends", "terms"),
    [
        (date(2026, 4, 1), 1), (date(2027, 3, 1), 1), (date(2027, 8, 31), 1), (date(2027, 9, 1), 2),
        (date(2028, 3, 1), 2), (date(2029, 3, 1), 3),
    ],
)  # fmt: skip
def test_who_went_on_past_the_day_by_half_a_term_served_one_more(ends: date, terms: int) -> None:
    assert terms_within(date(2026, 3, 1), ends, CHARTER) == terms


def test_a_fourth_item_to_decide_asks_what_to_park() -> None:
    check_room_on_agenda(2, CHARTER)
    with pytest.raises(RuleRefused, match="Which one can be parked"):
        check_room_on_agenda(3, CHARTER)


@pytest.mark.parametrize(("there_are", "why"), [(6, ""), (7, "Our charter has 7"), (8, "Our charter has 7")])
def test_there_are_no_more_seats_of_a_kind_than_the_charter_has(there_are: int, why: str) -> None:
    with pytest.raises(RuleRefused, match=why) if why else nullcontext():
        check_room_at_the_table(there_are, 7)


def test_two_people_end_a_term_on_its_day_and_not_before() -> None:
    begins = date(2026, 5, 1)
    ends = term_ends(begins, CHARTER)
    check_term_is_over(begins, ends, CHARTER)
    with pytest.raises(RuleRefused, match=f"This term runs to {ends}"):
        check_term_is_over(begins, ends - timedelta(days=1), CHARTER)


def test_what_no_rule_reads_any_more_can_still_be_read() -> None:
    said = [str(each) for each in not_read({"chair_months": 6, "voting_seats": 9})]
    assert said == ["It gave a chair 6 months. No rule reads it any more."]


def test_a_month_that_is_not_full_is_no_month_of_a_term() -> None:
    assert terms_within(date(2026, 3, 15), date(2027, 9, 14), CHARTER) == 1
    assert terms_within(date(2026, 3, 15), date(2027, 9, 15), CHARTER) == 2


@pytest.mark.parametrize("kind", list(AgendaKind))
@pytest.mark.parametrize("there", list(AgendaState))
def test_whoever_puts_aside_what_is_no_one_persons_says_why(kind: AgendaKind, there: AgendaState) -> None:
    put_aside = there in {AgendaState.PARKED, AgendaState.CLOSED}
    assert takes_a_reason(kind, there) == (put_aside and kind in {AgendaKind.THEME, AgendaKind.PROPOSAL})


def test_a_reason_is_some_word() -> None:
    with let_through():
        check_says_why("It rains.")
    with pytest.raises(RuleRefused):
        check_says_why("  ")


@pytest.mark.parametrize("there", list(AgendaState))
def test_what_the_board_votes_on_stays_on_the_agenda(there: AgendaState) -> None:
    with let_through():
        check_may_leave_agenda(there, at_a_vote=False)
    leaves = there in {AgendaState.PARKED, AgendaState.CLOSED}
    with pytest.raises(RuleRefused) if leaves else let_through():
        check_may_leave_agenda(there, at_a_vote=True)


def test_where_votes_alone_fill_the_meeting_the_first_of_them_is_named() -> None:
    most = CHARTER.agenda_items
    with pytest.raises(RuleRefused) as votes_fill:
        check_room_on_agenda(most, CHARTER, range(4, 4 + most))
    assert votes_fill.value.sentence.values == {"number": 4}
    with pytest.raises(RuleRefused) as one_can_be_parked:
        check_room_on_agenda(most, CHARTER, range(4, 3 + most))
    assert one_can_be_parked.value.sentence.values == {"items": most}


def test_what_is_one_of_two_ways_has_words_for_both() -> None:
    assert {name: set(words) for name, words in TWO_WAYS.items()} == {name: {True, False} for name in TWO_WAYS}
