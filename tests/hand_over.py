"""Three people who make their own words and take their recovery shares, with the cards that `init` gave."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from flask import Flask
from werkzeug.test import TestResponse

from governance.sealing import passphrases
from governance.storage import database
from tests.page import PageClient, read


def enter(app: Flask, alias: str, words: str) -> PageClient:
    """Return the device of *alias*, signed in; its first answer is `answer`."""
    device = PageClient(app)
    device.answer = device.submit("/sign-in", alias=alias, passphrase=words)
    return device


def shown_on(page: str) -> list[str]:
    """The words or groups in their boxes on a *page*."""
    listed = re.search(r'<div class="code-words">.*?<ol[^>]*>(.*?)</ol>', page, re.DOTALL)
    assert listed, page
    return re.findall(r"<li>(\w+)</li>", listed[1])


def send_back(device: PageClient, shown: TestResponse, field: str, typed: str) -> TestResponse:
    """Fill in *field* of the form on the page *shown*, and send it."""
    form = next(form for form in read(shown).forms if field in form["fields"])
    return device.post(form["action"], data={**form["fields"], field: typed})


def make_own_words(device: PageClient) -> str:
    """Make new words on *device*, type two of them back, and return them."""
    shown = device.submit("/account/own-words", "card")
    assert shown.status_code == 200, shown.text
    words = shown_on(shown.text)
    assert send_back(device, shown, "passphrase", f"{words[0]} {words[-1]}").status_code == 303
    return " ".join(words)


@contextmanager
def at_full_cost() -> Iterator[None]:
    """Stretch words as a command of its own process does, for cards that one has made."""
    cost, full = passphrases.COST, passphrases.Cost()
    cheap = (cost.rounds, cost.memory)
    cost.rounds, cost.memory = full.rounds, full.memory
    try:
        yield
    finally:
        cost.rounds, cost.memory = cheap


def own_words_of(app: Flask, alias: str, words: str) -> str:
    """Have *alias* sign in with a card that a command printed, and make their own words; return those."""
    with at_full_cost():
        own = make_own_words(enter(app, alias, words))
    with app.app_context():
        database.db.engine.dispose()
    return own


def take_share(device: PageClient) -> str:
    """Take the next share on *device*, type two groups of it back, and return it."""
    shown = device.submit("/recovery-shares", "/take")
    assert shown.status_code == 200, shown.text
    groups = shown_on(shown.text)
    assert send_back(device, shown, "share", f"{groups[0]} {groups[-1]}").status_code == 303
    return " ".join(groups)


def take_all(app: Flask, cards: Mapping[str, str], aliases: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Have each of *aliases* make words of their own and take a share; return the new words, and the shares."""
    own, shares = {}, []
    for alias in aliases:
        device = enter(app, alias, cards[alias])
        own[alias] = make_own_words(device)
        shares.append(take_share(device))
    return own, shares
