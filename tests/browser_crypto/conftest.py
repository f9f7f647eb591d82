"""A page of the program under its own headers, in real Chromium, with the ballot scripts loaded from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.live import Live, live  # noqa: F401 - a fixture

SCRIPTS = ("curves.js", "ballot-crypto.js", "shares.js", "ballot-pass.js")
Run = Callable[..., Any]


@pytest.fixture(scope="module")
def scripted(browser: Browser, live: Live) -> Iterator[Page]:  # noqa: F811 - the fixture
    """The wall with the scripts on it; the page's own policy decides whether they may run."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(live.url + "/healthz")
    for name in SCRIPTS:
        page.add_script_tag(url=f"{live.url}/static/{name}")
    yield page
    context.close()


@pytest.fixture
def run(scripted: Page) -> Run:
    """Run a function of JavaScript with these arguments. Bytes go in and come out as hex."""

    def run(script: str, *given: Any) -> Any:
        body = f"(given) => {{ const [h, u] = [BallotCrypto.hex, BallotCrypto.fromHex]; return ({script})(...given); }}"
        return scripted.evaluate(body, [each.hex() if isinstance(each, bytes) else each for each in given])

    return run
