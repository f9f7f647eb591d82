"""The duty to answer: its clocks, and what an answer must say."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.responses.rules import (
    LONGEST_BODY,
    LONGEST_LINE,
    LONGEST_NOTE,
    LONGEST_TEXT,
    Answer,
    AnswerFacts,
    Calendar,
    Clocks,
    CommitmentFacts,
    Due,
    DutyState,
    Reason,
    add_working_days,
    check_may_answer,
    check_role_only,
    days_late,
    due_dates,
    duty,
    duty_in_words,
    ends_the_duty,
    overruled,
    problems_with_answer,
    with_more_time,
)
from governance.ruling.errors import RuleRefused

# The demo's drop-in is open from Tuesday to Saturday.
TUESDAY_TO_SATURDAY = Calendar(frozenset({1, 2, 3, 4, 5}), frozenset({date(2026, 11, 26)}))

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
CALENDARS = st.builds(
    Calendar,
    st.frozensets(st.integers(0, 6), min_size=1),
    st.frozensets(st.dates(date(2020, 1, 1), date(2031, 12, 31)), max_size=20),
)


def test_three_and_fifteen_working_days_skip_closed_days() -> None:
    due = due_dates(date(2026, 11, 21), TUESDAY_TO_SATURDAY, Clocks())
    assert due == Due(first_word=date(2026, 11, 27), answer=date(2026, 12, 15))


@given(DAYS, st.integers(5, 30), CALENDARS)
def test_more_time_is_five_days_more_than_the_charter_gives(start: date, days: int, calendar: Calendar) -> None:
    due = due_dates(start, calendar, Clocks(answer=days))
    assert with_more_time(due.answer, calendar, Clocks()) == add_working_days(start, days + 5, calendar)


@given(DAYS, st.integers(1, 30), CALENDARS)
def test_the_day_an_answer_is_due_is_a_working_day_with_the_right_number_before_it(
    start: date, days: int, calendar: Calendar
) -> None:
    due = add_working_days(start, days, calendar)
    between = [start + timedelta(days=n) for n in range(1, (due - start).days + 1)]
    assert calendar.works_on(due)
    assert sum(calendar.works_on(day) for day in between) == days


@given(DAYS, st.integers(0, 15), st.integers(0, 15), CALENDARS)
def test_working_days_add_up(start: date, some: int, more: int, calendar: Calendar) -> None:
    there = add_working_days(add_working_days(start, some, calendar), more, calendar)
    assert there == add_working_days(start, some + more, calendar)


@given(DAYS, st.integers(0, 30), CALENDARS, st.dates(date(2020, 1, 1), date(2031, 12, 31)))
def test_closing_one_more_day_never_brings_an_answer_sooner(
    start: date, days: int, calendar: Calendar, closed: date
) -> None:
    fewer = replace(calendar, closed=calendar.closed | {closed})
    assert add_working_days(start, days, fewer) >= add_working_days(start, days, calendar)


@pytest.mark.parametrize("weekdays", [frozenset(), frozenset({7}), frozenset({-1, 2})])
def test_a_site_that_never_works_is_no_calendar(weekdays: frozenset[int]) -> None:
    with pytest.raises(ValueError, match="at least one weekday"):
        Calendar(weekdays)


# Where a duty stands

DUE = Due(first_word=date(2026, 11, 6), answer=date(2026, 11, 24))


@pytest.mark.parametrize(
    ("first_word", "answered", "today", "state", "words"),
    [
        (None, None, date(2026, 11, 6), DutyState.WAITING_FIRST_WORD, "Staff owe a first word by 2026-11-06."),
        (
            None, None, date(2026, 11, 8), DutyState.LATE_FIRST_WORD,
            "Staff have not said a first word yet. They are 2 days late.",
        ),
        (date(2026, 11, 5), None, date(2026, 11, 24), DutyState.WAITING_ANSWER, "Staff owe an answer by 2026-11-24."),
        (
            date(2026, 11, 5), None, date(2026, 12, 4), DutyState.LATE,
            "Staff have not answered yet. They are 10 days late.",
        ),
        (None, None, date(2026, 12, 4), DutyState.LATE, "Staff have not answered yet. They are 10 days late."),
        (None, date(2026, 12, 4), date(2026, 12, 9), DutyState.ANSWERED, "Staff have answered."),
    ],
)  # fmt: skip
def test_where_a_duty_stands_and_how_the_public_reads_it(
    first_word: date | None, answered: date | None, today: date, state: DutyState, words: str
) -> None:
    assert duty(DUE, first_word, answered, today) is state
    assert str(duty_in_words(state, DUE, today)) == words


@given(DAYS, st.integers(0, 400))
def test_only_an_answer_ends_being_late(today: date, later: int) -> None:
    if duty(DUE, None, None, today) is DutyState.LATE:
        assert duty(DUE, today, None, today + timedelta(days=later)) is DutyState.LATE
        assert days_late(DUE.answer, today) > 0


def test_not_yet_does_not_stop_the_clock() -> None:
    assert [answer for answer in Answer if not ends_the_duty(answer)] == [Answer.NOT_YET]


# What an answer must say

TODAY = date(2026, 11, 23)
WILL = CommitmentFacts("Stock pipes each day", "The supply lead", date(2026, 12, 1))
YES = AnswerFacts(Answer.YES, "From May 1, each person gets what they ask for.", commitments=(WILL,))
NO = AnswerFacts(
    Answer.NO,
    "Our lease says the doors must shut at 6.",
    reasons=frozenset({Reason.BUILDING}),
    what_would_change_it="A new lease.",
    how_to_push_back="The board can ask for a second look.",
)
PARTLY = replace(NO, answer=Answer.PARTLY, commitments=(WILL,))
NOT_YET = AnswerFacts(Answer.NOT_YET, "We asked the owner.", more_on=date(2026, 12, 1))
DID = CommitmentFacts("The old form is gone", "The manager", date(2026, 11, 2), already_done=True)


ON_THE_DAY = replace(YES, commitments=(replace(WILL, by=TODAY),))


@pytest.mark.parametrize(
    "facts",
    [YES, NO, PARTLY, NOT_YET, replace(YES, commitments=(DID,)), ON_THE_DAY, replace(YES, more_on=date(2026, 12, 1))],
)
def test_a_whole_answer_has_no_problems(facts: AnswerFacts) -> None:
    assert problems_with_answer(facts, TODAY) == []


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (replace(YES, words=" "), "Say it in plain words."),
        (replace(YES, commitments=()), "Promise at least one thing: what, who does it, and by when."),
        (replace(PARTLY, commitments=()), "Promise at least one thing: what, who does it, and by when."),
        (replace(NO, reasons=frozenset()), "Choose at least one reason from the list."),
        (replace(NO, what_would_change_it=""), "Say what would change this answer."),
        (replace(PARTLY, how_to_push_back=""), "Say how people can push back."),
        (replace(NO, reasons=frozenset({Reason.NEEDS_MORE_FACTS})), "Give the day by which you will say more."),
        (replace(NOT_YET, more_on=None), "Give the day by which you will say more."),
        (replace(NOT_YET, more_on=TODAY), "Give the day by which you will say more."),
        (replace(YES, more_on=TODAY), "Give the day by which you will say more."),
        (replace(NO, more_on=TODAY), "Give the day by which you will say more."),
        (replace(YES, commitments=(replace(WILL, what=""),)), "Say what will be done."),
        (replace(YES, commitments=(replace(WILL, who=" "),)), "Say who does it. A role is enough, with no name."),
        (replace(YES, commitments=(replace(WILL, by=None),)), "Give the day by which it is done."),
        (
            replace(YES, commitments=(replace(DID, already_done=False),)),
            "That day is past. Choose a day to come, or say that it is done already.",
        ),
    ],
)
def test_an_answer_that_leaves_something_out_says_what(facts: AnswerFacts, sentence: str) -> None:
    assert problems_with_answer(facts, TODAY) == [sentence]


def test_a_staff_veto_is_never_quiet() -> None:
    assert overruled(board_said_yes=True, answer=Answer.NO) == "Board said yes. Staff said no."
    for answer in (Answer.YES, Answer.PARTLY, Answer.NOT_YET, None):
        assert overruled(board_said_yes=True, answer=answer) is None
    assert overruled(board_said_yes=False, answer=Answer.NO) is None


def test_an_answer_is_never_turned_back_into_not_yet() -> None:
    check_may_answer(Answer.NO, ended=True)
    check_may_answer(Answer.NOT_YET, ended=False)
    with pytest.raises(RuleRefused, match="not back"):
        check_may_answer(Answer.NOT_YET, ended=True)


@pytest.mark.parametrize(
    ("role", "why"), [("  ", "Say who does it"), ("Ask sam (days)", "Write the role"), ("SAM", "Write the role")]
)
def test_whoever_does_it_is_named_by_a_role_alone(role: str, why: str) -> None:
    check_role_only("Samples lead", ["Sam"])
    with pytest.raises(RuleRefused, match=why):
        check_role_only(role, ["Sam", "Teal"])


def test_an_answer_has_more_room_than_what_stands_beside_it() -> None:
    assert (LONGEST_LINE, LONGEST_NOTE, LONGEST_TEXT, LONGEST_BODY) == (160, 500, 1000, 5000)
