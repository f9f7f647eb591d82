"""Somebody with a browser of their own, who reads what a page says and presses what it shows."""

from __future__ import annotations

import re
from contextlib import nullcontext
from dataclasses import replace
from datetime import date

from flask import Flask
from playwright.sync_api import Browser, Error, Locator, Page, Response

from governance.people.service import Card
from tests.hand_over import enter

KIOSK = {"width": 800, "height": 1280}
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 800}


class Person:
    """Somebody at a screen. What they look for and do not find fails the story, with the page in the message.

    Some use the keyboard alone. (A test taps faster than a hand: a kiosk with scripts on takes that for a shaky tap.)
    """

    by_keyboard = False

    def __init__(self, browser: Browser, url: str, screen: dict[str, int], scripts: bool = True) -> None:
        self.url, self.scripts = url, scripts
        self.context = browser.new_context(viewport=screen, java_script_enabled=scripts, locale="en-US")  # type: ignore[arg-type]
        self.context.set_default_timeout(15_000)
        self.page: Page = self.context.new_page()
        self.page.on("pageerror", lambda error: self.troubles.append(str(error)))
        self.troubles: list[str] = []

    def opens(self, address: str) -> int:
        """Type an address. Returns the status of the answer."""
        answer = self.page.goto(self.url + address)
        assert answer is not None
        return answer.status

    @property
    def text(self) -> str:
        """Return what the page says, on one line."""
        return " ".join(self.page.inner_text("body").split())

    def sees(self, *sentences: str) -> None:
        """Find every sentence on the page."""
        text = self.text
        for sentence in sentences:
            assert sentence in text, f"{self.page.url} does not say {sentence!r}. It says: {text}"

    def does_not_see(self, *sentences: str) -> None:
        """Find none of them: not on the page and not in its source."""
        source = self.page.content()
        for sentence in sentences:
            assert sentence not in source, f"{self.page.url} says {sentence!r}"

    def presses(self, words: str, near: str = "") -> None:
        """Press the button or link that says *words*; where several do, the one in the box that says *near*."""
        answer = self._press(self._pressable(words, near))
        assert answer is None or answer.status < 400, f"{words!r} came to {answer.status}. It says: {self.text}"

    def is_refused(self, words: str, near: str = "") -> None:
        """Press it, and be told why not."""
        answer = self._press(self._pressable(words, near))
        assert answer is not None
        assert 400 <= answer.status < 500, f"{words!r} was let through. It says: {self.text}"

    def follows(self, words: str) -> None:
        """Open the line of a list that says *words*."""
        self._press(self.page.locator("a.row-panel", has_text=words).first)

    def opens_up(self, words: str) -> None:
        """Unfold a part of the page, where it is folded: some open by what was chosen before."""
        fold = self.page.locator("summary", has_text=words).first
        if fold.locator("xpath=..").get_attribute("open") is None:
            self._tap(fold)

    def types(self, label: str, words: str) -> None:
        """Type into the field with this label."""
        self.page.get_by_label(label, exact=True).locator("visible=true").first.fill(words)

    def types_day(self, label: str, day: date) -> None:
        """Type a day into a date field."""
        self.types(label, day.isoformat())

    def picks(self, *choices: str) -> None:
        """Tap choices, by what stands on them."""
        for words in choices:
            starts = re.compile(rf"^\s*{re.escape(words)}(?!\w)")
            found = self.page.get_by_role("radio", name=starts).or_(self.page.get_by_role("checkbox", name=starts))
            if self.by_keyboard:
                found.first.press("Space")
            else:
                found.first.locator("xpath=ancestor::label").click()

    def chooses(self, label: str, option: str) -> None:
        """Choose from a list."""
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def goes_back(self) -> None:
        """Press Back. A page that came as the answer to a form is not kept, and the browser says so."""
        try:
            self.page.go_back()
        except Error:
            self.page.wait_for_url("chrome-error://**")

    def leaves(self) -> None:
        """Close the browser. No script of any page may have failed meanwhile."""
        assert self.troubles == []
        self.context.close()

    def _pressable(self, words: str, near: str) -> Locator:
        place: Page | Locator = self.page
        if near:
            boxes = self.page.locator(".panel, .row, li, section", has_text=near)
            place = boxes.filter(has=self.page.locator("a, button", has_text=words)).last
        exact = re.compile(rf"^\s*{re.escape(words)}(\s*:.*)?\s*$")
        found = place.get_by_role("button", name=exact).or_(place.get_by_role("link", name=exact))
        return found.locator("visible=true").first

    def _tap(self, what: Locator) -> None:
        if self.by_keyboard:
            what.press("Enter")
        else:
            what.click()

    def _press(self, what: Locator) -> Response | None:
        """Press, and return the answer to it, or None for a place on the same page."""
        answers: list[Response] = []

        def keep(answer: Response) -> None:
            if answer.request.is_navigation_request():
                answers.append(answer)

        # Words are sealed first, and only then is their form sent: the page stands for a moment longer.
        seals = what.get_attribute("type") == "submit" and self.page.locator("form[data-words-key]").count() > 0
        self.page.on("response", keep)
        with self.page.expect_navigation() if seals and self.scripts else nullcontext():
            self._tap(what)
        self.page.wait_for_load_state("load")
        self.page.remove_listener("response", keep)
        return answers[-1] if answers else None


