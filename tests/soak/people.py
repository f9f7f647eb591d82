"""Everybody who uses the site while it has a bad day, in a process of their own: they speak, vote and read.

Each does what a person would: waits between two screens, presses send again where nothing came back, and goes on with
the page that came instead of thanks. What they were told is noted, to be held against what is there in the end.
"""

from __future__ import annotations

import json
import multiprocessing
import random
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPException
from multiprocessing.synchronize import Event
from typing import Any

from tests.promises.participant import THANKS
from tests.visitor import Answer, Visitor, posting_form

THINKING = 4.0  # seconds at most between two screens; a phone's form waits for two before it is sent
PATIENCE = 120.0
TOO_FAST = 2.1
SPEAKING, PUBLIC = ("/kiosk", "/say"), ("/", "/decisions", "/help-now", "/proposals", "/principles", "/ledger", "/vote")
CHECKPOINTS = ("/ledger/decisions/checkpoint", "/ledger/intake/checkpoint")
FORM = {"Content_Type": "application/x-www-form-urlencoded"}
CUT_OFF = (OSError, HTTPException)


@dataclass(frozen=True)
class Site:
    """What people know of it: where it is, the ballots each voter may drop, one after another, and cards of readers."""

    port: int
    seed: int
    vote: int
    ballots: dict[str, list[bytes]]
    cards: dict[str, str]
    writers: int = 200
    readers: int = 20


@dataclass
class Told:
    """What people were told. Of each voter the place of the last ballot that was sent, and of the last that is in."""

    sent: set[str] = field(default_factory=set)
    thanked: set[str] = field(default_factory=set)
    ballots_sent: Counter[str] = field(default_factory=Counter)
    ballots_in: Counter[str] = field(default_factory=Counter)
    waits: list[tuple[float, float]] = field(default_factory=list)  # when each began, and how long it took
    pages: int = 0
    cut_off: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    stuck: Counter[str] = field(default_factory=Counter)
    heads: dict[str, list[str]] = field(default_factory=dict)
    broken: Counter[str] = field(default_factory=Counter)


@contextmanager
def at_the_site(site: Site) -> Iterator[Callable[[], Told]]:
    """Let everybody in. What is given ends the day and returns what they were told."""
    spawn = multiprocessing.get_context("spawn")
    over, (here, there) = spawn.Event(), multiprocessing.Pipe(duplex=False)
    child = spawn.Process(target=_a_day, args=(site, over, there), daemon=True)
    child.start()
    there.close()

    def end() -> Told:
        over.set()
        told: Told = here.recv()
        child.join(PATIENCE)
        return told

    try:
        yield end
    finally:
        over.set()
        child.join(10)
        child.kill()


def _a_day(site: Site, over: Event, report: Any) -> None:
    threading.stack_size(512 * 1024)
    told = Told()
    people: list[Person] = [Writer(site, told, over, at) for at in range(site.writers)]
    people += [Voter(site, told, over, at, name) for at, name in enumerate(site.ballots, len(people))]
    people += [Reader(site, told, over, at, at % 4 == 0) for at in range(len(people), len(people) + site.readers)]
    for person in people:
        person.start()
    for person in people:
        person.join()
    report.send(told)


class Person(threading.Thread, ABC):
    """Somebody who does one thing again and again until the day is over, and never gives up."""

    def __init__(self, site: Site, told: Told, over: Event, at: int) -> None:
        super().__init__(daemon=True)
        self.site, self.told, self.over = site, told, over
        self.chance = random.Random(f"{site.seed} {at}")
        self.visitor = self.somebody()

    def run(self) -> None:
        self.wait(THINKING)
        while not self.over.is_set():
            try:
                self.once()
            except CUT_OFF:
                self.told.cut_off += 1
                self.wait(THINKING)
            except Exception as error:
                self.told.broken[f"{type(self).__name__}: {type(error).__name__}: {error}"[:200]] += 1
                self.wait(THINKING)

    @abstractmethod
    def once(self) -> None:
        """Do it once. Raises OSError or HTTPException where the server went away in the middle."""

    def somebody(self) -> Visitor:
        return Visitor(self.site.port, patience=PATIENCE)

    def wait(self, most: float, least: float = 0.0) -> None:
        time.sleep(self.chance.uniform(least, max(most, least)))

    def looked_at(self, path: str, answer: Answer) -> Answer:
        """Note what was seen at *path*. What is refused or fails must be a page that leads on."""
        self.told.pages += 1
        if answer.status >= 400:
            self.told.refused[f"{answer.status} {path}"] += 1
            if not leads_on(answer):
                self.told.stuck[f"{answer.status} {path}: {answer.text[:80]!r}"] += 1
        return answer


def leads_on(answer: Answer) -> bool:
    """Whether it is a page that says something, with a way to help and one further: a link or a button.

    A device that seals a ballot by itself is told a sentence, which it shows in its own page.
    """
    page = answer.text
    if answer.headers.get("content-type") == "application/json":
        return bool(json.loads(page).get("said"))
    helps = 'href="/help-now"' in page or 'id="help"' in page or "/help-now" in page
    return "<h1" in page and helps and ("<button" in page or page.count("<a ") > 1)


