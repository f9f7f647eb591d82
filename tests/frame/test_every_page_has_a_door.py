"""Whoever may open a page finds it by links alone, from the first page they see. Nobody types addresses."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from flask import Flask

from tests.crawl import ENDS_A_SIGN_IN, walk
from tests.demo.served import CAST, Demo
from tests.page import PageClient

# The tablet is given the first one's address, another organisation's vote leads to the second, and whoever is signed
# in needs the third no more.
# What was looked for on a page is sent to the last one, and stands in no address.
BY_NO_LINK = frozenset({"places.enrol", "ballots.co_sign", "people.sign_in", "board.look_for_seat"})


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


@pytest.mark.parametrize("alias", CAST)
def test_each_of_the_cast_reaches_every_page_they_may_open(demo: Demo, alias: str) -> None:
    person = PageClient(demo.app)
    first = person.submit("/sign-in", "alias", alias=alias, passphrase=demo.cards[alias]).location
    assert without_a_door(demo.app, person, urlsplit(first).path) == set()


def test_a_visitor_reaches_every_page_from_the_wall(demo: Demo) -> None:
    assert without_a_door(demo.app, demo.as_somebody(), "/") == set()


def test_the_walk_sees_a_page_without_a_door(demo: Demo) -> None:
    assert "/help-now" in without_a_door(demo.app, demo.as_somebody(), "/style-that-is-not-there")
