"""Back and reload on one's own phone lose no words typed below a code, and no ballot that is not in the box yet.

And never on a shared screen. In a real Chromium with its back/forward cache on.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from governance.privacy import retention
from governance.publishing.views import kept_code
from tests.feedback.test_back_on_a_phone import ASKS_TO_SEND_AGAIN, SHOWN, go
from tests.feedback.test_leaving import ELSEWHERE
from tests.live import Live
from tests.promises.test_03_codes_and_votes import (
    REPLY,
    a_choice_read_back,
    a_code_opened,
    a_code_typed,
    a_paper_marked,
    a_tracker_shown,
    at_a_shared_screen,
    code_and_cards,
    enter,
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


def is_there(page: Page) -> None:
    """Have the other site answer to which "Leave now" leads."""
    page.route(ELSEWHERE, lambda route: route.fulfill(body="Elsewhere", content_type="text/html"))


def away_and_back(page: Page, live: Live) -> str:
    page.goto(live.url + "/")
    return go(page, "back")


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("leaves", [away_and_back, lambda page, live: go(page, "reload")], ids=["back", "reload"])
def test_what_a_code_opened_is_there_again_with_what_was_typed_below_it(
    live: Live, code_and_cards: CodeAndCards, open_page: Opens, leaves: Callable[[Page, Live], str], scripts: bool
) -> None:
    code, _ = code_and_cards
    somebody = Visitor(open_page(scripts), live.url, scripts)
    a_code_opened(somebody, code, "")
    if scripts:
        somebody.page.wait_for_function("sessionStorage.length === 1")
        assert MORE not in somebody.page.evaluate("JSON.stringify(sessionStorage)"), "it waits sealed"
    shown = leaves(somebody.page, live)
    assert not shown.startswith(ASKS_TO_SEND_AGAIN)
    assert REPLY in shown
    assert (MORE in shown) or not scripts, "what was never sent on no browser gives back alone"
    somebody.page.fill("textarea", MORE)
    somebody.picks("es")
    assert MORE in go(somebody.page, "reload"), "in another language, without a script too"
    somebody.picks("en")
    somebody.page.get_by_role("button", name="Send this too").press("Enter")
    expect(somebody.page.get_by_text("Your words are in.")).to_be_visible()
    shown = go(somebody.page, "reload")
    assert not shown.startswith(ASKS_TO_SEND_AGAIN)
    assert REPLY in shown
    assert "Your words are in." not in shown, "it is told once"
    expect(somebody.page.locator("textarea")).to_have_value("")
    assert somebody.page.evaluate("sessionStorage.length") == 0


def test_words_below_a_code_come_back_with_the_code_where_the_address_is_over(
    live: Live, code_and_cards: CodeAndCards, open_page: Opens
) -> None:
    somebody = Visitor(open_page(True), live.url, True)
    a_code_opened(somebody, code_and_cards[0], "")
    somebody.page.wait_for_function("sessionStorage.length === 1")
    somebody.page.context.clear_cookies()
    shown = go(somebody.page, "reload")
    assert REPLY not in shown
    assert MORE not in shown
    somebody.page.fill("#step [name=code]", code_and_cards[0])
    somebody.page.locator(".kiosk-next .button-main").press("Enter")
    expect(somebody.page.locator("textarea")).to_have_value(MORE)


def test_words_that_somebody_leaves_without_sending_are_gone(
    live: Live, code_and_cards: CodeAndCards, open_page: Opens
) -> None:
    page = open_page(True)
    a_code_opened(Visitor(page, live.url, True), code_and_cards[0], "")
    page.wait_for_function("sessionStorage.length === 1")
    page.get_by_role("button", name="Done").press("Enter")
    expect(page.get_by_text("Your words are not sent yet.").first).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 1, "they wait while this is asked"
    page.fill("textarea", MORE + " and more")
    with page.expect_navigation(url=live.url + "/"):
        page.get_by_role("button", name="Leave without sending").press("Enter")
    assert page.evaluate("sessionStorage.length") == 0
    again = Visitor(page, live.url, True)
    a_code_typed(again, code_and_cards[0], "")
    enter(again)
    expect(page.locator("textarea")).to_have_value("")


@pytest.mark.parametrize("scripts", [True, False])
def test_once_it_is_left_or_hidden_a_code_must_be_typed_again(
    live: Live, code_and_cards: CodeAndCards, open_page: Opens, scripts: bool
) -> None:
    page = open_page(scripts)
    is_there(page)
    for way_out in ("/leave", "/hide"):
        a_code_opened(Visitor(page, live.url, scripts), code_and_cards[0], "")
        assert REPLY in go(page, "reload")
        page.goto(live.url + way_out)
        if way_out == "/leave":
            page.wait_for_url(ELSEWHERE, wait_until="commit")
        page.goto(live.url + "/code/opened")
        expect(page.locator("#step [name=code]")).to_be_visible()
        assert REPLY not in str(page.evaluate(SHOWN))


def test_without_that_address_the_browser_asks_to_send_the_code_again(
    live: Live, code_and_cards: CodeAndCards, open_page: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the tests above would see if the form were answered at once."""
    monkeypatch.setattr(kept_code, "keep", lambda opened: False)
    page = open_page(False)
    a_code_opened(Visitor(page, live.url, False), code_and_cards[0], "")
    assert away_and_back(page, live).startswith(ASKS_TO_SEND_AGAIN)


