"""With the keys alone: somebody hears a language that is not theirs, and picks their own while it still reads."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live import Live
from tests.pairs import pairs
from tests.places.aloud.listening import LOCAL, give_voices

PHONE, TABLET = SIZES = [(360, 740), (1024, 768)]
ADDRESSES = ["/kiosk", "/say", "/code"]
# The head of a screen is one row on a tablet: what reads aloud, the languages and the way out.
ROWS = """() => new Set([...document.querySelectorAll(".kiosk-head > *, .kiosk-head .button, .languages > summary")]
  .filter((one) => one.matches(".button, summary") && one.checkVisibility() && !one.matches(".only-heard"))
  .map((one) => Math.round(one.getBoundingClientRect().top / 20))).size"""


@pytest.fixture
def reading(browser: Browser, live: Live, size: tuple[int, int], address: str) -> Iterator[Page]:
    """A screen whose "Listen" was pressed by the Enter key, and which reads on until it is told to stop."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    give_voices(page, LOCAL, endless=True)
    page.goto(live.url + address)
    page.wait_for_load_state("networkidle")
    page.get_by_role("button", name="Listen").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("[data-stop]").first).to_be_visible()
    yield page
    context.close()


@pytest.mark.parametrize(("address", "size", "key"), pairs(ADDRESSES, SIZES, ["Enter", "Space"]))
def test_the_menu_opens_and_a_language_is_picked_while_it_reads(reading: Page, key: str) -> None:
    expect(reading.get_by_role("button", name="Stop").first).to_be_focused()
    for _ in range(3):
        reading.keyboard.press("Tab")
    menu = reading.locator("details.languages")
    expect(menu.locator("summary")).to_be_focused()
    reading.keyboard.press(key)
    expect(menu).to_have_attribute("open", "")
    expect(reading.locator("[data-stop]").first).to_be_visible()
    reading.keyboard.press("Tab")
    expect(menu.get_by_role("button", name="Español")).to_be_focused()
    reading.keyboard.press(key)
    expect(reading.locator("html")).to_have_attribute("lang", "es")
    expect(reading.locator("[data-stop]").first).to_be_hidden()
    assert reading.evaluate("window.said.length") == 0, "what was read has ended with its screen"


@pytest.mark.parametrize(("address", "size"), [("/kiosk", TABLET), ("/say", PHONE), ("/code", TABLET)])
def test_stop_and_the_end_give_the_keys_back_to_listen(reading: Page) -> None:
    reading.keyboard.press("Tab")
    reading.keyboard.press("Tab")
    expect(reading.get_by_role("button", name="Louder").first).to_be_focused()
    reading.evaluate("document.dispatchEvent(new Event('hush'))")  # What ends it by itself.
    expect(reading.get_by_role("button", name="Listen").first).to_be_focused()


@pytest.mark.parametrize("address", ["/kiosk"])
@pytest.mark.parametrize("size", SIZES)
def test_on_a_tablet_all_of_it_is_one_row(reading: Page) -> None:
    if reading.viewport_size == {"width": 1024, "height": 768}:
        assert reading.evaluate(ROWS) == 1
    else:
        assert reading.evaluate(ROWS) <= 3