class Writer(Person):
    """Somebody with words, on a shared screen or on their own phone."""

    def once(self) -> None:
        """Walk through the screens and send, until there was thanks."""
        self.visitor, page = self.somebody(), self.chance.choice(SPEAKING)
        words = f"the kettle {self.chance.getrandbits(64):016x}"
        answer = self.looked_at(page, self.visitor.get(page))
        while not self.over.is_set() and _asks_on(answer, page):  # Otherwise they begin again: nothing was written.
            address, fields = posting_form(answer.page, page, "so_far")
            if "words" in fields:
                return self.send(page, address, fields, words)
            self.wait(THINKING)
            answer = self.looked_at(page, self.visitor.post(address, {**fields, "go": "next"}))
        return self.wait(THINKING)

    def send(self, page: str, address: str, fields: dict[str, Any], words: str) -> None:
        """Send *words*. Whoever got no answer sends the same again, as a browser does when it is asked to."""
        self.wait(THINKING, TOO_FAST)
        fields = {**fields, "words": words, "go": "send"}
        self.told.sent.add(words)
        for _ in range(50):
            began = time.perf_counter()
            try:
                answer = self.looked_at(page, self.visitor.post(address, fields))
            except CUT_OFF:
                self.told.cut_off += 1
                self.wait(THINKING)
                continue
            self.told.waits.append((began, time.perf_counter() - began))
            if answer.status == 200 and THANKS in answer.text:
                self.told.thanked.add(words)
                return
            found = _form_with(answer, page, words)
            if found is None:
                self.told.stuck[f"the words are gone: {answer.status} {page}: {_first_words(answer)}"] += 1
                return
            address, fields = found
            self.wait(THINKING)


def _asks_on(answer: Answer, page: str) -> bool:
    """Whether there is a screen to go on from: the next one, or the same once more."""
    with suppress(AssertionError):
        return bool(posting_form(answer.page, page, "so_far"))
    return False


def _form_with(answer: Answer, page: str, words: str) -> tuple[str, dict[str, Any]] | None:
    """Return the form that has kept *words*, and its button; None where there is none."""
    with suppress(AssertionError):
        address, fields = posting_form(answer.page, page, "words")
        if str(fields["words"]).strip() == words and "<button" in answer.text:
            return address, {**fields, "go": "send"}
    return None


def _first_words(answer: Answer) -> str:
    return " ".join(answer.text.partition("<h1")[2][:120].split())


class Voter(Person):
    """Somebody with a card, whose device seals by itself, and who changes their mind all the time."""

    def __init__(self, site: Site, told: Told, over: Event, at: int, alias: str) -> None:
        super().__init__(site, told, over, at)
        self.alias, self.left = alias, list(enumerate(site.ballots[alias], 1))[::-1]

    def once(self) -> None:
        """Drop one ballot. One that was cut off is sent again, and no other before it."""
        if not self.left:
            return self.wait(THINKING)
        place, body = self.left[-1]
        self.told.ballots_sent[self.alias] = place
        path = f"/vote/{self.site.vote}"
        answer = self.looked_at(path, self.visitor.ask("POST", path, body, **FORM))
        if answer.status == 204:
            self.told.ballots_in[self.alias] = place
            self.left.pop()
        return self.wait(2 * THINKING)


class Reader(Person):
    """Somebody who reads: what is public, and where they have a card the desk as well. They keep every signed head."""

    def __init__(self, site: Site, told: Told, over: Event, at: int, has_card: bool) -> None:
        super().__init__(site, told, over, at)
        self.card = list(site.cards.items())[at % len(site.cards)] if has_card else None

    def once(self) -> None:
        """Read one page."""
        self.wait(THINKING)
        if self.chance.random() < 0.1:
            return self.keep_head(self.chance.choice(CHECKPOINTS))
        if not self.card or self.chance.random() < 0.5:
            path = self.chance.choice(PUBLIC)
            self.looked_at(path, self.visitor.get(path))
            return None
        answer = self.looked_at("/desk", self.visitor.get("/desk?box=everyone"))
        if answer.status == 401:
            self.sign_in(answer)
        return None

    def keep_head(self, path: str) -> None:
        """Keep the signed head of a ledger, as a witness would."""
        answer = self.looked_at(path, self.visitor.ask("GET", path))
        heads = self.told.heads.setdefault(path.split("/")[2], [])
        if answer.status == 200 and answer.text not in heads:
            heads.append(answer.text)

    def sign_in(self, asked: Answer) -> None:
        """Sign in with the card."""
        assert self.card
        form = posting_form(asked.page, "/sign-in", "alias")[1]
        alias, words = self.card
        self.wait(THINKING)
        self.looked_at("/sign-in", self.visitor.post("/sign-in", {**form, "alias": alias, "passphrase": words}))
