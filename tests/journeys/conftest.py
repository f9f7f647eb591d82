"""The town the stories happen in: an open programme behind a real address, and a clock that only moves when told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import TypeVar

import pytest
from playwright.sync_api import Browser

from governance import clock
from governance.programme import schedule
from tests.factories import NOW
from tests.journeys.browsing import Person, Worker
from tests.journeys.people import Participant
from tests.live import Live

P = TypeVar("P", bound=Person)
W = TypeVar("W", bound=Worker)


@dataclass
class Town:
    """Where people meet: who is here, and what time it is."""

    live: Live
    browser: Browser
    hours: ExitStack
    here: list[Person] = field(default_factory=list)

    def participant(self, *, scripts: bool = False, phone: bool = False) -> Participant:
        """Somebody who says something."""
        return self.enters(Participant(self.browser, self.live.url, scripts, phone))

    def worker(self, kind: type[W], alias: str) -> W:
        """Somebody of the cast, as what the story needs them for; the second time, at the screen they left."""
        known = (each for each in self.here if isinstance(each, kind) and each.card.alias == alias)
        return next(known, None) or self.another_screen(kind, alias)

    def another_screen(self, kind: type[W], alias: str) -> W:
        """The same person at one more device."""
        return self.enters(kind(self.browser, self.live.url, self.live.founded.cards[alias]))

    def clock_goes_to(self, moment: datetime) -> None:
        """Let time pass, for every thread of the program, and what is due by then happen."""
        self.hours.enter_context(clock.stopped_everywhere(moment))
        self.what_is_due_happens()

    def a_day_passes(self) -> None:
        """Go to the evening of the next day, after the hour at which messages are let out."""
        self.clock_goes_to((clock.now() + timedelta(days=1)).replace(hour=18, minute=5))

    def what_is_due_happens(self) -> None:
        """Do what `governance serve` does every minute."""
        assert schedule.tick(self.live.app, "the town").led

    def enters(self, person: P) -> P:
        """Somebody who comes with a screen of their own, and goes home with the others.

        The first of a story who signs in does it on the page.
        """
        if isinstance(person, Worker) and any(isinstance(each, Worker) for each in self.here):
            person.door = self.live.app
        self.here.append(person)
        return person


@pytest.fixture(scope="module")
def noons() -> Iterator[datetime]:
    """The stories of one file share a programme; each begins a week after the one before."""
    return (NOW + timedelta(weeks=number) for number in count())


@pytest.fixture
def town(live: Live, browser: Browser, noons: Iterator[datetime]) -> Iterator[Town]:
    """The town at noon. At the end everybody goes home, and no script of any page has failed."""
    with ExitStack() as hours:
        town = Town(live, browser, hours)
        town.clock_goes_to(next(noons))
        yield town
        for person in town.here:
            person.leaves()
