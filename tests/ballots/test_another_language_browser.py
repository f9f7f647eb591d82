"""Where the device seals, a switch of languages keeps the card, the marks and the letters, and sends none of them.

In a real Chromium: every request that goes out is read.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from urllib.parse import unquote_plus

import pytest
from playwright.sync_api import Page, expect

from governance.feedback import service as feedback
from tests.ballots.on_a_screen import open_vote
from tests.factories import TODAY
from tests.live import Live

MORE = "Heather said the walnut by the gate is rotten"


@pytest.fixture(scope="module")
def card(live: Live) -> Iterator[str]:
    """A card of a vote that is open, with Agree, Worry and Block to mark."""
    with open_vote(live, "consensus") as cards:
        yield cards[0]


def pick(page: Page, code: str) -> None:
    page.locator(".languages summary").press("Enter")
    page.locator(f"button[value=in-{code}]").press("Enter")
    expect(page.locator("html")).to_have_attribute("lang", code)


def onward(page: Page) -> None:
    page.locator(".kiosk-next .button-main:visible").press("Enter")


@pytest.mark.parametrize("shared", [True, False], ids=["kiosk", "phone"])
def test_a_vote_sealed_on_the_device_goes_on_in_another_language(
    page: Page, live: Live, card: str, shared: bool
) -> None:
    sent: list[str] = []
    if shared:
        page.goto(live.url + "/kiosk")
    page.on("request", lambda each: sent.append(f"{each.url} {unquote_plus(each.post_data or '')}"))
    page.goto(live.url + "/vote/1")
    page.fill("#cast-code", card)
    pick(page, "es")
    assert page.input_value("#cast-code") == card
    onward(page)
    block = page.locator("input[name=choice][value=block]")
    block.press("Space")
    page.locator("input[name=ground][value=harm]").press("Space")
    page.fill("textarea[name=named]", MORE)
    pick(page, "ar")
    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(block).to_be_checked()
    assert page.input_value("textarea[name=named]") == MORE
    onward(page)
    expect(page.locator("[data-cast-chosen]")).to_contain_text(MORE)
    pick(page, "fr")
    expect(page.locator("[data-cast-chosen]")).to_contain_text(MORE)
    expect(page.locator("[data-cast-chosen] p")).to_have_count(3)
    onward(page)
    letters = page.locator("[data-cast-tracker] li")
    expect(letters).to_have_count(2)
    shown = letters.all_inner_texts()
    pick(page, "en")
    assert letters.all_inner_texts() == shown
    expect(page.get_by_role("heading", name="It is in the box.", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Print these letters")).to_be_visible()
    everything = "\n".join(sent)
    assert everything.count("go=in-") == 4, "the control: each switch was seen going out"
    assert [mark for mark in (card, MORE, "harm", *shown) if mark in everything] == []


def test_what_was_typed_is_gone_with_the_page_in_any_language(page: Page, live: Live, card: str) -> None:
    page.goto(live.url + "/kiosk")
    page.goto(live.url + "/vote/1")
    page.fill("#cast-code", card)
    pick(page, "es")
    page.goto(live.url + "/help-now")
    page.go_back()
    expect(page.locator("#cast-code")).to_have_value("")
    assert card not in page.content()


def test_more_words_behind_a_code_stay_in_the_tab(page: Page, live: Live) -> None:
    code = feedback.prepare_code(live.founded.keys, secrets.token_bytes(16), "en")
    said = feedback.Submission(token=secrets.token_bytes(16), code=code)
    feedback.take(live.founded.session, live.founded.keys, said, TODAY)
    live.founded.session.commit()
    sent: list[str] = []
    page.goto(live.url + "/code")
    page.fill("input[name=code]", code.code.words)
    with page.expect_navigation(wait_until="load"):  # Its scripts have begun, as they have before somebody has typed.
        onward(page)
    page.on("request", lambda each: sent.append(unquote_plus(each.post_data or "")))
    for code_of_language in ("es", "fr"):
        page.fill("textarea", MORE)
        pick(page, code_of_language)
        expect(page.locator("textarea")).to_have_value(MORE)
    everything = "\n".join(sent)
    assert "go=in-fr" in everything
    assert "Heather" not in everything
