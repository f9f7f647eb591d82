"""A vote with a partner: two programmes at two addresses, a member who goes from one to the other and back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import create_engine, select
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots import service
from governance.ballots.bundle.checking import check_bundle
from governance.ballots.models import Ballot, CoSigned
from governance.storage import database
from tests.ballots.factories import some_issuers
from tests.ballots.test_partners import PAIRS
from tests.journeys.conftest import Town
from tests.journeys.people import Member
from tests.live import Live, a_site
from tests.proposals.factories import frozen

NAME = "The Other Place"


@pytest.fixture
def other_place(town: Town, tmp_path: Path) -> Iterator[Live]:
    """The partner, at another host's name: its cookie is not the home programme's."""
    home = tmp_path / "partner"
    home.mkdir()
    with database.writing(), a_site(home) as site:
        site.url = site.url.replace("127.0.0.1", "localhost")
        yield site


def a_vote_with(town: Town, partner: Live) -> Ballot:
    """Call a vote, and exchange the two files."""
    founded, now = town.live.founded, clock.now()
    theirs = service.new_partner_keys(partner.founded.keys, PAIRS, NAME, partner.url)
    with database.writing():
        ballot = service.call_vote(
            founded.session, founded.keys, frozen(founded.session, founded.account("Cedar")), kind="majority",
            opens_at=now + timedelta(days=1), closes_at=now + timedelta(days=5), issuers=some_issuers(), now=now,
            tellers=[founded.account("Ash"), founded.account("Birch")],
        )  # fmt: skip
        service.add_partner(founded.session, founded.keys, ballot, theirs, now)
        file = service.vote_for_partner(founded.session, ballot, town.live.url)
        founded.session.commit()
    service.take_vote(partner.founded.keys, file["manifest"], file["address"], file["roll"])
    return ballot


def test_a_member_gets_both_signatures_by_the_link_or_by_text_and_votes(town: Town, other_place: Live) -> None:
    ballot = a_vote_with(town, other_place)
    one, other = town.worker(Member, "Dogwood"), town.worker(Member, "Elder")
    begins(one)
    nothing_is_a_barrier(one)
    one.presses(f"Go to {NAME}")
    assert one.page.url == other_place.url + "/co-sign", "what is asked is out of the address"
    one.sees("We do not see who you are")
    nothing_is_a_barrier(one)
    one.presses("Sign it")
    one.sees("It is signed")
    nothing_is_a_barrier(one)
    one.presses("Back to my vote")
    expect(one.page.get_by_label("Your pass as text")).to_be_visible()
    one.sees("Nobody can tell that it is yours.")
    assert one.page.url == f"{town.live.url}/board/ballots/1"

    by_text(other, other_place)
    one.page.reload()
    expect(one.page.get_by_label("Your pass as text")).to_be_visible()

    town.clock_goes_to(ballot.opens_at + timedelta(hours=1))
    trackers = {each.votes_sealed(choice).replace(" ", "") for each, choice in ((one, "Yes"), (other, "No"))}
    late = town.worker(Member, "Fern")
    late.goes_to("/board/ballots/1")
    late.sees("the time for a pass is over. Draw a card.", "Neither can make one alone.")
    assert trackers == counted(town, ballot)
    assert lines_at(other_place) == 2


def begins(member: Member) -> None:
    member.goes_to("/board/ballots/1")
    member.sees("My line on the roll")
    member.presses("Take my pass")
    expect(member.page.get_by_text("Half of your pass is here.")).to_be_visible()
    expect(member.page.get_by_role("button", name="Take my pass")).to_be_hidden()


def by_text(member: Member, partner: Live) -> None:
    """Carry the texts by hand: the partner's page is open on another device."""
    begins(member)
    member.page.reload()
    expect(member.page.get_by_text("Half of your pass is here.")).to_be_visible()
    member.opens_up("The link does not work?")
    asked = member.page.get_by_label("Take this text there").input_value()
    device = member.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    page = device.new_page()
    page.goto(partner.url + "/co-sign")
    page.get_by_label("The text from your vote").fill(asked)
    page.get_by_role("button", name="Sign it").click()
    signed = page.get_by_label("Take this text back to your vote").input_value()
    device.close()
    member.types("Put the text here that they give you", signed[:-9])
    member.presses("Make my pass whole")
    expect(member.page.get_by_text("That text does not fit your pass.")).to_be_visible()
    member.types("Put the text here that they give you", signed)
    member.presses("Make my pass whole")
    expect(member.page.get_by_label("Your pass as text")).to_be_visible()


def nothing_is_a_barrier(member: Member) -> None:
    assert [each["id"] for each in Axe().run(member.page).response["violations"]] == []


def counted(town: Town, ballot: Ballot) -> set[str]:
    """Let both tellers open the box; return the trackers in it."""
    town.clock_goes_to(ballot.closes_at + timedelta(hours=1))
    founded = town.live.founded
    founded.session.expire_all()
    with database.writing():
        for teller in ("Ash", "Birch"):
            service.hand_in_part(founded.session, founded.keys, ballot, founded.reader(teller), clock.now())
        founded.session.commit()
    bundle = service.bundle_of(founded.session, ballot)
    assert bundle
    assert bundle.whole
    assert check_bundle(bundle.whole) == []
    trackers = {tracker for tracker, _choice in service.ballots_in(bundle.whole)}
    founded.session.rollback()
    return trackers


def lines_at(partner: Live) -> int:
    """How many lines of the roll the partner has signed for."""
    engine = create_engine(partner.app.config["SQLALCHEMY_DATABASE_URI"])
    with Session(engine) as session:
        lines = len(session.scalars(select(CoSigned)).all())
    engine.dispose()
    return lines
