"""What is shown once prints alone, whole and on one page: on a roll of 58 mm, on A4 and on letter.

A follow-up code, the same after a helper, a ballot's letters (sealed on the device or by the server), a recovery share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from types import SimpleNamespace

import pytest
from flask import render_template
from playwright.sync_api import Page

from governance import assets, sealing
from governance.people.forms import ShareForm
from tests.ballots.on_a_screen import open_vote
from tests.browser_crypto.test_ceremony import serve
from tests.live import Live
from tests.look.test_reach import press
from tests.look.test_reach_of_votes import sealed_by_the_server, sealed_on_the_device

Shows = Callable[[Page, Live, str], None]

# What of the page is drawn on the paper, by what it says, and what is drawn without words, outside of the slip.
DRAWN = """() => {
  const words = { slip: [], around: [] };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walk.nextNode()) {
    range.selectNodeContents(walk.currentNode);
    const text = walk.currentNode.data.trim(), boxes = [...range.getClientRects()].filter((box) => box.width);
    if (!text || !boxes.length) continue;
    words[walk.currentNode.parentElement.closest(".slip") ? "slip" : "around"].push(text);
  }
  const drawn = [...document.querySelectorAll("svg, img, input, textarea, button, hr")]
    .filter((one) => !one.closest(".slip") && one.getClientRects().length);
  return { ...words, drawn: drawn.map((one) => one.outerHTML.slice(0, 80)) };
}"""
# How far to the left and to the right the words of the slip reach, measured from the edge of what can be printed.
REACH = """() => {
  const range = document.createRange(), slip = document.querySelector(".slip");
  range.selectNodeContents(slip);
  const parts = [...slip.querySelectorAll("*")].map((one) => one.getBoundingClientRect());
  const boxes = [...range.getClientRects(), ...parts];
  return [Math.min(...boxes.map((box) => box.left)), Math.max(...boxes.map((box) => box.right))];
}"""
MM = 96 / 25.4
ROLL, SIDES = 58, 5  # Millimetres: the paper, and the margin on each side of it (static/frame/slip.css).
PAPERS = {"roll": ("58mm", "210mm"), "A4": ("210mm", "297mm"), "letter": ("8.5in", "11in")}


@pytest.fixture(scope="module")
def card(live: Live) -> Iterator[str]:
    """A card of a vote that is open."""
    with open_vote(live, "majority") as cards:
        yield cards[0]


def a_code(page: Page, live: Live, card: str) -> None:
    """Somebody said something, and asked for a code."""
    page.goto(live.url + "/kiosk")
    press(page, "send")
    press(page, "code")


def a_code_after_a_helper(page: Page, live: Live, card: str) -> None:
    """The code lies in a fold, which the person has opened."""
    page.goto(live.url + "/kiosk")
    press(page, "helper")
    press(page, "next")
    page.locator("input[value=suggestion]").press("Space")
    while not page.locator("button[name=wants_code]").count():
        press(page, "next")
    with page.expect_navigation():
        page.locator("button[name=wants_code]").press("Enter")
    page.locator(".for-one summary").press("Enter")


def letters_of_a_ballot(page: Page, live: Live, card: str) -> None:
    """Sealed on this device."""
    assert [*sealed_on_the_device(page, live.url, card)][-1] == "tracker"


def letters_from_the_server(page: Page, live: Live, card: str) -> None:
    """Sealed by the server, where the script did not come."""
    assert [*sealed_by_the_server(page, live.url, card)][-1] == "tracker"


def a_recovery_share(page: Page, live: Live, card: str) -> None:
    """One of three, on its holder's own screen."""
    share = SimpleNamespace(number=1, text=sealing.split_secret(bytes(32), 3, 2)[0].text)
    with live.app.test_request_context("/recovery-shares/take"):
        live.app.preprocess_request()
        drawn = render_template("people/share.html", share=share, mark="0a1b2c3d", form=ShareForm(formdata=None))
    serve(page, live, "/recovery-shares/take", drawn)
    page.goto(live.url + "/recovery-shares/take")


SLIPS: tuple[Shows, ...] = (
    a_code, a_code_after_a_helper, letters_of_a_ballot, letters_from_the_server, a_recovery_share,
)  # fmt: skip


@pytest.mark.parametrize("shows", SLIPS, ids=lambda shows: shows.__name__)
def test_the_slip_is_all_that_prints_and_it_fits_each_paper(page: Page, live: Live, card: str, shows: Shows) -> None:
    shows(page, live, card)
    letters = page.locator(".slip .code-words li").all_inner_texts()
    assert len(letters) >= 2
    page.emulate_media(media="print")
    drawn = page.evaluate(DRAWN)
    assert [each for each in letters if each not in drawn["slip"]] == [], "each group of letters is on the paper"
    assert drawn["around"] == []
    assert drawn["drawn"] == []
    page.set_viewport_size({"width": round((ROLL - 2 * SIDES) * MM), "height": 800})
    left, right = page.evaluate(REACH)
    assert left >= 0
    assert right <= (ROLL - 2 * SIDES) * MM + 0.5
    for name, (width, height) in PAPERS.items():
        paper = page.pdf(width=width, height=height)
        assert len(re.findall(rb"/Type ?/Page\b", paper)) == 1, name


def test_the_margins_of_a_slip_are_what_a_roll_leaves(live: Live) -> None:
    sheet = (assets.folder("static") / "frame" / "slip.css").read_text(encoding="utf-8")
    assert re.findall(r"@page slip {([^}]*)}", sheet) == [f" margin: 4mm {SIDES}mm; "]


def test_before_it_is_in_the_box_a_ballot_prints_as_any_page(page: Page, live: Live, card: str) -> None:
    """The control: nothing is left out where no slip stands, and the same look finds what lies around one."""
    page.goto(live.url + "/vote/1")
    page.locator("#cast-code").wait_for()
    page.emulate_media(media="print")
    assert "The letters on your card or pass" in page.evaluate(DRAWN)["around"]
