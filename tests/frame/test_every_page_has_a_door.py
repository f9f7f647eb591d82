"""Whoever may open a page finds it by links alone, from the first page they see. Nobody types addresses."""

from __future__ import annotations

from collections import deque
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from tests.crawl import ENDS_A_SIGN_IN, endpoint_of, walk
from tests.demo.served import CAST, Demo
from tests.page import Page, PageClient

# The tablet is given the first one's address, another organisation's vote leads to the second, and whoever is signed
# in needs the third no more.
# What was looked for on a page is sent to the fourth, and stands in no address; a code that was sent leads to the last.
BY_NO_LINK = frozenset(
    {"places.enrol", "ballots.co_sign", "people.sign_in", "board.look_for_seat", "publishing.opened"}
)


def pages_of(app: Flask, client: PageClient) -> dict[str, str]:
    """Return the pages without a number in their address that *client* may open: address by endpoint."""
    found, plain = {}, app.test_client()
    plain._cookies = client._cookies  # The walk has each page checked that it comes to.
    for rule in app.url_map.iter_rules():
        if rule.arguments or "GET" not in (rule.methods or ()) or rule.endpoint in ENDS_A_SIGN_IN | BY_NO_LINK:
            continue
        answer = plain.get(rule.rule)
        if answer.status_code == 200 and answer.mimetype == "text/html":
            found[rule.endpoint] = rule.rule
    return found


def without_a_door(app: Flask, client: PageClient, first: str) -> set[str]:
    """Return the addresses that *client* may open and cannot reach from the page *first*."""
    reached = walk(app, client, (first,)).kinds
    return {address for endpoint, address in pages_of(app, client).items() if endpoint not in reached}


def led_to(app: Flask, pages: dict[str, Page], first: str) -> set[str]:
    """Return the endpoints that links lead to from the page *first*, over *pages* that somebody walked through."""
    found, waiting = set(), deque([first])
    seen = {first}
    while waiting:
        address = waiting.popleft()
        found.add(endpoint_of(app, address))
        for tag, facts in pages[address].tags if address in pages else ():
            there = urljoin(address, facts.get("href", "")) if tag == "a" else ""
            if there.startswith("/") and "#" not in there and there not in seen:
                seen.add(there)
                waiting.append(there)
    return found


@pytest.mark.parametrize("alias", CAST)
def test_each_of_the_cast_reaches_every_page_they_may_open(demo_to_spoil: Demo, alias: str) -> None:
    """Over the pages of the one walk that all tests share."""
    demo = demo_to_spoil
    signed_in, found = demo.walked(alias)
    answer = PageClient(demo.app).submit("/sign-in", "alias", alias=alias, passphrase=demo.cards[alias])
    first = urlsplit(answer.location).path
    led, may_open = led_to(demo.app, found.pages, first), pages_of(demo.app, signed_in)
    assert len(may_open.keys() - led_to(demo.app, {}, first)) > 5, "the control: where no page has a link"
    assert {address for endpoint, address in may_open.items() if endpoint not in led} == set()
    assert found.refused == [], "no link leads where this person may not go"


def test_a_visitor_reaches_every_page_from_the_wall(demo: Demo) -> None:
    assert without_a_door(demo.app, demo.as_somebody(), "/") == set()


def test_the_walk_sees_a_link_to_what_is_not_ones_own() -> None:
    """The control. Where one only begins, no link has led."""
    closed, site = ("/closed", "/begun"), Flask(__name__)
    site.add_url_rule("/", view_func=lambda: "<a href='/closed'>Closed</a>", endpoint="first")
    for address in closed:
        site.add_url_rule(address, view_func=lambda: ("", 403), endpoint=address[1:])
    client: Any = site.test_client()
    assert walk(site, client, ("/", "/begun")).refused == ["/closed"]


def test_the_walk_sees_a_page_without_a_door(demo: Demo) -> None:
    assert "/help-now" in without_a_door(demo.app, demo.as_somebody(), "/style-that-is-not-there")
