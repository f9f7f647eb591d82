"""Somebody who has a keyboard, or a switch that acts as one, and no pointer: giving feedback, a code, and a vote.

On each screen every stop of the Tab key has a name and a role in Chromium's accessibility tree, is seen to be where one
is, lies in front of everything else, and comes in the order of the page: its head, its question, its foot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from governance import clock
from tests.ballots.on_a_screen import VOTING
from tests.browser import settled
from tests.live import Live
from tests.promises.test_03_codes_and_votes import code_and_cards

__all__ = ["code_and_cards"]

SIZES = {"/kiosk": (1024, 768), "/say": (360, 740)}
MOST = 60  # Presses of Tab: no screen has so many stops.

# Where the keyboard is: in which part of the page, and what is wrong with how it is shown. A choice is drawn by the box
# of its label.
HERE = """() => {
  const here = document.activeElement;
  if (!here || here === document.body) return null;
  const label = here.closest("label");
  const drawn = [here, label, label && label.querySelector(".choice-box"), here.nextElementSibling];
  const ringed = drawn.some((one) => one && getComputedStyle(one).outlineStyle !== "none"
    && parseFloat(getComputedStyle(one).outlineWidth) >= 2);
  const seen = label || here;
  const box = seen.getBoundingClientRect();
  const [x, y] = [Math.min(box.left + box.width / 2, innerWidth - 2), box.top + Math.min(box.height / 2, 20)];
  const at = document.elementFromPoint(x, y);
  const part = here.closest("header, main, footer, dialog");
  return {
    what: here.outerHTML.slice(0, 120), ringed, part: part ? part.localName : "first",
    covered: !(at && (seen.contains(at) || at.contains(seen))), small: box.width < 20 || box.height < 20,
  };
}"""
# A browser goes on from where the keyboard was last, also where that was left.
FROM_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
  scrollTo(0, 0);
}"""
ORDER = ["first", "header", "main", "footer"]


@dataclass
class Keyboard:
    """Somebody at the page who presses keys alone, and what is wrong with what they meet."""

    page: Page
    tree: CDPSession
    wrong: list[str] = field(default_factory=list)
    pressed: int = 0

    def press(self, key: str) -> None:
        self.pressed += 1
        self.page.keyboard.press(key)

    def heard(self) -> tuple[str, str]:
        """Role and name of where the keyboard is, as a screen reader is told."""
        here = self.tree.send("Runtime.evaluate", {"expression": "document.activeElement"})
        asked = {"objectId": here["result"]["objectId"], "fetchRelatives": False}
        [node, *_] = self.tree.send("Accessibility.getPartialAXTree", asked)["nodes"]
        return str(node.get("role", {}).get("value", "")), str(node.get("name", {}).get("value", ""))

    def looks_at_every_stop(self, screen: str) -> list[str]:
        """Go through the screen from its first stop to its last; return their names."""
        settled(self.page)
        self.page.evaluate(FROM_THE_TOP)
        names, parts = list[str](), list[int]()
        first: Any = None
        for _ in range(MOST):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(HERE)
            if here is None or here["what"] == first:
                break
            first = first or here["what"]
            role, name = self.heard()
            faults = [fault for fault, is_so in {
                "no name": not name.strip(), "no role": role in ("", "generic", "none"), "no ring": not here["ringed"],
                "covered": here["covered"], "small": here["small"],
            }.items() if is_so]  # fmt: skip
            self.wrong += [f"{screen}: {here['what']} ({role} “{name}”): {', '.join(faults)}"] if faults else []
            names.append(name)
            parts += [ORDER.index(here["part"])] if here["part"] in ORDER else []
        self.wrong += [] if parts == sorted(parts) else [f"{screen}: in another order than the page: {names}"]
        self.wrong += [] if len(names) > 3 else [f"{screen}: the control: only {names}"]
        return names

    def goes_to(self, name: str) -> None:
        """Press Tab until the keyboard is at what has this name, or begins so: “Send” is not “Send, with a code”."""
        for _ in range(MOST):
            heard = self.page.evaluate("document.activeElement !== document.body") and self.heard()[1]
            if heard and heard.startswith(name) and heard != f"{name}, with a code":
                return
            self.press("Tab")
        raise AssertionError(f"no {name} on {self.page.url}")

    def does(self, name: str, key: str, then: str) -> None:
        """Press *key* at what has this *name*, and come to a heading that says *then*."""
        self.goes_to(name)
        self.press(key)
        expect(self.page.locator("h1, h2").filter(has_text=then, visible=True).first).to_be_visible()
        settled(self.page)


