"""A vote opens and closes at an hour that is one: what the clocks leave out, or bring twice, is said by its field."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots.calling.rules import moment_of
from governance.keys.keyfolder import KeyFolder
from governance.places.models import Programme
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import NOW
from tests.ballots.test_notice import NEW, the_page

TOWNS = ("America/New_York", "Europe/Madrid", "Australia/Lord_Howe", "Pacific/Apia", "UTC")
FIRST, LAST = datetime.fromisoformat("2027-01-01"), datetime.fromisoformat("2030-01-01")
YEAR = [datetime(2028, 1, 1, tzinfo=UTC) + timedelta(minutes=15) * n for n in range(366 * 96)]


@pytest.mark.parametrize("town", TOWNS)
def test_each_hour_that_people_have_once_is_taken_and_no_other(town: str) -> None:
    """Every quarter of an hour of a year, as the clocks of the town show it."""
    zone, seen = ZoneInfo(town), dict[datetime, int]()
    for each in YEAR:
        local = each.astimezone(zone).replace(tzinfo=None)
        seen[local] = seen.get(local, 0) + 1
    for local, times in seen.items():
        if times == 2:
            with pytest.raises(RuleRefused, match="comes twice"):
                moment_of(local, zone, "closes_at")
        else:
            assert moment_of(local, zone, "closes_at").astimezone(zone).replace(tzinfo=None) == local
    assert (2 in seen.values()) == (town not in ("UTC", "Pacific/Apia")), "the control: some nights have such an hour"


@given(st.datetimes(FIRST, LAST), st.sampled_from(TOWNS))
def test_an_hour_that_is_left_out_is_none(typed: datetime, town: str) -> None:
    zone = ZoneInfo(town)
    there = typed.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None)
    if there != typed:
        with pytest.raises(RuleRefused, match="left out"):
            moment_of(typed, zone, "opens_at")


def test_half_past_two_in_the_night_of_the_change_is_left_out() -> None:
    with pytest.raises(RuleRefused, match="left out"):
        moment_of(datetime.fromisoformat("2026-03-08T02:30"), ZoneInfo("America/New_York"), "opens_at")


def test_the_page_says_so_by_the_field_and_keeps_what_was_typed(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any]
) -> None:
    with clock.stopped_at(NOW):
        here = {"name": "Test programme", "place_name": "Test town", "board_name": "The Table"}
        session.add(Programme(id=1, timezone="America/New_York", **here))
        facilitator, typed = the_page(session, keys, sign_in)
        wrong = {"opens_at": "2026-03-06T12:00", "closes_at": "2026-03-08T02:30"}
        answer = facilitator.submit(NEW, "kind", **typed, **wrong)
        assert answer.status_code == 409
        field = answer.text.partition('for="closes_at"')[2].partition('id="closes_at"')[0]
        assert "that hour is left out" in field
        assert "2026-03-08T02:30" in answer.text
        right = {**wrong, "closes_at": "2026-03-08T03:30"}
        assert facilitator.submit(NEW, "kind", **typed, **right).status_code == 303
        fixed = facilitator.get("/board/ballots/1").text
        assert fixed.count("(New York)") == 2, "and each time says by which clock it is"
