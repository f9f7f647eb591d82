"""`governance plan`: what holds, what is to come, and a change by two people with their cards."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.places import changing_plan
from governance.places.models import PlanChange, Programme
from governance.places.plan_rules import What
from tests.commands.conftest import Run
from tests.factories import NOW, TODAY, Founded


def cards(founded: Founded, *names: str) -> str:
    return "".join(f"{name}\n{founded.cards[name].passphrase}\n" for name in names)


def test_it_says_what_holds_and_what_is_to_come(session: Session, founded: Founded, run: Run) -> None:
    status, said = run("plan")
    assert status == 0
    assert "Hour at which words are let out: 18:00" in said
    assert "Drop-in: 11 to 6" in said
    status, said = run("plan", "change", "release_hour", "9", typed=cards(founded, "Moss", "Dogwood"))
    assert (status, "From 2026-11-27 on" in said) == (0, True), said
    assert "From 2026-11-27: Hour at which words are let out: 9:00" in run("plan")[1]
    session.rollback()
    assert changing_plan.value_now(session, What.RELEASE_HOUR) == 18, "and not before"


@pytest.mark.of_one_database
@pytest.mark.parametrize("pair", [("Moss",), ("Moss", "Moss"), ("Moss", "Juniper"), ("Dogwood", "Elder")])
def test_one_person_or_the_wrong_two_change_nothing(
    session: Session, founded: Founded, run: Run, pair: tuple[str, ...]
) -> None:
    status, said = run("plan", "change", "working_days", "0,1", typed=cards(founded, *pair))
    assert status != 0
    assert said
    session.rollback()
    assert session.query(PlanChange).all() == []


@pytest.mark.of_one_database
@pytest.mark.parametrize(
    ("what", "value", "more", "says"),
    [
        ("release_hour", "25", (), "from 0 to 23"),
        ("release_hour", "9 10", (), "one alone"),
        ("working_days", "Monday", (), "from 0 to 6"),
        ("closed_days", "Christmas", (), "is no day"),
        ("timezone", "Middle/Earth", (), "no such time zone"),
        ("place", "=all day", (), "like: Drop-in=Fridays, 2 to 6"),
        ("place", "Drop-in", (), "Write the place, = and its hours, like: Drop-in=Fridays, 2 to 6"),
        ("place_name", "Nowhere=The Hall", (), "There is no place 'Nowhere'"),
        ("place_name", "Drop-in", (), "= and its new name, like: Drop-in=The Hall"),
        ("place_name", "Drop-in=", (), "Write the name of the place"),
        ("place_open", "Drop-in", (), "= and closed or open, like: Drop-in=closed"),
        ("place_open", "Drop-in=shut", (), "Write Drop-in=closed or Drop-in=open"),
        ("place_open", "Drop-in=closed", (), "Then no place is open"),
        ("release_hour", "9", ("--from", "soon"), "is no day"),
        ("release_hour", "9", ("--from", "2026-11-24"), "2026-11-27 or later"),
        ("release_hour", "18", (), "Nothing is different"),
    ],
)
def test_what_no_site_can_go_by_is_one_line(
    session: Session, founded: Founded, run: Run, what: str, value: str, more: tuple[str, ...], says: str
) -> None:
    status, said = run("plan", "change", what, value, *more, typed=cards(founded, "Moss", "Dogwood"))
    assert status == 1
    assert says in said.splitlines()[-1]
    session.rollback()
    assert session.query(PlanChange).all() == []


@pytest.mark.of_one_database
@pytest.mark.parametrize(
    ("what", "value", "key"),
    [
        ("closed_days", "2027-01-01", ["2027-01-01"]),
        ("working_days", "0 2", [0, 2]),
        ("timezone", "America/New_York", "America/New_York"),
        ("place", "Van=Fridays", {"name": "Van", "hours": "Fridays"}),
        ("place", "drop-in=Fridays", {"name": "Drop-in", "hours": "Fridays"}),
        ("place_name", "Drop-in=The  Hall", {"place": "Drop-in", "name": "The Hall"}),
    ],
)
def test_each_thing_can_be_changed(
    session: Session, founded: Founded, run: Run, what: str, value: str, key: object
) -> None:
    assert run("plan", "change", what, value, typed=cards(founded, "Dogwood", "Moss"))[0] == 0
    session.rollback()
    assert session.query(PlanChange).one().value == key


def test_a_place_is_named_closed_and_listed_by_its_new_name(session: Session, founded: Founded, run: Run) -> None:
    """Any name that a place has or had finds it, and one with the sign between is read whole."""
    for what, value, says in (
        ("place", "Van=Fridays", "Van, Fridays"),
        ("place_name", "Drop-in=1 = The Hall", "Drop-in is called 1 = The Hall"),
        ("place", "1 = The Hall=Nights", "1 = The Hall, Nights"),
        ("place_open", "Drop-in=closed", "1 = The Hall is closed"),
    ):
        status, said = run("plan", "change", what, value, typed=cards(founded, "Moss", "Dogwood"))
        assert (status, says in said) == (0, True), said
    assert "Name of a place: Drop-in is called 1 = The Hall" in run("plan")[1]
    session.rollback()
    changing_plan.let_begin(session, session.query(PlanChange).first().begins)
    session.commit()
    assert "1 = The Hall: Nights, closed since 2026-11-24" in run("plan")[1]
    status, said = run("plan", "change", "place", "1 = The Hall", typed=cards(founded, "Moss", "Dogwood"))
    assert (status, "like: 1 = The Hall=Fridays" in said) == (1, True), said


def test_every_command_counts_days_where_the_site_is(session: Session, founded: Founded, run: Run) -> None:
    """Half a day is another date in Auckland: what a round there has let begin today is no forgery to an audit."""
    session.get_one(Programme, 1).timezone = "Pacific/Auckland"
    session.commit()
    for command in (("ledger", "audit"), ("doctor",), ("plan",)):
        clock.use_zone("UTC")
        run(*command)
        assert clock.today(), command
        with clock.stopped_at(NOW):
            assert clock.today() == TODAY + timedelta(days=1), command
