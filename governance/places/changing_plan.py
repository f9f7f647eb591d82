"""Changing the plan of a site after `init`: a dated row and a line of the ledger, which hold from a day on.

A round lays what has begun into the rows that every page reads (`places/rounds.py`). Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ledger import service as ledger
from governance.places import plan_rules
from governance.places.models import Place, PlanChange, Programme
from governance.places.plan_rules import NAMES, What
from governance.places.rules import NEXT_DAY


@dataclass(frozen=True)
class Coming:
    """A change that has not begun."""

    what: What
    value: Any
    begins: date


def value_now(session: Session, what: What, place: str = "") -> Any:
    """Return what holds now. *place*: the name of one, for its hours; nothing where there is no such place."""
    here = session.get_one(Programme, 1)
    if what is What.PLACE:
        found = session.scalars(select(Place).where(Place.name == place)).one_or_none()
        return {"name": found.name, "hours": found.hours} if found else None
    if what is What.NAMES:
        return {name: getattr(here, name) for name in NAMES}
    value = getattr(here, what.value)
    return list(value) if isinstance(value, list) else value


def value_by_then(session: Session, what: What, place: str = "") -> Any:
    """Return what will hold once all that was agreed to has begun."""
    key = plan_rules.key_of(what, {"name": place})
    last = [each for each in _changes(session) if plan_rules.key_of(each.what, each.value) == key]
    return last[-1].value if last else value_now(session, what, place)


def check_may_change(session: Session, what: What, value: Any, begins: date, today: date) -> None:
    """Refuse a change that begins too soon, that changes nothing, or that no site can go by."""
    plan_rules.check_begins(what, begins, today)
    plan_rules.check_is_last(begins, last_to_begin(session, what, value, today))
    place = value["name"] if what is What.PLACE else ""
    come = max(today, begins - NEXT_DAY)  # What has come by then stays as it was, too.
    plan_rules.check_value(what, value, value_by_then(session, what, place), come)


def last_to_begin(session: Session, what: What, value: Any, today: date) -> date | None:
    """Return the day on which the last change of the same thing begins, or None where none is to come."""
    key = plan_rules.key_of(what, value)
    same = [each.begins for each in coming(session, today) if plan_rules.key_of(each.what, each.value) == key]
    return max(same, default=None)


def change_plan(session: Session, what: What, value: Any, begins: date, today: date) -> PlanChange:
    """Note a change that two people agreed to, and put it into the ledger.

    Agreed to late, it begins later, so that it is never sooner than it may, nor than what was agreed to before.
    Raises RuleRefused like `check_may_change`.
    """
    last = last_to_begin(session, what, value, today) or begins
    begins = max(begins, last, plan_rules.first_day(what, today))
    check_may_change(session, what, value, begins, today)
    change = PlanChange(what=what, value=value, begins=begins, day=today)
    session.add(change)
    ledger.append(session, "decisions", "programme", facts_of(change))
    session.flush()
    return change


def facts_of(change: PlanChange) -> dict[str, Any]:
    """Return what the ledger says of a change: it is of the site, and names nobody."""
    return {
        "plan": change.what.value, "value": change.value, "begins": change.begins.isoformat(),
        "day": change.day.isoformat(),
    }  # fmt: skip


def coming(session: Session, today: date) -> list[Coming]:
    """Return the changes that are still to begin, the next one first."""
    ahead = [each for each in _changes(session) if each.begins > today]
    return [Coming(each.what, each.value, each.begins) for each in sorted(ahead, key=lambda each: each.begins)]


def due(session: Session, today: date) -> list[tuple[What, Any]]:
    """Return what has begun and is not what the rows say yet."""
    begun: dict[str, PlanChange] = {}
    for change in sorted(_changes(session), key=lambda each: (each.begins, each.id)):
        if change.begins <= today:
            begun[plan_rules.key_of(change.what, change.value)] = change
    return [(each.what, each.value) for each in begun.values() if _now(session, each) != each.value]


def _now(session: Session, change: PlanChange) -> Any:
    return value_now(session, change.what, change.value["name"] if change.what is What.PLACE else "")


def let_begin(session: Session, today: date) -> None:
    """Lay what has begun into the rows that every page reads. Safe to do twice."""
    here = session.get_one(Programme, 1)
    for what, value in due(session, today):
        if what is What.PLACE:
            place = session.scalars(select(Place).where(Place.name == value["name"])).one_or_none()
            if place is None:
                session.add(Place(name=value["name"], hours=value["hours"]))
            else:
                place.hours = value["hours"]
        elif what is What.NAMES:
            for name in NAMES:
                setattr(here, name, value[name])
        else:
            setattr(here, what.value, value)
    session.flush()


def not_as_changed(session: Session, today: date) -> Iterator[str]:
    """Yield what the rows say otherwise than the changes that have begun: somebody changed it by hand.

    Of the day itself nothing is said, for the round of that day may be still to come.
    """
    for what, _value in due(session, today - NEXT_DAY):
        yield f"“{what.words}” is not what two people changed it to."


def _changes(session: Session) -> list[PlanChange]:
    return list(session.scalars(select(PlanChange).order_by(PlanChange.id)))
