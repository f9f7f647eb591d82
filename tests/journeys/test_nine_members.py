"""One vote of a board of nine: five on one tablet, two on their own phones, two with a pen, and a count of nine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from playwright.sync_api import expect

from governance import clock
from governance.ballots.passes.card_letters import ON_NEW_CARDS
from governance.storage import database
from tests.ballots.test_another_language_browser import pick
from tests.journeys.browsing import PHONE, Person, Worker
from tests.journeys.conftest import Town
from tests.journeys.people import Facilitator, Member, Teller
from tests.look.test_reach import OUT_OF_REACH, TAPPED
from tests.promises.test_03_next_person import LEFT_BEHIND
from tests.proposals.factories import frozen
from tests.words import catalogue

VOTE = "/ballots/1"
ALL = TAPPED.replace(".choice input", ".choice input, .ballot-option input") + ", .ballot-option"  # A row is tapped.
LETTERS = "The letters on your card or pass"
MEASURED: set[tuple[int, tuple[str | None, ...]]] = set()
WROTE_IT_DOWN = ("I wrote it down", "Yes. Go on")


@dataclass
class Voter:
    """A member: what their ballot says in the end, and what would tell of them on a screen that others use."""

    name: str
    choice: str = "Yes"
    language: str = "en"
    leaves: tuple[str, ...] = ("Hide this",)
    card: str = ""
    stub: str = ""
    tracker: str = ""

    def words(self, english: str) -> str:
        """Return words of a page in the language this person reads."""
        return english if self.language == "en" else in_words_of(self.language)[english]

    @property
    def secrets(self) -> list[str]:
        """The card, and each half of the tracker as it is shown."""
        return [*filter(None, ["".join(self.card.split())]), *self.tracker.split()]


class Tablet(Person):
    """The one screen of the meeting, which goes from hand to hand. A key taps once, where a test's finger shakes."""

    by_keyboard = True

    def shows_of(self, voters: list[Voter]) -> list[str]:
        """What the screen and all that the browser keeps tell of them: secrets, a choice that is marked, a language."""
        left = self.page.evaluate(LEFT_BEHIND)
        whole = "".join(str(left).split())
        secrets = [secret for voter in voters for secret in voter.secrets if secret in whole]
        language = self.page.locator("html").get_attribute("lang") or ""
        return [*secrets, *left["checked"], *([language] if language != "en" else [])]


@cache
def in_words_of(language: str) -> dict[str, str]:
    """What the pages say in English, and what they say in *language*."""
    return {str(each.id): catalogue.forms(each.string)[0] for each in catalogue.messages(catalogue.of(language))}


def fits(person: Person) -> None:
    """Nothing is wider than the screen, and all that is tapped can be brought into sight whole.

    A page that looks the same for the next person is measured once: by its heading, its language and its size.
    """
    looks = (*person.page.locator("h1, main h2").all_inner_texts(), person.page.locator("html").get_attribute("lang"))
    if (person.page.viewport_size["width"], looks) in MEASURED:  # type: ignore[index]
        return
    MEASURED.add((person.page.viewport_size["width"], looks))  # type: ignore[index]
    assert not person.page.evaluate("document.documentElement.scrollWidth > innerWidth"), person.page.url
    assert person.page.evaluate(OUT_OF_REACH, ALL) == [], person.page.url


