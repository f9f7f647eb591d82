"""The plan of a site, changed after `init`: by two people, from a day on, in the ledger."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.ledger.models import Leaf
from governance.places import changing_plan, plan_rules, service
from governance.places.forms import PLAN_FORMS
from governance.places.models import Place, PlanChange, Programme
from governance.places.plan_rules import What
from governance.places.rounds import let_changes_begin
from governance.places.rules import FURTHEST
from governance.programme import accounting, schedule
from governance.ruling.errors import RuleRefused
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.page import PageClient, read
from tests.second_yes import agree, waiting

Enter = Callable[[str], PageClient]
SOON, LATER = TODAY + timedelta(days=1), TODAY + timedelta(days=4)
HOLIDAY = (TODAY + timedelta(days=30)).isoformat()
# What is typed, what comes of it, and what is no answer.
TYPED: dict[What, tuple[dict[str, Any], Any, dict[str, Any]]] = {
    What.CLOSED_DAYS: ({"days": f"{HOLIDAY}\n2027-12-25, {HOLIDAY}"}, [HOLIDAY, "2027-12-25"], {"days": "Christmas"}),
    What.WORKING_DAYS: ({"days": ["0", "2"]}, [0, 2], {"days": ["9"]}),
    What.RELEASE_HOUR: ({"hour": "9"}, 9, {"hour": "24"}),
    What.TIME_ZONE: ({"timezone": "America/New_York"}, "America/New_York", {"timezone": "Middle/Earth"}),
    What.NAMES: (
        {"name": "North", "place_name": "Town", "board_name": "Table"},
        {"name": "North", "place_name": "Town", "board_name": "Table"},
        {"name": ""},
    ),
    What.PLACE: ({"name": "Van", "hours": "Fridays"}, {"name": "Van", "hours": "Fridays"}, {"name": ""}),
    What.PLACE_NAME: ({"name": "The Hall"}, {"place": "Drop-in", "name": "The Hall"}, {"name": "\u200b"}),
    What.PLACE_OPEN: ({"state": "closed"}, {"place": "Drop-in", "open": False}, {"state": "ajar"}),
}
TOLD = {What.PLACE_NAME: "Drop-in", What.PLACE_OPEN: "Hall is closed from"}
OF_ONE = {What.PLACE: "Van", What.PLACE_NAME: "Drop-in", What.PLACE_OPEN: "Drop-in"}


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Iterator[Founded]:
    with clock.stopped_at(NOW):
        founded = an_open_programme(session, keys)
        session.add(Place(name="Annex", hours="Mondays"))
        session.commit()
        yield founded


def begin(session: Session, keys: KeyFolder, today: date) -> None:
    """What a round of that day does."""
    for piece in let_changes_begin(session, keys, schedule.Moment(NOW, today, release_hour_has_come=False)):
        piece(session)
    session.commit()


def ask(moss: PageClient, what: What, **typed: Any) -> Any:
    of_one = "?place=Drop-in" if what in (What.PLACE_NAME, What.PLACE_OPEN) else ""
    return moss.submit(f"/places/plan/{what}{of_one}", "begins", **typed)


@pytest.mark.on_both
def test_two_people_change_it_from_a_day_on(
    session: Session, keys: KeyFolder, founded: Founded, enter: Enter, subtests: pytest.Subtests
) -> None:
    """One thing after another: what was changed before stands in the way of none."""
    moss, juniper, larch, dogwood, fern = map(enter, ("Moss", "Juniper", "Larch", "Dogwood", "Fern"))
    for number, what in enumerate(What):
        with subtests.test(what=what):
            (typed, value, _wrong), place = TYPED[what], OF_ONE.get(what, "")
            before = changing_plan.value_now(session, what, place)
            session.rollback()
            first = LATER if what in plan_rules.MOVES_PROMISE_5 else SOON
            assert ask(moss, what, begins=first.isoformat(), **typed).status_code == 303
            assert len(session.scalars(select(PlanChange)).all()) == number, "one person changes nothing"
            session.rollback()
            assert [waiting(each) for each in (moss, juniper, larch)] == [[], [], []], "they are not of the board"
            assert agree(dogwood).status_code == 303
            told = [json.loads(leaf.body) for leaf in session.scalars(select(Leaf).order_by(Leaf.number))]
            line = [each for each in told if "plan" in each][number]
            assert (line["plan"], line["value"], line["begins"]) == (what.value, value, first.isoformat())
            begin(session, keys, first - timedelta(days=1))
            assert changing_plan.value_now(session, what, place) == before, "and not before its day"
            begin(session, keys, first)
            assert changing_plan.value_now(session, what, place) == value
            assert not changing_plan.due(session, first), "done once"
            session.rollback()
            assert TOLD.get(what, what.words) in fern.get("/board").text, "every member is told"


def test_what_no_site_can_go_by_comes_back_with_the_reason(
    founded: Founded, enter: Enter, subtests: pytest.Subtests
) -> None:
    moss = enter("Moss")
    for what, (typed, _value, wrong) in TYPED.items():
        with subtests.test(what=what):
            refused = ask(moss, what, begins=LATER.isoformat(), **{**typed, **wrong})
            assert refused.status_code in (409, 422)
            assert 'aria-invalid="true"' in refused.text or "error" in refused.text
    assert set(TYPED) == set(What)


def test_the_name_of_another_place_is_refused_with_a_way_out_and_stands_there_still(
    founded: Founded, enter: Enter, subtests: pytest.Subtests
) -> None:
    moss, names = enter("Moss"), ("drop in", "Drop\u2013In", "Dr\u043ep-in")
    for (page, more), name in product((("place", {"hours": "Mondays"}), ("place_name?place=Annex", {})), names):
        with subtests.test(page=page, name=name):
            refused = moss.submit(f"/places/plan/{page}", "begins", name=name, begins=SOON.isoformat(), **more)
            said = f"“{name}” is or was the name of another place. Take a new one"
            assert (refused.status_code, said in refused.text) == (409, True)
            assert {"name": name, **more}.items() <= read(refused).forms[-1]["fields"].items()


def test_nothing_changes_sooner_than_it_may_or_further_ahead_than_a_year_and_some(
    founded: Founded, enter: Enter, subtests: pytest.Subtests
) -> None:
    moss, day = enter("Moss"), timedelta(days=1)
    for what in What:
        edges = {plan_rules.first_day(what, TODAY) - day: "or later", TODAY + FURTHEST + day: "at the latest"}
        for begins, said in edges.items():
            with subtests.test(what=what, begins=begins):
                refused = ask(moss, what, begins=begins.isoformat(), **TYPED[what][0])
                assert refused.status_code == 409
                assert said in refused.text
        plan_rules.check_begins(what, TODAY + FURTHEST, TODAY)


def test_agreed_to_late_it_begins_later(session: Session, founded: Founded) -> None:
    a_week_on = TODAY + timedelta(days=7)
    change = changing_plan.change_plan(session, What.RELEASE_HOUR, 9, LATER, a_week_on)
    assert change.begins == a_week_on + timedelta(days=4)


def test_a_mistake_far_ahead_is_corrected_by_what_begins_no_later(session: Session, founded: Founded) -> None:
    """Two people typed the wrong hour for a day in months: it must not stand in the way until then."""
    in_months = TODAY + timedelta(days=200)
    for instead_on in (in_months, LATER):
        changing_plan.change_plan(session, What.RELEASE_HOUR, 3, in_months, TODAY)
        right = changing_plan.change_plan(session, What.RELEASE_HOUR, 17, instead_on, TODAY)
        assert [(each.value, each.begins) for each in changing_plan.coming(session, TODAY)] == [(17, instead_on)]
        changing_plan.let_begin(session, in_months)
        assert changing_plan.value_now(session, What.RELEASE_HOUR) == right.value
        session.rollback()
    assert plan_rules.said(What.RELEASE_HOUR, 17, LATER, [in_months]).values["s1"], "and people read that it falls away"


def test_taking_it_back_is_a_change_though_today_is_as_it_would_be(session: Session, founded: Founded) -> None:
    changing_plan.change_plan(session, What.RELEASE_HOUR, 3, TODAY + timedelta(days=200), TODAY)
    assert "falls away" in str(changing_plan.said(session, What.RELEASE_HOUR, 18, LATER))
    changing_plan.change_plan(session, What.RELEASE_HOUR, 18, LATER, TODAY)
    assert changing_plan.value_by_then(session, What.RELEASE_HOUR) == 18
    with pytest.raises(RuleRefused, match="Nothing is different"):
        changing_plan.check_may_change(session, What.RELEASE_HOUR, 18, LATER, TODAY)


def test_what_begins_before_it_stays_and_so_does_another_thing(session: Session, founded: Founded) -> None:
    changing_plan.change_plan(session, What.RELEASE_HOUR, 9, LATER, TODAY)
    changing_plan.change_plan(session, What.PLACE, {"name": "Van", "hours": "Fridays"}, LATER, TODAY)
    changing_plan.change_plan(session, What.PLACE, {"name": "Drop-in", "hours": "Never"}, SOON, TODAY)
    changing_plan.change_plan(session, What.RELEASE_HOUR, 10, LATER + timedelta(days=1), TODAY)
    assert len(changing_plan.coming(session, TODAY)) == 4


def test_a_correction_of_the_closed_days_is_held_against_what_will_hold_by_then(
    session: Session, founded: Founded
) -> None:
    """What falls away is no reason to refuse a day: it never held."""
    in_fifty = TODAY + timedelta(days=50)
    holiday = TODAY + timedelta(days=60)
    changing_plan.change_plan(session, What.CLOSED_DAYS, [holiday.isoformat()], in_fifty, TODAY)
    changing_plan.change_plan(session, What.CLOSED_DAYS, ["2027-12-25"], in_fifty, TODAY)
    assert changing_plan.value_by_then(session, What.CLOSED_DAYS) == ["2027-12-25"]


def test_who_agreed_while_another_change_came_take_its_place(session: Session, founded: Founded, enter: Enter) -> None:
    """The second person reads what falls away; agreed to days later, members are told what came of it."""
    in_ten_days = TODAY + timedelta(days=10)
    changing_plan.change_plan(session, What.RELEASE_HOUR, 9, in_ten_days, TODAY)
    session.commit()
    assert "takes its place" in enter("Moss").get("/places/plan/release_hour").text
    assert ask(enter("Moss"), What.RELEASE_HOUR, begins=LATER.isoformat(), hour="12").status_code == 303
    assert "What was to begin on" in enter("Dogwood").get("/second-yes").text
    agree(enter("Dogwood"))
    assert [each.value for each in changing_plan.coming(session, TODAY)] == [12]
    session.rollback()
    assert "What was to begin on" in enter("Fern").get("/board").text


@given(changes=st.lists(st.tuples(st.integers(0, 20), st.integers(1, 30), st.integers(0, 3)), max_size=6))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_each_day_has_what_was_agreed_to_last_of_what_had_begun(
    session: Session, founded: Founded, changes: list[tuple[int, int, int]]
) -> None:
    """Held against a diary in which each change writes over every day from its own on. Rounds run on days of note."""
    diary: dict[int, int] = {}
    agreed, days = 0, []
    for after, ahead, hour in changes:
        agreed += after
        for day in range(agreed + 4 + ahead, 400):
            diary[day] = hour
        days.append((agreed, agreed + 4 + ahead, hour))
    of_note = {0, *(each for agreed_to, begins, _ in days for each in (agreed_to, begins))}
    for day in sorted({each + near for each in of_note for near in (-1, 0, 1)} - {-1}):
        today = TODAY + timedelta(days=day)
        for _, begins, hour in [each for each in days if each[0] == day]:
            with suppress(RuleRefused):  # Nothing is different: then the diary says the same.
                changing_plan.change_plan(session, What.RELEASE_HOUR, hour, TODAY + timedelta(days=begins), today)
        changing_plan.let_begin(session, today)
        assert changing_plan.value_now(session, What.RELEASE_HOUR) == diary.get(day, 18), day
    session.rollback()


def test_a_day_that_has_come_is_neither_opened_nor_closed(session: Session, founded: Founded, enter: Enter) -> None:
    """A late answer stays late: the board was told so by the days of then."""
    session.get_one(Programme, 1).closed_days = [TODAY.isoformat()]
    session.commit()
    page = enter("Moss").get("/places/plan/closed_days").text
    assert f">{TODAY.isoformat()}" not in page, "what has come is not typed again"
    ask(enter("Moss"), What.CLOSED_DAYS, begins=SOON.isoformat(), days=HOLIDAY)
    agree(enter("Dogwood"))
    assert session.scalars(select(PlanChange)).one().value == [TODAY.isoformat(), HOLIDAY]
    for days in ([], [TODAY.isoformat(), (TODAY - timedelta(days=3)).isoformat()]):
        with pytest.raises(RuleRefused, match="is over by the day this begins"):
            plan_rules.check_value(What.CLOSED_DAYS, days, [TODAY.isoformat()], TODAY)


def test_a_day_that_will_have_come_when_a_change_begins_stays_as_it_is(session: Session, founded: Founded) -> None:
    """Else a day to come is worked, answers are late on it, and months later it was closed all along."""
    with pytest.raises(RuleRefused, match="is over by the day this begins"):
        changing_plan.check_may_change(
            session, What.CLOSED_DAYS, [HOLIDAY], date.fromisoformat(HOLIDAY) + timedelta(days=60), TODAY
        )
    changing_plan.check_may_change(session, What.CLOSED_DAYS, [HOLIDAY], date.fromisoformat(HOLIDAY), TODAY)


def test_a_change_of_nothing_is_none(session: Session, founded: Founded) -> None:
    changing_plan.change_plan(session, What.RELEASE_HOUR, 9, LATER, TODAY)
    with pytest.raises(RuleRefused, match="Nothing is different"):
        changing_plan.change_plan(session, What.RELEASE_HOUR, 9, LATER, TODAY)
    back = changing_plan.change_plan(session, What.RELEASE_HOUR, 18, LATER, TODAY)
    changing_plan.let_begin(session, LATER)
    assert changing_plan.value_now(session, What.RELEASE_HOUR) == back.value == 18, "the newest word counts"


def test_a_place_keeps_its_own_hours_and_a_new_name_is_a_new_place(session: Session, founded: Founded) -> None:
    drop_in = {"name": "Drop-in", "hours": "Always"}
    changing_plan.change_plan(session, What.PLACE, drop_in, SOON, TODAY)
    changing_plan.change_plan(session, What.PLACE, {"name": "Van", "hours": ""}, SOON, TODAY)
    changing_plan.let_begin(session, SOON)
    assert {place.name: place.hours for place in service.places(session)} == {
        "Annex": "Mondays",
        "Drop-in": "Always",
        "Van": "",
    }


def wrong(session: Session, keys: KeyFolder, today: date) -> list[str]:
    kinds = [kind for kind in accounting.every_kind() if "plan_change" in kind.tables]
    return [each for each in accounting.differences(session, keys, today, kinds) if "is about" not in each]


@pytest.mark.on_both
def test_what_is_changed_by_hand_is_named(session: Session, keys: KeyFolder, founded: Founded) -> None:
    changing_plan.change_plan(session, What.RELEASE_HOUR, 9, LATER, TODAY)
    changing_plan.let_begin(session, LATER)
    late = LATER + timedelta(days=2)
    assert wrong(session, keys, late) == []
    session.get_one(Programme, 1).release_hour = 3
    assert any("two people changed it" in each for each in wrong(session, keys, late))
    session.get_one(Programme, 1).release_hour = 9
    assert wrong(session, keys, late) == []
    session.scalars(select(PlanChange)).one().begins = SOON
    assert any("plan" in each for each in wrong(session, keys, late))


def test_the_page_says_what_holds_and_what_is_to_come(session: Session, founded: Founded, enter: Enter) -> None:
    changing_plan.change_plan(session, What.WORKING_DAYS, [0, 6], SOON, TODAY)
    session.commit()
    page = enter("Moss").get("/places/plan").text
    assert "Monday, Tuesday, Wednesday, Thursday, Friday" in page
    assert "Monday, Sunday" in page
    assert "Drop-in" in page
    assert 'value="11 to 6"' in enter("Moss").get("/places/plan/place?place=Drop-in").text, "its hours are filled in"
    for nowhere in ("place?place=Nowhere", "place_name", "place_open?place=", "of-place?place=Nowhere"):
        assert enter("Moss").get(f"/places/plan/{nowhere}").status_code == 404, nowhere
    assert enter("Moss").get("/places/plan/biscuits").status_code == 404
    assert enter("Cedar").get("/places/plan").status_code == 403
    assert set(PLAN_FORMS) == set(What)


def test_pages_read_the_clock_of_the_site_again_within_the_hour(session: Session, founded: Founded, app: Any) -> None:
    visitor = PageClient(app)
    with clock.stopped_at(NOW):
        visitor.get("/")
        session.get_one(Programme, 1).timezone = "Asia/Tokyo"
        session.commit()
    with clock.stopped_at(NOW + timedelta(hours=4)):  # Four in the afternoon at the one, one at night at the other.
        visitor.get("/")
        assert clock.today() == TODAY + timedelta(days=1)
        clock.use_zone("UTC")
