"""A year of a programme: founded by `init`, through its first answer and its first term, to the first yearly review.

The board has phones, the kiosk is a tablet, the staff sit at a desk. Of the days in between only those are lived on
which something happens; on each of them the program does its rounds.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from governance.decisions.service import RecordFields
from tests.journeys import off_screen
from tests.journeys.conftest import Town
from tests.journeys.newly_founded import SEATS, a_town, at_the_tablet, list_of_messages, member, staff, takes_a_share

OTHER_VOTERS = ("Cedar", "Dogwood", "Elder")
HELP = ("Emergency", "Overdose", "Someone to talk to")
HELP_CARDS = tuple(f"{kind}, here" for kind in HELP)
CHARTER, MORE_NOTICE = "Our charter after the first meeting", "Four days of notice before each vote."
WORDS, THANKS = "The door is shut when I come from work.", "The soup is good."
THEME, TITLE = "The door is shut in the evening", "Open until nine on Thursdays"
RESULT, PROMISE = "We stay open until nine on Thursdays.", "Keep the door open on the first Thursday"
A_YEAR_ON = "We find people here at nine. It stays open."
TOO_LONG, LESS_NOTICE = "Four days of notice keep people waiting.", "Two days of notice before a vote"


def at(month: int, day: int, year: int = 2027, hour: int = 12) -> datetime:
    return datetime(year, month, day, hour, 5, tzinfo=UTC)


@pytest.fixture
def town(tmp_path: Path, browser: Browser) -> Iterator[Town]:
    """A town that was founded this noon."""
    with a_town(tmp_path, browser, at(1, 4)) as town:
        yield town


def test_a_programme_lives_through_its_first_year(town: Town) -> None:
    nobody_can_say_anything_yet(town)
    the_board_adopts_its_charter_at_its_first_meeting(town)
    feedback_opens(town)
    people_say_it_and_the_board_reads_it(town)
    record = the_board_decides_what_people_brought(town)
    staff_are_late_and_it_stays_told(town, record)
    help_cards_are_checked_again(town)
    the_words_are_forgotten_and_the_number_stays(town)
    what_was_promised_is_done(town, record)
    a_seat_goes_on_to_somebody_new(town)
    the_board_looks_back_on_its_year(town, record)


def nobody_can_say_anything_yet(town: Town) -> None:
    """Month 0. Three take a recovery share, and the keeper writes the help cards; more is missing."""
    for alias in ("Ash", "Birch"):
        takes_a_share(town, member(town, alias))
    keeper = staff(town, "Moss")
    keeper.goes_to("/accounts")
    keeper.sees("The first week", "Fill the help cards")
    keeper.takes_a_share()
    for kind in HELP:
        keeper.adds_a_help_card(kind, f"{kind}, here", "555-0100")
    keeper.writes_the_legal_limit("Workers here must report harm to a child. You do not have to say who.")
    at_the_tablet(town).sees("Feedback is not open here yet.")


def the_board_adopts_its_charter_at_its_first_meeting(town: Town) -> None:
    """It stands on the first agenda. Adopting it takes a vote, a record, and two who put in force what that says."""
    facilitator = member(town, "Cedar")
    facilitator.goes_to("/board/agenda")
    facilitator.presses("Talk about it next meeting", near="Adopt your charter")
    other = member(town, "Elder")
    other.goes_to("/board")
    other.sees("Adopt your charter", "We talk about this at the next meeting")
    proposal = member(town, "Dogwood").proposes(
        "/board/proposals/new", CHARTER, MORE_NOTICE, "It changes our charter", {"Days of notice": "4"}
    )
    other.goes_to(proposal)
    other.sees("What changes in our charter:", "Days of notice: 4 (now 3)")
    assert decided(town, proposal, at(1, 5)) == "/decisions/2027-001"
    facilitator.goes_to("/board/charter/new")
    facilitator.sees(CHARTER, "Days of notice: 4 (now 3)")
    facilitator.presses("Ask to put it in force")
    member(town, "Birch").says_the_second_yes()
    other.goes_to("/board/charter")
    other.sees("In force: version 2")
    other.goes_to("/board")
    other.does_not_see("We talk about this at the next meeting")


def decided(town: Town, proposal: str, called: datetime) -> str:
    """The words are fixed, four vote, one of them on a phone, two open the box, two put the record out.

    Returns the record's address.
    """
    town.clock_goes_to(called)
    facilitator, one, two = (member(town, alias) for alias in ("Cedar", "Ash", "Birch"))
    facilitator.fixes_the_words(proposal)
    ballot = facilitator.calls_the_vote("Two thirds", ["Ash", "Birch"])
    cards = facilitator.prints_the_cards(ballot, one)
    two.draws_a_card(ballot, cards)
    town.clock_goes_to(called + timedelta(days=4))
    two.votes_sealed("Yes", two.pass_)
    off_screen.vote(town, ballot, cards, dict.fromkeys(OTHER_VOTERS, "yes"))
    town.clock_goes_to(called + timedelta(days=10, hours=6))
    for teller in (one, two):
        teller.hands_in_a_part(ballot)
    two.sees("The box is open. It is counted.")
    record = facilitator.drafts_the_record(
        ballot, result=MORE_NOTICE, why="People told us.", gets_better="People find us open.", review_on="2028-01-03"
    )
    facilitator.adopts_it(record)
    one.says_the_second_yes()
    return record


def feedback_opens(town: Town) -> None:
    """Nothing is missing any more, and the next person at the tablet can say something."""
    keeper = staff(town, "Moss")
    keeper.goes_to("/places")
    keeper.presses("Open feedback")
    at_the_tablet(town).sees("What do you want to say?")


def people_say_it_and_the_board_reads_it(town: Town) -> None:
    """Month 1. Nobody reads it before the evening; then board and staff do, and five put it on the agenda."""
    town.clock_goes_to(at(1, 18))
    somebody, reader, manager = at_the_tablet(town), member(town, "Ash"), staff(town, "Kelp")
    somebody.begins()
    somebody.says(WORDS)
    somebody.hides_it()
    off_screen.say(town, *[WORDS] * 4)
    manager.finds_nothing_yet()
    town.clock_goes_to(at(1, 18, hour=18))
    manager.finds(WORDS)
    reader.finds(WORDS)
    reader.sees("4 more say the same")
    reader.starts_a_theme(THEME, "People come from work and find it shut.")
    reader.sees("has put itself on the board's agenda: five messages in 60 days.")
    town.clock_goes_to(at(1, 25))
    off_screen.say(town, *[THANKS] * 7)
    town.clock_goes_to(at(1, 25, hour=18))


def the_board_decides_what_people_brought(town: Town) -> str:
    """Month 2. The theme becomes a proposal and a decision, which anybody can read. Returns its address."""
    town.clock_goes_to(at(2, 1))
    writer, anybody = member(town, "Dogwood"), at_the_tablet(town)
    writer.goes_to("/board/agenda")
    writer.sees(THEME, "Many people said this")
    proposal = writer.proposes("/board/proposals/new?theme=1", TITLE, RESULT)
    town.clock_goes_to(at(2, 2))
    tellers = [member(town, alias).card for alias in ("Ash", "Birch")]
    said = RecordFields(RESULT, "People told us.", "People find us open.", date(2028, 1, 3))
    record = off_screen.decide(town, proposal, dict.fromkeys(("Birch", *OTHER_VOTERS), "yes"), tellers, said)
    anybody.opens(record)
    anybody.sees(RESULT, "The board said yes", "Staff owe a first word by Feb 17, 2027.")
    anybody.does_not_see(*SEATS)
    return record


def staff_are_late_and_it_stays_told(town: Town, record: str) -> None:
    """Month 3. The wall says that nobody answered; the answer says for good how late it came."""
    town.clock_goes_to(at(3, 15))
    anybody, manager = at_the_tablet(town), staff(town, "Kelp")
    anybody.opens("/")
    anybody.sees(TITLE, "10 days late", "was due Mar 5, 2027")
    manager.opens_the_duty(TITLE)
    manager.answers_partly(
        "One Thursday a month. We have one worker for it.", "Open late on one Thursday a month.", "Not enough workers",
        PROMISE, "The drop-in team", date(2027, 6, 30),
    )  # fmt: skip
    anybody.opens(record)
    anybody.sees("Partly", "The answer came 10 days late.")


def help_cards_are_checked_again(town: Town) -> None:
    """Nobody has called the numbers for 70 days: their keeper is told, calls, and saves each card."""
    keeper = staff(town, "Moss")
    keeper.goes_to("/accounts")
    keeper.sees("Overdose, here", "To check", "Without that it goes on May 4, 2027.")
    keeper.checks_the_help_cards(*HELP_CARDS)
    keeper.goes_to("/accounts")
    keeper.does_not_see("To check")


def the_words_are_forgotten_and_the_number_stays(town: Town) -> None:
    """Month 4. Ninety days after their month the words are gone. The theme stays, and about how many there were."""
    reader, anybody = member(town, "Ash"), at_the_tablet(town)
    reader.goes_to("/desk/themes/1")
    reader.sees(WORDS)
    town.clock_goes_to(at(5, 3, hour=18))
    reader.goes_to("/desk/themes/1")
    reader.does_not_see(WORDS)
    reader.sees(THEME, "5 in all")
    anybody.opens("/measures")
    anybody.sees("Words gone, as we promised, up to Jan 31, 2027")
    assert b'"at_least":10,"kind":"summary","month":"2027-01"' in list_of_messages(anybody)


def what_was_promised_is_done(town: Town, record: str) -> None:
    """Month 6. Staff say so, one of the board looks, another agrees; then everybody reads it."""
    town.clock_goes_to(at(6, 28))
    manager, looks, anybody = staff(town, "Kelp"), member(town, "Dogwood"), at_the_tablet(town)
    manager.opens_the_duty(TITLE)
    manager.reports_done(PROMISE)
    looks.goes_to("/board")
    looks.sees(PROMISE, "Staff say it is done")
    looks.says_it_is_done(PROMISE)
    anybody.opens(record)
    anybody.sees("Staff say it is done. The board has not checked yet.")
    member(town, "Birch").says_the_second_yes()
    anybody.opens(record)
    anybody.sees("Done. The board checked.", "The answer came 10 days late.")


def a_seat_goes_on_to_somebody_new(town: Town) -> None:
    """Month 11. The terms run out; who does not want another one gives the seat back, and it is filled."""
    town.clock_goes_to(at(12, 6))
    keeps_seats, leaves, other = member(town, "Cedar"), member(town, "Fern"), member(town, "Birch")
    keeps_seats.goes_to("/board")
    keeps_seats.sees("the term runs to Jan 4, 2028", "Ask if the member wants another term.")
    leaves.goes_to("/board")
    leaves.opens_up("seat")
    leaves.presses("Ask to give my seat back")
    other.says_the_second_yes()
    keeps_seats.goes_to("/board/seats")
    keeps_seats.presses("Seat 6")
    keeps_seats.chooses("Member", "Hazel")
    keeps_seats.presses("Ask to give the seat")
    other.says_the_second_yes()
    new = member(town, "Hazel")
    new.goes_to("/board")
    new.sees("You sit in Seat 6.")


def the_board_looks_back_on_its_year(town: Town, record: str) -> None:
    """Month 12. What the board said it would look at again waits for every member; what comes of it is public.

    One decision is looked at on its day. The other one is late, and everybody can read by how much.
    """
    town.clock_goes_to(at(1, 3, 2028))
    facilitator, other, anybody = member(town, "Cedar"), member(town, "Elder"), at_the_tablet(town)
    facilitator.goes_to("/board/agenda")
    facilitator.sees("Look back on our year", "The year 2027 is over")
    facilitator.presses("Talk about it next meeting", near="Look back on our year")
    other.goes_to("/board")
    other.sees(CHARTER, TITLE, "Look again", "We said we would look at it again on Jan 3, 2028.")
    other.sees("Look back on our year")
    other.goes_to("/years/2027")
    other.sees("The year 2027 in short", CHARTER, TITLE, "The answer came 10 days late.", "Done. The board checked.")
    other.sees("To talk about, when we look back")
    other.says_what_came_of_it(record, "It stands", A_YEAR_ON, "2029-01-03")
    anybody.opens(record)
    anybody.does_not_see(A_YEAR_ON, "We looked again")
    facilitator.says_the_second_yes()
    anybody.opens(record)
    anybody.sees("We looked again", "It stands", A_YEAR_ON, "Jan 3, 2029")
    anybody.does_not_see(*SEATS)
    town.clock_goes_to(at(1, 10, 2028))
    anybody.opens("/decisions/2027-001")
    anybody.sees("We said we would look at this again on Jan 3, 2028. We are 7 days late.")
    facilitator.says_what_came_of_it("/decisions/2027-001", "It is to be changed", TOO_LONG, "2028-07-03")
    other.says_the_second_yes()
    other.goes_to("/board")
    other.does_not_see("We said we would look at it again")
    other.sees(CHARTER, "We looked again, and it is to be changed. Write how.")
    proposal = other.proposes("/board/proposals/new?changes_record=2027-001", LESS_NOTICE, "Two days of notice.")
    other.goes_to("/board")
    other.does_not_see("We looked again, and it is to be changed.")
    anybody.opens("/decisions/2027-001")
    anybody.sees("It is to be changed", TOO_LONG, f"How it is to change: proposal {proposal.rpartition('/')[2]}")
    staff(town, "Moss").goes_to("/accounts")
    staff(town, "Moss").sees("Overdose, here", "Not shown", "People do not see this card.")
    staff(town, "Moss").checks_the_help_cards(*HELP_CARDS)
    anybody.opens("/measures")
    anybody.sees("The board has made 2 decisions.", "Late 1 of 1", "Checked by the board 1 of 1")
    anybody.sees("Oldest help card checked on Jan 10, 2028")
    anybody.presses("2028")
    anybody.sees("The year 2028 in short", "This year is not over yet.", RESULT, "It is to be changed")
    anybody.does_not_see("To talk about, when we look back", *SEATS)
