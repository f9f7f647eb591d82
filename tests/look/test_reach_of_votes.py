"""At every size nothing that a voter may tap is covered or cut, and the screen of the tracker has its foot."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import func, select

from governance.ballots.models import Ballot
from governance.ballots.papers.fixed_words import SHORT
from governance.proposals.service import ProposalFields
from tests.ballots.on_a_screen import open_vote
from tests.live import Live
from tests.look.test_reach import SIZES, TURNED_ROUND, longest_language, out_of_reach, press, said
from tests.proposals.factories import WHOLE

Screens = Callable[[Page, str, str], Iterator[str]]


LONG = replace(WHOLE, ask="\n\n".join(["Open the room on Fridays from 2 to 6, with two of us there."] * 12))
AT_MOST = replace(WHOLE, ask=("Open the room on Fridays. " * 9)[:SHORT])


@pytest.fixture(scope="module")
def card(live: Live) -> Iterator[str]:
    """A card of a vote on short words that is open. It may be used again: the last ballot counts."""
    with open_vote(live, "majority") as cards:
        yield cards[0]


def sealed_on_the_device(page: Page, url: str, card: str) -> Iterator[str]:
    """Vote where a script seals the ballot."""
    page.goto(url + "/vote/1")
    yield "card"
    page.fill("#cast-code", card)
    for name, shown in (("paper", "paper"), ("review", "review"), ("tracker", "done")):
        page.locator(".kiosk-next .button-main:visible").press("Enter")
        page.locator(f"form [data-cast-step={shown}]").wait_for()
        yield name
        if name == "paper":
            page.locator("input[name=choice][value=yes]:visible").press("Space")


def sealed_by_the_server(page: Page, url: str, card: str) -> Iterator[str]:
    """Vote where that script did not come."""
    page.route("**/ballots/cast.js", lambda route: route.abort())
    page.goto(url + "/vote/1")
    page.fill("#step [name=pass]", card)
    yield "card"
    for name, go in (("paper", "pass"), ("review", "review"), ("tracker", "drop")):
        press(page, go)
        yield name
        if name == "paper":
            page.locator("input[name=choice][value=yes]").press("Space")


@pytest.mark.parametrize("screens", [sealed_on_the_device, sealed_by_the_server], ids=lambda way: way.__name__)
@pytest.mark.parametrize("language", [longest_language(), "ar"])
def test_a_voter_reaches_every_button(browser: Browser, live: Live, card: str, language: str, screens: Screens) -> None:
    context = browser.new_context(locale=language)
    page = context.new_page()
    found: dict[str, list[str]] = {}
    for name in screens(page, live.url, card):
        found |= out_of_reach(page, name, both_ways=True)
        found[f"{name}, the wrong way round"] = page.evaluate(TURNED_ROUND)
    context.close()
    assert len(found) >= 4 * (len(SIZES) + 1), "four screens"
    assert said(found) == []


@pytest.mark.parametrize("fields", [LONG, AT_MOST], ids=["folded", "the longest that stands open"])
@pytest.mark.parametrize("by_script", [True, False], ids=["on the device", "by the server"])
def test_the_words_push_no_button_away(browser: Browser, live: Live, by_script: bool, fields: ProposalFields) -> None:
    """A kiosk shows the boxes and the last button without being scrolled; with the fold open, all can be reached."""
    with open_vote(live, "majority", fields) as cards:
        number = live.founded.session.scalar(select(func.max(Ballot.number)))
        context = browser.new_context(locale=longest_language())
        page = context.new_page()
        if not by_script:
            page.route("**/ballots/cast.js", lambda route: route.abort())
        page.goto(f"{live.url}/vote/{number}")
        page.fill("#cast-code" if by_script else "#step [name=pass]", cards[0])
        page.locator(".kiosk-next .button-main:visible").press("Enter")
        words = page.locator("[data-fixed-words]:visible")
        words.wait_for()
        assert words.locator("p").first.is_visible() is (fields is AT_MOST)
        found = out_of_reach(page, "at first")
        for fold in words.locator("summary").all():
            fold.press("Enter")
            assert words.locator("p").last.is_visible()
            found |= out_of_reach(page, "unfolded", short=False)
        context.close()
    assert said(found) == []
