"""Coarse dates, and how long things are kept. The small numbers: `tests/promises/test_14_small_numbers.py`."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.privacy import (
    expires_on,
    last_day,
    next_period,
    period_of,
    safe_counts,
    shown,
    week_of,
)

DAYS = st.dates(date(2000, 1, 1), date(2100, 12, 31))
AUDIENCES = st.sampled_from(["everyone", "grievance", "manager", "urgent"])


@given(DAYS)
def test_a_week_is_known_by_its_monday(day: date) -> None:
    assert week_of(day).isoweekday() == 1
    assert timedelta(0) <= day - week_of(day) < timedelta(days=7)


# How long things are kept


def test_words_are_kept_ninety_days_after_their_month_and_urgent_ones_thirty_after_their_week() -> None:
    assert period_of(date(2026, 11, 20)) == "2026-11"
    assert expires_on("2026-11", "everyone") == date(2027, 2, 28)
    assert period_of(date(2026, 11, 20), "urgent") == "2026-W47"
    assert expires_on("2026-W47", "urgent") == date(2026, 12, 22)
    assert expires_on("2026-11", "grievance") == date(2027, 2, 28)


@pytest.mark.parametrize("period", ["", "2026", "2026-13", "2026-W60", "soon"])
def test_something_that_is_no_period_is_refused(period: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        last_day(period)


@given(DAYS, AUDIENCES)
def test_a_day_lies_in_its_period_and_the_next_period_begins_the_day_after_it_ends(day: date, audience: str) -> None:
    period = period_of(day, audience)
    assert day <= last_day(period)
    assert period_of(last_day(period), audience) == period
    assert period_of(last_day(period) + timedelta(days=1), audience) == next_period(period) != period


@given(DAYS, AUDIENCES)
def test_urgent_words_go_sooner_than_all_others(day: date, audience: str) -> None:
    assert expires_on(period_of(day, "urgent"), "urgent") <= expires_on(period_of(day, audience), audience)
    assert expires_on(period_of(day, audience), audience) > day


@pytest.mark.parametrize(("count", "floor"), [(-1, 3), (3, 0)])
def test_no_count_is_below_nothing(count: int, floor: int) -> None:
    with pytest.raises(ValueError, match="not below"):
        shown(count, floor)


def test_a_row_shows_all_one_number_less_or_none() -> None:
    values = {name: cell.value for name, cell in safe_counts({"a": 20, "b": 15, "c": 1}).items()}
    assert values == {"a": None, "b": 15, "c": None}
    assert {cell.value for cell in safe_counts({"a": 3, "b": 2}).values()} == {None}
    assert safe_counts({"a": 20, "b": 1}, total_shown=False)["a"].value == 20
