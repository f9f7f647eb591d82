"""What needs me now, of answers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from governance.responses import rules
from governance.responses.needs import Came, KeptCommitment, Late, LookAgain, Owed, Promised, came, needs, of_staff

TODAY = date(2026, 11, 23)
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def test_a_promise_said_to_be_kept_and_a_late_answer_each_have_a_line() -> None:
    kept, one_day, more = needs(
        [KeptCommitment("A new lamp", "Light at the door")], [Late("Hours", 1), Late("Water", 12)]
    )
    assert (kept.title, kept.why, kept.word) == ("A new lamp", "Light at the door", "Staff say it is done")
    assert (one_day.title, str(one_day.word)) == ("Hours", "1 day late")
    assert (more.title, str(more.word), more.state) == ("Water", "12 days late", "late")


@pytest.mark.parametrize(
    ("state", "late", "why", "word"),
    [
        (rules.DutyState.WAITING_FIRST_WORD, 0, "Say a first word by 2026-11-24.", "We owe"),
        (rules.DutyState.LATE_FIRST_WORD, 2, "Say a first word by 2026-11-24.", "2 days late"),
        (rules.DutyState.WAITING_ANSWER, 0, "Answer by 2026-11-24.", "We owe"),
        (rules.DutyState.LATE, 1, "Answer by 2026-11-24.", "1 day late"),
    ],
)
def test_an_answer_owed_says_what_comes_next_and_by_when(
    state: rules.DutyState, late: int, why: str, word: str
) -> None:
    (line,) = of_staff([Owed(5, "Hours", state, TOMORROW, late)], [], [], TODAY)
    assert (str(line.why), str(line.word), line.page, line.at) == (why, word, "responses.duty", {"duty_id": 5})


def test_what_is_late_comes_first_and_then_what_is_due_first() -> None:
    waits, late = rules.DutyState.WAITING_ANSWER, rules.DutyState.LATE
    owed = [Owed(1, "a", waits, TOMORROW), Owed(2, "b", waits, TODAY), Owed(3, "c", late, YESTERDAY, 1)]
    assert [each.at["duty_id"] for each in of_staff(owed, [], [], TODAY)] == [3, 2, 1]


@pytest.mark.parametrize(("due", "word"), [(TOMORROW, None), (TODAY, "Today"), (YESTERDAY, "1 day late")])
def test_a_promise_is_asked_after_from_its_day_on(due: date, word: str | None) -> None:
    lines = of_staff([], [Promised(5, "A lamp", due)], [], TODAY)
    assert [str(each.word) for each in lines] == ([word] if word else [])


@pytest.mark.parametrize(("due", "word"), [(TODAY, "Second look"), (YESTERDAY, "1 day late")])
def test_a_second_look_waits_from_when_it_is_asked_for(due: date, word: str) -> None:
    (line,) = of_staff([], [], [LookAgain(5, "Hours", due)], TODAY)
    assert (line.title, str(line.word), line.at) == ("Hours", word, {"duty_id": 5})


def test_of_the_answers_that_came_since_the_last_visit_the_newest_stands_first() -> None:
    answers = [Came(1, "Hours", date(2026, 5, 4)), Came(2, "Water", date(2026, 5, 6)), Came(3, "Old", date(2026, 4, 1))]
    assert [each.title for each in came(answers, date(2026, 5, 2))] == ["Water", "Hours"]