@pytest.fixture
def keyboard(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Keyboard]:
    width, height = SIZES[getattr(request, "param", "/kiosk")]
    context = browser.new_context(viewport={"width": width, "height": height}, locale="en-US")
    page = context.new_page()
    yield Keyboard(page, context.new_cdp_session(page))
    context.close()


@pytest.mark.parametrize(("keyboard", "address"), [("/kiosk", "/kiosk"), ("/say", "/say/1")], indirect=["keyboard"])
def test_something_is_said_by_keyboard_alone(
    live: Live, keyboard: Keyboard, code_and_cards: tuple[str, list[str]], address: str
) -> None:
    keyboard.page.goto(live.url + address)
    keyboard.looks_at_every_stop("what it is")
    keyboard.goes_to("An idea")
    keyboard.press("Space")
    keyboard.does("Next", "Enter", "What is it about?")
    keyboard.looks_at_every_stop("topics")
    keyboard.does("Next", "Enter", "How was it?")
    keyboard.looks_at_every_stop("face")
    keyboard.does("Next", "Enter", "Say it in your own words.")
    keyboard.looks_at_every_stop("words")
    keyboard.goes_to("Your words")
    keyboard.page.keyboard.type("The door sticks")
    keyboard.does("Next", "Enter", "May we show it?")
    keyboard.looks_at_every_stop("sending")
    keyboard.does("Share the idea", "Enter", "May we show it?")
    expect(keyboard.page.get_by_text("It is not sent yet.")).to_be_visible()
    with clock.stopped_everywhere(VOTING + timedelta(minutes=1)):
        keyboard.does("Send", "Enter", "Thank you.")
    keyboard.looks_at_every_stop("thanks")
    keyboard.does("Give me a code", "Enter", "Thank you.")
    assert keyboard.page.locator(".code-words li").count() == 5
    keyboard.looks_at_every_stop("code")
    assert keyboard.wrong == []


def test_a_code_is_read_by_keyboard_alone(
    live: Live, keyboard: Keyboard, code_and_cards: tuple[str, list[str]]
) -> None:
    keyboard.page.goto(live.url + "/code")
    keyboard.looks_at_every_stop("asked for")
    keyboard.goes_to("Your code")
    keyboard.page.keyboard.type(code_and_cards[0])
    keyboard.does("Your code", "Enter", "What became of your word")
    keyboard.looks_at_every_stop("opened")
    keyboard.goes_to("Say more")
    keyboard.page.keyboard.type("And the lock too")
    keyboard.does("Send this too", "Enter", "What became of your word")
    expect(keyboard.page.get_by_text("Your words are in.")).to_be_visible()
    assert keyboard.wrong == []


def test_a_vote_is_cast_by_keyboard_alone(
    live: Live, keyboard: Keyboard, code_and_cards: tuple[str, list[str]]
) -> None:
    keyboard.page.goto(live.url + "/vote")
    keyboard.looks_at_every_stop("card")
    keyboard.goes_to("The letters on your card or pass")
    keyboard.page.keyboard.type(code_and_cards[1][0])
    keyboard.goes_to("Next")
    keyboard.press("Enter")
    keyboard.page.locator(".ballot input:visible").first.wait_for()
    keyboard.looks_at_every_stop("paper")
    keyboard.goes_to("Yes")
    keyboard.press("Space")
    keyboard.does("Read it back to me", "Enter", "Is this right?")
    keyboard.looks_at_every_stop("read back")
    keyboard.does("Put it in the box", "Enter", "It is in the box")
    keyboard.looks_at_every_stop("letters")
    assert keyboard.page.locator(".code-words li:visible").count() == 2
    assert keyboard.wrong == []


def test_a_control_that_only_a_pointer_finds_is_found(live: Live, keyboard: Keyboard) -> None:
    """The control: a button without a name, one without a ring, and one under something else."""
    keyboard.page.goto(live.url + "/code")
    keyboard.page.evaluate(
        """() => {
          const [back, , next] = ["a", "b", "button"].map((name) => document.querySelector(`.kiosk-go ${name}`));
          back.style.outline = "none";
          next.textContent = "";
          const over = document.body.appendChild(document.createElement("div"));
          over.style.cssText = "position: fixed; inset: 0 0 auto; height: 12rem; background: red";
        }"""
    )
    keyboard.looks_at_every_stop("spoiled")
    told = " ".join(keyboard.wrong)
    assert "no name" in told
    assert "no ring" in told
    assert "covered" in told
