"""A card from the pile takes two clicks beside what is typed, in a browser without scripts and with them."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser
from sqlalchemy import select

from governance.feedback.models import Held
from tests.live import Live


@pytest.mark.parametrize("scripts", [True, False])
def test_a_card_is_two_clicks_and_typing(browser: Browser, live: Live, scripts: bool) -> None:
    card, session = live.founded.cards["Juniper"], live.founded.session
    page = browser.new_context(java_script_enabled=scripts).new_page()
    page.goto(live.url + "/sign-in")
    page.fill("input[name=alias]", card.alias)
    page.fill("input[name=passphrase]", card.passphrase)
    with page.expect_navigation():
        page.locator("input[name=passphrase]").press("Enter")
    page.goto(live.url + "/desk/paper")
    before = set(session.scalars(select(Held.id)))
    session.rollback()
    for number in (1, 2):  # And the next one begins where this one ended.
        page.get_by_role("link", name="No box is ticked for this").click()
        page.keyboard.type("1 14 22")  # The place for the numbers has the focus.
        page.keyboard.press("Tab")
        page.keyboard.type("the line  is to long")
        page.get_by_role("button", name="Keep it, and shred the card").click()
        page.wait_for_url("**/desk/paper?*")
        said = "card" if number == 1 else "cards"
        assert f"You typed in {number} {said} today" in page.content()
    assert len(set(session.scalars(select(Held.id))) - before) == 2
    session.rollback()
    page.context.close()
