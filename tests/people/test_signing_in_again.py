"""A sign-in that ended while somebody wrote, in a real browser: their words are on the page after they signed in."""

from __future__ import annotations

from playwright.sync_api import Page
from sqlalchemy import delete

from governance.people.models import SignIn
from tests.live import Live

WORDS = "Let us open on Sunday mornings too."


def signs_in(page: Page, live: Live, alias: str) -> None:
    card = live.founded.cards[alias]
    page.fill("input[name=alias]", card.alias)
    page.fill("input[name=passphrase]", card.passphrase)
    with page.expect_navigation():
        page.click("main button.button-main")


def test_a_proposal_outlives_the_sign_in_it_was_written_in(live: Live, page: Page) -> None:
    page.goto(live.url + "/board/proposals/new")
    signs_in(page, live, "Cedar")
    assert page.url == live.url + "/board/proposals/new", "where they were going"
    page.fill("input[name=title]", WORDS)
    page.fill("textarea[name=ask]", "Open at ten on Sundays.")
    session = live.founded.session
    session.execute(delete(SignIn))
    session.commit()
    with page.expect_navigation():
        page.click("main button.button-main")
    assert page.locator("input[name=passphrase]").is_visible()
    assert WORDS not in page.content()
    signs_in(page, live, "Cedar")
    assert page.locator("textarea").first.input_value() == WORDS
    with page.expect_navigation():
        page.click("main button[type=submit]")
    assert page.url.startswith(live.url + "/board/proposals")
    assert WORDS in page.content()