def test_nine_vote_in_three_ways_and_each_finds_their_own(town: Town) -> None:
    MEASURED.clear()
    at_the_tablet = [
        Voter("Cedar", leaves=WROTE_IT_DOWN), Voter("Fern", "No", "es"), Voter("Ash"), Voter("Gorse", "No", "ar"),
        Voter("Birch", leaves=WROTE_IT_DOWN),
    ]  # fmt: skip
    on_phones, with_a_pen = [Voter("Dogwood"), Voter("Elder", "No")], [Voter("Hazel"), Voter("Ivy")]
    nine, twice = [*on_phones, *at_the_tablet, *with_a_pen], at_the_tablet[3]
    cards = the_vote_is_called(town)
    for voter in on_phones:
        takes_a_pass_and_no_card(town, voter)
    town.clock_goes_to(clock.now() + timedelta(days=1, hours=1))
    they_sign_the_sheet_and_draw(town, [*at_the_tablet, *with_a_pen], cards)
    for voter in on_phones:
        phone = town.worker(Member, voter.name)
        phone.opens("/vote")
        phone.picks(voter.choice)
        fits(phone)
        puts_it_in(phone, voter)
    tablet = town.enters(Tablet(town.browser, town.live.url, {"width": 1024, "height": 768}))
    they_vote_one_after_the_other(tablet, at_the_tablet)
    assert [each.tracker for each in at_the_tablet] == [each.stub for each in at_the_tablet]
    twice.choice = "Yes"
    for voter in [*with_a_pen, twice]:
        voter.tracker = voter.stub
        two_type_in_the_paper(town, voter)
    the_box_is_closed_and_counted(town)
    for here in (on_phones[0], at_the_tablet[0], with_a_pen[0]):
        each_is_found(town.worker(Worker, here.name), nine)
    everybody_sees_no_small_number(tablet, nine)
    the_record_is_adopted(town, tablet, nine)


def the_vote_is_called(town: Town) -> Iterator[tuple[str, str]]:
    """The facilitator calls it at a desk, and prints the cards. Give each card with the letters on its stub."""
    founded = town.live.founded
    with database.writing():
        frozen(founded.session, founded.account("Cedar"))
        founded.session.commit()
    facilitator = town.worker(Facilitator, "Cedar")
    facilitator.goes_to("/board/proposals/1")
    facilitator.calls_the_vote("Majority", ["Ash", "Birch"])
    fits(facilitator)
    cards = facilitator.prints_the_cards(VOTE, town.worker(Teller, "Ash"))
    fits(facilitator)
    stubs = [stub.locator("li").all_inner_texts() for stub in facilitator.page.locator(".sign-stub").all()]
    return zip(cards, map(" ".join, stubs), strict=True)


def takes_a_pass_and_no_card(town: Town, voter: Voter) -> None:
    """On their own phone. The page that still offers a card gives none to who has a pass."""
    member = town.enters(Member(town.browser, town.live.url, town.live.founded.cards[voter.name], PHONE))
    member.makes_a_pass(VOTE)
    fits(member)
    member.is_refused("I drew a card")
    member.sees("You took a card or a pass for this vote already.")
    fits(member)


def they_sign_the_sheet_and_draw(town: Town, voters: list[Voter], cards: Iterator[tuple[str, str]]) -> None:
    """Each signs once, then draws without looking. Who has a pass stands on the sheet already."""
    facilitator = town.worker(Facilitator, "Cedar")
    facilitator.goes_to(f"/board{VOTE}/roll")
    assert facilitator.text.count("Has one") == 2
    for voter in voters:
        facilitator.presses(f"Drew a card: {voter.name}")
        voter.card, voter.stub = next(cards)
    assert facilitator.text.count("Has one") == 9
    facilitator.does_not_see("Drew a card:")
    fits(facilitator)


def they_vote_one_after_the_other(tablet: Tablet, voters: list[Voter]) -> None:
    """Nobody finds anything of those before: as they left it, by Back, and on the page to vote."""
    tablet.opens("/kiosk")  # So it is known as a screen that others use next.
    for at, voter in enumerate(voters):
        tablet.opens("/vote")
        assert tablet.shows_of(voters[:at]) == [], "what the next person is shown"
        if not at:
            mistypes_a_letter(tablet, voter)
        if voter.language != "en":
            pick(tablet.page, voter.language)
        tablet.types(voter.words(LETTERS), voter.card)
        tablet.presses(voter.words("Next"))
        of_language = [voter.language] if voter.language != "en" else []
        tablet.picks(voter.words(voter.choice))
        fits(tablet)
        assert tablet.shows_of([voter]) == [*voter.secrets, voter.choice.lower(), *of_language], "the control"
        puts_it_in(tablet, voter)
        assert tablet.shows_of([voter]) == [*voter.tracker.split(), *of_language], "the control"
        *before, last = map(voter.words, voter.leaves)
        for words in before:
            tablet.presses(words)
        with tablet.page.expect_navigation():
            tablet.presses(last)
        fits(tablet)
        assert tablet.shows_of(voters) == [], "as it was left"
        tablet.goes_back()
        assert tablet.shows_of(voters) == [], "by Back"


