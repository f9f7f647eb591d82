"""Going away at once from one's own phone to another site. A shared screen: `tests/look/test_text_size.py`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page, Request

from tests.browser import settled
from tests.live import Live
from tests.page import PageClient

ELSEWHERE = "https://www.wikipedia.org/"
WORDS = "What nobody else may read"
SCREENS = ("/say/1", "/code", "/vote", "/help-now")
TO_READ = ("/", "/decisions", "/promises", "/language", "/no-such-page")
CORNER = """() => [...document.querySelectorAll("header [data-leave], .kiosk-head [data-hide]")].map((one) => {
  const box = one.getBoundingClientRect(), isTurned = document.dir === "rtl";
  return [Math.round(isTurned ? box.left : innerWidth - box.right), Math.round(box.top)];
})"""


@pytest.fixture(params=[True, False], ids=["scripts", "no scripts"])
def phone(browser_that_keeps_pages: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A phone of somebody's own, for which the other site is there, in the whole browser: it can be gone back on."""
    context = browser_that_keeps_pages.new_context(
        java_script_enabled=request.param, viewport={"width": 360, "height": 740}
    )
    context.route(ELSEWHERE, lambda route: route.fulfill(body="Elsewhere", content_type="text/html"))
    yield context
    context.close()


def to_the_words(page: Page, url: str) -> None:
    """Come to the screen of /say where words are asked for."""
    page.goto(url + "/say/1")
    for _ in range(3):
        with page.expect_navigation():
            page.locator("button[name=go][value=next]:not(.only-heard)").press("Enter")
    settled(page)


def type_something(page: Page, url: str) -> None:
    """Leave words on the screen of /say where they are asked for."""
    to_the_words(page, url)
    page.fill("textarea", WORDS)


def test_the_first_thing_on_every_screen_of_a_phone_leads_away_and_leaves_nothing(
    phone: BrowserContext, live: Live
) -> None:
    page, asked = phone.new_page(), list[Request]()
    page.on("request", lambda request: asked.append(request))
    for address in (*SCREENS, *TO_READ, "words"):
        type_something(page, live.url) if address == "words" else page.goto(live.url + address)
        page.locator("body").press("Tab")
        if address == "words":
            page.locator("[data-leave]").first.focus()
        assert page.evaluate("document.activeElement.matches('[data-leave]')"), address
        before = page.evaluate("history.length")
        page.keyboard.press("Enter")
        page.wait_for_url(ELSEWHERE, wait_until="commit")
        settled(page)
        assert page.evaluate("history.length") <= before + 1, "the way out itself does not stay there"
        assert "referer" not in asked[-1].headers
    for _ in range(6):
        with suppress(Error):
            page.go_back(wait_until="commit")
        settled(page)
        assert WORDS not in page.content() + str(page.evaluate("document.querySelector('textarea')?.value"))


@pytest.mark.parametrize("address", [*SCREENS, "/"])
def test_while_a_page_still_waits_for_its_scripts_one_tap_leads_away(
    browser: Browser, live: Live, address: str
) -> None:
    with browser.new_context(viewport={"width": 360, "height": 640}, has_touch=True) as phone:
        phone.route(ELSEWHERE, lambda route: route.fulfill(body="Elsewhere", content_type="text/html"))
        phone.route("**/*.js", lambda route: None)  # On the way, and not there yet.
        page = phone.new_page()
        page.goto(live.url + address, wait_until="commit")
        way_out = page.locator("header [data-leave]")
        way_out.wait_for()
        assert page.evaluate("document.readyState") != "complete"
        way_out.tap(no_wait_after=True)
        page.wait_for_url(ELSEWHERE, wait_until="commit")


def test_shift_three_times_leads_away_and_three_capital_letters_do_not(page: Page, live: Live) -> None:
    page.route(ELSEWHERE, lambda route: route.fulfill(body="Elsewhere", content_type="text/html"))
    type_something(page, live.url)
    for key in ("Shift+A", "Shift+B", "Shift+C", "Shift", "Shift", "x", "Shift"):
        page.locator("textarea").press(key)
    assert page.input_value("textarea") == WORDS + "ABCx"
    page.locator("textarea").press("Shift")
    page.locator("textarea").press("Shift")
    page.wait_for_url(ELSEWHERE, wait_until="commit")
    page.goto(live.url + "/")
    for _ in range(3):
        page.keyboard.press("Shift")
    page.wait_for_url(ELSEWHERE, wait_until="commit")


@pytest.mark.parametrize("way_out", ["pressed", "followed", "no signal"])
def test_whoever_leaves_takes_what_was_typed_away_and_no_pass(browser: Browser, live: Live, way_out: str) -> None:
    with browser.new_context(viewport={"width": 360, "height": 740}) as phone:
        phone.route(ELSEWHERE, lambda route: route.fulfill(body="Elsewhere", content_type="text/html"))
        page = phone.new_page()
        type_something(page, live.url)
        page.wait_for_function("sessionStorage.length")
        page.evaluate("localStorage.setItem('real-voice pass programme/ballot-7', 'the only one')")
        if way_out == "followed":
            page.goto(live.url + "/leave", wait_until="commit")
        else:
            phone.set_offline(way_out == "no signal")
            page.locator("header [data-leave]").press("Enter")
        if way_out == "no signal":
            settled(page)
            assert WORDS not in page.content()
            phone.set_offline(False)
        else:
            page.wait_for_url(ELSEWHERE, wait_until="commit")
        page.goto(live.url + "/say/4")
        assert page.evaluate("localStorage.getItem('real-voice pass programme/ballot-7')") == "the only one"
        assert not page.locator("textarea").count(), "its answers are gone"
        to_the_words(page, live.url)
        assert page.input_value("textarea") == "", "and its words"
        assert "left" not in {cookie["name"] for cookie in phone.cookies()}


@pytest.mark.parametrize("locale", ["en", "fr", "ar"])
def test_a_phone_has_leave_now_in_the_same_corner_everywhere(browser: Browser, live: Live, locale: str) -> None:
    with browser.new_context(viewport={"width": 360, "height": 740}, locale=locale) as phone:
        page, corners = phone.new_page(), {}
        for address in (*SCREENS, *TO_READ):
            page.goto(live.url + address)
            corners[address] = page.evaluate(CORNER)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    assert elsewhere(corners) == {}


def elsewhere(corners: dict[str, list[list[int]]]) -> dict[str, list[list[int]]]:
    """Return the screens on which the way out is not once there, in the corner where a hand looks for it."""
    return {name: found for name, found in corners.items() if len(found) != 1 or found[0][0] > 60 or found[0][1] > 40}


def test_a_way_out_that_moves_or_is_not_there_or_twice_is_seen() -> None:
    corners = {"there": [[20, 10]], "none": [], "inside": [[90, 10]], "below": [[20, 80]], "two": [[20, 10], [20, 30]]}
    assert list(elsewhere(corners)) == ["none", "inside", "below", "two"]


def test_the_quick_exit_of_a_shared_screen_stays_there(client: PageClient, founded: object) -> None:
    client.get("/kiosk")
    assert client.get("/leave").location == "/hide"
