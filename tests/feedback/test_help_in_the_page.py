"""With a code open or a ballot in hand, help opens in the same page: nothing is sent, and nothing that stands is lost.

And no letters that are shown once go at one tap. In a real Chromium, with scripts and without.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live import Live
from tests.promises.test_03_codes_and_votes import STOPS, a_tracker_shown, at_a_shared_screen, code_and_cards
from tests.promises.test_03_next_person import Visitor, leaks, open_page

__all__ = ["code_and_cards", "open_page"]

HELP = "Someone needs help now"


def somebody_at(live: Live, page: Page, *, scripts: bool, shared: bool) -> Visitor:
    return at_a_shared_screen(live, page, scripts) if shared else Visitor(page, live.url, scripts)


def taps(page: Page, role: str, name: str) -> None:
    """Press what has this name, of what can be seen, by its key."""
    page.locator(f"{role}:visible", has_text=name).last.press("Enter")


@pytest.mark.parametrize(("scripts", "shared"), [(True, True), (False, False)], ids=["kiosk", "phone without scripts"])
def test_help_opens_in_the_page_and_takes_nothing_away(
    live: Live, code_and_cards: tuple[str, list[str]], open_page: Callable[[bool], Page], scripts: bool, shared: bool
) -> None:
    code, cards = code_and_cards
    page = open_page(scripts)
    somebody = somebody_at(live, page, scripts=scripts, shared=shared)
    for stop in STOPS:
        stop(somebody, code, cards[0])
        before, asked = leaks(somebody), []
        assert before, stop.__name__
        page.on("request", lambda each, asked=asked: asked.append(each.url))
        taps(page, "a", HELP)
        expect(page.get_by_role("heading", name="Help now")).to_be_visible()
        expect(page.locator("#help .help-card").first).to_be_in_viewport()
        taps(page, "#help a", "Back")
        expect(page.get_by_role("heading", name="Help now")).to_be_hidden()
        assert leaks(somebody) == before, stop.__name__
        pages = {urlsplit(url).path for url in asked} & {"/help-now", "/say", "/kiosk", "/code", "/vote", "/vote/1"}
        assert pages == set(), stop.__name__


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("shared", [True, False], ids=["kiosk", "phone"])
def test_the_letters_of_a_ballot_go_after_a_question_alone(
    live: Live, code_and_cards: tuple[str, list[str]], open_page: Callable[[bool], Page], scripts: bool, shared: bool
) -> None:
    page = open_page(scripts)
    somebody = somebody_at(live, page, scripts=scripts, shared=shared)
    a_tracker_shown(somebody, "", code_and_cards[1][0])
    letters, asks = page.locator(".code-words li:visible"), page.get_by_role("heading", name="Are your letters written")
    expect(asks).to_be_hidden()
    taps(page, ".kiosk-next a", "I wrote it down")
    expect(asks).to_be_visible()
    taps(page, "#leave a", "No. Show it again")
    expect(asks).to_be_hidden()
    assert letters.all_inner_texts() == somebody.secrets
    taps(page, ".kiosk-next a", "I wrote it down")
    with page.expect_navigation(url="**/ballots/1/check"):
        taps(page, "#leave a", "Yes. Go on")
    assert leaks(somebody) == []


def test_nothing_asks_for_letters_before_there_are_any(
    live: Live, code_and_cards: tuple[str, list[str]], open_page: Callable[[bool], Page]
) -> None:
    page = open_page(True)
    page.goto(live.url + "/vote/1#leave")
    expect(page.locator("#cast-code")).to_be_visible()
    expect(page.get_by_role("heading", name="Are your letters written")).to_be_hidden()


@pytest.mark.parametrize("came_from", ["/", "/decisions", "/ballots/1"])
def test_back_from_help_leads_where_one_came_from(
    live: Live, code_and_cards: tuple[str, list[str]], browser: Browser, page: Page, came_from: str
) -> None:
    page.goto(live.url + came_from)
    page.locator("a", has_text="Help now").first.click()
    expect(page.get_by_role("heading", name="Help now")).to_be_visible()
    page.locator(".kiosk-back a").click()
    assert urlsplit(page.url).path == came_from


@pytest.mark.parametrize("elsewhere", ["//elsewhere.example/x", "https://elsewhere.example", "/\\elsewhere.example"])
def test_back_from_help_leads_to_no_other_site(live: Live, page: Page, elsewhere: str) -> None:
    page.goto(f"{live.url}/help-now?next={elsewhere}")
    assert page.locator(".kiosk-back a").get_attribute("href") == "/say"
