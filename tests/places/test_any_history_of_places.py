"""Whatever two people agree to about places, the rows show it on each day, and whatever is forged is named."""

from __future__ import annotations

from contextlib import suppress
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from governance.counting.files.look_alikes import taken_for
from governance.keys.keyfolder import KeyFolder
from governance.packages import leaves_of
from governance.places import changing_plan, places_by_day, service
from governance.places.models import Place, PlanChange
from governance.programme import accounting
from governance.ruling.errors import RuleRefused
from governance.storage.leaves import Books
from tests.factories import TODAY, Founded
from tests.places.test_places_change import DAY, DROP_IN, as_rows, doors, founded, hours, rename, wrong

__all__ = ["founded"]

NAMES = ["The Hall", "the hall", "Annex", "Ann\u0435x", "Yard"]
HOURS = ["", "Mondays", "Nights"]
ACTS = st.tuples(
    st.integers(0, 6), st.sampled_from(["name", "hours", "close", "open", "add"]), st.integers(0, 3),
    st.integers(1, 12), st.integers(0, 4),
)  # fmt: skip
FORGERIES = [
    "UPDATE place SET name = 'Forged' WHERE id = {id}",
    "UPDATE place SET first_name = 'Forged' WHERE id = {id}",
    "UPDATE place SET hours = 'Forged' WHERE id = {id}",
    "UPDATE place SET closed_on = '2020-01-01' WHERE id = {id}",
    "UPDATE programme SET places_leaf = 0",
    "UPDATE plan_change SET begins = '2020-01-01' WHERE id = {change}",
    "UPDATE plan_change SET day = '2020-01-01' WHERE id = {change}",
    'UPDATE plan_change SET value = \'{{"name": "Forged", "hours": ""}}\' WHERE id = {change}',
    "UPDATE plan_change SET what = 'names' WHERE id = {change}",
    "DELETE FROM plan_change WHERE id = {change}",
]
NAME, WHEN, IS_OPEN = range(3)


class Diary:
    """How places should stand, by hand: each change writes over every day from its own on."""

    def __init__(self) -> None:
        self.days: dict[str, dict[date, list[Any]]] = {}

    def write(self, place: str, part: int, value: Any, begins: date) -> None:
        if place not in self.days or begins < min(self.days[place]):
            known = self.days.setdefault(place, {})
            for number in range(120):
                known.setdefault(begins + number * DAY, [place, value if part == WHEN else "", True])
        for day, stand in self.days[place].items():
            if day >= begins:
                stand[part] = value

    def on(self, day: date) -> dict[str, tuple[Any, ...]]:
        return {place: tuple(days[day]) for place, days in self.days.items() if day in days}


def act(session: Session, diary: Diary, of: tuple[int, str, int, int, int], today: date) -> None:
    """Let two people agree to one thing, and write it into the diary if it is agreed to."""
    _after, kind, which, ahead, what = of
    place, begins = sorted(diary.days)[which % len(diary.days)], today + ahead * DAY
    with suppress(RuleRefused):
        if kind == "add":
            changing_plan.check_is_new(session, NAMES[what])
            hours(session, NAMES[what], HOURS[0], begins, today)
            diary.write(NAMES[what], WHEN, HOURS[0], begins)
        elif kind == "name":
            rename(session, place, NAMES[what], begins, today)
            diary.write(place, NAME, NAMES[what], begins)
        elif kind == "hours":
            hours(session, place, HOURS[what % 3], begins, today)
            diary.write(place, WHEN, HOURS[what % 3], begins)
        else:
            doors(session, place, kind == "open", begins, today)
            diary.write(place, IS_OPEN, kind == "open", begins)


def wrong_of_places(session: Session, keys: KeyFolder, today: date) -> list[str]:
    """What `wrong` says of places, without whatever else was published: it is asked on each of a hundred days."""
    session.flush()
    session.expire_all()
    kinds = leaves_of("places")
    found, _ = accounting.sorted_out(session, kinds)
    books = [Books(session, keys, today, entries) for entries in found]
    return [line for kind, each in zip(kinds, books, strict=True) for line in kind.check(each)]


@given(acts=st.lists(ACTS, max_size=9), skipped=st.sets(st.integers(0, 70), max_size=5), forged=st.integers(0, 9))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_history_shows_what_was_agreed_and_any_forgery_is_named(
    session: Session,
    keys: KeyFolder,
    founded: Founded,
    acts: list[tuple[int, str, int, int, int]],
    skipped: set[int],
    forged: int,
) -> None:
    diary, today, agreed = Diary(), TODAY, TODAY
    for place, when in ((DROP_IN, "11 to 6"), ("Van", "Fridays")):
        diary.write(place, WHEN, when, TODAY)
    days: dict[date, list[tuple[int, str, int, int, int]]] = {}
    for each in acts:
        agreed += each[0] * DAY
        days.setdefault(agreed, []).append(each)
    while today <= agreed + 13 * DAY:
        for each in days.get(today, []):
            act(session, diary, each, today)
        assert wrong_of_places(session, keys, today) == [], f"{today}, before a round, whichever was the last one"
        if (today - TODAY).days not in skipped:  # The machine was off for that day.
            changing_plan.let_begin(session, today)
            assert as_rows(session) == diary.on(today), today
            names_and_doors_are_clear(session)
        today += DAY
    changing_plan.let_begin(session, today)
    late = today + 2 * DAY
    assert wrong(session, keys, late) == wrong(session, keys, today) == []
    assert wrong(session, keys, today - DAY) == [], "by a clock that is behind the site's"
    one = session.scalars(select(Place.id).where(Place.closed_on.is_(None)).order_by(Place.id.desc()).limit(1)).one()
    change = session.scalars(select(PlanChange.id).order_by(PlanChange.id.desc()).limit(1)).one()
    session.execute(text(FORGERIES[forged].format(id=one, change=change)))
    assert wrong(session, keys, late), FORGERIES[forged]
    session.rollback()


def names_and_doors_are_clear(session: Session) -> None:
    rows = service.places(session)
    for key in range(2):
        assert len({taken_for(each.name)[key] for each in rows}) == len(rows)
    assert service.open_places(session)
    now = {each.first: each.name for each in places_by_day.rows(session)}
    assert len(now) == len(rows)
