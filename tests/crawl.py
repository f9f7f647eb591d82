"""Walking the whole program as a person would: from the first page, along every link, a few pages of each kind."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

from flask import Flask
from werkzeug.exceptions import HTTPException

from tests.page import Page, PageClient, read

OF_EACH_KIND = 2
STARTS = (
    "/", "/code", "/help-now", "/language", "/sign-in", "/account", "/board", "/desk", "/desk/answers", "/places",
    "/accounts",
)  # fmt: skip
# Opening the shared screen, or hiding it, ends a sign-in: nobody walks on after that.
ENDS_A_SIGN_IN = frozenset({"feedback.kiosk", "feedback.hide", "feedback.cleared", "feedback.leave"})
FOR_VISITORS = ("/say", "/kiosk", "/hide")


@dataclass
class Walk:
    """What was found: pages by address, and every posting form with the address it was found at."""

    pages: dict[str, Page] = field(default_factory=dict)
    forms: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    kinds: Counter[str] = field(default_factory=Counter)
    refused: list[str] = field(default_factory=list)  # What a link led to that this person may not open.


def endpoint_of(app: Flask, address: str) -> str:
    """The endpoint that answers *address*, or '' when none does."""
    adapter = app.url_map.bind("localhost")
    try:
        endpoint, _ = adapter.match(urlsplit(address).path, method="GET")
    except HTTPException:
        return ""
    return str(endpoint)


def walk(app: Flask, client: PageClient, starts: tuple[str, ...] = ()) -> Walk:
    """Fetch what *client* may open, each page checked as it comes (tests/page.py). A 5xx fails at once.

    *starts*: where to begin, to see what can be reached from there; else every front page there is.
    """
    signed_in = client.get("/account").status_code == 200
    found, waiting = Walk(), deque(starts or (STARTS if signed_in else STARTS + FOR_VISITORS))
    seen, linked, refused = set(waiting), set[str](), set[str]()
    while waiting:
        address = waiting.popleft()
        endpoint = endpoint_of(app, address)
        if signed_in and endpoint in ENDS_A_SIGN_IN:
            continue
        if not endpoint or endpoint == "static" or found.kinds[endpoint] >= OF_EACH_KIND:
            continue
        found.kinds[endpoint] += 1
        response = client.get(address)
        assert response.status_code < 500, address
        if response.status_code in (401, 403):
            refused.add(address)
        if response.status_code != 200 or response.mimetype != "text/html":
            continue
        page = read(response)
        found.pages[address] = page
        found.forms += [(address, form) for form in page.forms if form["method"].lower() == "post"]
        for tag, facts in page.tags:
            there = urljoin(address, facts.get("href", "")) if tag == "a" else ""
            if there.startswith("/") and "#" not in there:
                linked.add(there)
                if there not in seen:
                    seen.add(there)
                    waiting.append(there)
    found.refused = sorted(refused & linked)  # Where one only began, no link has led.
    return found
