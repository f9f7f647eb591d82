"""The days of the demo: what happens on each, told by standing the clock there and doing it.

Every act is a request of its own: its own session, its own commit, at a moment of the past. Nothing here can do
what a page could not.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.assets import PACKAGE
from governance.keys.keyfolder import KeyFolder
from governance.programme import schedule
from governance.storage import database

FIRST_DAY = -70
MORNING, NOON, MEETING, VOTING, COUNTING, ADOPTING = 9, 12, 13, 14, 16, 17
OPEN_DAYS = frozenset({1, 2, 3, 4, 5})  # Tuesday to Saturday; Monday is 0.
MEETING_DAY = -45  # The board meets once a week, on this day and every seventh from it.

Act = Callable[[Session], object]


class Story:
    """What happens, day by day, counted back from *told_on*; and how to tell it to an app."""

    def __init__(self, app: Flask, zone: str) -> None:
        self.app = app
        self.keys: KeyFolder = app.extensions["keyfolder"]
        self.zone = zone
        self.told_on = told_on(clock.today(zone))
        self.acts: dict[tuple[int, int], list[Act]] = defaultdict(list)

    def day(self, offset: int) -> date:
        """Return the day *offset* days from the day the story is told on."""
        return self.told_on + timedelta(days=offset)

    def moment(self, offset: int, hour: int) -> datetime:
        """Return the moment at *hour* of that day, at the site."""
        return datetime.combine(self.day(offset), time(hour), ZoneInfo(self.zone))

    def plan(self, offset: int, hour: int, act: Act) -> None:
        """Let *act* happen on that day at that hour, after what was planned for then before."""
        self.acts[offset, hour].append(act)

    def tell(self, release_hour: int) -> None:
        """Let everything planned happen, with the duties of `tick` at the release hour of each day that is over."""
        there = clock.today(self.zone)
        for offset in range(FIRST_DAY, 1):
            for hour in sorted(hour for day, hour in self.acts if day == offset):
                with clock.stopped_at(self.moment(offset, hour)):
                    for act in self.acts[offset, hour]:
                        self.do(act)
            if self.day(offset) < there:
                with clock.stopped_at(self.moment(offset, release_hour)):
                    schedule.tick(self.app, "demo")

    def do(self, act: Act) -> None:
        """Do one act like one request: its own session, one commit."""
        with self.app.app_context(), database.transaction() as session:
            act(session)


def told_on(today: date) -> date:
    """Return *today*, or the day beside it that lets the board meet on an open day: then answers fall due as told."""
    for shift in (0, -1, 1):
        day = today + timedelta(days=shift)
        if (day + timedelta(days=MEETING_DAY)).weekday() in OPEN_DAYS:
            return day
    return today


def data(name: str) -> Mapping[str, Any]:
    """Return what stands in the demo's file *name*."""
    return tomllib.loads((PACKAGE / "data" / "demo" / f"{name}.toml").read_text(encoding="utf-8"))
