"""The by-laws of a ballot: its stages, its passes, its box."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ballots.rules import (
    LONGEST_QUESTION,
    LONGEST_REASON,
    TO_COUNT,
    Roll,
    Stage,
    cards_for,
    check_is_secret,
    check_may_add_partner,
    check_may_cancel,
    check_may_drop,
    check_may_end_without_result,
    check_may_enter_paper,
    check_may_look_at_card,
    check_may_make_cards,
    check_may_make_longer,
    check_may_open_box,
    check_may_print_papers,
    check_may_take_blind,
    check_may_take_mark_back,
    check_may_take_pass,
    check_may_void,
    check_no_paper_waits,
    stage,
)
from governance.board.rules import SeatClass
from governance.ruling.errors import RuleRefused
from tests.let_through import let_through

OPENS = datetime(2026, 11, 2, 9, tzinfo=UTC)
CLOSES = datetime(2026, 11, 5, 21, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("now", "where"),
    [
        (OPENS - MOMENT, Stage.SCHEDULED),
        (OPENS, Stage.OPEN),
        (CLOSES - MOMENT, Stage.OPEN),
        (CLOSES, Stage.CLOSED),
    ],
)
def test_the_clock_opens_and_closes_a_ballot(now: datetime, where: Stage) -> None:
    assert stage(now, OPENS, CLOSES, cancelled=False, opened=False, box_is_shut=False) is where
    assert stage(now, OPENS, CLOSES, cancelled=False, opened=False, box_is_shut=True) is Stage.CLOSED
    assert stage(now, OPENS, CLOSES, cancelled=True, opened=False, box_is_shut=False) is Stage.CANCELLED


def test_people_open_the_box() -> None:
    assert stage(CLOSES, OPENS, CLOSES, cancelled=False, opened=True, box_is_shut=False) is Stage.OPENED


ORDER = [Stage.SCHEDULED, Stage.OPEN, Stage.CLOSED]


@given(st.timedeltas(-timedelta(days=9), timedelta(days=9)), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_a_ballot_never_goes_back_a_stage_by_itself(offset: timedelta, later: timedelta) -> None:
    before = stage(OPENS + offset, OPENS, CLOSES, cancelled=False, opened=False, box_is_shut=False)
    after = stage(OPENS + offset + later, OPENS, CLOSES, cancelled=False, opened=False, box_is_shut=False)
    assert ORDER.index(before) <= ORDER.index(after)


HAS_A_SEAT = {"holds_active_seat": True, "stepped_out": False, "has_pass": False}


def take_pass(here: Stage) -> None:
    check_may_take_pass(here, **HAS_A_SEAT)


ACTS: list[tuple[Callable[[Stage], None], set[Stage]]] = [
    (take_pass, {Stage.SCHEDULED, Stage.OPEN}),
    (lambda here: check_may_drop(here, pass_is_good=True), {Stage.OPEN}),
    (check_may_cancel, {Stage.SCHEDULED, Stage.OPEN}),
    (lambda here: check_may_make_cards(here, begun=False), {Stage.SCHEDULED, Stage.OPEN}),
    (check_may_print_papers, {Stage.SCHEDULED, Stage.OPEN}),
    (lambda here: check_may_enter_paper(here, is_teller=True, box_is_shut=False), {Stage.OPEN, Stage.CLOSED}),
    (lambda here: check_may_void(here, box_is_shut=False), {Stage.CLOSED}),
    (lambda here: check_may_look_at_card(here, box_is_there=True), {Stage.CLOSED, Stage.OPENED}),
    (lambda here: check_may_look_at_card(here, box_is_there=False), {Stage.CLOSED}),
    (lambda here: check_may_take_pass(here, **HAS_A_SEAT, at_the_table=True), set(ORDER)),
    (lambda here: check_may_end_without_result(here, TO_COUNT), {Stage.CLOSED}),
    (lambda here: check_may_take_mark_back(here, box_is_shut=False, names=2, ballots=1), {Stage.CLOSED}),
    (check_may_make_longer, {Stage.SCHEDULED, Stage.OPEN}),
    (lambda here: check_may_open_box(here, tellers_here=2), {Stage.CLOSED}),
]


@pytest.mark.parametrize(("act", "allowed"), ACTS)
@pytest.mark.parametrize("here", Stage)
def test_each_act_has_its_time(act: Callable[[Stage], None], allowed: set[Stage], here: Stage) -> None:
    if here in allowed:
        act(here)
    else:
        with pytest.raises(RuleRefused, match="This vote"):
            act(here)


@pytest.mark.parametrize(
    ("seat", "out", "has", "why"),
    [
        (False, False, False, "active voting seat"),
        (True, True, False, "stepped out"),
        (True, False, True, "cannot be replaced"),
    ],
)
def test_one_pass_for_each_active_seat_that_did_not_step_out(seat: bool, out: bool, has: bool, why: str) -> None:
    with pytest.raises(RuleRefused, match=why):
        check_may_take_pass(Stage.OPEN, holds_active_seat=seat, stepped_out=out, has_pass=has)


def test_no_card_is_made_void_once_the_box_is_shut() -> None:
    with pytest.raises(RuleRefused, match=r"shut for good\. No card"):
        check_may_void(Stage.CLOSED, box_is_shut=True)


def test_a_ballot_needs_a_good_pass() -> None:
    with pytest.raises(RuleRefused, match="no card or pass"):
        check_may_drop(Stage.OPEN, pass_is_good=False)


def test_the_box_takes_two_tellers() -> None:
    with pytest.raises(RuleRefused, match="It takes 2 tellers"):
        check_may_open_box(Stage.CLOSED, tellers_here=1)


def test_the_roll_knows_seat_classes_and_nothing_of_the_box() -> None:
    roll = Roll(
        active={SeatClass.LIVED: 7}, passes={SeatClass.LIVED: 5, SeatClass.HEALTH: 1}, stepped_out={SeatClass.LIVED: 1}
    )
    assert (roll.lived_passes, roll.other_passes) == (5, 1)


@pytest.mark.parametrize(("voters", "cards"), [(0, 5), (9, 14), (11, 16), (12, 18), (40, 60)])
def test_the_last_voter_still_draws_blind(voters: int, cards: int) -> None:
    assert cards_for(voters) == cards


@pytest.mark.parametrize(
    ("act", "why"),
    [
        (lambda: check_is_secret(named=True), "by name"),
        (lambda: check_may_make_cards(Stage.OPEN, begun=True), "no new cards"),
        (lambda: check_may_add_partner(begun=True, has_partner=False), "too late for a partner"),
        (lambda: check_may_add_partner(begun=False, has_partner=True), "a partner already"),
        (lambda: check_may_enter_paper(Stage.OPEN, is_teller=False, box_is_shut=False), "The two tellers"),
        (lambda: check_may_enter_paper(Stage.CLOSED, is_teller=True, box_is_shut=True), r"shut for good\. No paper"),
        (lambda: check_no_paper_waits(1), "Some paper ballots wait"),
        (lambda: check_may_take_blind(Stage.OPEN), "time for this kind of pass is over"),
    ],
)
def test_what_would_tell_two_voters_apart_or_change_the_box_is_refused(act: Callable[[], None], why: str) -> None:
    with pytest.raises(RuleRefused, match=why):
        act()


def test_what_harms_no_one_goes_on() -> None:
    with let_through():
        check_is_secret(named=False)
        check_may_add_partner(begun=False, has_partner=False)
        check_no_paper_waits(0)
        check_may_take_blind(Stage.SCHEDULED)


def test_a_roll_without_lived_seats_counts_none() -> None:
    assert Roll(active={}, passes={SeatClass.HEALTH: 2}).lived_passes == 0
    assert Roll(active={}, passes={SeatClass.HEALTH: 2}).other_passes == 2


def test_what_is_typed_has_room_for_so_many_letters() -> None:
    assert (LONGEST_QUESTION, LONGEST_REASON) == (200, 400)
