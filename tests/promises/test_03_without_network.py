"""Promise 3 on a tablet without a network: the next person sees nothing of the one before there either.

A real Chromium with its back/forward cache on, and no server. Somebody taps and types, and it ends in every way there
is: sent and hidden, hidden, left alone, gone to another address. Back, Forward and the addresses again show nothing.
The same looking around, before it has ended, finds the words.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Error, Playwright, expect

from tests.browser import settled
from tests.feedback.tablets import Tablet, network
from tests.live import Live
from tests.promises.test_03_next_person import LEFT_BEHIND, SENTINEL

MARKED = ("grievance", "manager", "bad")
STORED = """() => new Promise((done) => {
  indexedDB.open("outbox").onsuccess = ({ target }) => {
    const [base, found] = [target.result, []];
    const reading = base.transaction(["sealed", "tablet"]);
    for (const name of ["sealed", "tablet"]) {
      reading.objectStore(name).getAll().onsuccess = (got) => found.push(...got.target.result.map((one) =>
        one instanceof Uint8Array ? new TextDecoder().decode(one) : JSON.stringify(one)));
    }
    reading.oncomplete = () => { base.close(); done(found.join(" ")); };
  };
})"""


@pytest.fixture(scope="module")
def tablet(playwright: Playwright, live: Live, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tablet]:
    """A tablet without a network."""
    folder: Path = tmp_path_factory.mktemp("tablet") / "profile"
    with network(live.app) as van:
        made = Tablet(playwright, folder, van)
        made.start()
        made.enrol(live.founded)
        made.made_ready()
        van.off()
        yield made
        made.kill()


def speak(tablet: Tablet) -> None:
    """Say something about the manager, up to the words."""
    tablet.visit()
    tablet.page.locator("input[value=grievance]").press("Space")
    tablet.press("next")
    tablet.page.locator("input[value=manager]").press("Space")
    tablet.press("next")
    tablet.page.locator("input[value=bad]").press("Space")
    tablet.press("next")
    tablet.page.fill("textarea", SENTINEL)


def found(tablet: Tablet) -> list[str]:
    """Return what of the person before is anywhere to be seen."""
    left: dict[str, Any] = {}
    for _ in range(50):
        settled(tablet.page)
        if tablet.page.url == "about:blank":  # Where the browser began.
            return []
        with suppress(Error):  # A page out of the back/forward cache gives way to a new one by itself.
            left = {**tablet.page.evaluate(LEFT_BEHIND), "stored": tablet.page.evaluate(STORED)}
            break
    return [SENTINEL] * (SENTINEL in json.dumps(left)) + [each for each in MARKED if each in left["checked"]]


def hides(tablet: Tablet) -> None:
    tablet.page.locator(".kiosk-head [data-hide]").press("Enter")


def sends_and_hides(tablet: Tablet) -> None:
    tablet.press("send")
    tablet.page.locator("[data-step=thanks]").wait_for(state="visible")
    assert found(tablet) == []
    hides(tablet)


def walks_away(tablet: Tablet) -> None:
    tablet.page.clock.fast_forward("00:46")
    expect(tablet.page.locator("#still-there")).to_be_visible()
    tablet.page.clock.fast_forward("00:21")


def opens_another_address(tablet: Tablet) -> None:
    tablet.visit("/code")


def changes_language_and_hides(tablet: Tablet) -> None:
    tablet.page.locator(".languages summary").press("Enter")
    tablet.page.locator("[data-language$='/ar']").press("Enter")
    expect(tablet.page.locator("html")).to_have_attribute("dir", "rtl")
    hides(tablet)


ENDS: dict[str, Callable[[Tablet], None]] = {
    each.__name__: each
    for each in (sends_and_hides, hides, walks_away, opens_another_address, changes_language_and_hides)
}


@pytest.mark.parametrize("end", sorted(ENDS))
def test_nothing_of_it_is_left_for_the_next_person(tablet: Tablet, end: str) -> None:
    page = tablet.page
    page.clock.install()
    speak(tablet)
    ENDS[end](tablet)
    page.locator("[data-step=start]:visible").wait_for()
    assert found(tablet) == []
    for step in ("back", "back", "forward", "back", "forward", "forward"):
        with suppress(Error):  # It goes, and what was asked goes with it.
            page.evaluate(f"() => history.{step}()")
        page.wait_for_timeout(200)
        assert found(tablet) == [], step
    for address in ("/kiosk", "/say", "/", "/help-now"):
        tablet.visit(address)
        assert found(tablet) == [], address


def test_before_it_has_ended_the_same_looking_around_finds_it(tablet: Tablet) -> None:
    """The control."""
    speak(tablet)
    assert sorted(found(tablet)) == sorted([SENTINEL, *MARKED])
