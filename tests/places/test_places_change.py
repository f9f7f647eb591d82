"""A place gets another name, closes and opens again, each from a day on; and who reads the ledger can follow it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork.rounds import Moment
from governance.keys.keyfolder import KeyFolder
from governance.places import changing_plan, place_rules, service
from governance.places.models import Kiosk, KioskCall, Place, PlanChange, Programme
from governance.places.plan_rules import What
from governance.places.rounds import tell_how_places_stand
from governance.programme import accounting
from governance.questions import service as questions
from governance.ruling.errors import RuleRefused
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.laid_out import emptied, prepared
from tests.page import PageClient
from tests.second_yes import agree

Enter = Callable[[str], PageClient]
DAY = timedelta(days=1)
DROP_IN = "Drop-in"


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """A programme of two places: one that it was founded with, and one that came by a change and has begun."""
    emptied(keys)

    def two_places() -> Founded:
        founded = an_open_programme(session, keys)
        changing_plan.change_plan(session, What.PLACE, {"name": "Van", "hours": "Fridays"}, TODAY, TODAY - DAY)
        changing_plan.let_begin(session, TODAY)
        session.commit()
        return founded

    with clock.stopped_at(NOW):
        yield prepared("two places", session, keys, two_places)


def rename(session: Session, place: str, name: str, begins: date, today: date = TODAY) -> PlanChange:
    return changing_plan.change_plan(session, What.PLACE_NAME, {"place": place, "name": name}, begins, today)


def hours(session: Session, place: str, words: str, begins: date, today: date = TODAY) -> PlanChange:
    return changing_plan.change_plan(session, What.PLACE, {"name": place, "hours": words}, begins, today)


def doors(session: Session, place: str, is_open: bool, begins: date, today: date = TODAY) -> PlanChange:
    return changing_plan.change_plan(session, What.PLACE_OPEN, {"place": place, "open": is_open}, begins, today)


def as_rows(session: Session) -> dict[str, tuple[str, str, bool]]:
    session.expire_all()
    return {each.first_name: (each.name, each.hours, each.closed_on is None) for each in service.places(session)}


def wrong(session: Session, keys: KeyFolder, today: date) -> list[str]:
    return list(accounting.differences(session, keys, today))


# A name


@pytest.mark.on_both
def test_a_change_of_hours_after_a_new_name_finds_the_place(session: Session, founded: Founded) -> None:
    """Whichever of two was agreed to first, and whichever begins first."""
    hours(session, DROP_IN, "Nights", TODAY + 5 * DAY)
    rename(session, DROP_IN, "The Hall", TODAY + 3 * DAY)
    hours(session, DROP_IN, "Days", TODAY + 8 * DAY)
    expected = {2: (DROP_IN, "11 to 6"), 3: ("The Hall", "11 to 6"), 5: ("The Hall", "Nights"), 8: ("The Hall", "Days")}
    for day, (name, when) in expected.items():
        changing_plan.let_begin(session, TODAY + day * DAY)
        assert as_rows(session)[DROP_IN] == (name, when, True), day
    assert len(service.places(session)) == 2


SAME = ["Drop-in", "drop-IN", " Drop-in ", "Dr\u043ep-in", "Drop-\uff49n", "Drop\u200b-in"]


def taken(change: Callable[[], object]) -> bool:
    try:
        change()
    except RuleRefused as refusal:
        return "is or was the name of another place" in str(refusal)
    return False


def test_no_place_takes_the_name_of_another_or_one_that_looks_like_it(session: Session, founded: Founded) -> None:
    let_in = [
        (name, begins)
        for name, begins in product(SAME, (TODAY + DAY, TODAY + 90 * DAY))
        if not taken(lambda name=name, begins=begins: rename(session, "Van", name, begins))
        # By its own name it is no new place: its hours are changed.
        or (name != DROP_IN and not taken(lambda name=name, begins=begins: hours(session, name, "Always", begins)))
    ]
    assert let_in == []
    assert not taken(lambda: hours(session, "Tent", "Always", TODAY + DAY)), "the control"


def test_what_a_phone_writes_by_itself_makes_no_second_place(session: Session, founded: Founded) -> None:
    """Another dash, a curly apostrophe, a point left out, an accent in two signs: it is the same name when spoken."""
    for known, typed in (
        ("Drop-in", ["Drop\u2013in", "Drop in", "drop\u2011in", "DROP - IN"]),
        ("St. Ann's", ["St Anns", "St. Ann\u2019s", "st. ann`s"]),
        ("Caf\u00e9 Sud", ["Cafe\u0301 Sud", "CAF\u00c9  SUD", "Caf\u00e9-Sud"]),
    ):
        names = {"Van": ["Van"], known: [known]}
        assert [each for each in typed if place_rules.whose(each, names) != known] == []
        assert place_rules.whose("Dropping", names) == place_rules.whose(f"{known} 2", names) == ""
    both = {"Drop-in": ["Drop-in"], "Drop in": ["Drop in"]}
    assert [place_rules.whose(each, both) for each in both] == list(both), "each by its own"


def test_a_name_that_a_place_once_had_stays_its_own(session: Session, founded: Founded) -> None:
    rename(session, DROP_IN, "The Hall", TODAY + DAY)
    doors(session, DROP_IN, False, TODAY + DAY)
    for name in (DROP_IN, "The Hall", "the hall"):
        with pytest.raises(RuleRefused, match="is or was the name of another place"):
            rename(session, "Van", name, TODAY + 2 * DAY)
        with pytest.raises(RuleRefused, match="is or was the name of another place"):
            changing_plan.check_is_new(session, name)
    rename(session, DROP_IN, "drop-in", TODAY + 2 * DAY)
    rename(session, DROP_IN, "The House", TODAY + DAY)  # What never began is nobody's name.
    rename(session, "Van", "The Hall", TODAY + 3 * DAY)


def test_a_name_that_nobody_can_read_is_none(session: Session, founded: Founded) -> None:
    for name in ("", " ", "\u200b", "\u2063\u00a0"):
        with pytest.raises(RuleRefused, match="Write the name"):
            rename(session, DROP_IN, name, TODAY + DAY)
    with pytest.raises(RuleRefused, match="signs that nobody can see"):
        rename(session, DROP_IN, "Hall\u202eniard", TODAY + DAY)


@pytest.mark.on_both
def test_screens_calls_and_pages_say_the_new_name_from_its_day_on(
    session: Session, founded: Founded, enter: Enter, app: Any
) -> None:
    kiosk, _key = service.enrol_kiosk(session, service.places(session)[0], "by the door", clock.today())
    service.let_workers_come(session, True)
    service.call_worker(session, str(kiosk.id), NOW)
    rename(session, DROP_IN, "The Hall", TODAY + DAY)
    session.commit()
    assert service.place_of_kiosk(session, str(kiosk.id)) == DROP_IN
    assert "The Hall" not in PageClient(app).get("/where").text
    session.rollback()
    changing_plan.let_begin(session, TODAY + DAY)
    session.commit()
    assert service.place_of_kiosk(session, str(kiosk.id)) == "The Hall"
    assert [each.place for each in service.calls(session, NOW)] == ["The Hall"]
    session.rollback()
    with clock.stopped_at(NOW + DAY):
        assert "The Hall" in PageClient(app).get("/where").text
    for page in ("/places/plan", "/places/kiosks/new", "/places/plan/of-place?place=Drop-in"):
        assert "The Hall" in enter("Moss").get(page).text, page
    assert "The Hall" in enter("Juniper").get("/desk/paper?about=place").text


# A question keeps the name it was asked under


def a_question(founded: Founded, place: int, today: date) -> int:
    session = founded.session
    asked = questions.propose(session, "More tea?", ["Yes", "No"], "en", founded.cards["Ash"].account_id, today)
    questions.put_up(session, founded.keys, asked.id, place, today)
    session.flush()
    return asked.id


@pytest.mark.on_both
def test_an_honest_new_name_makes_no_alarm_and_a_forged_one_does(
    session: Session, keys: KeyFolder, founded: Founded
) -> None:
    drop_in = service.places(session)[0].id
    a_question(founded, drop_in, TODAY)
    rename(session, DROP_IN, "The Hall", TODAY + 8 * DAY)
    eighth = TODAY + 8 * DAY
    asked = a_question(founded, drop_in, eighth)  # In the first minute of that day: before the round.
    line = next(leaf for leaf in bodies(session) if f'"number":{asked}' in leaf)
    assert '"place":"The Hall"' in line
    for day in (eighth, eighth + DAY, eighth + 2 * DAY):
        changing_plan.let_begin(session, day)
        assert wrong(session, keys, day) == [], day
    session.execute(text("UPDATE place SET name = 'Forged' WHERE first_name = 'Drop-in'"))
    assert any("place" in each for each in wrong(session, keys, eighth + 2 * DAY))


def bodies(session: Session) -> list[str]:
    return list(session.scalars(text("SELECT body FROM leaf WHERE log = 'decisions'")))


def test_a_second_change_of_one_thing_makes_no_alarm_on_its_day(
    session: Session, keys: KeyFolder, founded: Founded
) -> None:
    """Before the round of that day the row is the old one, after it the new one: both are honest."""
    for hour, begins in ((9, TODAY + 4 * DAY), (10, TODAY + 6 * DAY)):
        changing_plan.change_plan(session, What.RELEASE_HOUR, hour, begins, TODAY)
    changing_plan.let_begin(session, TODAY + 5 * DAY)
    assert wrong(session, keys, TODAY + 6 * DAY) == []
    changing_plan.let_begin(session, TODAY + 6 * DAY)
    assert wrong(session, keys, TODAY + 6 * DAY) == []
    session.get_one(Programme, 1).release_hour = 3
    assert any("two people changed it" in each for each in wrong(session, keys, TODAY + 6 * DAY))


# Closing


def test_a_place_closes_on_its_day_and_what_was_said_there_stays(
    session: Session, founded: Founded, enter: Enter, app: Any
) -> None:
    place = service.places(session)[0]
    kiosk, key = service.enrol_kiosk(session, place, "by the door", clock.today())
    service.let_workers_come(session, True)
    service.call_worker(session, str(kiosk.id), NOW)
    session.commit()
    screen = PageClient(app)
    assert screen.submit("/kiosk/enrol", code=key).status_code == 303
    closes = TODAY + 2 * DAY
    asked = enter("Moss").submit(
        "/places/plan/place_open?place=Drop-in", "begins", state="closed", begins=closes.isoformat()
    )
    assert asked.status_code == 303
    said = enter("Dogwood").get("/second-yes").text
    assert "Drop-in is closed from" in said
    assert "Its screens stop then" in said
    agree(enter("Dogwood"))
    assert "Closes on" in PageClient(app).get("/where").text
    changing_plan.let_begin(session, closes - DAY)
    assert _revoked_on(session, kiosk) is None, "and not before its day"
    changing_plan.let_begin(session, closes)
    session.commit()
    assert session.scalars(select(KioskCall)).all() == []
    assert _revoked_on(session, kiosk) == closes
    assert [each.name for each in service.open_places(session)] == ["Van"]
    with pytest.raises(RuleRefused, match="This place is closed"):
        service.enrol_kiosk(session, session.get_one(Place, place.id), "another", clock.today())
    session.rollback()
    with clock.stopped_at(NOW + 2 * DAY):
        assert "Closed since" in PageClient(app).get("/where").text
    assert "Drop-in" not in enter("Moss").get("/places/kiosks/new").text
    assert enter("Moss").get("/places/plan/place_open?place=Drop-in").text.count("checked") == 1, "to open it again"


@pytest.mark.on_both
def test_a_question_there_takes_no_more_answers_and_is_told_on_its_day(
    session: Session, founded: Founded, enter: Enter
) -> None:
    place = service.places(session)[0]
    kiosk, _key = service.enrol_kiosk(session, place, "by the door", clock.today())
    a_question(founded, place.id, TODAY)
    questions.answer(session, founded.keys, str(kiosk.id), 0, TODAY)
    doors(session, DROP_IN, False, TODAY + DAY)
    changing_plan.let_begin(session, TODAY + DAY)
    with pytest.raises(RuleRefused, match="is over"):
        questions.answer(session, founded.keys, str(kiosk.id), 0, TODAY + DAY)
    other = questions.propose(session, "Less tea?", ["Yes", "No"], "en", founded.cards["Ash"].account_id, TODAY)
    with pytest.raises(RuleRefused, match="This place is closed"):
        questions.put_up(session, founded.keys, other.id, place.id, TODAY + 20 * DAY)
    assert list(questions.over(session, TODAY + 6 * DAY)) == [], "the ledger says until when it stands"
    assert len(questions.over(session, TODAY + 7 * DAY)) == 1
    session.commit()
    assert "Nobody can answer there any more" in enter("Cedar").get("/board/questions").text


def test_it_opens_again_and_a_slip_is_taken_back(session: Session, founded: Founded) -> None:
    doors(session, DROP_IN, False, TODAY + 5 * DAY)
    doors(session, DROP_IN, True, TODAY + 3 * DAY)
    assert changing_plan.coming(session, TODAY)[0].value["open"], "the closing falls away"
    doors(session, DROP_IN, False, TODAY + 3 * DAY)
    doors(session, DROP_IN, True, TODAY + 10 * DAY)
    for day, is_open in ((2, True), (3, False), (9, False), (10, True)):
        changing_plan.let_begin(session, TODAY + day * DAY)
        assert as_rows(session)[DROP_IN][2] is is_open, day


def test_one_place_is_open_on_each_day(session: Session, founded: Founded) -> None:
    doors(session, DROP_IN, False, TODAY + 10 * DAY)
    for begins in (TODAY + DAY, TODAY + 10 * DAY, TODAY + 20 * DAY):
        with pytest.raises(RuleRefused, match="Then no place is open"):
            doors(session, "Van", False, begins)
    doors(session, DROP_IN, True, TODAY + 20 * DAY)
    doors(session, "Van", False, TODAY + 20 * DAY)
    with pytest.raises(RuleRefused, match="Then no place is open"):
        doors(session, DROP_IN, False, TODAY + 19 * DAY)  # By this the opening again would fall away.


@pytest.mark.on_both
def test_a_mistake_that_has_not_begun_is_closed_from_its_first_day(
    session: Session, founded: Founded, enter: Enter
) -> None:
    hours(session, "Vann", "Fridays", TODAY + 3 * DAY)
    session.commit()
    page = enter("Moss").get("/places/plan/of-place?place=Vann").text
    assert "Vann" in page
    assert enter("Moss").get("/places/plan/place_open?place=Vann").status_code == 200
    with pytest.raises(RuleRefused, match="no such place"):
        doors(session, "Vann", False, TODAY + 2 * DAY)
    doors(session, "Vann", False, TODAY + 3 * DAY)
    changing_plan.let_begin(session, TODAY + 3 * DAY)
    assert as_rows(session)["Vann"][2] is False


PUBLIC = ("/", "/measures", "/promises", "/principles", "/removed", "/decisions", "/proposals", "/help-now", "/kiosk")


def test_no_page_for_everybody_has_a_number_of_one_place(session: Session, founded: Founded, app: Any) -> None:
    """So the last words said at a place that closes are in no sum of its own: its name is on one page alone."""
    rename(session, DROP_IN, "Zebra Yard", TODAY + DAY)
    doors(session, DROP_IN, False, TODAY + DAY)
    changing_plan.let_begin(session, TODAY + DAY)
    session.commit()
    with clock.stopped_at(NOW + DAY):
        shown = [page for page in (*PUBLIC, "/where") if "Zebra Yard" in PageClient(app).get(page).text]
    assert shown == ["/where"]


def test_everybody_reads_when_a_place_closes_and_opens_and_of_one_to_come(
    session: Session, founded: Founded, app: Any
) -> None:
    doors(session, DROP_IN, False, TODAY + 2 * DAY)
    doors(session, DROP_IN, True, TODAY + 4 * DAY)
    hours(session, "Tent", "Nights", TODAY + 3 * DAY)
    doors(session, "Tent", False, TODAY + 6 * DAY)
    hours(session, "Slip", "Nights", TODAY + 3 * DAY)
    doors(session, "Slip", False, TODAY + 3 * DAY)
    hours(session, DROP_IN, "Days", TODAY + 2 * DAY)  # On the day on which it closes: it is no place that never was.
    session.commit()
    opens, again, closes = "Opens on {}", "Opens again on {}", "Closes on {}"
    expected = {
        0: [("Drop-in", closes, 2), ("", again, 4), ("Van", "", 0), ("Tent", opens, 3), ("", closes, 6)],
        2: [("Van", "", 0), ("Tent", opens, 3), ("", closes, 6), ("Drop-in", "Closed since {}", 2), ("", again, 4)],
        4: [("Drop-in", "", 0), ("Tent", closes, 6), ("Van", "", 0)],
        6: [("Drop-in", "", 0), ("Van", "", 0), ("Tent", "Closed since {}", 6)],
    }
    for day, lines in expected.items():
        changing_plan.let_begin(session, TODAY + day * DAY)
        session.commit()
        with clock.stopped_at(NOW + day * DAY):
            page = PageClient(app).get("/where").text
        said = " ".join(re.sub("<[^>]+>", " ", page).split())
        at = 0
        for name, words, on in lines:
            for each in (name, words.format(f"{TODAY + on * DAY:%b} {(TODAY + on * DAY).day}, 2026")):
                at = said.find(each, at)
                assert at >= 0, (day, each)
        assert "Slip" not in said


# The line that says how places began


@pytest.mark.on_both
def test_an_older_programme_gets_its_line_from_a_round(session: Session, keys: KeyFolder, founded: Founded) -> None:
    session.execute(text("UPDATE programme SET places_leaf = NULL"))
    session.execute(text("DELETE FROM leaf WHERE body LIKE '%\"places\":[%'"))
    session.execute(text("UPDATE place SET name = 'Hall', first_name = 'Hall' WHERE name = 'Drop-in'"))
    assert wrong(session, keys, TODAY) == [], "of what was before, nothing vouches"
    for _twice in range(2):
        for piece in tell_how_places_stand(session, keys, Moment(NOW, TODAY, False)):
            piece(session)
    assert sum('"places":[' in body for body in bodies(session)) == 1
    assert wrong(session, keys, TODAY) == []
    session.execute(text("UPDATE place SET hours = 'Never' WHERE name = 'Hall'"))
    assert wrong(session, keys, TODAY) == ["The place “Hall” is not what the ledger holds."]


def _revoked_on(session: Session, kiosk: Kiosk) -> date | None:
    session.expire(kiosk)
    return kiosk.revoked_on
