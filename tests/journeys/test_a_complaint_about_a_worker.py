"""Somebody says that a worker, or the manager, did wrong. Keys, and not pages, keep it from whom it is about."""

from __future__ import annotations

from tests.journeys.conftest import Town
from tests.journeys.people import Manager, Reader

DOOR = "The one at the door calls us names."
LAUGH = "The manager laughed at me."
NAMED = "Ask Peter Example of 12 Long Lane."
ASKED = "Was it in the morning? You do not have to say."


def test_a_complaint_passes_by_whom_it_is_about_and_nothing_goes_without_a_mark(town: Town) -> None:
    code = three_people_say_it(town)
    a_worker_does_not_read_what_is_about_a_worker(town)
    a_reader_asks_back_in_private(town, code)
    the_manager_does_not_read_what_is_about_the_manager(town)
    hiding_takes_one_of_each_side(town)
    everybody_sees_the_mark(town)


def three_people_say_it(town: Town) -> str:
    """One with scripts off, two with scripts and the keyboard alone. Returns the first one's code."""
    first, second, third = town.participant(), town.participant(scripts=True), town.participant(scripts=True)
    first.begins("Something wrong was done")
    code = first.says(DOOR, about="A worker", wants_code=True)
    second.begins("Something wrong was done")
    second.says(LAUGH, about="The manager")
    second.hides_it()
    third.begins()
    third.says(NAMED)
    town.a_day_passes()
    return code


def a_worker_does_not_read_what_is_about_a_worker(town: Town) -> None:
    """A manager and a board reader do. The page's address does not help the others."""
    worker, manager = town.worker(Reader, "Juniper"), town.worker(Manager, "Kelp")
    address = manager.finds(DOOR, box="grievance")
    manager.sees("We will not try to find out who said this.")
    worker.does_not_find(DOOR)
    assert worker.opens(address) == 409
    worker.does_not_see(DOOR)


def a_reader_asks_back_in_private(town: Town, code: str) -> None:
    """Whoever has the code reads it; nobody else does."""
    board, writer = town.worker(Reader, "Ash"), town.participant(phone=True)
    board.finds(DOOR, box="grievance")
    board.asks_back(ASKED)
    board.sees("a question was left")
    board.does_not_see(ASKED)
    writer.looks_up(code)
    writer.sees("A reader asks you", ASKED)


def the_manager_does_not_read_what_is_about_the_manager(town: Town) -> None:
    """The director and a board reader do."""
    manager, director, board = town.worker(Manager, "Kelp"), town.worker(Reader, "Larch"), town.worker(Reader, "Ash")
    address = director.finds(LAUGH, box="manager")
    board.finds(LAUGH, box="manager")
    manager.does_not_find(LAUGH)
    assert manager.opens(address) == 409
    manager.does_not_see(LAUGH)


def hiding_takes_one_of_each_side(town: Town) -> None:
    """Two of the board cannot; one of the board and one of the staff can."""
    board, other, staff = town.worker(Reader, "Ash"), town.worker(Reader, "Birch"), town.worker(Reader, "Juniper")
    address = board.finds(NAMED)
    board.asks_to_hide_it("It names a person")
    board.sees("Somebody asked to hide this", "Take it back")
    other.goes_to(address)
    other.is_refused("Agree to hide it")
    other.sees("It takes one board reader and one staff reader to hide a message.")
    staff.goes_to("/desk/hiding")
    staff.follows("It names a person")
    staff.sees(NAMED)
    staff.presses("Agree to hide it")
    staff.sees("A public note says its lane, the week and the reason.")
    staff.does_not_find(NAMED, boxes=["everyone"])


def everybody_sees_the_mark(town: Town) -> None:
    """The public page says what kind, why and when, and nothing of whom."""
    anybody = town.participant()
    anybody.opens("/removed")
    anybody.sees("It names a person", "Week of Nov 23, 2026")
    anybody.does_not_see("Peter", "Ash", "Juniper")
