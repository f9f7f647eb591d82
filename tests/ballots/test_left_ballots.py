"""Whoever leaves a ballot on their own phone shows nothing of it to who presses Back.

In a real Chromium with its back/forward cache on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, Page

from tests.ballots.on_a_screen import open_vote
from tests.browser import settled
from tests.feedback.test_back_on_a_phone import SHOWN, go
from tests.feedback.test_leaving import ELSEWHERE
from tests.live import Live
from tests.promises.test_03_codes_and_votes import a_paper_marked
from tests.promises.test_03_next_person import Visitor, open_page

__all__ = ["open_page"]

Opens = Callable[[bool], Page]


@pytest.fixture(scope="module")
def browser(browser_that_keeps_pages: Browser) -> Browser:
    """The whole browser, with its back/forward cache on."""
    return browser_that_keeps_pages


@pytest.fixture(scope="module")
def card(live: Live) -> Iterator[str]:
    """A card of a vote that is open."""
    with open_vote(live, "majority") as cards:
        yield cards[0]


def seen(page: Page, card: str) -> list[str]:
    """What of the ballot stands on the page."""
    shown = str(page.evaluate(SHOWN))
    return [secret for secret in ("checked=no", card) if secret in shown]


@pytest.mark.parametrize("from_another", [False, True], ids=["from the ballot", "from a page after it"])
def test_after_leave_now_going_back_shows_nothing(live: Live, card: str, open_page: Opens, from_another: bool) -> None:
    page = open_page(True)
    page.route(ELSEWHERE, lambda route: route.fulfill(body="Elsewhere", content_type="text/html"))
    a_paper_marked(Visitor(page, live.url, True), "", card)
    if from_another:
        page.goto(live.url + "/")
        assert "checked=no" in go(page, "back"), "the control: before that, going back does show it"
        go(page, "forward")
        page.goto(live.url + "/leave")
    else:
        page.locator("[data-leave]").last.press("Enter")
    page.wait_for_url(ELSEWHERE, wait_until="commit")
    settled(page)
    for _ in range(4):
        with suppress(Error):
            page.go_back(wait_until="commit")
        settled(page)
        assert seen(page, card) == []


def test_after_hide_this_going_back_shows_nothing(live: Live, card: str, open_page: Opens) -> None:
    page = open_page(True)
    a_paper_marked(Visitor(page, live.url, True), "", card)
    page.goto(live.url + "/hide")
    go(page, "back")
    assert seen(page, card) == []
