"""In a real browser: while strangers keep trying a name its owner signs in at the second press, without a wait."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.live import Live
from tests.page import PageClient

OWNER = "Cedar"


def strangers_try(live: Live) -> None:
    for client in [PageClient(live.app) for _ in range(4)]:
        for _ in range(2):
            client.submit("/sign-in", alias=OWNER, passphrase="wrong words")


def press(page: Page, live: Live) -> None:
    page.fill("input[name=alias]", OWNER)
    page.fill("input[name=passphrase]", live.founded.cards[OWNER].passphrase)
    with page.expect_navigation():
        page.locator("input[name=passphrase]").press("Enter")


def test_with_scripts_the_second_press_opens(page: Page, live: Live) -> None:
    strangers_try(live)
    page.goto(live.url + "/sign-in")
    assert page.locator("input[name=puzzle]").count() == 0
    press(page, live)
    expect(page.locator("#passphrase-error", has_text="seconds first.")).to_be_visible()
    expect(page.get_by_text("You need not wait now.")).to_be_visible()
    strangers_try(live)
    press(page, live)
    expect(page.get_by_role("heading", name="Sign in", exact=True)).to_have_count(0)
    assert "/sign-in" not in page.url


def test_without_scripts_one_waits_as_before(page_without_scripts: Page, live: Live) -> None:
    """The control: the same presses without the work. It also shows where this ends."""
    page = page_without_scripts
    strangers_try(live)
    page.goto(live.url + "/sign-in")
    for _ in range(2):
        press(page, live)
        expect(page.locator("#passphrase-error", has_text="seconds first.")).to_be_visible()
        expect(page.get_by_text("You need not wait now.")).to_be_hidden()
