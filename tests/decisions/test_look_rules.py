"""The by-laws of looking again at a record: from when on, what comes next, and how late the board is."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.board.charter import Charter
from governance.decisions import rules
from governance.decisions.rules import Upshot
from governance.proposals.rules import Status
from governance.ruling.errors import RuleRefused

DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))

DAY = date(2027, 5, 23)
EARLIEST = date(2027, 4, 23)
ONE = timedelta(days=1)


@pytest.mark.parametrize(
    ("again", "today", "near"),
    [
        (DAY, EARLIEST - ONE, False),
        (DAY, EARLIEST, True),
        (DAY, DAY, True),
        (DAY, DAY + 99 * ONE, True),
        (None, DAY, True),
    ],
)
def test_the_board_looks_again_from_thirty_days_before_the_day_it_said(
    again: date | None, today: date, *, near: bool
) -> None:
    assert rules.is_near(again, today) is near
    if near:
        rules.check_is_near(again, today)


def test_before_that_it_is_told_from_when_on() -> None:
    with pytest.raises(RuleRefused) as refused:
        rules.check_is_near(DAY, EARLIEST - ONE)
    assert "look again on 2027-05-23. You can say what came of it from 2027-04-23 on." in str(refused.value)


def test_a_decision_that_is_over_has_no_next_day() -> None:
    assert rules.next_day(Upshot.OVER, DAY) is None
    assert {rules.next_day(upshot, DAY) for upshot in (Upshot.STANDS, Upshot.TO_CHANGE)} == {DAY}


@pytest.mark.parametrize(("today", "days"), [(DAY - ONE, 0), (DAY, 0), (DAY + ONE, 1), (DAY + 40 * ONE, 40)])
def test_the_board_is_late_from_the_day_after(today: date, days: int) -> None:
    assert rules.days_overdue(DAY, today) == days
    assert rules.days_overdue(None, today) == 0


def test_as_much_may_be_said_of_a_look_as_of_a_disagreement() -> None:
    assert rules.LONGEST_WHY_OF_A_LOOK == rules.LONGEST_DISSENT


@given(DAYS, DAYS, st.integers(6, 24))
def test_the_next_day_is_one_to_come_within_one_term(today: date, day: date, months: int) -> None:
    last = rules.last_day(today, replace(Charter(), term_months=months))
    assert (rules.problems_with_day(day, today, last) == []) == (today < day <= last)
    assert rules.problems_with_day(None, today, last) != []
    assert rules.problems_with_day(last, today, last) == [], "there is always a day to choose"


@pytest.mark.parametrize("status", Status)
@pytest.mark.parametrize("since", [False, True])
@pytest.mark.parametrize("own", [False, True])
def test_what_does_a_change_goes_on_or_was_decided_since(status: Status, *, since: bool, own: bool) -> None:
    does = {Status.DRAFT: own, Status.DECIDED: since, Status.PARKED: False, Status.WITHDRAWN: False}
    assert rules.does_change(status, decided_since=since, is_own=own) is does.get(status, True)
