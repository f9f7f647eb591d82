"""The month's summary tells a number only when it is not small, once, and the audit passes over it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback import service as feedback
from governance.feedback.rounds import sum_up
from governance.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.rounds import Moment
from tests.factories import TODAY, Founded, an_open_programme
from tests.feedback.messages import send


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2026, 12, 8), date(2026, 11, 1)), (date(2026, 12, 7), None), (date(2027, 1, 31), date(2026, 12, 1)),
        (date(2024, 3, 31), date(2024, 2, 1)),
    ],
)  # fmt: skip
def test_a_month_is_summed_up_once_all_of_it_is_out(today: date, month: date | None) -> None:
    assert feedback.month_to_sum_up(today) == month


def summaries(session: Session) -> list[dict[str, object]]:
    return [facts for _, facts in ledger.leaves(session, "intake") if facts.get("kind") == "summary"]


@pytest.mark.parametrize(("count", "said"), [(0, "<5"), (4, "<5"), (5, 5), (9, 9)])
def test_a_small_number_is_not_told(session: Session, keys: KeyFolder, count: int, said: object) -> None:
    founded: Founded = an_open_programme(session, keys)
    for _ in range(count):
        send(founded, "any word")
    feedback.release(session, keys, TODAY + timedelta(days=3))
    month = (TODAY - timedelta(days=TODAY.weekday())).replace(day=1)
    feedback.sum_up(session, feedback.summary_of(session, month))
    assert summaries(session) == [{"v": 1, "kind": "summary", "month": f"{month:%Y-%m}", "messages": said}]
    assert feedback.audit(session, keys, TODAY + timedelta(days=3)) == []


def test_the_round_sums_a_month_up_once(session: Session, keys: KeyFolder) -> None:
    an_open_programme(session, keys)
    for day in range(8, 31):
        for piece in sum_up(session, keys, Moment(clock.now(), date(2026, 12, day), True)):
            piece(session)
    assert [each["month"] for each in summaries(session)] == ["2026-11"]
