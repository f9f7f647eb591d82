"""On a phone the doors of a work page take one row each, and what the page is there for stays in sight."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.feedback.messages import let_out, send
from tests.live import Live

DESK = "/desk/themes"
ROW = 56  # Pixels, with its line below.
HEIGHTS = "[...document.querySelectorAll('.site-head .work-nav')].map((each) => each.getBoundingClientRect().height)"
FIRST = """[...document.querySelectorAll('.site-head .work-nav:first-of-type li')]
    .sort((one, other) => one.getBoundingClientRect().left - other.getBoundingClientRect().left)
    .map((each) => each.innerText.replace(/\\s+/g, ' ').trim())"""


@pytest.fixture
def desk(browser: Browser, live: Live) -> Iterator[Page]:
    """The themes, at the desk of a reader with many doors, on a phone."""
    send(live.founded, "the light by the door is broken")
    let_out(live.founded)
    live.founded.session.commit()
    context = browser.new_context(viewport={"width": 360, "height": 740})
    page, card = context.new_page(), live.founded.cards["Ash"]
    page.goto(live.url + "/sign-in")
    page.fill("input[name=alias]", card.alias)
    page.fill("input[name=passphrase]", card.passphrase)
    with page.expect_navigation():
        page.press("input[name=passphrase]", "Enter")
    page.goto(live.url + DESK)
    yield page
    context.close()


def test_each_row_of_doors_is_one_row_and_the_page_does_not_move_sideways(desk: Page) -> None:
    assert all(height <= ROW for height in desk.evaluate(HEIGHTS))
    assert desk.evaluate("document.documentElement.scrollWidth") == 360


def test_doors_that_wrap_take_several_rows(desk: Page) -> None:
    """The control: the measure sees it."""
    wrap = "(rows) => rows.forEach((row) => { row.style.flexWrap = 'wrap'; })"
    desk.locator(".site-head .work-nav ul").evaluate_all(wrap)
    assert max(desk.evaluate(HEIGHTS)) > 2 * ROW


def test_where_one_is_comes_first_and_then_where_something_waits(desk: Page, live: Live) -> None:
    assert desk.evaluate(FIRST)[0].startswith("Desk")
    desk.goto(live.url + "/board")
    first, second, *_ = desk.evaluate(FIRST)
    assert first.startswith("Board")
    assert re.fullmatch(r"Desk \d+", second)


def test_every_door_is_reached_by_the_keyboard(desk: Page) -> None:
    links = desk.locator(".site-head .work-nav:first-of-type a")
    links.last.focus()
    box = links.last.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 361
