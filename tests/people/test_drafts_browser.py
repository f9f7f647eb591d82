"""A draft in a real browser: it is kept while somebody types, and is there after the tablet was closed."""

from __future__ import annotations

from playwright.sync_api import Browser, Page, expect
from sqlalchemy import func, select

from governance.people.models import Draft
from tests.live import Live
from tests.people.test_signing_in_again import signs_in

WORDS = "Let us open on Sunday mornings too."
NEW = "/board/proposals/new"


def drafts_in(live: Live) -> int:
    session = live.founded.session
    session.rollback()
    found = session.scalar(select(func.count()).select_from(Draft)) or 0
    session.rollback()
    return found


def test_what_was_typed_is_kept_by_itself_and_goes_when_it_is_sent(live: Live, page: Page, browser: Browser) -> None:
    page.goto(live.url + NEW)
    signs_in(page, live, "Cedar")
    page.fill("textarea[name=ask]", WORDS)
    expect(page.get_by_text("Kept as a draft.")).to_be_visible(timeout=15_000)
    assert drafts_in(live) == 1
    page.close()
    later = browser.new_context().new_page()
    later.goto(live.url + NEW)
    signs_in(later, live, "Cedar")
    assert later.locator("textarea[name=ask]").input_value() == ""
    later.get_by_role("link", name="Open my draft").click()
    assert later.locator("textarea[name=ask]").input_value() == WORDS
    later.fill("input[name=title]", "Sundays")
    with later.expect_navigation():
        later.locator("input[name=title]").press("Enter")
    assert "/draft" not in later.url, "Enter sends it"
    assert drafts_in(live) == 0
    later.context.close()


def test_without_a_script_a_button_keeps_it(live: Live, page_without_scripts: Page) -> None:
    page = page_without_scripts
    page.goto(live.url + NEW)
    signs_in(page, live, "Cedar")
    page.fill("textarea[name=ask]", WORDS)
    page.get_by_role("button", name="Keep as a draft").click()
    expect(page.get_by_text("Your draft is kept.")).to_be_visible()
    assert page.locator("textarea[name=ask]").input_value() == WORDS
    page.goto(live.url + NEW)
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_text("Your draft is gone.")).to_be_visible()
    assert page.url == live.url + NEW
