"""Back and reload on one's own phone lose no words typed below a code, and no ballot that is not in the box yet.

And never on a shared screen. In a real Chromium with its back/forward cache on.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.feedback.test_back_on_a_phone import ASKS_TO_SEND_AGAIN, SHOWN, go
from tests.live import Live
from tests.promises.test_03_codes_and_votes import (
    REPLY,
    a_choice_read_back,
    a_code_opened,
    a_paper_marked,
    a_tracker_shown,
    at_a_shared_screen,
    code_and_cards,
    onward,
)
from tests.promises.test_03_next_person import Visitor, open_page

__all__ = ["code_and_cards", "open_page"]

MORE = "More of my own words"
CodeAndCards = tuple[str, list[str]]
Opens = Callable[[bool], Page]


@pytest.fixture(scope="module")
def browser(browser_that_keeps_pages: Browser) -> Browser:
    """The whole browser, with its back/forward cache on."""
    return browser_that_keeps_pages


def away_and_back(page: Page, live: Live) -> str:
    page.goto(live.url + "/")
    return go(page, "back")


@pytest.mark.parametrize("leaves", [away_and_back, lambda page, live: go(page, "reload")], ids=["back", "reload"])
def test_words_typed_below_a_code_are_there_when_it_is_opened_again(
    live: Live, code_and_cards: CodeAndCards, open_page: Opens, leaves: Callable[[Page, Live], str]
) -> None:
    code, _ = code_and_cards
    somebody = Visitor(open_page(True), live.url, True)
    a_code_opened(somebody, code, "")
    somebody.page.wait_for_function("sessionStorage.length === 1")
    assert MORE not in somebody.page.evaluate("JSON.stringify(sessionStorage)"), "it waits sealed"
    shown = leaves(somebody.page, live)
    assert not shown.startswith(ASKS_TO_SEND_AGAIN)
    assert REPLY not in shown
    assert MORE not in shown
    somebody.page.fill("#step [name=code]", code)
    somebody.page.locator(".kiosk-next .button-main").press("Enter")
    expect(somebody.page.locator("textarea")).to_have_value(MORE)
    somebody.page.get_by_role("button", name="Send this too").press("Enter")
    expect(somebody.page.get_by_text("Your words are in.")).to_be_visible()
    expect(somebody.page.locator("textarea")).to_have_value("")
    assert somebody.page.evaluate("sessionStorage.length") == 0


def test_on_a_shared_screen_nothing_typed_below_a_code_waits(
    live: Live, code_and_cards: CodeAndCards, open_page: Opens
) -> None:
    somebody = at_a_shared_screen(live, open_page(True), True)
    a_code_opened(somebody, code_and_cards[0], "")
    somebody.page.wait_for_timeout(100)
    assert somebody.page.evaluate("sessionStorage.length") == 0


@pytest.mark.parametrize("shared", [False, True], ids=["phone", "kiosk"])
def test_a_ballot_that_was_left_for_another_page_is_as_it_was_on_ones_own_phone_alone(
    live: Live, code_and_cards: CodeAndCards, open_page: Opens, shared: bool
) -> None:
    page = open_page(True)
    somebody = at_a_shared_screen(live, page, True) if shared else Visitor(page, live.url, True)
    a_paper_marked(somebody, "", code_and_cards[1][0])
    assert ("checked=no" in away_and_back(page, live)) is not shared
    if not shared:
        onward(somebody)
        expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    a_choice_read_back(somebody, "", code_and_cards[1][0])
    assert ("checked=no" in away_and_back(page, live)) is not shared


def test_the_letters_of_a_ballot_do_not_come_back(live: Live, code_and_cards: CodeAndCards, open_page: Opens) -> None:
    somebody = Visitor(open_page(True), live.url, True)
    a_tracker_shown(somebody, "", code_and_cards[1][0])
    away_and_back(somebody.page, live)
    expect(somebody.page.locator("#cast-code")).to_be_visible()
    shown = str(somebody.page.evaluate(SHOWN))
    assert [letters for letters in somebody.secrets if letters in shown] == []
