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
from governance.sentences import Sentence


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


def value_by_then(session: Session, what: What, place: str = "", day: date | None = None) -> Any:
    """Return what will hold on *day*, or without one when all that was agreed to has begun."""
    came = [each for each in _of_same(session, what, {"name": place}) if day is None or each.begins <= day]
    return came[-1].value if came else value_now(session, what, place)


def check_may_change(session: Session, what: What, value: Any, begins: date, today: date) -> None:
    """Refuse a change that begins too soon or too far ahead, that changes nothing, or that no site can go by."""
    plan_rules.check_begins(what, begins, today)
    place = value["name"] if what is What.PLACE else ""
    instead = [each.value for each in _of_same(session, what, value) if each.begins >= begins]
    plan_rules.check_differs(value, [value_by_then(session, what, place, begins), *instead])
    come = max(today, begins - NEXT_DAY)  # What has come by then stays as it was, too.
    plan_rules.check_value(what, value, value_by_then(session, what, place, come), come)


def said(session: Session, what: What, value: Any, begins: date) -> Sentence:
    """Return what is asked for, with what falls away by it, as the second person and every member read it."""
    falls_away = [each.begins for each in _of_same(session, what, value) if each.begins >= begins]
    return plan_rules.said(what, value, begins, falls_away)


def will_begin(what: What, begins: date, today: date) -> date:
    """Return the day on which a change begins that is agreed to *today*: the one that was asked for, or a later one."""
    return max(begins, plan_rules.first_day(what, today))


def change_plan(session: Session, what: What, value: Any, begins: date, today: date) -> PlanChange:
    """Note a change that two people agreed to, and put it into the ledger.

    Agreed to late, it begins later, so that it is never sooner than it may. It takes the place of what was agreed to
    before it and begins no sooner. Raises RuleRefused like `check_may_change`.
    """
    begins = will_begin(what, begins, today)
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
    ahead = [each for each in _standing(session) if each.begins > today]
    return [Coming(each.what, each.value, each.begins) for each in sorted(ahead, key=lambda each: each.begins)]


def due(session: Session, today: date) -> list[tuple[What, Any]]:
    """Return what has begun and is not what the rows say yet."""
    begun: dict[str, PlanChange] = {}
    for change in _standing(session):  # Of one thing, the later agreed is the later one to begin.
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


def _of_same(session: Session, what: What, value: Any) -> list[PlanChange]:
    key = plan_rules.key_of(what, value)
    return [each for each in _standing(session) if plan_rules.key_of(each.what, each.value) == key]


def _standing(session: Session) -> list[PlanChange]:
    """Return the changes in the order they were agreed to, without those that another one took the place of.

    That is a later one of the same thing which begins no later. It was still to begin when two people agreed to it, so
    what it takes the place of was too: a mistake far ahead can be corrected, and nothing that has begun is undone.
    """
    standing: list[PlanChange] = []
    first: dict[str, date] = {}  # On which day the next one agreed to begins, by what it changes.
    for change in session.scalars(select(PlanChange).order_by(PlanChange.id.desc())):
        key = plan_rules.key_of(change.what, change.value)
        if key not in first or change.begins < first[key]:
            first[key] = change.begins
            standing.append(change)
    return standing[::-1]
