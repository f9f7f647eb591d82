"""Giving feedback in a real browser: the idle reset, shaky taps, help, the Enter key, sizes and barriers."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from governance import clock
from governance.feedback.models import Held
from tests.factories import NOW
from tests.live import Live
from tests.promises.test_11_everyone import AXE, VIOLATIONS, WCAG

BOXES = """() => [...document.querySelectorAll("a, button, input, textarea, summary")]
  .filter((one) => one.tabIndex >= 0 && one.type !== "hidden" && one.offsetParent)
  .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
  .filter(([_, box]) => box.width < 60 || box.height < 60)
  .map(([name]) => name)"""


def press(page: Page, go: str) -> None:
    with page.expect_navigation():
        page.locator(f"button[name=go][value={go}]:not(.only-heard)").press("Enter")


def held(live: Live) -> int:
    count = live.founded.session.scalar(select(func.count()).select_from(Held)) or 0
    live.founded.session.rollback()  # Let go of the lock at once: the page wants to write.
    return count


def test_the_idle_reset_asks_first_and_can_be_put_off_without_end(page: Page, live: Live) -> None:
    before = held(live)
    page.clock.install()
    page.goto(live.url + "/kiosk")
    page.clock.fast_forward("01:00:00")
    expect(page.locator("dialog")).to_be_hidden()  # Nobody is there yet: nothing to clear, nobody to ask.
    page.locator("input[value=suggestion]").press("Space")
    assert page.locator("input[value=suggestion]").is_checked()
    for put_off in range(12):
        page.clock.fast_forward("00:42")
        expect(page.locator("dialog")).to_be_hidden()
        page.clock.fast_forward("00:04")
        expect(page.get_by_role("heading", name="Still there?")).to_be_visible()
        page.clock.fast_forward("00:12")
        page.get_by_role("button", name="I am still here").press("Enter" if put_off % 2 else "Space")
        expect(page.locator("dialog")).to_be_hidden()
        expect(page.get_by_role("heading", name="What do you want to say?")).to_be_visible()
    assert page.locator("input[value=suggestion]").is_checked()
    page.clock.fast_forward("00:46")
    page.clock.fast_forward("00:16")
    expect(page.get_by_role("heading", name="All clear.")).to_be_visible()
    assert held(live) == before


def test_a_shaky_double_tap_is_one_tap(page: Page, live: Live) -> None:
    page.goto(live.url + "/kiosk")
    press(page, "next")
    page.wait_for_timeout(650)  # The guard itself counts from the moment the page was asked for.
    page.locator("label", has=page.locator("input[value=wait]")).dblclick()
    assert page.locator("input[value=wait]").is_checked()


def test_the_enter_key_goes_on_and_not_back(page: Page, live: Live) -> None:
    page.goto(live.url + "/kiosk")
    press(page, "next")
    press(page, "next")
    page.locator("input[name=face][value=good]").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Say it in your own words.")).to_be_visible()


def test_help_opens_in_the_page_without_scripts_sends_nothing_and_keeps_the_words(
    page_without_scripts: Page,
    live: Live,
) -> None:
    page = page_without_scripts
    page.goto(live.url + "/say/1")
    for _ in range(3):
        press(page, "next")
    page.fill("textarea", "My friend")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/static/" not in request.url else None)
    page.get_by_role("link", name="Someone needs help now").click()
    expect(page.get_by_text("555-0100").first).to_be_in_viewport()
    page.locator("#help").get_by_role("link", name="Back").first.click()
    expect(page.locator("textarea")).to_have_value("My friend")
    assert asked == []


# What is dark differs in its colours alone.
CONTRAST = WCAG | {"runOnly": ["color-contrast"]}


PHONE, HELD, LYING = (320, 640), (768, 1024), (1024, 768)


@pytest.mark.parametrize(("address", "sizes"), [("/say", (HELD, PHONE)), ("/kiosk", (LYING,))], ids=["say", "kiosk"])
def test_every_screen_is_large_fits_and_has_no_barrier(
    browser: Browser, live: Live, address: str, sizes: tuple[tuple[int, int], ...]
) -> None:
    """A page is laid out anew at each size (tests/look/test_reach.py). Barriers are looked for at the narrowest."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(live.url + address)
    page.locator("input[value=grievance]").press("Space")
    for go in ("next", "next", "next", "next", "next", "send", ""):
        if page.locator("input[value=unknown]").count():
            page.locator("input[value=unknown]").press("Space")
        for width, height in sizes:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate(BOXES) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.evaluate(AXE)
        for colors, asked in (("light", WCAG), ("dark", CONTRAST)):
            page.emulate_media(color_scheme=colors)  # type: ignore[arg-type]
            page.evaluate("document.getAnimations().forEach((one) => one.finish())")
            problems = page.evaluate(VIOLATIONS, asked)
            assert [(colors, one["id"], one["nodes"][0]["html"]) for one in problems] == []
        with clock.stopped_everywhere(NOW.replace(minute=5)):
            press(page, go) if go else None
    expect(page.get_by_role("heading", name="Thank you. It is in.")).to_be_visible()
    context.close()


ABOVE_THE_FOOT = """() => [...document.querySelectorAll("main .choice")].filter((one) =>
  one.getBoundingClientRect().bottom > document.querySelector(".kiosk-foot").getBoundingClientRect().top).length"""


def test_somebody_at_a_kiosk_who_sends_it_as_it_is_still_says_whom_it_is_about(browser: Browser, live: Live) -> None:
    context = browser.new_context(viewport={"width": 1024, "height": 768})
    page = context.new_page()
    page.goto(live.url + "/kiosk")
    page.locator("input[value=grievance]").press("Space")
    press(page, "send")
    expect(page.get_by_role("heading", name="Who is it about?")).to_be_visible()
    assert page.locator("input:checked").count() == 0
    assert page.evaluate(ABOVE_THE_FOOT) == 0
    page.locator("input[value=unknown]").press("Space")
    press(page, "send")
    expect(page.get_by_text("Not the manager.")).to_be_visible()
    context.close()


def test_somebody_on_a_phone_without_scripts_says_that_a_friend_is_hurt_and_it_goes_now(
    page_without_scripts: Page, live: Live
) -> None:
    page = page_without_scripts
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(live.url + "/say/1")
    page.locator("input[value=urgent]").click()
    press(page, "send")
    expect(page.get_by_role("heading", name="When should it go?")).to_be_visible()
    assert page.locator("input:checked").count() == 0
    assert page.evaluate(ABOVE_THE_FOOT) == 0
    page.locator("input[value=now]").click()
    with clock.stopped_everywhere(NOW.replace(minute=5)):
        press(page, "send")
    expect(page.get_by_text("It goes to them now.")).to_be_visible()
