"""No word on a screen of a participant is smaller than 22 px: on an old tablet, held far away, by tired eyes.

And the way out of a shared screen stands in the same corner everywhere. One walk looks at both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from tests.feedback.test_leaving import CORNER, elsewhere
from tests.live import Live
from tests.look.test_reach import screens
from tests.look.test_reach_of_votes import Screens, sealed_by_the_server, sealed_on_the_device
from tests.look.test_reach_of_votes import card as card

SIZES = [(360, 640), (1024, 768)]
TO_READ = ("/", "/decisions", "/proposals", "/promises")
# What may be smaller, each for a reason.
EXCEPT = {
    "[data-listen-own] *": "a button beside words that are large",
}
SMALL = """(spared) => {
  const small = new Set(), walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const holder = walk.currentNode.parentElement, words = walk.currentNode.data.trim();
    if (!words || !holder.checkVisibility() || holder.closest(".only-heard, .skip, noscript")) continue;
    const size = parseFloat(getComputedStyle(holder).fontSize);
    if (size < 21.99 && !(spared && holder.matches(spared))) {
      small.add(`${holder.tagName}.${holder.className} ${size}: ${words.slice(0, 40)}`);
    }
  }
  return [...small];
}"""


def small(page: Page, name: str) -> list[str]:
    """Each text on the screen that is smaller than it may be, at both sizes."""
    found = []
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        found += [f"{name} at {width}: {each}" for each in page.evaluate(SMALL, ", ".join(EXCEPT))]
    return found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="en")
    yield context.new_page()
    context.close()


@dataclass
class Walk:
    """What was seen on a walk through every screen: words that are small, and where the way out stands."""

    small: list[str] = field(default_factory=list)
    corners: dict[str, list[list[int]]] = field(default_factory=dict)


@pytest.fixture(scope="module")
def walk(browser: Browser, live: Live) -> Walk:
    """One through giving feedback, the pages beside it and then what everybody reads, on a shared screen."""
    context, seen = browser.new_context(locale="en"), Walk()
    page = context.new_page()
    for name in screens(page, live.url):
        seen.small += small(page, name)
        seen.corners[name] = page.evaluate(CORNER)
    for address in TO_READ:
        page.goto(live.url + address)
        seen.corners[address] = page.evaluate(CORNER)
    context.close()
    return seen


def test_no_word_of_giving_feedback_and_of_what_stands_beside_it_is_small(walk: Walk) -> None:
    assert len(walk.corners) >= 25 + len(TO_READ)
    assert walk.small == []


def test_a_shared_screen_has_hide_this_in_the_same_corner_everywhere(walk: Walk) -> None:
    """As wide as a tablet that lies. Where all is cleared there is nothing to hide."""
    assert SIZES[-1] == (1024, 768)
    corners = {name: found for name, found in walk.corners.items() if name != "/kiosk/cleared"}
    assert elsewhere(corners) == {}


@pytest.mark.parametrize("way", [sealed_on_the_device, sealed_by_the_server], ids=lambda way: way.__name__)
def test_no_word_of_voting_is_small(page: Page, live: Live, card: str, way: Screens) -> None:
    assert [each for name in way(page, live.url, card) for each in small(page, name)] == []


def test_a_small_word_would_be_seen(page: Page) -> None:
    page.set_content('<p style="font-size: 22px">large <span style="font-size: .9em">small</span></p>')
    assert page.evaluate(SMALL, "") == ["SPAN. 19.8: small"]
    assert page.evaluate(SMALL, "p > span") == []
