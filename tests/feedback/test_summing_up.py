"""The month's summary tells a number in steps that give no day away, once, and the audit passes over it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork.rounds import DutyDone, Moment
from governance.feedback import service as feedback
from governance.feedback.rounds import SUMMED_UP, sum_up
from governance.feedback.service import summing_up
from governance.feedback.service.summing_up import about, lines_of
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from tests.factories import TODAY, Founded, an_open_programme
from tests.feedback.messages import send


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2026, 12, 8), date(2026, 11, 1)), (date(2026, 12, 7), date(2026, 10, 1)),
        (date(2027, 1, 31), date(2026, 12, 1)), (date(2027, 1, 7), date(2026, 11, 1)),
        (date(2024, 3, 31), date(2024, 2, 1)),
    ],
)  # fmt: skip
def test_a_month_is_summed_up_once_all_of_it_is_out(today: date, month: date) -> None:
    assert feedback.newest_to_sum_up(today) == month


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)), st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_from_one_month_to_another_none_is_left_out_and_none_comes_twice(one: date, other: date) -> None:
    first, newest = one.replace(day=1), other.replace(day=1)
    months = list(feedback.months_between(first, newest))
    asked = (newest.year - first.year) * 12 + newest.month - first.month + 1
    assert len(months) == max(0, asked)
    assert months == sorted(set(months))
    assert all(each.day == 1 and first <= each <= newest for each in months)
    assert list(feedback.months_between(None, newest)) == []


def summaries(session: Session) -> list[dict[str, object]]:
    return [facts for _, facts in ledger.leaves(session, "intake") if facts.get("kind") == "summary"]


@pytest.mark.parametrize(("count", "said"), [(0, 0), (9, 0), (11, 10), (25, 20)])
def test_a_number_is_told_in_steps(session: Session, keys: KeyFolder, count: int, said: int) -> None:
    founded: Founded = an_open_programme(session, keys)
    for n in range(0, count, 5):  # Five a day, and none on some days.
        for _ in range(min(5, count - n)):
            send(founded, "any word")
        feedback.release(session, keys, TODAY + timedelta(days=n // 5))
    for day in range(1, 20):
        feedback.release(session, keys, TODAY - timedelta(days=day))
    month = (TODAY - timedelta(days=TODAY.weekday())).replace(day=1)
    feedback.sum_up(session, feedback.summary_of(session, month))
    assert summaries(session) == [{"v": 1, "kind": "summary", "month": f"{month:%Y-%m}", "at_least": said}]
    assert feedback.audit(session, keys, TODAY + timedelta(days=3)) == []


@pytest.mark.parametrize(
    ("count", "lines", "said"),
    [
        (9, [16, *[8] * 29], 0), (11, [16, *[8] * 29], 0), (19, [16, *[8] * 29], 0), (20, [16, *[8] * 29], 20),
        (230, [8] * 30, 230), (239, [8] * 30, 230), (240, [8] * 30, 230), (12, [16], 0), (15, [16], 0), (0, [], 0),
    ],
)  # fmt: skip
def test_no_step_stands_where_it_would_give_a_day_away(count: int, lines: list[int], said: int) -> None:
    """Sixteen lines say nine or more, eight say eight or fewer: what stands close to the least or the most is left."""
    assert about(count, lines) == said


def test_the_lines_of_a_month_are_counted_by_their_day(session: Session, keys: KeyFolder) -> None:
    an_open_programme(session, keys)
    for day in (date(2026, 11, 30), date(2026, 12, 1), date(2026, 12, 31)):
        feedback.release(session, keys, day)
    feedback.sum_up(session, {"month": "2026-11", "at_least": 0})
    feedback.release(session, keys, date(2027, 1, 1))
    for some in (1, 7, 1024):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(summing_up, "SOME", some)
            assert lines_of(session, date(2026, 12, 1)) == {date(2026, 12, 1): 8, date(2026, 12, 31): 8}


def rounds(session: Session, keys: KeyFolder, *days: date) -> list[object]:
    """Do the round of each of these *days*; return the months that are summed up after the last of them."""
    for day in days:
        for piece in sum_up(session, keys, Moment(clock.now(), day, True)):
            piece(session)
    return [each["month"] for each in summaries(session)]


@pytest.mark.on_both
def test_the_round_sums_a_month_up_once(session: Session, keys: KeyFolder) -> None:
    an_open_programme(session, keys)
    assert rounds(session, keys, date(2026, 12, 8)) == [], "no list of messages, nothing to sum up"
    feedback.release(session, keys, date(2026, 11, 30))
    assert rounds(session, keys, *(date(2026, 12, day) for day in range(1, 8))) == []
    assert rounds(session, keys, *(date(2026, 12, day) for day in range(8, 31))) == ["2026-11"]


@pytest.mark.parametrize("back_on", [date(2027, 4, 3), date(2027, 4, 6), date(2027, 3, 8)])
def test_months_that_a_machine_slept_through_are_summed_up_when_it_is_back(
    session: Session, keys: KeyFolder, back_on: date
) -> None:
    founded = an_open_programme(session, keys)
    for _ in range(16):
        send(founded, "any word", date(2026, 11, 18))
    feedback.release(session, keys, date(2026, 11, 25))
    assert rounds(session, keys, date(2026, 12, 8)) == ["2026-11"]
    slept_through = ["2026-11", "2026-12", "2027-01", "2027-02"]
    assert rounds(session, keys, back_on) == slept_through
    assert rounds(session, keys, back_on, back_on + timedelta(days=1)) == slept_through, "and once"
    told = [int(str(each["at_least"])) for each in summaries(session)]
    assert told[1:] == [0, 0, 0], "nothing was let out then, so nothing is told"


def test_a_first_month_that_was_slept_through_is_summed_up_too(session: Session, keys: KeyFolder) -> None:
    an_open_programme(session, keys)
    feedback.release(session, keys, date(2026, 11, 25))
    assert rounds(session, keys, date(2027, 2, 1)) == ["2026-11", "2026-12"]


def test_a_wrong_clock_that_ran_ahead_stops_no_summary(session: Session, keys: KeyFolder) -> None:
    an_open_programme(session, keys)
    feedback.release(session, keys, date(2026, 11, 25))
    session.merge(DutyDone(name=SUMMED_UP, day=date(2031, 1, 1)))
    assert rounds(session, keys, date(2026, 12, 9), date(2027, 1, 9)) == ["2026-11", "2026-12"]
