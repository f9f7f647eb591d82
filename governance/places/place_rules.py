"""How the places of a site stand on a day: what each is called, when it is open, and which of them are closed.

A place goes by the name it came with, however often it is given another. A name that a place once had is no other
place's, ever: what was said, asked or printed under it stays clear.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from governance.counting.files.look_alikes import seen_as, shows, taken_for
from governance.places.plan_rules import OF_A_PLACE, Change, What, place_in
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence

# Signs that phones and people write in more than one way, or leave out: "Drop in", "Drop-in", "St Anns", "St. Ann's".
LIKE_A_SPACE = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212_/"
LIKE_NOTHING = ".,'\"`\u00b4\u02b9\u02bb\u02bc\u2018\u2019\u201a\u201b\u201c\u201d\u2032"
AS_SPOKEN = str.maketrans(dict.fromkeys(LIKE_A_SPACE, " ") | dict.fromkeys(LIKE_NOTHING, ""))
CameWith = Sequence[tuple[str, str]]  # The name that each place came with, and its hours.


@dataclass(frozen=True)
class Stand:
    """How one place stands on a day. *first*: the name it came with."""

    first: str
    name: str
    hours: str = ""
    closed_on: date | None = None


def places_on(day: date, came_with: CameWith, changes: Iterable[Change]) -> dict[str, Stand]:
    """Return how each place stands on *day*, by the name it came with. *changes*: those that stand, of any kind."""
    stands = {name: Stand(name, name, hours) for name, hours in came_with}
    begun = [each for each in changes if each.what in OF_A_PLACE and each.begins <= day]
    for change in sorted(begun, key=lambda each: (each.begins, OF_A_PLACE.index(each.what))):
        first = place_in(change.what, change.value)
        stands[first] = _changed(stands.get(first) or Stand(first, first), change)
    return stands


def _changed(stand: Stand, change: Change) -> Stand:
    if change.what is What.PLACE:
        return replace(stand, hours=change.value["hours"])
    if change.what is What.PLACE_NAME:
        return replace(stand, name=change.value["name"])
    closed_on = None if change.value["open"] else stand.closed_on or change.begins
    return replace(stand, closed_on=closed_on)


def value_of(what: What, stand: Stand | None) -> Any:
    """Return what a change of this kind would have to say for a place to stand so; nothing where there is no place."""
    if stand is None:
        return None
    if what is What.PLACE:
        return {"name": stand.first, "hours": stand.hours}
    if what is What.PLACE_NAME:
        return {"place": stand.first, "name": stand.name}
    return {"place": stand.first, "open": stand.closed_on is None}


def names_of(came_with: CameWith, changes: Iterable[Change]) -> dict[str, list[str]]:
    """Return every name that each place has, had or will have, by the name it came with."""
    names = {name: [name] for name, _hours in came_with}
    for change in changes:
        if change.what in OF_A_PLACE:
            first = place_in(change.what, change.value)
            its = names.setdefault(first, [first])
            if change.what is What.PLACE_NAME:
                its.append(change.value["name"])
    return names


@dataclass(frozen=True)
class ShownPlace:
    """One place for everybody: how it *stands*, whether it *was_open* by today, and when it opens (True) or closes."""

    stands: Stand
    was_open: bool
    ahead: Sequence[tuple[date, bool]]


def shown(today: date, came_with: CameWith, changes: Sequence[Change]) -> list[ShownPlace]:
    """Return the places for everybody on *today*: those that are open first, then those to come, then the closed ones.

    One that was not open on any day, nor will be, is none of them. *came_with*: the places the programme began with.
    """
    begun = {name for name, _hours in came_with}
    days = sorted({today, *(each.begins for each in changes)})
    by_day = [(day, places_on(day, came_with, changes)) for day in days]
    every = {first for _day, stands in by_day for first in stands}
    found = [_shown(today, [(day, stands.get(each)) for day, stands in by_day], each in begun) for each in every]
    left = [each for each in found if each is not None]
    return sorted(left, key=lambda each: (_last(each), each.stands.name))


def _last(place: ShownPlace) -> int:
    if not place.was_open:
        return 1
    return 2 if place.stands.closed_on else 0


def _shown(today: date, by_day: Sequence[tuple[date, Stand | None]], was_open: bool) -> ShownPlace | None:
    now, is_open, ahead = None, False, []
    for day, stand in by_day:
        opens = stand is not None and stand.closed_on is None
        if day <= today:
            now, is_open, was_open = stand, opens, was_open or opens
        elif opens != is_open:
            now, is_open = now or stand, opens
            ahead.append((day, opens))
    return ShownPlace(now, was_open, ahead) if now and (was_open or ahead) else None


def names_twice(stands: Iterable[Stand]) -> list[str]:
    """Return the names that two places have on one day. No new change leads there (`check_name`); an older one may."""
    every = [each.name for each in stands]
    return sorted({name for name in every if every.count(name) > 1})


def whose(name: str, names: Mapping[str, Iterable[str]]) -> str:
    """Return the name that the place came with which has, had or will have *name*, or one taken for it; or ''.

    A place that has just this name comes first: of an older version there may be two that look alike.
    """
    keys = _taken_for(name)
    alike = [first for first, its in names.items() if any(keys & _taken_for(each) for each in its)]
    return next((first for first in alike if name in names[first]), "") or next(iter(alike), "")


def _taken_for(name: str) -> set[str]:
    """Return what *name* is taken for by an eye, and by somebody who hears it."""
    said = unicodedata.normalize("NFKC", name).translate(AS_SPOKEN)
    return {*taken_for(name), *taken_for(" ".join(said.split()))}


def check_name(name: str, own: str, names: Mapping[str, Iterable[str]]) -> None:
    """Refuse a name that cannot be read, or that is, was or will be another place's. *own*: the place that takes it."""
    if not seen_as(name):
        raise RuleRefused(N_("Write the name of the place."), field="name")
    if not shows(name):
        raise RuleRefused(N_("This name has signs that nobody can see. Type it again, by hand."), field="name")
    other = whose(name, {first: its for first, its in names.items() if first != own})
    if other:
        words = N_("“{name}” is or was the name of another place. Take a new one, so that old words stay clear.")
        raise RuleRefused(Sentence(words, name=name), field="name")


def check_is_there(stand: Stand | None) -> None:
    """Refuse a change of a place that is not there, or not yet."""
    if stand is None:
        raise RuleRefused(N_("There is no such place on that day."))


def check_one_is_open(begins: date, came_with: CameWith, changes: Sequence[Change]) -> None:
    """Refuse *changes* by which every place would be closed on a day, from *begins* on."""
    for day in sorted({begins, *(each.begins for each in changes if each.begins > begins)}):
        if all(stand.closed_on for stand in places_on(day, came_with, changes).values()):
            words = N_("Then no place is open on {day}. To close the whole program is the board's to decide.")
            raise RuleRefused(Sentence(words, day=day))
