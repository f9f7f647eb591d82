"""The clock of a grievance: a first word and an answer within the days of the charter. Pure.

Source: `docs/domain.md` 3.1. Nobody knows who spoke, so the first word is a theme, which the wall shows, and the
answer is given to the theme in public. It runs from the day the message was let out, which the ledger tells of all
that was let out with it. When it was written is known to nobody, and starts nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from governance.feedback.rules import Audience
from governance.responses.rules import Calendar, Clocks, due_dates


class Owed(StrEnum):
    """What a grievance waits for."""

    FIRST_WORD = "first_word"
    ANSWER = "answer"


@dataclass(frozen=True)
class Grievance:
    """One that was let out on *released_on*, to *audience*. *theme*: the id and title of its theme, if it has one.

    *is_private*: its writer asked to keep it to the readers. It can join no theme, and waits until it is sorted.
    """

    audience: Audience
    released_on: date
    is_sorted: bool = False
    theme: tuple[int, str] | None = None
    is_private: bool = False


@dataclass(frozen=True)
class WaitingGrievances:
    """Grievances that wait for the same thing in one place: how many, and by when the first of them is due."""

    owed: Owed
    due: date
    number: int
    audience: Audience
    is_sorted: bool = False
    theme: tuple[int, str] | None = None


def waiting(
    grievances: Iterable[Grievance], calendar: Calendar, clocks: Callable[[date], Clocks]
) -> list[WaitingGrievances]:
    """Return what waits: for a first word, by box; for an answer, by theme. What is due first comes first.

    *clocks*: how many days staff have for what was let out on a day.
    """
    found: dict[object, list[Grievance]] = {}
    for each in grievances:
        if not (each.is_private and each.is_sorted):
            place = each.theme or (each.audience, each.is_sorted)
            found.setdefault(place, []).append(each)
    return sorted((_together(alike, calendar, clocks) for alike in found.values()), key=lambda waits: waits.due)


def _together(alike: list[Grievance], calendar: Calendar, clocks: Callable[[date], Clocks]) -> WaitingGrievances:
    first = min(alike, key=lambda each: each.released_on)
    due = due_dates(first.released_on, calendar, clocks(first.released_on))
    if first.theme:
        return WaitingGrievances(Owed.ANSWER, due.answer, len(alike), first.audience, theme=first.theme)
    return WaitingGrievances(Owed.FIRST_WORD, due.first_word, len(alike), first.audience, first.is_sorted)
