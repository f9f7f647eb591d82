"""Three kinds of vote and three ways to fill in a paper: on one's own screen, without a script, and with a pen."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner
from playwright.sync_api import expect

from governance import cli, clock
from governance.storage import database
from tests.journeys.browsing import Person
from tests.journeys.conftest import Town
from tests.journeys.people import Facilitator, Member, Teller
from tests.proposals.factories import frozen

OPTIONS = "Later hours\nA drying room\nSoup"
PRICED = "Later hours = 300\nA drying room = 200\nSoup = 100"


def test_three_votes_are_filled_in_each_in_its_way_and_counted_again(town: Town, tmp_path: Path) -> None:
    voters = {number: town.worker(Member, name) for number, name in enumerate(("Dogwood", "Elder", "Fern"), 1)}
    for number, box in the_votes_are_opened(town).items():
        voters[number].draws_a_card(f"/ballots/{number}", box)
    town.clock_goes_to(clock.now() + timedelta(days=1, hours=1))
    trackers = {
        1: an_order_is_sealed_on_the_screen(voters[1]),
        2: dots_go_through_the_server(town.participant(), voters[2].pass_),
        3: a_paper_is_read_by_two(town, voters[3].pass_),
    }
    town.clock_goes_to(clock.now() + timedelta(days=7))
    for number, tracker in trackers.items():
        for name in ("Ash", "Birch"):
            town.worker(Teller, name).hands_in_a_part(f"/ballots/{number}")
        teller = town.worker(Teller, "Birch")
        teller.sees("The box is open. It is counted.")
        teller.opens_up("Count it again")
        teller.sees(tracker)
        bundle = tmp_path / f"{number}.json"
        bundle.write_bytes(teller.page.request.get(f"{town.live.url}/board/ballots/{number}/bundle.json").body())
        told = CliRunner().invoke(cli.commands, ["verify", str(bundle)])
        assert told.exit_code == 0, told.output
        assert "Counted again: 1 ballot" in told.output


def the_votes_are_opened(town: Town) -> dict[int, list[str]]:
    """The facilitator chooses a kind, and only what that kind needs is asked. Returns the cards of each vote."""
    founded = town.live.founded
    with database.writing():
        for _ in range(3):
            frozen(founded.session, founded.account("Cedar"))
        founded.session.commit()
    facilitator = town.worker(Facilitator, "Cedar")
    asked = {
        "Put them in order": {"The options, one on each line": OPTIONS},
        "Share out dots": {"The options, one on each line": OPTIONS, "How many dots does each have?": "3"},
        "Share out money": {"The options, one on each line": PRICED, "How much money is there?": "300"},
    }
    cards = {}
    for number, (kind, fields) in enumerate(asked.items(), 1):
        facilitator.goes_to(f"/board/ballots/new?proposal={number}")
        expect(facilitator.page.get_by_label("The options, one on each line")).to_be_hidden()
        facilitator.picks_the_kind(kind)
        facilitator.picks("Ash", "Birch")
        expect(facilitator.page.get_by_label("How many can win?")).to_be_visible(visible=kind != "Share out money")
        for label, words in fields.items():
            facilitator.types(label, words)
        facilitator.presses("Fix it and call the vote")
        facilitator.sees("The vote is set.")
        cards[number] = facilitator.prints_the_cards(f"/ballots/{number}", town.worker(Teller, "Ash"))
    return cards


def an_order_is_sealed_on_the_screen(voter: Member) -> str:
    """With a script. Returns the letters to find it by."""
    voter.opens("/vote/1")
    voter.types("The letters on your card or pass", voter.pass_)
    voter.presses("Next")
    voter.picks("Soup")
    voter.presses("Next")
    voter.picks("Later hours")
    voter.presses("Next")
    voter.picks("No more")
    voter.presses("Read it back to me")
    voter.sees("1 Soup", "2 Later hours")
    with voter.page.expect_request(lambda request: request.method == "POST") as sent:
        voter.presses("Put it in the box")
    assert "cookie" not in sent.value.all_headers(), "who is signed in here is not told beside a ballot"
    expect(voter.page.get_by_role("heading", name="It is in the box.")).to_be_visible()
    return " ".join(voter.page.locator("[data-cast-tracker] li").all_inner_texts())


def dots_go_through_the_server(voter: Person, card: str) -> str:
    """Without a script: a screen for each option, and back again. Returns the letters to find it by."""
    voter.opens("/vote/2")
    voter.types("The letters on your card or pass", card)
    voter.presses("Next")
    voter.sees("2 of 5", "You have 3 dots.")
    voter.picks("2")
    voter.presses("Next")
    voter.sees("3 of 5", "Dots left: 1")
    voter.presses("Back")
    voter.picks("1")
    voter.presses("Next")
    voter.picks("2")
    voter.presses("Next")
    voter.presses("Read it back to me")
    voter.sees("1 Later hours", "2 A drying room", "– Soup")
    voter.presses("Put it in the box")
    voter.sees("It is in the box")
    return " ".join(voter.page.locator(".code-words li").all_inner_texts())


def a_paper_is_read_by_two(town: Town, card: str) -> str:
    """With a pen. The two tellers differ first. Returns words that stand on the list."""
    one, two = town.worker(Teller, "Ash"), town.worker(Teller, "Birch")
    for teller, marks, told in (
        (one, ["A drying room"], "Kept."),
        (two, ["Soup"], "You two read it differently."),
        (two, ["A drying room"], "You both read the same. It is in the box."),
    ):
        teller.goes_to("/board/ballots/3/paper")
        teller.types("The letters on the card", card)
        teller.picks(*marks)
        teller.presses("Type it in")
        teller.sees(told)
    return "A drying room"
