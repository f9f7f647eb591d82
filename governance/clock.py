"""The only reader of the time.

Everything else is given `now` or `today`. The demo and the tests stand the clock at a moment of
their choosing; nothing ever sleeps.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_stopped: ContextVar[datetime | None] = ContextVar("stopped", default=None)
_zone: ContextVar[str] = ContextVar("zone", default="UTC")
_stopped_everywhere: list[datetime] = []


def now() -> datetime:
    """Return the moment, in UTC, or the moment at which the clock was stopped."""
    stopped = _stopped.get() or (_stopped_everywhere[-1] if _stopped_everywhere else None)
    return stopped or datetime.now(UTC)


def is_stopped() -> bool:
    """Whether the demo or a test stands the clock at a moment of its choosing."""
    return bool(_stopped.get() or _stopped_everywhere)


def seconds() -> float:
    """Return seconds that only count on: for how long something takes, and no time of day.

    They stand with a clock that is stopped, and go on where it is set to another moment.
    """
    return now().timestamp() if is_stopped() else time.perf_counter()


def use_zone(zone: str) -> None:
    """Count days in *zone* (an IANA name) for the rest of this request: the zone of the site."""
    _zone.set(zone)


def today(zone: str = "") -> date:
    """Return the calendar day at the site, or in *zone* (an IANA name)."""
    return now().astimezone(ZoneInfo(zone or _zone.get())).date()


def day_of(moment: datetime) -> date:
    """Return the calendar day of *moment* at the site."""
    return moment.astimezone(ZoneInfo(_zone.get())).date()


@contextmanager
def stopped_at(moment: datetime) -> Iterator[None]:
    """Stand the clock at *moment* (with a zone) for this thread of work; for the demo and the tests."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    token = _stopped.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped.reset(token)


@contextmanager
def stopped_everywhere(moment: datetime) -> Iterator[None]:
    """Stand the clock at *moment* for every thread of this process; for tests with a live server."""
    if moment.tzinfo is None:
        raise ValueError("A moment needs its time zone.")
    _stopped_everywhere.append(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped_everywhere.pop()
