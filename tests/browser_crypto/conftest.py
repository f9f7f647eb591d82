"""A page of the program under its own headers, in real Chromium, with the modules of a ballot loaded from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.live import Live

MODULES = {
    "BallotCrypto": "sealing/crypto.js",
    "Shares": "sealing/shares.js",
    "Curves": "sealing/curves.js",
    "SignedSeal": "sealing/signed-seal.js",
    "SameKey": "sealing/same-key.js",
    "BallotPass": "ballots/passes.js",
    "CountingKey": "ballots/counting-key.js",
    "CardLetters": "ballots/card-letters.js",
}
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def scripted(browser: Browser, live: Live) -> Iterator[Page]:
    """A page on which the modules stand under these names; the page's own policy decides whether they may run."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(live.url + "/healthz")
    for name, file in MODULES.items():
        load = "async ([name, address]) => { globalThis[name] = await import(address); }"
        page.evaluate(load, [name, f"{live.app.static_url_path}/{file}"])
    yield page
    context.close()


@pytest.fixture
def run(scripted: Page) -> Run:
    """Run a function of JavaScript with these arguments. Bytes go in and come out as hex."""

    def run(script: str, *given: Any) -> Any:
        body = f"(given) => {{ const [h, u] = [BallotCrypto.hex, BallotCrypto.fromHex]; return ({script})(...given); }}"
        return scripted.evaluate(body, [each.hex() if isinstance(each, bytes) else each for each in given])

    return run
