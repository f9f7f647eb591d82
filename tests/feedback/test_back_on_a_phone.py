"""Back, Forward, reload and another language keep what was said on one's own phone, and never on a shared screen.

In a real Chromium, with scripts and without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from governance import clock
from governance.feedback.views import own_phone
from governance.privacy import retention
from tests.browser import settled
from tests.factories import NOW, Founded
from tests.feedback.factories import Walk
from tests.live import Live
from tests.page import PageClient

PICKED = ("suggestion", "supplies", "good")
WORDS = "The soap at the door is gone"
ASKS_TO_SEND_AGAIN = "chrome-error:"  # The browser's own page.
# What the browser itself keeps for this tab and this site, and what stands on the page.
SHOWN = """() => location.href + document.documentElement.outerHTML
  + [...document.querySelectorAll("textarea")].map((field) => field.value)
  + [...document.querySelectorAll("input:checked")].map((field) => `checked=${field.value}`)"""


@pytest.fixture(scope="module")
def browser(browser_that_keeps_pages: Browser) -> Browser:
    """The whole browser, with its back/forward cache on."""
    return browser_that_keeps_pages


@pytest.fixture
def somebody(browser: Browser) -> Iterator[Callable[[bool], Page]]:
    """Open a phone of somebody's own."""
    contexts = []

    def opens(scripts: bool) -> Page:
        contexts.append(
            browser.new_context(java_script_enabled=scripts, viewport={"width": 360, "height": 740}, locale="en-US")
        )
        return contexts[-1].new_page()

    yield opens
    for context in contexts:
        context.close()


def press(page: Page, go: str) -> None:
    with page.expect_navigation():
        page.locator(f"button[name=go][value={go}]:not(.only-heard)").first.press("Enter")


def go(page: Page, move: str) -> str:
    """Press Back, Forward or reload in the browser itself, and return what then stands there, the browser's too."""
    with suppress(Error):
        {"back": page.go_back, "forward": page.go_forward, "reload": page.reload}[move](wait_until="commit")
    settled(page)
    page.wait_for_timeout(60)  # What a script brings back comes a moment after the page.
    return str(page.evaluate(SHOWN))


def walk_to_the_last_screen(page: Page, address: str) -> None:
    """Pick something on each screen, say something, and come to what is asked last."""
    page.goto(address)
    if address.endswith("/say"):
        page.wait_for_url("**/say/1")
    for value in PICKED:
        page.locator(f"input[value={value}]").press("Space")
        press(page, "next")
    page.fill("textarea", WORDS)
    press(page, "next")
    expect(page.get_by_role("heading", name="May we show it?")).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False])
def test_back_forward_reload_and_language_keep_every_answer_on_a_phone(
    live: Live, somebody: Callable[[bool], Page], scripts: bool
) -> None:
    page = somebody(scripts)
    walk_to_the_last_screen(page, live.url + "/say")
    screens = [*(f"checked={value}" for value in PICKED), WORDS]
    for kept in reversed(screens):
        assert kept in go(page, "back"), f"back to {kept}"
        assert kept in go(page, "reload"), f"reload of {kept}"
    for kept in screens[1:]:
        assert kept in go(page, "forward"), f"forward to {kept}"
    page.fill("textarea", "Not sent on yet")
    go(page, "back")
    assert "Not sent on yet" in go(page, "forward")
    reloaded = go(page, "reload")
    assert ("Not sent on yet" if scripts else WORDS) in reloaded, "no browser gives back alone what was never sent on"
    page.fill("textarea", "In another language")
    page.locator(".languages summary").click()
    press(page, "in-es")
    assert 'lang="es"' in go(page, "reload")
    expect(page.locator("textarea")).to_have_value("In another language")


@pytest.mark.parametrize("scripts", [True, False])
def test_once_it_is_sent_or_hidden_nothing_of_it_comes_back(
    live: Live, somebody: Callable[[bool], Page], scripts: bool
) -> None:
    for end in ("send", "hide"):
        page = somebody(scripts)
        walk_to_the_last_screen(page, live.url + "/say")
        if end == "send":
            with clock.stopped_everywhere(NOW + timedelta(minutes=1)):
                press(page, "send")
            expect(page.get_by_role("heading", name="Thank you. It is in.")).to_be_visible()
        else:
            page.goto(live.url + "/hide")
        for move in ["back"] * 3 + ["forward"] * 2:
            shown = go(page, move)
            assert WORDS not in shown
            assert not [value for value in PICKED if f"checked={value}" in shown]
        page.goto(live.url + "/say/5")
        assert WORDS not in str(page.evaluate(SHOWN))


@pytest.mark.parametrize("scripts", [True, False])
def test_on_a_shared_screen_nothing_can_be_gone_back_to(
    live: Live, somebody: Callable[[bool], Page], scripts: bool
) -> None:
    page = somebody(scripts)
    walk_to_the_last_screen(page, live.url + "/kiosk")
    for move in ("back", "back", "forward"):
        assert WORDS not in go(page, move)
    page.goto(live.url + "/say/4")
    assert WORDS not in str(page.evaluate(SHOWN))
    assert page.url.endswith("/kiosk")


def test_a_phone_left_alone_keeps_nothing_for_longer_than_half_an_hour(client: PageClient, founded: Founded) -> None:
    with clock.stopped_at(NOW):
        walk = Walk(client)
        walk.to_words(lane="suggestion")
        walk.next(words=WORDS)
    for waited, kept in ((timedelta(), True), (timedelta(minutes=1), False)):
        with clock.stopped_at(NOW + retention.SAID_ON_A_PHONE + waited):
            assert (WORDS in client.get("/say/4").text) is kept


def test_a_new_visit_to_the_first_screen_begins_with_nothing(client: PageClient, founded: Founded) -> None:
    Walk(client).to_words(lane="suggestion")
    assert "checked" in client.get("/say/1").text
    assert "checked" not in client.get("/say").text
    assert "checked" not in client.get("/say/1").text


@pytest.mark.parametrize(
    "words", ["My own words. " * 140, "x\u4e00\u9fa5" * 666, "".join(map(chr, range(0x4E00, 0x55D0)))]
)
def test_words_of_any_length_come_along_and_the_cookie_stays_small_enough(
    client: PageClient, founded: Founded, words: str
) -> None:
    walk = Walk(client)
    walk.to_words(lane="suggestion")
    walk.next(words=words)
    assert "May we show it?" in walk.seen.text
    cookie = client.get_cookie("voice")
    assert cookie
    assert len(cookie.key) + len(cookie.value) < 4096
    walk.back()
    assert walk.fields["words"] == words


def test_without_an_address_for_each_screen_the_browser_asks_to_send_it_again(
    live: Live, somebody: Callable[[bool], Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The control: what the tests above would see if a POST were answered at once."""
    monkeypatch.setattr(own_phone, "keep", lambda so_far: False)
    page = somebody(False)
    walk_to_the_last_screen(page, live.url + "/say")
    assert go(page, "back").startswith(ASKS_TO_SEND_AGAIN)