class Worker(Person):
    """Somebody with a card, who signs in when a page asks for it."""

    # Where it is set, this person comes in without the page to sign in: somebody else of the story has used that page.
    door: Flask | None = None

    def __init__(self, browser: Browser, url: str, card: Card, screen: dict[str, int] | None = None) -> None:
        super().__init__(browser, url, screen or DESK)
        self.card = card
        self.signed_in = False

    def signs_in(self) -> None:
        """Sign in with the card."""
        self._types_the_card()
        self.presses("Sign in")
        self.signed_in = True

    def comes_in(self) -> None:
        """Sign in on the page, or, where another one has done that, with the cookie that its form gives."""
        if self.door is None:
            self.signs_in()
            return
        given = enter(self.door, self.card.alias, self.card.passphrase)
        assert given.answer.status_code == 303, f"{self.card.alias}'s card does not open"
        for cookie in given._cookies.values():
            self.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": self.url}])
        self.signed_in = True

    def is_turned_away(self) -> None:
        """Try the card, and be told that it does not open anything, in the words every wrong try gets."""
        self._types_the_card()
        self.is_refused("Sign in")
        self.sees("This name and these words do not go together.")
        self.signed_in = False

    def _types_the_card(self) -> None:
        self.opens("/sign-in")
        self.types("Your name on the card", self.card.alias)
        self.types("The five words", self.card.passphrase)

    def goes_to(self, address: str) -> None:
        """Open a page of one's work, and sign in first when that is needed."""
        status = self.arrives_at(address)
        assert status == 200, f"{address} came to {status} for {self.card.alias}. It says: {self.text}"

    def says_the_second_yes(self, then: str = "and it is done. Every member of the board can read it.") -> None:
        """Agree to what somebody else asked for: it takes two people. *then*: what comes of it."""
        self.goes_to("/second-yes")
        self.presses("Agree")
        self.sees("You agreed", then)

    def may_not_open(self, address: str) -> None:
        """Be told that a page is for others."""
        status = self.arrives_at(address)
        assert status == 403, f"{address} came to {status} for {self.card.alias}"

    def arrives_at(self, address: str) -> int:
        """Open a page with the card. A sign-in that has ended by itself is begun again. Returns the status."""
        if not self.signed_in:
            self.comes_in()
        status = self.opens(address)
        if status == 401:
            self.comes_in()
            status = self.opens(address)
        return status

    def makes_own_words(self) -> None:
        """Make words of one's own in the place of the printed ones, and write them down."""
        self.goes_to("/account/own-words")
        self.presses("Make my own words")
        words = self.page.locator(".code-words li").all_inner_texts()
        self.types("Type the first word and the last word", f"{words[0]} {words[-1]}")
        self.presses("These are my words now")
        self.sees("These are your words now.")
        self.card = replace(self.card, passphrase=" ".join(words))

    def takes_a_share(self) -> str:
        """Take a recovery share, and write it down."""
        self.goes_to("/recovery-shares")
        self.presses("Show me my share")
        groups = self.page.locator(".slip .code-words li").all_inner_texts()
        self.types("Type the first group and the last group", f"{groups[0]} {groups[-1]}".lower())
        self.presses("It is on my paper")
        self.sees("Your share is on your paper alone now.")
        return " ".join(groups)
