"""A year with a leap day, in towns of both hemispheres: one release a day, one close a vote."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from governance import privacy
from governance.ballots.rules import Stage, stage
from governance.clockwork.rounds import Duty
from governance.feedback.rules import Audience
from governance.programme.schedule import is_due, moment_in

TICK = timedelta(minutes=10)
DAY = timedelta(days=1)
# One in summer while the other is in winter, one whose clocks change at midnight, one by half an hour, one by none.
TOWNS = ("Europe/Madrid", "America/New_York", "America/Santiago", "Australia/Lord_Howe", "Pacific/Apia")
RELEASE = Duty("release", lambda *_: (), daily=True)


def every_tick(first: datetime, last: datetime) -> Iterator[datetime]:
    """Yield the moments at which `serve` looks what is due."""
    while first <= last:
        yield first
        first += TICK


def the_days_of_2028() -> list[date]:
    return [date(2028, 1, 1) + DAY * number for number in range(366)]


def changes(zone: ZoneInfo) -> list[datetime]:
    """Return the moments of 2028 at which the clocks of *zone* are changed, to within an hour."""
    hours = [datetime(2028, 1, 1, tzinfo=UTC) + timedelta(hours=hour) for hour in range(366 * 24)]
    return [b for a, b in pairwise(hours) if a.astimezone(zone).utcoffset() != b.astimezone(zone).utcoffset()]


@pytest.mark.parametrize("release_hour", [0, 2, 23])
@pytest.mark.parametrize("town", TOWNS)
def test_each_day_has_one_release_whatever_the_clocks_of_the_town_do(town: str, release_hour: int) -> None:
    zone, let_out = ZoneInfo(town), list[tuple[datetime, date]]()
    for now in every_tick(datetime(2027, 12, 31, tzinfo=zone).astimezone(UTC), datetime(2029, 1, 2, tzinfo=UTC)):
        moment = moment_in(zone, release_hour, now)
        if is_due(RELEASE, moment, let_out[-1][1] if let_out else None):
            let_out.append((now, moment.today))
    assert [day for _, day in let_out if day.year == 2028] == the_days_of_2028()
    apart = [after - before for (before, _), (after, _) in pairwise(let_out)]
    assert all(timedelta(hours=22) < each < timedelta(hours=26) for each in apart)


@pytest.mark.parametrize("town", TOWNS)
def test_a_vote_that_closes_while_the_clocks_change_closes_once(town: str) -> None:
    """The hour that was typed is skipped in one night and comes twice in the other. It is one moment in both."""
    zone = ZoneInfo(town)
    nights = changes(zone) or [datetime(2028, 3, 1, tzinfo=UTC)]
    for night in nights:
        for minutes in range(-90, 120, 30):
            typed = (night.astimezone(zone) + timedelta(minutes=minutes)).replace(tzinfo=None)
            closes = typed.replace(tzinfo=zone).astimezone(UTC)
            seen = [
                stage(now, night - DAY, closes, cancelled=False, opened=False, box_is_shut=False)
                for now in every_tick(night - timedelta(hours=12), night + timedelta(hours=12))
            ]
            assert seen == sorted(seen, key=[Stage.OPEN, Stage.CLOSED].index)
            assert set(seen) == {Stage.OPEN, Stage.CLOSED}


@pytest.mark.parametrize("audience", Audience)
def test_every_day_has_its_period_and_the_key_of_tomorrow_is_made_today(audience: Audience) -> None:
    days = the_days_of_2028()
    for today, tomorrow in pairwise(days):
        period = privacy.period_of(today, audience)
        assert privacy.last_day(period) >= today
        assert privacy.period_of(tomorrow, audience) in (period, privacy.next_period(period))
        assert privacy.expires_on(period, audience) > today
        later = privacy.expires_on(privacy.period_of(tomorrow, audience), audience)
        assert later >= privacy.expires_on(period, audience), "nothing outlives what came after it"
    assert privacy.last_day(privacy.period_of(date(2028, 2, 29))) == date(2028, 2, 29)