def mistypes_a_letter(tablet: Tablet, voter: Voter) -> None:
    """The page names the group, and what was typed stays to be mended."""
    wrong = ON_NEW_CARDS[ON_NEW_CARDS.index(voter.card[5]) - 1]  # The first letter of the second group.
    typed = f"{voter.card[:5]}{wrong}{voter.card[6:]}"
    tablet.types(LETTERS, typed)
    tablet.presses("Next")
    tablet.sees("One letter is wrong. Look at group 2 of your card.")
    assert tablet.page.locator("#cast-code").input_value() == typed
    fits(tablet)


def puts_it_in(person: Person, voter: Voter) -> None:
    """Hear it read back, put it into the box, and note the letters."""
    person.presses(voter.words("Read it back to me"))
    person.sees(voter.words("Is this right?"), voter.words(voter.choice))
    fits(person)
    person.presses(voter.words("Put it in the box"))
    expect(person.page.get_by_role("heading", name=voter.words("It is in the box."))).to_be_visible()
    voter.tracker = " ".join(person.page.locator("[data-cast-tracker] li").all_inner_texts())
    fits(person)


def two_type_in_the_paper(town: Town, voter: Voter) -> None:
    """The card lies with the paper. Who voted with it on the tablet has one ballot all the same, the last one."""
    for name, told in (("Ash", "Kept. Now the other teller"), ("Birch", "You both read the same. It is in the box.")):
        teller = town.worker(Teller, name)
        teller.goes_to(f"/board{VOTE}/paper")
        teller.types("The letters on the card", voter.card)
        teller.picks(voter.choice)
        fits(teller)
        teller.presses("Type it in")
        teller.sees(told)


def the_box_is_closed_and_counted(town: Town) -> None:
    """Two tellers, after the vote has closed. Nine ballots lay in it, though one of the nine voted twice."""
    town.clock_goes_to(clock.now() + timedelta(days=7))
    for name in ("Ash", "Birch"):
        town.worker(Teller, name).hands_in_a_part(VOTE)
    town.worker(Teller, "Birch").sees("It is counted.", "The board said yes.", "Ballots in the box: 9. Counted: 9.")


def each_is_found(here: Worker, nine: list[Voter]) -> None:
    """On the page for members, once, beside what was chosen; and there are nine."""
    here.goes_to(f"/board{VOTE}")
    here.opens_up("Count it again")
    rows = here.page.get_by_role("table", name="The ballots").locator("tbody tr").all_inner_texts()
    assert sorted(row.split() for row in rows) == sorted([*each.tracker.split(), each.choice] for each in nine)
    fits(here)


def everybody_sees_no_small_number(anybody: Person, nine: list[Voter]) -> None:
    """Two said no: of nine that could point to them, so neither number is shown, nor a ballot."""
    anybody.opens(VOTE)
    anybody.sees("The board said yes.", "No: fewer than 3", "Yes: not shown", "In public they would point to people.")
    anybody.does_not_see(*(half for each in nine for half in each.secrets))
    fits(anybody)


def the_record_is_adopted(town: Town, anybody: Person, nine: list[Voter]) -> None:
    """It takes two. Then everybody reads it, and the ballots are gone."""
    facilitator, second = town.worker(Facilitator, "Cedar"), town.worker(Member, "Dogwood")
    record = facilitator.drafts_the_record(
        VOTE, result="It moves to Fridays.", why="Friday is when people get paid.", gets_better="People know more.",
        review_on="2027-03-01",
    )  # fmt: skip
    facilitator.adopts_it(record)
    fits(facilitator)
    assert anybody.opens(record) == 404, "one is not enough"
    second.says_the_second_yes()
    fits(second)
    anybody.opens(record)
    anybody.sees("It moves to Fridays.", "The board said yes", "Ledger no.")
    anybody.does_not_see(*(each.name for each in nine))
    fits(anybody)
    second.goes_to(f"/board{VOTE}")
    second.does_not_see(*(half for each in nine for half in each.secrets))
