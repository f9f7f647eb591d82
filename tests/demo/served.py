"""The demo programme, loaded once for the whole run, as an app and as a server a browser can open."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from flask import Flask

from governance import create_app, sealing
from governance import demo as the_demo
from tests.databases import migrate
from tests.live import let_go, serving
from tests.page import PageClient

# One person for each kind of work, so that together they can open every page.
CAST = ("Cricket", "Mo", "Half Moon", "Grandma Jo", "Alder", "Sorrel", "Fennel", "Yarrow")


@dataclass
class Loaded:
    """The folder the demo was loaded into, and the cards of its people."""

    home: Path
    cards: dict[str, str] = field(repr=False)


@dataclass
class Demo:
    """The demo, where it is served, and the cards of its people."""

    app: Flask
    url: str
    cards: dict[str, str] = field(repr=False)

    def as_somebody(self, alias: str = "") -> PageClient:
        """Return a visitor, or somebody of the cast who has signed in with their card."""
        person = PageClient(self.app)
        if alias:
            answer = person.submit("/sign-in", "alias", alias=alias, passphrase=self.cards[alias])
            assert answer.status_code == 303, f"{alias}'s card does not open"
        return person


@pytest.fixture(scope="session")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    """Load the demo on SQLite, once for the whole run."""
    home = tmp_path_factory.mktemp("demo")
    with sealing.cheap_for_tests():
        app = an_app(home)
        printed = the_demo.load_once(app, lambda app: migrate(app.config["SQLALCHEMY_DATABASE_URI"]))
    let_go(app)
    return Loaded(home, dict(re.findall(r"^  ([A-Z][\w -]*?)\s{2,}((?:[a-z]+ ){4}[a-z]+)$", printed, re.MULTILINE)))


@pytest.fixture(scope="session")
def demo(loaded: Loaded) -> Iterator[Demo]:
    """The demo, served on a free port of this machine, for tests that leave it as it was."""
    with sealing.cheap_for_tests():
        yield from _served(loaded.home, loaded.cards)


@pytest.fixture(scope="module")
def demo_to_spoil(loaded: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A copy of the demo for tests that send every form there is: cards get lost in it, and seats are given up."""
    home = tmp_path_factory.mktemp("spoilt") / "demo"
    shutil.copytree(loaded.home, home)
    with sealing.cheap_for_tests():
        yield from _served(home, loaded.cards)


def an_app(home: Path) -> Flask:
    """The program with the demo in *home*."""
    environ = {
        "GOVERNANCE_MODE": "demo",
        "GOVERNANCE_HOME": str(home),
        "GOVERNANCE_SECRET": "Tq8rM-only-a-test-2vK9xB4nW7dJ3cH6pZ5yL1",
    }
    app = create_app(environ)
    app.testing = True
    return app


def _served(home: Path, cards: dict[str, str]) -> Iterator[Demo]:
    app = an_app(home)
    with serving(app) as url:
        yield Demo(app, url, cards)