def test_on_a_shared_screen_nothing_typed_below_a_code_waits(
    live: Live, code_and_cards: CodeAndCards, open_page: Opens
) -> None:
    somebody = at_a_shared_screen(live, open_page(True), True)
    a_code_opened(somebody, code_and_cards[0], "")
    somebody.page.wait_for_timeout(100)
    assert somebody.page.evaluate("sessionStorage.length") == 0
    somebody.page.goto(live.url + "/code/opened")
    assert REPLY not in str(somebody.page.evaluate(SHOWN))


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


STILL_HERE = "Your marks are still here."


def a_ballot_marked_and_loaded_anew(somebody: Visitor, card: str) -> str:
    """Mark the paper, reload, and return what then stands there."""
    a_paper_marked(somebody, "", card)
    somebody.page.wait_for_function("sessionStorage.length === 1")
    kept = somebody.page.evaluate("JSON.stringify(sessionStorage)")
    assert not [secret for secret in (card, "choice", "checked", '"no"') if secret in kept], "it waits sealed"
    return go(somebody.page, "reload")


def test_a_reload_loses_no_mark_on_ones_own_phone_and_only_the_card_brings_them_back(
    live: Live, code_and_cards: CodeAndCards, open_page: Opens
) -> None:
    card, another = code_and_cards[1][:2]
    page = open_page(True)
    somebody = Visitor(page, live.url, True)
    assert "checked=no" not in a_ballot_marked_and_loaded_anew(somebody, card)
    expect(page.get_by_text(STILL_HERE)).to_be_visible()
    page.fill("#cast-code", another)
    onward(somebody)
    assert "checked=no" not in str(page.evaluate(SHOWN)), "another card is another voter"
    go(page, "reload")
    page.fill("#cast-code", card)
    onward(somebody)
    assert "checked=no" in str(page.evaluate(SHOWN))
    onward(somebody)
    expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    go(page, "reload")
    page.fill("#cast-code", card)
    onward(somebody)
    assert "checked=no" in str(page.evaluate(SHOWN)), "read back before too, and not cast by one press"
    page.evaluate("sessionStorage.setItem('marks of another vote', `${Date.now() + 60000} AAAA AAAA`)")
    onward(somebody)
    expect(page.get_by_role("heading", name="Is this right?")).to_be_visible()
    onward(somebody)
    page.locator(".code-words li:visible").first.wait_for()
    assert page.evaluate("Object.keys(sessionStorage)") == ["marks of another vote"], "it is in the box"
    go(page, "reload")
    expect(page.get_by_text(STILL_HERE)).to_be_hidden()


def test_another_card_on_the_same_page_finds_no_mark(
    live: Live, code_and_cards: CodeAndCards, open_page: Opens
) -> None:
    card, another = code_and_cards[1][:2]
    page = open_page(True)
    somebody = Visitor(page, live.url, True)
    a_paper_marked(somebody, "", card)
    page.wait_for_function("sessionStorage.length === 1")
    for typed, is_marked in ((another, False), (card, True), (card, True)):
        page.get_by_role("button", name="Use another card or pass").press("Enter")
        page.fill("#cast-code", typed)
        onward(somebody)
        assert ("checked=no" in str(page.evaluate(SHOWN))) is is_marked, "a mark is its voter's own"


def test_marks_that_nobody_came_back_to_are_gone(live: Live, code_and_cards: CodeAndCards, open_page: Opens) -> None:
    card, page = code_and_cards[1][0], open_page(True)
    somebody = Visitor(page, live.url, True)
    is_there(page)
    for way_out in ("the time", "the time, on another page", "/leave"):
        a_ballot_marked_and_loaded_anew(somebody, card)
        expect(page.get_by_text(STILL_HERE)).to_be_visible()
        if way_out == "/leave":
            page.locator(".kiosk-head [data-leave]").press("Enter")
            page.wait_for_url(ELSEWHERE, wait_until="commit")
            page.goto(live.url + "/vote")
        else:
            late = retention.MARKS_ON_A_PHONE // timedelta(milliseconds=1) + 1000
            page.evaluate(
                """(late) => Object.entries(sessionStorage).forEach(([name, kept]) =>
                  sessionStorage.setItem(name, kept.replace(/\\d+/, (since) => Number(since) - late)))""",
                late,
            )
            if way_out != "the time":
                page.goto(live.url + "/decisions")
                page.wait_for_function("sessionStorage.length === 0")
                page.goto(live.url + "/vote")
            go(page, "reload")
        expect(page.locator("#cast-code")).to_be_visible()
        expect(page.get_by_text(STILL_HERE)).to_be_hidden()
        assert page.evaluate("sessionStorage.length") == 0
        page.fill("#cast-code", card)
        onward(somebody)
        assert "checked=no" not in str(page.evaluate(SHOWN))


def test_on_a_shared_screen_no_mark_waits(live: Live, code_and_cards: CodeAndCards, open_page: Opens) -> None:
    somebody = at_a_shared_screen(live, open_page(True), True)
    a_paper_marked(somebody, "", code_and_cards[1][0])
    somebody.page.wait_for_timeout(100)
    assert somebody.page.evaluate("sessionStorage.length") == 0
    go(somebody.page, "reload")
    expect(somebody.page.get_by_text(STILL_HERE)).to_be_hidden()
