"""The by-laws of a ballot: its stages, its passes, its box."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ballots.rules import (
    BallotFacts,
    Roll,
    Stage,
    Times,
    check_may_cancel,
    check_may_drop,
    check_may_open_box,
    check_may_take_pass,
    missing_before_opening,
    stage,
)
from governance.board.charter import Charter
from governance.board.rules import SeatClass
from governance.errors import RuleRefused

OPENS = datetime(2026, 11, 2, 9, tzinfo=UTC)
CLOSES = datetime(2026, 11, 5, 21, tzinfo=UTC)
MOMENT = timedelta(microseconds=1)
CHARTER = Charter()


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
    assert stage(now, OPENS, CLOSES, cancelled=False, opened=False) is where
    assert stage(now, OPENS, CLOSES, cancelled=True, opened=False) is Stage.CANCELLED


def test_people_open_the_box() -> None:
    assert stage(CLOSES, OPENS, CLOSES, cancelled=False, opened=True) is Stage.OPENED


ORDER = [Stage.SCHEDULED, Stage.OPEN, Stage.CLOSED]


@given(st.timedeltas(-timedelta(days=9), timedelta(days=9)), st.timedeltas(timedelta(0), timedelta(days=9)))
def test_a_ballot_never_goes_back_a_stage_by_itself(offset: timedelta, later: timedelta) -> None:
    before = stage(OPENS + offset, OPENS, CLOSES, cancelled=False, opened=False)
    after = stage(OPENS + offset + later, OPENS, CLOSES, cancelled=False, opened=False)
    assert ORDER.index(before) <= ORDER.index(after)


READY = BallotFacts(
    question="End the limit of 10 syringes?",
    text_is_frozen=True,
    times=Times(OPENS, CLOSES, OPENS - timedelta(days=1)),
    tellers=2,
    active={SeatClass.LIVED: 7, SeatClass.FAMILY: 1, SeatClass.HEALTH: 1},
)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (replace(READY, question=" "), "Write the question."),
        (replace(READY, text_is_frozen=False), "Freeze the text, so that everyone votes on the same words."),
        (
            replace(READY, times=Times(OPENS, OPENS, OPENS - MOMENT)),
            "Choose a time to close that is after the time to open.",
        ),
        (replace(READY, times=Times(OPENS, CLOSES, CLOSES)), "Choose a time to close that is still to come."),
        (replace(READY, tellers=1), "Name 2 tellers. They open the box together."),
        (
            replace(READY, active={SeatClass.LIVED: 4}),
            "4 seats are active. It takes 5 to decide. Until then the board can give advice.",
        ),
        (
            replace(READY, active={SeatClass.LIVED: 3, SeatClass.FAMILY: 3}),
            "More than half of the active seats must be lived or living experience seats. Fill an open seat first.",
        ),
    ],
)
def test_a_ballot_that_is_not_ready_says_what_is_missing(facts: BallotFacts, sentence: str) -> None:
    assert missing_before_opening(READY, CHARTER) == []
    assert [str(missing) for missing in missing_before_opening(facts, CHARTER)] == [sentence]


def take_pass(here: Stage) -> None:
    check_may_take_pass(here, holds_active_seat=True, stepped_out=False, has_pass=False)


ACTS: list[tuple[Callable[[Stage], None], set[Stage]]] = [
    (take_pass, {Stage.SCHEDULED, Stage.OPEN}),
    (lambda here: check_may_drop(here, pass_is_good=True), {Stage.OPEN}),
    (check_may_cancel, {Stage.SCHEDULED, Stage.OPEN}),
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


def test_a_ballot_needs_a_good_pass() -> None:
    with pytest.raises(RuleRefused, match="no card or pass"):
        check_may_drop(Stage.OPEN, pass_is_good=False)


def test_the_box_takes_two_tellers() -> None:
    with pytest.raises(RuleRefused, match="It takes 2 tellers"):
        check_may_open_box(Stage.CLOSED, tellers_here=1)


def test_the_roll_knows_seat_classes_and_nothing_of_the_box() -> None:
    roll = Roll(active=READY.active, passes={SeatClass.LIVED: 5, SeatClass.HEALTH: 1}, stepped_out={SeatClass.LIVED: 1})
    assert (roll.lived_passes, roll.other_passes) == (5, 1)
