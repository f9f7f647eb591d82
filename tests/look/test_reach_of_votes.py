"""At every size nothing that a voter may tap is covered or cut, and the screen of the tracker has its foot."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.ballots.on_a_screen import open_vote
from tests.live import Live
from tests.look.test_reach import SIZES, TURNED_ROUND, longest_language, out_of_reach, press, said

Screens = Callable[[Page, str, str], Iterator[str]]


@pytest.fixture(scope="module")
def card(live: Live) -> Iterator[str]:
    """A card of a vote that is open. It may be used again: the last ballot counts."""
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
        found |= out_of_reach(page, name)
        found[f"{name}, the wrong way round"] = page.evaluate(TURNED_ROUND)
    context.close()
    assert len(found) >= 4 * 2 * len(SIZES), "four screens at two sizes of text"
    assert said(found) == []
