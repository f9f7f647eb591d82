"""Changing the plan of a site after `init`: a dated row and a line of the ledger, which hold from a day on.

A round lays what has begun into the rows that every page reads (`places/rounds.py`). Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance.ledger import service as ledger
from governance.places import place_rules, places_by_day, plan_rules
from governance.places.models import PlanChange, Programme
from governance.places.plan_rules import NAMES, OF_A_PLACE, Change, What, place_in
from governance.places.rules import NEXT_DAY
from governance.ruling.sentences import Sentence


def value_now(session: Session, what: What, place: str = "") -> Any:
    """Return what holds now. *place*: the name that one came with; nothing where there is no such place."""
    if what in OF_A_PLACE:
        rows = {each.first: each for each in places_by_day.rows(session)}
        return place_rules.value_of(what, rows.get(place))
    here = session.get_one(Programme, 1)
    if what is What.NAMES:
        return {name: getattr(here, name) for name in NAMES}
    value = getattr(here, what.value)
    return list(value) if isinstance(value, list) else value


def value_by_then(session: Session, what: What, place: str = "", day: date = date.max) -> Any:
    """Return what will hold on *day*, or without one when all that was agreed to has begun."""
    if what in OF_A_PLACE:
        return place_rules.value_of(what, places_by_day.on(session, day).get(place))
    came = [each for each in places_by_day.standing(session) if each.what is what and each.begins <= day]
    return came[-1].value if came else value_now(session, what)


def check_may_change(session: Session, what: What, value: Any, begins: date, today: date) -> None:
    """Refuse a change that begins too soon or too far ahead, that changes nothing, or that no site can go by."""
    plan_rules.check_begins(what, begins, today)
    place = place_in(what, value)
    if what in OF_A_PLACE:
        _check_place(session, Change(what, value, begins))
    instead = [each.value for each in _falls_away(session, what, value, begins)]
    plan_rules.check_differs(value, [value_by_then(session, what, place, begins), *instead])
    come = max(today, begins - NEXT_DAY)  # What has come by then stays as it was, too.
    plan_rules.check_value(what, value, value_by_then(session, what, place, come), come)


def _check_place(session: Session, change: Change) -> None:
    """Refuse a change of a place that is not there by then, that takes another's name, or that closes the last one."""
    first = place_in(change.what, change.value)
    by_then = places_by_day.on(session, change.begins).get(first)
    if change.what is not What.PLACE:
        place_rules.check_is_there(by_then)
    if change.what is What.PLACE_NAME or by_then is None:
        place_rules.check_name(change.value["name"], first, places_by_day.names(session))
    if change.what is What.PLACE_OPEN:
        left = plan_rules.standing([*places_by_day.standing(session), change])
        place_rules.check_one_is_open(change.begins, places_by_day.came_with(session), left)


def check_is_new(session: Session, name: str) -> None:
    """Refuse a new place with a name that cannot be read, or that is, was or will be another's."""
    place_rules.check_name(name, "", places_by_day.names(session))


def said(session: Session, what: What, value: Any, begins: date) -> Sentence:
    """Return what is asked for, with what falls away by it, as the second person and every member read it."""
    falls_away = [each.begins for each in _falls_away(session, what, value, begins)]
    return plan_rules.said(what, value, begins, falls_away, called_by_then(session, what, value, begins))


def in_words(session: Session, what: What, value: Any, begins: date | None = None) -> Sentence:
    """Return a value as people read it. *begins*: from when it is so, if it is of a place: by that it is called."""
    return plan_rules.in_words(what, value, called_by_then(session, what, value, begins) if begins else "")


def called_by_then(session: Session, what: What, value: Any, begins: date) -> str:
    """Return what the place of a change is called when it begins; '' for what is of no place, or of a new one.

    A place that gets a new name is called by the one before.
    """
    by_then = begins - NEXT_DAY if what is What.PLACE_NAME else begins
    stand = places_by_day.on(session, by_then).get(place_in(what, value)) if what in OF_A_PLACE else None
    return stand.name if stand else place_in(what, value)


def will_begin(what: What, begins: date, today: date) -> date:
    """Return the day on which a change begins that is agreed to *today*: the one that was asked for, or a later one."""
    return max(begins, plan_rules.first_day(what, today))


def one_at_a_time(session: Session) -> None:
    """Wait until no other change of the plan is on its way, so that each is checked against all before it.

    On PostgreSQL two of them would else pass side by side, and close both of two open places.
    """
    session.get_one(Programme, 1, with_for_update=True, populate_existing=True)


def change_plan(session: Session, what: What, value: Any, begins: date, today: date) -> PlanChange:
    """Note a change that two people agreed to, and put it into the ledger.

    Agreed to late, it begins later, so that it is never sooner than it may. It takes the place of what was agreed to
    before it and begins no sooner. Raises RuleRefused like `check_may_change`.
    """
    one_at_a_time(session)
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


def coming(session: Session, today: date) -> list[Change]:
    """Return the changes that are still to begin, the next one first."""
    ahead = [each for each in places_by_day.standing(session) if each.begins > today]
    return sorted(ahead, key=lambda each: each.begins)


def due(session: Session, today: date) -> bool:
    """Whether something has begun that the rows do not say yet."""
    return bool(_due(session, today)) or places_by_day.due(session, today)


def _due(session: Session, today: date) -> list[tuple[What, Any]]:
    """Return what of the programme itself has begun and is not what its row says."""
    return [(what, value) for what, value in _begun(session, today).items() if value_now(session, what) != value]


def _begun(session: Session, day: date) -> dict[What, Any]:
    """Return what of the programme itself was changed by *day*, to what. The later agreed is the later to begin."""
    begun = [each for each in places_by_day.standing(session) if each.begins <= day]
    return {each.what: each.value for each in begun if each.what not in OF_A_PLACE}


def let_begin(session: Session, today: date) -> None:
    """Lay what has begun into the rows that every page reads. Safe to do twice. What cannot begin stops no other."""
    here = session.get_one(Programme, 1, with_for_update=True, populate_existing=True)
    for what, value in _due(session, today):
        with suppress(IntegrityError), session.begin_nested():
            for name in NAMES if what is What.NAMES else [what.value]:
                setattr(here, name, value[name] if what is What.NAMES else value)
    places_by_day.let_begin(session, today)


def not_as_changed(session: Session, today: date) -> Iterator[str]:
    """Yield what the row of the programme says otherwise than the changes that have begun: somebody changed it by hand.

    It may be that of any day since the last round: the next one may be still to come (`places_by_day.days_of_rows`).
    """
    begun = [_begun(session, day) for day in places_by_day.days_of_rows(session, date.min, today)]
    for what in begun[0]:
        if value_now(session, what) not in [each[what] for each in begun]:
            yield f"“{what.words}” is not what two people changed it to."


def _falls_away(session: Session, what: What, value: Any, begins: date) -> list[Change]:
    """Return what a change of the same thing takes the place of."""
    key = plan_rules.key_of(what, value)
    same = [each for each in places_by_day.standing(session) if plan_rules.key_of(each.what, each.value) == key]
    return [each for each in same if each.begins >= begins]
