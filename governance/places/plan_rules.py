"""What of the plan of a site can be changed later, to what, and from which day at the earliest.

The release hour and the time zone say when words are let out to board and staff (promise 5). Whoever has sent some
was told by the hours of then, so these two begin once everything that is held today has been let out by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from governance.places.rules import AFTER_WHAT_IS_HELD, FURTHEST, NEXT_DAY
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence, Worded, together


class What(Worded):
    """What of the plan may change, in the words of its page."""

    CLOSED_DAYS = "closed_days", N_("Days we are closed")
    WORKING_DAYS = "working_days", N_("Days we work")
    RELEASE_HOUR = "release_hour", N_("Hour at which words are let out")
    TIME_ZONE = "timezone", N_("Time zone")
    NAMES = "names", N_("Names of the program, the place and the board")
    PLACE = "place", N_("A place, and when it is open")
    PLACE_NAME = "place_name", N_("Name of a place")
    PLACE_OPEN = "place_open", N_("A place, closed or open")


CHANGE = "places.change_plan"  # What two people agree to, by the page or by the command.
NAMES = ("name", "place_name", "board_name")
WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
MOVES_PROMISE_5 = frozenset({What.RELEASE_HOUR, What.TIME_ZONE})
OF_A_PLACE = (What.PLACE, What.PLACE_NAME, What.PLACE_OPEN)


@dataclass(frozen=True)
class Change:
    """What two people agreed to, and from which day on it holds."""

    what: What
    value: Any
    begins: date


def standing(changes: Sequence[Change]) -> list[Change]:
    """Return *changes*, in the order they were agreed to, without those that another one took the place of.

    That is a later one of the same thing which begins no later. It was still to begin when two people agreed to it, so
    what it takes the place of was too: a mistake far ahead can be corrected, and nothing that has begun is undone.
    """
    left: list[Change] = []
    first: dict[str, date] = {}  # On which day the next one agreed to begins, by what it changes.
    for change in reversed(changes):
        key = key_of(change.what, change.value)
        if key not in first or change.begins < first[key]:
            first[key] = change.begins
            left.append(change)
    return left[::-1]


def first_day(what: What, today: date) -> date:
    """Return the first day from which a change may hold."""
    return today + (AFTER_WHAT_IS_HELD if what in MOVES_PROMISE_5 else NEXT_DAY)


def check_begins(what: What, begins: date, today: date) -> None:
    """Refuse a change that would hold too soon: of today nothing changes, and of what is held neither.

    Refuse one that is more than a year ahead too: it is a slip of the hand, or forgotten before it begins.
    """
    first, last = first_day(what, today), today + FURTHEST
    if begins > last:
        raise RuleRefused(Sentence(N_("This can begin on {day} at the latest."), day=last), field="begins")
    if begins >= first:
        return
    if what in MOVES_PROMISE_5:
        words = N_("Some words wait now, and people know when they go out. So this can begin on {day} or later.")
        raise RuleRefused(Sentence(words, day=first), field="begins")
    raise RuleRefused(Sentence(N_("This can begin on {day} or later."), day=first), field="begins")


def check_differs(value: Any, else_: Iterable[Any]) -> None:
    """Refuse what changes nothing. *else_*: all that would hold from its day on, without it."""
    if all(value == each for each in else_):
        raise RuleRefused(N_("Nothing is different. Change something first."))


def check_value(what: What, value: Any, before: Any, today: date) -> None:
    """Refuse what no site can go by. *before*: what holds, or will by then."""
    if what is What.WORKING_DAYS and not value:
        raise RuleRefused(N_("Choose one day or more."), field="days")
    if what is What.TIME_ZONE:
        _check_zone(value)
    if what is What.CLOSED_DAYS:
        _check_closed(value, before, today)


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise RuleRefused(N_("There is no such time zone. Write it like America/New_York."), field="timezone") from None


def _check_closed(days: Sequence[str], before: Sequence[str], today: date) -> None:
    """Refuse to close, or to open, a day that has come: by it somebody was late, or was not.

    *today*: the last day that will have come when the change begins.
    """
    for day in sorted(set(days) ^ set(before)):
        if date.fromisoformat(day) <= today:
            words = N_("{day} is over by the day this begins. What was late on it stays late. Change later days.")
            raise RuleRefused(Sentence(words, day=date.fromisoformat(day)), field="days")


def read_days(typed: str) -> list[str]:
    """Return the days in *typed*, sorted and each once. Raises RuleRefused for what is no day."""
    found = set()
    for word in typed.replace(",", " ").split():
        try:
            found.add(date.fromisoformat(word).isoformat())
        except ValueError:
            raise RuleRefused(Sentence(N_("“{word}” is no day. Write it like 2027-12-25."), word=word[:20]),
                              field="days") from None  # fmt: skip
    return sorted(found)


def key_of(what: What, value: Any) -> str:
    """Return what a later change takes the place of: of one place its own earlier ones, else all of its kind."""
    return f"{what} {place_in(what, value)}" if what in OF_A_PLACE else str(what)


def place_in(what: What, value: Any) -> str:
    """Return the name that the place of a change came with, or '' for what is of no place. It goes by that one."""
    if what not in OF_A_PLACE:
        return ""
    return str(value["name"] if what is What.PLACE else value["place"])


def in_words(what: What, value: Any, called: str = "") -> Sentence:
    """Return a value as people read it. *called*: the name of its place by then, where it is of one."""
    if what is What.PLACE_NAME:
        return Sentence(N_("{place} is called {name}"), place=called, name=value["name"])
    if what is What.PLACE_OPEN:
        return Sentence(N_("{place} is open") if value["open"] else N_("{place} is closed"), place=called)
    if what is What.PLACE:
        return Sentence("{said}", said=", ".join(each for each in (called or value["name"], value["hours"]) if each))
    if what is What.WORKING_DAYS:
        return together([_with_comma(WEEKDAYS[day], last=day == value[-1]) for day in value])
    if what is What.CLOSED_DAYS:
        return Sentence("{days}", days=", ".join(value)) if value else Sentence(N_("None"))
    if what is What.RELEASE_HOUR:
        return Sentence("{hour}:00", hour=value)
    if what is What.TIME_ZONE:
        return Sentence("{zone}", zone=value)
    return Sentence("{said}", said=_joined(value))


def _with_comma(word: str, *, last: bool) -> Sentence:
    return Sentence("{day}" if last else "{day},", day=Sentence(word))


def _joined(value: Mapping[str, str]) -> str:
    return ", ".join(value[name] for name in NAMES if value[name])


def said(what: What, value: Any, begins: date, falls_away: Sequence[date] = (), called: str = "") -> Sentence:
    """Return what is asked for, as the second person and every member read it.

    *falls_away*: the days on which changes of the same thing were to begin that it takes the place of. *called*: the
    name of its place by then, where it is of one.
    """
    here = _of_a_place(what, value, begins, called) if what in (What.PLACE_NAME, What.PLACE_OPEN) else Sentence(
        N_("{what}: from {day} on it is {value}."),
        what=Sentence(what.words), day=begins, value=in_words(what, value, called),
    )  # fmt: skip
    gone = [Sentence(N_("What was to begin on {day} falls away."), day=day) for day in falls_away]
    return together([here, *gone])


def _of_a_place(what: What, value: Mapping[str, Any], begins: date, called: str) -> Sentence:
    if what is What.PLACE_NAME:
        words = N_("{place} is called {name} from {day} on.")
    elif value["open"]:
        words = N_("{place} is open again from {day} on. Its screens need new keys.")
    else:
        words = N_("{place} is closed from {day} on. Its screens stop then.")
    return Sentence(words, place=called, name=value.get("name", ""), day=begins)


def asked(what: What, value: Any, begins: date) -> dict[str, Any]:
    """Return what is kept of it until the second person agrees."""
    return {"what": what.value, "value": value, "begins": begins.isoformat()}
