"""The thread has seven stops; an alert has two readers and an end."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.permissions.roles import Role
from governance.publishing import phrases, rules
from governance.publishing.phrases import NAMES
from governance.publishing.rules import AlertState, Stop, StopState
from governance.ruling.errors import RuleRefused

TODAY = date(2026, 11, 23)


@given(st.dictionaries(st.sampled_from(NAMES), st.sampled_from(StopState)))
def test_a_thread_always_has_its_seven_stops_in_order(states: dict[str, StopState]) -> None:
    stops = rules.whole_thread({name: Stop(name, state, "x") for name, state in states.items()})
    assert tuple(stop.name for stop in stops) == NAMES
    assert all(stop.state is states[stop.name] for stop in stops if stop.name in states)


def test_what_lies_before_a_reached_stop_was_not_needed_and_what_lies_behind_waits() -> None:
    answered = Stop(phrases.ANSWER, StopState.DONE, "Yes")
    states = {stop.name: stop.state for stop in rules.whole_thread({phrases.ANSWER: answered})}
    assert states[phrases.PROPOSAL] is states[phrases.VOTE] is StopState.SKIPPED
    assert states[phrases.DONE] is StopState.WAITING
    word = Stop(phrases.WORD, StopState.DONE, "Heard")
    states = {stop.name: stop.state for stop in rules.whole_thread({phrases.WORD: word, phrases.ANSWER: answered})}
    assert states[phrases.VOTE] is StopState.SKIPPED, "what lies before the furthest, not before the first"


@pytest.mark.parametrize(
    ("today", "year"),
    [(date(2027, 1, 1), 2026), (date(2027, 3, 31), 2026), (date(2027, 4, 1), None), (date(2027, 12, 31), None)],
)
def test_the_board_looks_back_on_a_year_in_the_first_three_months_of_the_next(today: date, year: int | None) -> None:
    assert rules.year_just_over(today) == year


@pytest.mark.parametrize(
    ("readers", "days", "state"),
    [
        (0, 14, AlertState.WAITING),
        (1, 14, AlertState.WAITING),
        (2, 14, AlertState.LIVE),
        (2, 0, AlertState.LIVE),
        (2, -1, AlertState.ENDED),
        (0, -1, AlertState.ENDED),
    ],
)
def test_an_alert_is_up_between_its_second_reader_and_its_last_day(readers: int, days: int, state: AlertState) -> None:
    assert rules.alert_state(readers, TODAY + timedelta(days=days), TODAY) is state


def test_only_two_others_of_the_board_stand_for_an_alert() -> None:
    rules.check_may_read_alert(frozenset({Role.MEMBER}), wrote_it=False)
    for roles, wrote_it in ((frozenset({Role.MANAGER}), False), (frozenset({Role.BOARD_READER}), True)):
        with pytest.raises(RuleRefused):
            rules.check_may_read_alert(roles, wrote_it=wrote_it)


@pytest.mark.parametrize("days", [0, -3, 57])
def test_an_alert_has_an_end_that_is_near(days: int) -> None:
    with pytest.raises(RuleRefused):
        rules.check_alert_days(TODAY + timedelta(days=days), TODAY)


def test_an_alert_ends_between_tomorrow_and_eight_weeks_from_now() -> None:
    today = date(2026, 11, 28)
    for days in (1, 56):
        rules.check_alert_days(today + timedelta(days=days), today)
    for days in (0, 57):
        with pytest.raises(RuleRefused, match="eight weeks"):
            rules.check_alert_days(today + timedelta(days=days), today)


def test_an_alert_is_short() -> None:
    assert (rules.LONGEST_LINE, rules.LONGEST_TEXT) == (120, 600)


def test_a_principle_is_empty_when_no_decision_of_half_a_year_serves_it() -> None:
    day = date(2026, 7, 3)
    assert not rules.is_empty([date(2025, 7, 3), date(2026, 1, 1)], day)
    assert rules.is_empty([date(2025, 7, 3), date(2025, 12, 31)], day)
    assert rules.is_empty([], day)


def test_as_many_rows_stand_on_top_of_the_wall_as_may_and_no_more() -> None:
    rules.check_room_on_top(rules.ON_TOP_AT_MOST - 1, is_there=False)
    rules.check_room_on_top(rules.ON_TOP_AT_MOST, is_there=True)
    with pytest.raises(RuleRefused, match="Let one go back"):
        rules.check_room_on_top(rules.ON_TOP_AT_MOST, is_there=False)
