"""Two changes of places at the same moment, one that cannot begin, and a machine that was off on a day of change."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork.rounds import Moment
from governance.health import history
from governance.health.found import AtHand as Looked
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.places import changing_plan, places_by_day, service
from governance.places.models import Kiosk, PlanChange, Programme
from governance.places.plan_rules import What
from governance.places.rounds import NotBegun, let_changes_begin
from governance.programme import accounting
from governance.ruling.errors import RuleRefused
from governance.storage import database
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.places.test_places_change import DAY, DROP_IN, as_rows, doors, hours

CLOSED = {"place": "Van", "open": False}


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """A programme of two places that are open."""
    with clock.stopped_at(NOW):
        founded = an_open_programme(session, keys)
        hours(session, "Van", "Fridays", TODAY, TODAY - DAY)
        changing_plan.let_begin(session, TODAY)
        session.commit()
        yield founded


def beside(session: Session, what: What, value: Any, begins: date) -> tuple[threading.Thread, list[str]]:
    """Begin a change in a session of its own, while that of *session* is not yet committed."""
    said: list[str] = []

    def work() -> None:
        with database.writing(), Session(session.get_bind(), expire_on_commit=False) as other:
            try:
                changing_plan.change_plan(other, what, value, begins, TODAY)
                other.commit()
                said.append("done")
            except RuleRefused as refusal:
                said.append(str(refusal))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(timeout=0.5)  # It waits for the other one: were it done by now, nothing would hold it.
    assert said == []
    return thread, said


def test_two_pairs_do_not_close_both_places(session: Session, founded: Founded) -> None:
    doors(session, DROP_IN, False, TODAY + DAY)
    thread, said = beside(session, What.PLACE_OPEN, CLOSED, TODAY + DAY)
    session.commit()
    thread.join()
    assert len(said) == 1
    assert said[0].startswith("Then no place is open")


def test_two_pairs_do_not_give_one_name_to_two_places(session: Session, founded: Founded) -> None:
    changing_plan.change_plan(session, What.PLACE_NAME, {"place": DROP_IN, "name": "Hall"}, TODAY + DAY, TODAY)
    thread, said = beside(session, What.PLACE, {"name": "Hall", "hours": ""}, TODAY + DAY)
    session.commit()
    thread.join()
    assert len(said) == 1
    assert "is or was the name of another place" in said[0]


def agreed_unseen(session: Session, what: What, value: Any, begins: date) -> None:
    """Note a change as an older version did where two came side by side: no check saw the other one."""
    change = PlanChange(what=what, value=value, begins=begins, day=TODAY)
    session.add(change)
    ledger.append(session, "decisions", "programme", changing_plan.facts_of(change))
    session.flush()


def a_round(session: Session, keys: KeyFolder, today: date) -> None:
    for piece in let_changes_begin(session, keys, Moment(NOW, today, False)):
        piece(session)
        session.commit()


def test_one_that_cannot_begin_stops_no_other_and_the_doctor_names_it(
    session: Session, keys: KeyFolder, founded: Founded, app: Flask
) -> None:
    tomorrow, looked = TODAY + DAY, Looked(session, keys, app.config["SETTINGS"])
    agreed_unseen(session, What.PLACE_NAME, {"place": DROP_IN, "name": "Hall"}, tomorrow)
    agreed_unseen(session, What.PLACE, {"name": "Hall", "hours": "Nights"}, tomorrow)
    hours(session, "Van", "Mondays", tomorrow)
    changing_plan.change_plan(session, What.WORKING_DAYS, [0, 1], tomorrow, TODAY)
    assert list(history.names_of_places(looked)) == []
    for _each_minute in range(2):
        with pytest.raises(NotBegun):
            a_round(session, keys, tomorrow)
    assert as_rows(session) == {DROP_IN: ("Hall", "11 to 6", True), "Van": ("Van", "Mondays", True)}
    assert session.get_one(Programme, 1).working_days == [0, 1]
    assert list(accounting.differences(session, keys, tomorrow)) == [], "nobody forged anything"
    with clock.stopped_at(NOW + DAY):
        (found,) = history.names_of_places(looked)
    assert not found.fine
    assert "“Hall”" in found.words
    changing_plan.change_plan(session, What.PLACE_NAME, {"place": "Hall", "name": "Yard"}, TODAY + 2 * DAY, tomorrow)
    a_round(session, keys, TODAY + 2 * DAY)
    assert as_rows(session)["Hall"] == ("Yard", "Nights", True)
    assert list(accounting.differences(session, keys, TODAY + 2 * DAY)) == []


def test_screens_stop_though_no_round_ran_while_their_place_was_closed(
    session: Session, keys: KeyFolder, founded: Founded
) -> None:
    place = next(each for each in service.places(session) if each.name == DROP_IN)
    kiosk, _code = service.enrol_kiosk(session, place, "by the door", clock.today())
    doors(session, DROP_IN, False, TODAY + 2 * DAY)
    doors(session, DROP_IN, True, TODAY + 4 * DAY)
    a_round(session, keys, TODAY + DAY)
    assert _revoked_on(session, kiosk) is None
    a_round(session, keys, TODAY + 5 * DAY)
    assert _revoked_on(session, kiosk) == TODAY + 2 * DAY
    new, _code = service.enrol_kiosk(session, place, "by the door", clock.today())
    assert not places_by_day.due(session, TODAY + 5 * DAY)
    a_round(session, keys, TODAY + 6 * DAY)
    assert _revoked_on(session, new) is None, "a new one works on"


def _revoked_on(session: Session, kiosk: Kiosk) -> date | None:
    session.expire(kiosk)
    return kiosk.revoked_on
