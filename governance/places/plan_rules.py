"""What of the plan of a site can be changed later, to what, and from which day at the earliest.

The release hour and the time zone say when words are let out to board and staff (promise 5). Whoever has sent some
was told by the hours of then, so these two begin once everything that is held today has been let out by them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from governance.errors import RuleRefused
from governance.places.rules import AFTER_WHAT_IS_HELD, FURTHEST, NEXT_DAY
from governance.sentences import N_, Sentence, Worded, together


class What(Worded):
    """What of the plan may change, in the words of its page."""

    CLOSED_DAYS = "closed_days", N_("Days we are closed")
    WORKING_DAYS = "working_days", N_("Days we work")
    RELEASE_HOUR = "release_hour", N_("Hour at which words are let out")
    TIME_ZONE = "timezone", N_("Time zone")
    NAMES = "names", N_("Names of the program, the place and the board")
    PLACE = "place", N_("A place, and when it is open")


CHANGE = "places.change_plan"  # What two people agree to, by the page or by the command.
NAMES = ("name", "place_name", "board_name")
WEEKDAYS = (
    N_("Monday"), N_("Tuesday"), N_("Wednesday"), N_("Thursday"), N_("Friday"), N_("Saturday"), N_("Sunday"),
)  # fmt: skip
MOVES_PROMISE_5 = frozenset({What.RELEASE_HOUR, What.TIME_ZONE})


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
    return f"place {value['name']}" if what is What.PLACE else str(what)


def in_words(what: What, value: Any) -> Sentence:
    """Return a value as people read it."""
    if what is What.WORKING_DAYS:
        return together([_with_comma(WEEKDAYS[day], last=day == value[-1]) for day in value])
    if what is What.CLOSED_DAYS:
        return Sentence("{days}", days=", ".join(value)) if value else Sentence(N_("None"))
    if what is What.RELEASE_HOUR:
        return Sentence("{hour}:00", hour=value)
    if what is What.TIME_ZONE:
        return Sentence("{zone}", zone=value)
    return Sentence("{said}", said=_joined(what, value))


def _with_comma(word: str, *, last: bool) -> Sentence:
    return Sentence("{day}" if last else "{day},", day=Sentence(word))


def _joined(what: What, value: Mapping[str, str]) -> str:
    names = ("name", "hours") if what is What.PLACE else NAMES
    return ", ".join(value[name] for name in names if value[name])


def said(what: What, value: Any, begins: date, falls_away: Sequence[date] = ()) -> Sentence:
    """Return what is asked for, as the second person and every member read it.

    *falls_away*: the days on which changes of the same thing were to begin that it takes the place of.
    """
    words = N_("{what}: from {day} on it is {value}.")
    here = Sentence(words, what=Sentence(what.words), day=begins, value=in_words(what, value))
    gone = [Sentence(N_("What was to begin on {day} falls away."), day=day) for day in falls_away]
    return together([here, *gone])


def asked(what: What, value: Any, begins: date) -> dict[str, Any]:
    """Return what is kept of it until the second person agrees."""
    return {"what": what.value, "value": value, "begins": begins.isoformat()}
