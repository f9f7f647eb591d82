"""The clock of a grievance: from the day of release, 3 working days to a first word and 15 to an answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback import service as feedback
from governance.feedback.boxes import is_grievance
from governance.feedback.models import Message
from governance.feedback.rules import About, Audience, Consent, Lane
from governance.keys.keyfolder import KeyFolder
from governance.responses import service
from governance.responses.grievances import Grievance, Owed, WaitingGrievances, waiting
from governance.responses.needs import of_grievances
from governance.responses.rules import Calendar, Clocks
from tests.factories import NOW, Founded, an_open_programme
from tests.feedback.messages import LATER, released

MONDAY = date(2026, 11, 23)
THURSDAY, IN_THREE_WEEKS = date(2026, 11, 26), date(2026, 12, 14)
BOX = Audience.GRIEVANCE
THEME = (4, "Shouting at the door")


def found(*grievances: Grievance, closed: frozenset[date] = frozenset()) -> list[WaitingGrievances]:
    return waiting(grievances, Calendar(closed=closed), lambda _: Clocks())


@pytest.mark.parametrize("lane", [None, *Lane])
@pytest.mark.parametrize("audience", Audience)
def test_it_is_one_where_a_reader_says_so_and_until_then_by_its_box(audience: Audience, lane: Lane | None) -> None:
    by_box = audience in (Audience.GRIEVANCE, Audience.MANAGER)
    assert is_grievance(audience, lane) == (by_box if lane is None else lane is Lane.GRIEVANCE)


def test_without_a_theme_it_waits_three_working_days_for_a_first_word() -> None:
    assert found(Grievance(BOX, MONDAY)) == [WaitingGrievances(Owed.FIRST_WORD, THURSDAY, 1, BOX)]


def test_days_on_which_the_site_is_closed_are_not_counted() -> None:
    (waits,) = found(Grievance(BOX, MONDAY), closed=frozenset({THURSDAY}))
    assert waits.due == THURSDAY + timedelta(days=1)


def test_in_a_theme_it_waits_fifteen_working_days_for_an_answer() -> None:
    assert found(Grievance(BOX, MONDAY, True, THEME)) == [
        WaitingGrievances(Owed.ANSWER, IN_THREE_WEEKS, 1, BOX, theme=THEME)
    ]


def test_those_alike_are_one_line_and_the_oldest_sets_its_day() -> None:
    friday = MONDAY + timedelta(days=4)
    (waits,) = found(Grievance(BOX, friday), Grievance(BOX, MONDAY), Grievance(BOX, friday))
    assert (waits.number, waits.due) == (3, THURSDAY)


def test_boxes_lanes_and_themes_are_lines_of_their_own_the_first_due_first() -> None:
    lines = found(
        Grievance(BOX, MONDAY, True, THEME),
        Grievance(Audience.MANAGER, MONDAY + timedelta(days=1)),
        Grievance(BOX, MONDAY, True),
        Grievance(BOX, MONDAY + timedelta(days=2)),
    )
    assert [(each.audience, each.is_sorted, each.theme) for each in lines] == [
        (BOX, True, None),
        (Audience.MANAGER, False, None),
        (BOX, False, None),
        (BOX, False, THEME),
    ]


@pytest.mark.parametrize(("is_sorted", "waits"), [(False, 1), (True, 0)])
def test_what_was_kept_to_the_readers_waits_until_it_is_sorted(*, is_sorted: bool, waits: int) -> None:
    assert len(found(Grievance(BOX, MONDAY, is_sorted, is_private=True))) == waits


def test_a_line_says_how_many_and_by_when_and_leads_to_where_they_are_read() -> None:
    (one,) = of_grievances(found(Grievance(BOX, MONDAY)), THURSDAY)
    assert (str(one.title), one.word, one.state) == ("1 message says that wrong was done", "Wrong was done", "open")
    assert (one.page, one.at) == ("feedback.desk", {"box": "grievance"})
    (sorted_,) = of_grievances(found(Grievance(BOX, MONDAY, True)), THURSDAY + timedelta(days=1))
    assert (str(sorted_.word), sorted_.state, sorted_.at["lane"]) == ("1 day late", "late", "grievance")


def test_the_line_of_a_theme_leads_to_where_its_clock_is_started() -> None:
    (line,) = of_grievances(found(Grievance(BOX, MONDAY, True, THEME)), MONDAY)
    assert (line.title, line.page, line.at) == (THEME[1], "feedback.theme", {"theme_id": 4})
    assert "2026-12-14" in str(line.why)


# In a programme


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Iterator[Founded]:
    with clock.stopped_at(NOW):
        yield an_open_programme(session, keys)


def wrong_was_done(founded: Founded, about: About = About.WORKER, **more: object) -> Message:
    return founded.session.get_one(Message, released(founded, "they shouted", lane=Lane.GRIEVANCE, about=about, **more))


def waits_in(founded: Founded, *boxes: Audience) -> list[WaitingGrievances]:
    return service.grievances_waiting(founded.session, boxes or (BOX,))


def test_it_runs_from_the_day_of_release_and_not_from_the_day_of_writing(founded: Founded) -> None:
    wrong_was_done(founded)
    (waits,) = waits_in(founded)
    assert LATER == THURSDAY, "written on Monday, let out on Thursday"
    assert (waits.owed, waits.due, waits.number) == (Owed.FIRST_WORD, date(2026, 12, 1), 1)


@pytest.mark.on_both
def test_what_waits_is_what_the_rule_calls_one_in_each_box_and_lane(founded: Founded) -> None:
    message = wrong_was_done(founded)
    for box in Audience:
        for lane in (None, *Lane):
            message.audience, message.lane = box, lane
            founded.session.flush()
            assert bool(waits_in(founded, *Audience)) == is_grievance(box, lane), (box, lane)
            assert waits_in(founded, *(each for each in Audience if each is not box)) == []


@pytest.mark.on_both
def test_the_number_at_the_door_is_the_one_of_the_boxes_behind_it(founded: Founded) -> None:
    first, _other = wrong_was_done(founded), wrong_was_done(founded, About.MANAGER)
    released(founded, "thank you", lane=Lane.THANKS)
    for alias, reads in (("Ash", True), ("Kelp", True), ("Cedar", False)):
        account = founded.account(alias)
        boxes = feedback.boxes_of(founded.session, account)
        behind = sum(feedback.unsorted_counts(founded.session, boxes).values())
        assert service.at_doors(founded.session, account, reads=True, answers=False).messages == behind, alias
        assert (behind > 0) == reads, alias
    first.lane = Lane.OTHER
    founded.session.flush()
    assert waits_in(founded) == []


def test_nobody_hears_of_one_in_a_box_they_cannot_open(founded: Founded) -> None:
    wrong_was_done(founded, About.MANAGER)
    assert waits_in(founded, Audience.EVERYONE, BOX) == []
    assert len(waits_in(founded, Audience.MANAGER)) == 1


def test_other_lanes_have_no_such_clock(founded: Founded) -> None:
    released(founded, "thank you", lane=Lane.THANKS)
    assert waits_in(founded, *Audience) == []


def test_a_theme_waits_until_its_clock_runs(founded: Founded) -> None:
    message = wrong_was_done(founded)
    theme = feedback.start_theme(founded.session, "Shouting at the door", "", Lane.GRIEVANCE, LATER)
    feedback.put_in(founded.session, theme, message.id, feedback.Hand(founded.keys, LATER))
    (waits,) = waits_in(founded)
    assert (waits.owed, waits.theme, waits.due) == (Owed.ANSWER, (theme.id, theme.title), date(2026, 12, 17))
    service.start_duty_for_theme(founded.session, theme.id, LATER)
    assert waits_in(founded) == []


def test_one_that_joins_no_theme_is_done_with_when_it_is_sorted(founded: Founded) -> None:
    message = wrong_was_done(founded, consent=Consent.PRIVATE)
    assert len(waits_in(founded)) == 1
    message.lane = Lane.GRIEVANCE
    founded.session.flush()
    assert waits_in(founded) == []
