"""What of a plan may change, to what and from when, and in which words people read it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.places import plan_rules as rules
from governance.places.plan_rules import Change, What
from governance.ruling.errors import RuleRefused
from tests.let_through import let_through

TODAY = date(2026, 11, 29)
DAY = timedelta(days=1)
WAITS_FOUR_DAYS = (What.RELEASE_HOUR, What.TIME_ZONE)
VAN = {"name": "Van", "hours": "Fridays"}


def hour(value: int, begins: date) -> Change:
    return Change(What.RELEASE_HOUR, value, begins)


# From which day on


@pytest.mark.parametrize("what", What)
def test_what_moves_the_promise_of_the_hour_waits_four_days_and_all_else_one(what: What) -> None:
    first = TODAY + (4 * DAY if what in WAITS_FOUR_DAYS else DAY)
    assert rules.first_day(what, TODAY) == first
    rules.check_begins(what, first, TODAY)
    with pytest.raises(RuleRefused, match="or later") as refused:
        rules.check_begins(what, first - DAY, TODAY)
    assert ("Some words wait now" in str(refused.value)) is (what in WAITS_FOUR_DAYS)
    assert first.isoformat() in str(refused.value)


@pytest.mark.parametrize("what", What)
def test_nothing_is_changed_more_than_four_hundred_days_ahead(what: What) -> None:
    last = TODAY + timedelta(days=400)
    rules.check_begins(what, last, TODAY)
    with pytest.raises(RuleRefused, match=f"on {last} at the latest"):
        rules.check_begins(what, last + DAY, TODAY)


# What takes the place of what


def test_a_later_word_takes_the_place_of_what_begins_no_sooner() -> None:
    early, late = hour(9, TODAY + 4 * DAY), hour(10, TODAY + 8 * DAY)
    assert rules.standing([early, late]) == [early, late]
    for begins in (late.begins, late.begins - DAY):
        right = hour(17, begins)
        assert rules.standing([early, late, right]) == [early, right]
    assert rules.standing([late, early]) == [early]


def test_another_thing_stays_and_so_does_the_same_thing_of_another_place() -> None:
    changes = [
        Change(What.PLACE, VAN, TODAY),
        Change(What.PLACE, {"name": "Hall", "hours": ""}, TODAY),
        Change(What.PLACE_NAME, {"place": "Van", "name": "Bus"}, TODAY),
        Change(What.PLACE_OPEN, {"place": "Van", "open": False}, TODAY),
        hour(9, TODAY),
    ]
    assert rules.standing(changes) == changes
    assert len({rules.key_of(each.what, each.value) for each in changes}) == 5
    assert [rules.place_in(each.what, each.value) for each in changes] == ["Van", "Hall", "Van", "Van", ""]
    assert rules.key_of(What.WORKING_DAYS, [0]) == rules.key_of(What.WORKING_DAYS, [1]), "there is one of its kind"


@given(agreed=st.lists(st.tuples(st.integers(0, 9), st.integers(0, 3)), max_size=8))
def test_on_each_day_holds_what_was_agreed_to_last_of_what_has_begun(agreed: list[tuple[int, int]]) -> None:
    """Held against a diary in which each change writes over every day from its own on."""
    diary: dict[int, int] = {}
    for begins, value in agreed:
        diary |= dict.fromkeys(range(begins, 10), value)
    left = rules.standing([hour(value, TODAY + begins * DAY) for begins, value in agreed])
    holds = {
        day: each.value for day in range(10)
        for each in sorted(left, key=lambda each: each.begins) if each.begins <= TODAY + day * DAY
    }  # fmt: skip
    assert holds == diary


# To what


def test_what_changes_nothing_is_refused() -> None:
    rules.check_differs(9, [18])
    rules.check_differs(9, [9, 18])
    for same in ([9], [9, 9]):
        with pytest.raises(RuleRefused, match="Nothing is different"):
            rules.check_differs(9, same)


@pytest.mark.parametrize(
    ("what", "value", "why"),
    [
        (What.WORKING_DAYS, [], "Choose one day or more"),
        (What.TIME_ZONE, "Middle/Earth", "There is no such time zone"),
        (What.TIME_ZONE, "../etc", "There is no such time zone"),
        (What.TIME_ZONE, "", "There is no such time zone"),
    ],
)
def test_what_no_site_can_go_by_is_refused(what: What, value: Any, why: str) -> None:
    with pytest.raises(RuleRefused, match=why):
        rules.check_value(what, value, [], TODAY)


@pytest.mark.parametrize(
    ("what", "value"), [(What.WORKING_DAYS, [6]), (What.TIME_ZONE, "Asia/Tokyo"), (What.NAMES, {}), (What.PLACE, VAN)]
)
def test_what_a_site_can_go_by_is_taken(what: What, value: Any) -> None:
    with let_through():
        rules.check_value(what, value, None, TODAY)


def test_a_day_that_has_come_is_neither_closed_nor_opened_and_a_later_one_is_both() -> None:
    now, ahead = TODAY.isoformat(), (TODAY + DAY).isoformat()
    rules.check_value(What.CLOSED_DAYS, [now, ahead], [now], TODAY)
    rules.check_value(What.CLOSED_DAYS, [now], [now, ahead], TODAY)
    for days, before in (([now], []), ([], [now])):
        with pytest.raises(RuleRefused, match=f"{now} is over by the day this begins"):
            rules.check_value(What.CLOSED_DAYS, days, before, TODAY)


def test_days_are_read_from_lines_or_a_list_each_once() -> None:
    assert rules.read_days(" 2027-12-26,2027-12-25\n2027-12-26") == ["2027-12-25", "2027-12-26"]
    assert rules.read_days("") == []
    with pytest.raises(RuleRefused, match="“ChristmasAndBoxingDa” is no day"):
        rules.read_days("2027-12-25 ChristmasAndBoxingDayToo")


# In which words


@pytest.mark.parametrize(
    ("what", "value", "words"),
    [
        (What.WORKING_DAYS, [0], "Monday"),
        (What.WORKING_DAYS, [0, 2, 6], "Monday, Wednesday, Sunday"),
        (What.CLOSED_DAYS, [], "None"),
        (What.CLOSED_DAYS, ["2027-12-25", "2027-12-26"], "2027-12-25, 2027-12-26"),
        (What.RELEASE_HOUR, 9, "9:00"),
        (What.TIME_ZONE, "Asia/Tokyo", "Asia/Tokyo"),
        (What.NAMES, {"name": "North", "place_name": "", "board_name": "Table"}, "North, Table"),
        (What.PLACE, VAN, "Bus, Fridays"),
        (What.PLACE, {"name": "Van", "hours": ""}, "Bus"),
        (What.PLACE_NAME, {"place": "Van", "name": "Hall"}, "Bus is called Hall"),
        (What.PLACE_OPEN, {"place": "Van", "open": True}, "Bus is open"),
        (What.PLACE_OPEN, {"place": "Van", "open": False}, "Bus is closed"),
    ],
)
def test_a_value_is_read_as_people_say_it(what: What, value: Any, words: str) -> None:
    """A place goes by what it is called by then, whatever it came with."""
    assert str(rules.in_words(what, value, "Bus")) == words


def test_a_place_that_is_called_nothing_else_goes_by_the_name_it_came_with() -> None:
    assert str(rules.in_words(What.PLACE, VAN)) == "Van, Fridays"


@pytest.mark.parametrize(
    ("what", "value", "words"),
    [
        (What.RELEASE_HOUR, 9, "Hour at which words are let out: from {} on it is 9:00."),
        (What.PLACE, VAN, "A place, and when it is open: from {} on it is Bus, Fridays."),
        (What.PLACE_NAME, {"place": "Van", "name": "Hall"}, "Bus is called Hall from {} on."),
        (
            What.PLACE_OPEN,
            {"place": "Van", "open": True},
            "Bus is open again from {} on. Its screens need new keys.",
        ),
        (What.PLACE_OPEN, {"place": "Van", "open": False}, "Bus is closed from {} on. Its screens stop then."),
    ],
)
def test_the_second_person_and_every_member_read_what_is_asked_for(what: What, value: Any, words: str) -> None:
    first, gone = TODAY + 4 * DAY, TODAY + 9 * DAY
    here = words.format(first)
    assert str(rules.said(what, value, first, called="Bus")) == here
    both = f"{here} What was to begin on {gone} falls away."
    assert str(rules.said(what, value, first, [gone], "Bus")) == both
    assert rules.asked(what, value, first) == {"what": what.value, "value": value, "begins": "2026-12-03"}
