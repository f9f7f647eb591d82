"""A vote whose key no server holds: made by the facilitator, a pass on one's own device, a card, two shares."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner
from playwright.sync_api import expect

from governance import cli, clock
from governance.storage import database
from tests.journeys.conftest import Town
from tests.journeys.people import Facilitator, Member, Teller
from tests.proposals.factories import frozen


def test_a_pass_and_a_card_are_counted_with_two_shares_and_can_be_counted_again(town: Town, tmp_path: Path) -> None:
    shares = the_key_is_made_and_the_vote_is_set(town)
    cards = town.worker(Facilitator, "Cedar").prints_the_cards("/ballots/1", town.worker(Teller, "Ash"))
    one, other = town.worker(Member, "Dogwood"), town.worker(Member, "Elder")
    one.makes_a_pass("/ballots/1")
    other.draws_a_card("/ballots/1", cards)
    town.clock_goes_to(clock.now() + timedelta(days=1, hours=1))
    trackers = [one.votes_sealed("Yes"), other.votes_sealed("No", other.pass_)]
    late = town.worker(Member, "Fern")
    late.takes_a_pass("/ballots/1")
    trackers.append(late.votes_through_the_server("Yes"))
    town.clock_goes_to(clock.now() + timedelta(days=7))
    teller = town.worker(Teller, "Ash")
    teller.opens_the_box("/ballots/1", shares)
    teller.opens_up("Count it again")
    teller.sees(*trackers)
    bundle = tmp_path / "bundle.json"
    with teller.page.expect_download() as download:
        teller.page.get_by_role("link", name="Get the file of this vote").click()
    download.value.save_as(bundle)
    told = CliRunner().invoke(cli.commands, ["verify", str(bundle)])
    assert told.exit_code == 0, told.output
    assert "made away from the server" in told.output
    assert "Counted again: 3 ballots" in told.output


def the_key_is_made_and_the_vote_is_set(town: Town) -> list[str]:
    """The facilitator makes the key, prints the shares for three people, and calls a vote with its public half."""
    founded = town.live.founded
    with database.writing():
        frozen(founded.session, founded.account("Cedar"))
        founded.session.commit()
    facilitator = town.worker(Facilitator, "Cedar")
    public, shares = facilitator.makes_the_key()
    facilitator.goes_to("/board/ballots/new?proposal=1")
    facilitator.opens_up("More about this vote")
    facilitator.types("The key of the box (you can leave it empty)", public)
    facilitator.picks_the_kind("Majority")
    facilitator.picks("Ash", "Birch")
    facilitator.presses("Fix it and call the vote")
    facilitator.sees("The vote is set.", f"It begins with {public[:8]}")
    expect(facilitator.page.get_by_role("link", name="Make it longer")).to_be_visible()
    return [shares[2], shares[0]]
