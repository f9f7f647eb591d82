"""One turn of the loop, from a word at the kiosk to "done" on the wall, through the pages alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from tests.journeys import off_screen
from tests.journeys.conftest import Town
from tests.journeys.people import SHOW_MY_WORDS, Facilitator, Manager, Member, Participant, Reader, Teller

MONDAY_EVENING = datetime(2026, 11, 23, 18, 5, tzinfo=UTC)
TUESDAY = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
WEDNESDAY = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
FRIDAY = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
AFTER_THE_VOTE = datetime(2026, 12, 3, 13, 0, tzinfo=UTC)
MUCH_LATER = datetime(2027, 1, 11, 12, 0, tzinfo=UTC)

WORDS = "The van leaves before my shift ends. I never get there.\nOne hour more would do."
PIECE = "The van leaves before my shift ends."
ALIKE = ("The van is gone when I come.", "Van too early!!", "after work there is no van")
FIFTH = "Please let the van stay till nine."
THEME = "The van leaves too early"
TITLE = "Let the van stay until nine"
AGAINST = "One long evening is enough for the two who drive."
RESULT = "The van stays until nine on weekdays."
PROMISE = "Run the van until nine on Tuesdays and Thursdays"


def test_a_word_at_the_kiosk_comes_back_as_done_on_the_wall(town: Town) -> None:
    said = people_say_it(town)
    readers_read_it_at_the_same_moment(town)
    said.proposal = a_member_writes_a_proposal(town)
    said.ballot = the_board_votes(town, said.proposal)
    said.record = the_record_is_adopted(town, said.ballot)
    staff_are_late_in_public(town, said.record)
    staff_answer_and_the_board_says_done(town)
    the_first_person_sees_the_whole_thread(town, said)


@dataclass
class Said:
    """What the story hands on: the first person with their code, and the addresses of what came of it."""

    first: Participant
    code: str
    proposal: str = ""
    ballot: str = ""
    record: str = ""


def people_say_it(town: Town) -> Said:
    """Four people say it, one after another, two of them at the kiosk, with scripts off; the first asks for a code."""
    first = town.participant()
    first.begins("An idea, or how it was")
    code = first.says(
        WORDS, topics=["Open hours"], more_topics=["The van"], face="Bad", show=SHOW_MY_WORDS, wants_code=True
    )
    first.hides_it()
    assert len(code.split()) == 5
    somebody = town.participant()
    somebody.begins()
    somebody.says(ALIKE[0], more_topics=["The van"])
    somebody.hides_it()
    off_screen.say(town, *ALIKE[1:])
    return Said(first, code)


def readers_read_it_at_the_same_moment(town: Town) -> None:
    """Neither the board nor the staff sees it before its time; then both do. A fifth word makes it an agenda item."""
    board, staff = town.worker(Reader, "Ash"), town.worker(Reader, "Juniper")
    board.finds_nothing_yet()
    staff.finds_nothing_yet()
    town.clock_goes_to(MONDAY_EVENING)
    staff.finds(PIECE)
    staff.sees("One hour more would do.", SHOW_MY_WORDS, "Open hours")
    board.finds(PIECE)
    board.starts_a_theme(THEME, "It goes before people are off work.")
    board.shows_their_words(PIECE)
    board.sorts_it("An idea, or how it was")
    board.sees("Sorted: An idea, or how it was.")
    for words in ALIKE:
        board.finds(words)
        board.puts_it_into(THEME)
        board.sees(f"It is in the theme “{THEME}” now.")
    town.clock_goes_to(TUESDAY)
    the_fifth_says_it_on_a_phone(town)
    staff.finds(FIFTH)
    staff.puts_it_into(THEME)
    staff.sees("has put itself on the board's agenda: five messages in 60 days.")


def the_fifth_says_it_on_a_phone(town: Town) -> None:
    """With scripts on, and sent at once, knowing what that costs."""
    fifth = town.participant(scripts=True, phone=True)
    fifth.begins()
    town.clock_goes_to(TUESDAY.replace(minute=2))
    fifth.says(FIFTH, now=True)
    town.what_is_due_happens()


def a_member_writes_a_proposal(town: Town) -> str:
    """It is written from the theme, talked about, and its words are fixed."""
    writer, other, facilitator = (
        town.worker(Member, "Dogwood"), town.worker(Member, "Elder"), town.worker(Facilitator, "Cedar"),
    )  # fmt: skip
    proposal = writer.writes_a_proposal(
        THEME, TITLE, "The van stays until nine on weekdays.", why="People come after work and find it gone.",
        still_open="Which evenings.", gets_better="People get supplies after work.", principle="Better lives",
        could_go_wrong="Drivers get tired. Then we look again.", who_could_this_hurt="Those who drive.",
    )  # fmt: skip
    writer.puts_it_to_the_board(proposal)
    other.says_in_the_talk(proposal, "What about those who drive?")
    writer.says_in_the_talk(proposal, "Two could share the evening.")
    facilitator.fixes_the_words(proposal)
    return proposal


def the_board_votes(town: Town, proposal: str) -> str:
    """Six of nine draw a card and vote, three on the pages, one of them twice.

    Two tellers open the box after the clock has closed it.
    """
    town.clock_goes_to(WEDNESDAY)
    facilitator = town.worker(Facilitator, "Cedar")
    facilitator.goes_to(proposal)
    ballot = facilitator.calls_the_vote("Majority", ["Ash", "Birch"])
    cards = facilitator.prints_the_cards(ballot, town.worker(Teller, "Ash"))
    voters = {name: town.worker(Member, name) for name in ("Dogwood", "Elder", "Hazel")}
    for voter in voters.values():
        voter.draws_a_card(ballot, cards)
    town.clock_goes_to(FRIDAY)
    for name, voter in voters.items():
        voter.votes_sealed("No" if name in ("Elder", "Hazel") else "Yes", voter.pass_)
    voters["Hazel"].votes_sealed("Yes", voters["Hazel"].pass_)
    off_screen.vote(town, ballot, cards, dict.fromkeys(("Fern", "Gorse", "Ivy"), "yes"))
    facilitator.opens(ballot)
    facilitator.does_not_see("The sum in words")
    town.clock_goes_to(AFTER_THE_VOTE)
    one, two = town.worker(Teller, "Ash"), town.worker(Teller, "Birch")
    one.hands_in_a_part(ballot)
    one.sees("Your part is in. Now the other teller.")
    two.hands_in_a_part(ballot)
    two.sees("The box is open. It is counted.", "The sum in words")
    return ballot


def the_record_is_adopted(town: Town, ballot: str) -> str:
    """The facilitator writes it, one who disagreed chooses words, and it is public."""
    facilitator, dissenter, stranger = (
        town.worker(Facilitator, "Cedar"), town.worker(Member, "Elder"), town.participant(),
    )  # fmt: skip
    record = facilitator.drafts_the_record(
        ballot, result=RESULT, why="People told us that they come after work.", gets_better="More come at night.",
        review_on="2027-03-01",
    )  # fmt: skip
    assert stranger.opens(record) == 404
    dissenter.disagreed(record, AGAINST)
    facilitator.adopts_it(record)
    assert stranger.opens(record) == 404
    dissenter.says_the_second_yes()
    stranger.opens(record)
    stranger.sees(RESULT, AGAINST, "The sum in words", "The board said yes", "Ledger no.")
    stranger.does_not_see("Elder", "Dogwood", "Seat 5")
    stranger.opens("/")
    stranger.sees(TITLE, PIECE)
    return record


def staff_are_late_in_public(town: Town, record: str) -> None:
    """Nobody answers. The wall and the record say so."""
    town.clock_goes_to(MUCH_LATER)
    anybody = town.participant()
    for page in ("/", record):
        anybody.opens(page)
        anybody.sees("late")
    member = town.worker(Member, "Fern")
    member.goes_to("/board")
    member.sees(TITLE, "days late")
    member.goes_to("/board/commitments")
    member.presses("Ask again", near=TITLE)
    anybody.opens("/")
    anybody.sees("The board asked again on Jan 11, 2027.")


def staff_answer_and_the_board_says_done(town: Town) -> None:
    """Staff say partly, promise, and report. It is done when a member has looked."""
    manager, member, anybody = town.worker(Manager, "Kelp"), town.worker(Member, "Fern"), town.participant()
    manager.opens_the_duty(TITLE)
    manager.answers_partly(
        "Two evenings for now. We have one driver for the evening.", "The van stays until nine on two days.",
        "Not enough workers", PROMISE, "The van team", date(2027, 2, 1),
    )  # fmt: skip
    anybody.opens("/")
    anybody.sees("Partly", "The van stays until nine on two days.")
    manager.reports_done(PROMISE)
    manager.may_not_open("/board/commitments")
    member.goes_to("/board")
    member.sees(PROMISE, "Staff say it is done")
    member.says_it_is_done(PROMISE)
    town.worker(Teller, "Ash").says_the_second_yes()
    anybody.opens("/")
    anybody.sees("Partly")


def the_first_person_sees_the_whole_thread(town: Town, said: Said) -> None:
    """The code shows what became of the word; more words can be added; the quote can be taken back."""
    said.first.looks_up(said.code)
    said.first.sees(THEME, "The proposal is there to read", "The votes are counted", "The board decided: yes")
    said.first.sees("The answer is: in part", "Done. The board checked.", PROMISE)
    said.first.says_more("Thank you. Saturdays would be good too.")
    said.first.takes_the_yes_back()
    said.first.opens("/")
    said.first.does_not_see(PIECE)
    said.first.sees(TITLE)
