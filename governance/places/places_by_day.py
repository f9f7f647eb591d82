"""Places by day: how they stand by what two people agreed to, and the line of the ledger that says how they began."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from governance.ledger import service as ledger
from governance.places import place_rules, plan_rules
from governance.places.models import Kiosk, KioskCall, Place, PlanChange, Programme
from governance.places.place_rules import CameWith, Stand
from governance.places.plan_rules import Change
from governance.places.rules import NEXT_DAY


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
    """Lay into the rows how places stand today. A place that closes has its screens stopped. Safe to do twice."""
    known = {each.first_name: each for each in session.scalars(select(Place))}
    for stand in on(session, today).values():
        place = known.get(stand.first) or Place(first_name=stand.first, name=stand.name)
        if stand.closed_on and not place.closed_on:
            _stop_screens(session, place, stand.closed_on)
        place.name, place.hours, place.closed_on = stand.name, stand.hours, stand.closed_on
        session.add(place)
    session.flush()


def _stop_screens(session: Session, place: Place, day: date) -> None:
    here = select(Kiosk.id).where(Kiosk.place_id == place.id)
    session.execute(delete(KioskCall).where(KioskCall.kiosk_id.in_(here)))
    session.execute(update(Kiosk).where(Kiosk.place_id == place.id, Kiosk.revoked_on.is_(None)).values(revoked_on=day))


def due(session: Session, today: date) -> list[Stand]:
    """Return the places that stand today otherwise than their rows say."""
    said = {each.first: each for each in rows(session)}
    return [each for each in on(session, today).values() if said.get(each.first) != each]


def rows(session: Session) -> list[Stand]:
    """Return how each place stands by its row."""
    every = session.scalars(select(Place).order_by(Place.name))
    return [Stand(each.first_name, each.name, each.hours, each.closed_on) for each in every]


# The line of the ledger that says how they began


def tell_how_places_stand(session: Session, today: date) -> None:
    """Say it once: when a programme is founded, or comes from an older version. From then on each change has a line."""
    here = session.get_one(Programme, 1, with_for_update=True)
    if here.places_leaf is None:
        here.places_leaf = ledger.append(session, "decisions", "programme", _as_they_stand(session, today))
        session.flush()


def _as_they_stand(session: Session, today: date) -> dict[str, Any]:
    stand = [{"name": name, "hours": hours} for name, hours in came_with(session)]
    return {"places": stand, "day": today.isoformat()}


def not_as_told(session: Session, entries: Mapping[int, Mapping[str, Any]], today: date) -> Iterator[str]:
    """Yield what the rows of places say otherwise than the ledger: somebody changed them by hand.

    On a day on which something begins, the rows may be those of the day before: the round may be still to come.
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
    came: CameWith = [(each["name"], each["hours"]) for each in entries[number]["places"]]
    changes = standing(session)
    said = {each.first: each for each in rows(session)}
    days = [place_rules.places_on(day, came, changes) for day in (today - NEXT_DAY, today)]
    for first in sorted({*said, *days[0]}):
        if all(said.get(first) != stands.get(first) for stands in days):
            yield f"The place “{first}” is not what the ledger holds."
