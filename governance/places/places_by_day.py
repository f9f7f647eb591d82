"""Places by day: how they stand by what two people agreed to, and the line of the ledger that says how they began."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.clockwork.rounds import DutyDone
from governance.ledger import service as ledger
from governance.places import place_rules, plan_rules
from governance.places.models import Kiosk, KioskCall, Place, PlanChange, Programme
from governance.places.place_rules import CameWith, ShownPlace, Stand
from governance.places.plan_rules import Change, What

LET_BEGIN = "let changes of the plan begin"  # The duty, under whose name its last day is kept.


def standing(session: Session) -> list[Change]:
    """Return the changes of the plan that stand, in the order they were agreed to."""
    rows = session.scalars(select(PlanChange).order_by(PlanChange.id))
    return plan_rules.standing([Change(each.what, each.value, each.begins) for each in rows])


def came_with(session: Session) -> CameWith:
    """Return the places as they came: the first name of each, and its hours of now, which changes write over."""
    return [(each.first_name, each.hours) for each in session.scalars(select(Place).order_by(Place.id))]


def on(session: Session, day: date) -> dict[str, Stand]:
    """Return how each place stands on a *day* that is today or to come, by the name it came with."""
    return place_rules.places_on(day, came_with(session), standing(session))


def shown(session: Session, today: date) -> list[ShownPlace]:
    """Return the places as everybody may know of them, with when each opens and closes."""
    here = session.get(Programme, 1)
    line = ledger.leaf(session, "decisions", here.places_leaf) if here and here.places_leaf is not None else None
    told = line.facts if line else {}
    came = _as_told(told) if "places" in told else came_with(session)
    return place_rules.shown(today, came, standing(session))


def names(session: Session) -> dict[str, list[str]]:
    """Return every name that each place has, had or will have, by the name it came with."""
    return place_rules.names_of(came_with(session), standing(session))


def called(session: Session) -> Callable[[int | None, date], str]:
    """Return how to ask what a place, by its number, was called on a day; '' for no place.

    What two people agreed to says so, and no row that was edited since.
    """
    first = {each.id: each.first_name for each in session.scalars(select(Place))}
    came, changes = came_with(session), standing(session)

    def on_that_day(place_id: int | None, day: date) -> str:
        name = first.get(place_id) if place_id is not None else None
        return place_rules.places_on(day, came, changes)[name].name if name is not None else ""

    return on_that_day


def let_begin(session: Session, today: date) -> None:
    """Lay into the rows how places stand today, and note the day. Safe to do twice.

    A place that closed since the last time has its screens stopped, though it may be open again by now: its members
    read so. One that cannot begin keeps no other from it (`cannot_begin`); its row stays as it was.
    """
    known = {each.first_name: each for each in session.scalars(select(Place))}
    for place, day in _closed_meanwhile(session, today):
        _stop_screens(session, place, day)
    for stand in on(session, today).values():
        with suppress(IntegrityError), session.begin_nested():
            place = known.get(stand.first) or Place(first_name=stand.first, name=stand.name)
            if stand.closed_on and not place.closed_on:
                _stop_screens(session, place, stand.closed_on)
            place.name, place.hours, place.closed_on = stand.name, stand.hours, stand.closed_on
            session.add(place)
    session.merge(DutyDone(name=LET_BEGIN, day=today))
    session.flush()


def _closed_meanwhile(session: Session, today: date) -> list[tuple[Place, date]]:
    """Return the places that closed since changes were last let begin, and on which day."""
    last = last_laid(session)
    closings = [each for each in standing(session) if each.what is What.PLACE_OPEN and not each.value["open"]]
    if last is None or not closings:
        return []
    known = {each.first_name: each for each in session.scalars(select(Place))}
    came = [(known.get(each.value["place"]), each.begins) for each in closings if last < each.begins <= today]
    return [(place, day) for place, day in came if place is not None]


def _stop_screens(session: Session, place: Place, day: date) -> None:
    here = select(Kiosk.id).where(Kiosk.place_id == place.id)
    session.execute(delete(KioskCall).where(KioskCall.kiosk_id.in_(here)))
    session.execute(update(Kiosk).where(Kiosk.place_id == place.id, Kiosk.revoked_on.is_(None)).values(revoked_on=day))


def due(session: Session, today: date) -> bool:
    """Whether places stand today otherwise than their rows say, or one of them closed since the last time."""
    said = {each.first: each for each in rows(session)}
    differs = any(said.get(each.first) != each for each in on(session, today).values())
    return differs or bool(_closed_meanwhile(session, today))


def last_laid(session: Session) -> date | None:
    """Return the last day on which a round let begin what was to begin; None where no round ran yet."""
    return session.scalar(select(DutyDone.day).where(DutyDone.name == LET_BEGIN))


def days_of_rows(session: Session, first: date, today: date) -> list[date]:
    """Return the days as of which the rows may be: from the last round on, whatever kept the next one from running.

    A machine that was off, or a backup that was restored, is no forgery. *first*: the day to begin with where no round
    ran. Only days on which something begins tell one from another.
    """
    last = last_laid(session) or first
    start, end = min(last, today), max(last, today)
    return sorted({start, end, *(each.begins for each in standing(session) if start < each.begins < end)})


def cannot_begin(session: Session, today: date) -> list[str]:
    """Return the names that two places would have today. The second one cannot begin until it is given another."""
    return place_rules.names_twice(on(session, today).values())


def rows(session: Session) -> list[Stand]:
    """Return how each place stands by its row."""
    every = session.scalars(select(Place).order_by(Place.name))
    return [Stand(each.first_name, each.name, each.hours, each.closed_on) for each in every]


# The line of the ledger that says how they began


def tell_how_places_stand(session: Session, today: date) -> None:
    """Say it once: when a programme is founded, or comes from an older version. From then on each change has a line."""
    here = session.get_one(Programme, 1, with_for_update=True, populate_existing=True)
    if here.places_leaf is None:
        here.places_leaf = ledger.append(session, "decisions", "programme", _as_they_stand(session, today))
        session.flush()


def _as_they_stand(session: Session, today: date) -> dict[str, Any]:
    stand = [{"name": name, "hours": hours} for name, hours in came_with(session)]
    return {"places": stand, "day": today.isoformat()}


def _as_told(line: Mapping[str, Any]) -> CameWith:
    return [(each["name"], each["hours"]) for each in line["places"]]


def not_as_told(session: Session, entries: Mapping[int, Mapping[str, Any]], today: date) -> Iterator[str]:
    """Yield what the rows of places say otherwise than the ledger: somebody changed them by hand.

    They may be those of any day since the last round: the next one may be still to come (`days_of_rows`).
    """
    here = session.get(Programme, 1)
    number = here.places_leaf if here else None
    for other in entries:
        if other != number:
            yield f"Line {other} of the ledger (programme) is about something that is not here."
    if number is None:
        return
    if number not in entries:
        yield "How places stood when this began stands in no line of the ledger."
        return
    came = _as_told(entries[number])
    changes = standing(session)
    said = {each.first: each for each in rows(session)}
    since = days_of_rows(session, date.fromisoformat(entries[number]["day"]), today)
    days = [place_rules.places_on(day, came, changes) for day in since]
    twice = cannot_begin(session, today)  # The doctor tells of these, and who mends them: nobody forged anything.
    waits = {first for stands in days for first, stand in stands.items() if stand.name in twice}
    for first in sorted({*said, *days[0]} - waits):
        if all(said.get(first) != stands.get(first) for stands in days):
            yield f"The place “{first}” is not what the ledger holds."
