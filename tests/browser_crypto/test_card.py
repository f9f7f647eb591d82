"""The square on a card: its code comes into the field, and stays in no address and no history."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser_crypto.test_ceremony import page_of, serve
from tests.browser_crypto.test_pass import CAST
from tests.live import Live

CODE = "7KQ2M4ZP9TWXC3HD5RBN"
CARD_SCRIPT = """<script type="module" src="{{ static('ballots/card.js') }}"></script>"""


def test_the_code_moves_from_the_address_into_the_field(page: Page, live: Live) -> None:
    page.goto(live.url + "/help-now")
    page.goto(f"{live.url}/vote#{CODE}")
    assert page.locator("#step [name=pass]").input_value() == CODE
    assert page.url == live.url + "/vote"
    assert page.evaluate("history.length") == 3, "the new tab, the page before, and this one: none with the code"
    page.evaluate("code => { location.hash = code; }", CODE[::-1])
    page.wait_for_url(live.url + "/vote")
    assert page.locator("#step [name=pass]").input_value() == CODE[::-1]


def test_it_fills_the_field_of_a_ballot_that_the_device_seals(page: Page, live: Live) -> None:
    template = CAST.replace("KEY", "00").replace("INFO", "00").replace("<script", CARD_SCRIPT + "<script", 1)
    serve(page, live, "/test/cast", page_of(live, template))
    page.goto(f"{live.url}/test/cast#{CODE}")
    assert page.locator("[data-cast-code]").input_value() == CODE
    assert page.url == live.url + "/test/cast"


@pytest.mark.parametrize("part", ["main", "%3Cscript%3E", "X" * 300])
def test_what_is_no_code_stays_out_of_the_field(page: Page, live: Live, part: str) -> None:
    page.goto(f"{live.url}/vote#{part}")
    assert page.locator("#step [name=pass]").input_value() == ""


def test_where_several_votes_are_open_the_code_goes_along_to_the_one_that_is_chosen(page: Page, live: Live) -> None:
    link = '<a href="/vote" data-which-vote>This one</a>'
    serve(page, live, "/test/which", page_of(live, CARD_SCRIPT + link))
    page.goto(f"{live.url}/test/which#{CODE}")
    assert page.url == live.url + "/test/which"
    link = page.get_by_role("link", name="This one")
    assert link.get_attribute("href") == "/vote", "whoever looks over a shoulder reads no code on a link"
    link.click()
    page.wait_for_url(live.url + "/vote")
    assert page.locator("#step [name=pass]").input_value() == CODE
    page.go_back()
    link.click()
    page.wait_for_url(live.url + "/vote")
    assert page.locator("#step [name=pass]").input_value() == "", "the next person finds no code of the one before"
