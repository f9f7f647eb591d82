"""The demo programme, loaded once for the whole run, as an app and as a server a browser can open."""

from __future__ import annotations

import fcntl
import os
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
    """The folder the demo was loaded into, and what was printed."""

    home: Path
    printed: str = field(repr=False)

    @property
    def cards(self) -> dict[str, str]:
        """The cards of its people, by alias."""
        return dict(re.findall(r"^  ([A-Z][\w -]*?)\s{2,}((?:[a-z]+ ){4}[a-z]+)$", self.printed, re.MULTILINE))

    def copied(self, folder: Path) -> Path:
        """Return a copy of the folder, inside *folder*."""
        shutil.copytree(self.home, folder / "demo")
        return folder / "demo"


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
    """Load the demo on SQLite, once for all processes of the run: whoever comes second waits. Use a copy of it."""
    ours = tmp_path_factory.getbasetemp()
    place = ours.parent if "PYTEST_XDIST_WORKER" in os.environ else ours
    whole, printed = place / "loaded", place / "printed.txt"
    with open(place / "loading", "w", encoding="ascii") as only_one:
        fcntl.flock(only_one, fcntl.LOCK_EX)
        if not printed.exists():
            printed.write_text(_load(whole), encoding="utf-8")
    return Loaded(whole, printed.read_text(encoding="utf-8"))


def _load(home: Path) -> str:
    """Load the demo into *home*, and return what was printed."""
    home.mkdir(mode=0o700)
    with sealing.cheap_for_tests():
        app = an_app(home)
        printed = the_demo.load_once(app, lambda app: migrate(app.config["SQLALCHEMY_DATABASE_URI"]))
    let_go(app)
    return printed


@pytest.fixture(scope="session")
def demo(loaded: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo, served on a free port of this machine, for tests that leave it as it was."""
    with sealing.cheap_for_tests():
        yield from _served(loaded.copied(tmp_path_factory.mktemp("served")), loaded.cards)


@pytest.fixture(scope="module")
def demo_to_spoil(loaded: Loaded, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A copy of the demo for tests that send every form there is: cards get lost in it, and seats are given up."""
    with sealing.cheap_for_tests():
        yield from _served(loaded.copied(tmp_path_factory.mktemp("spoilt")), loaded.cards)


def an_app(home: Path, database: str = "") -> Flask:
    """The program with the demo in *home*, or in another *database*."""
    environ = {
        "GOVERNANCE_MODE": "demo",
        "GOVERNANCE_HOME": str(home),
        "GOVERNANCE_SECRET": "Tq8rM-only-a-test-2vK9xB4nW7dJ3cH6pZ5yL1",
        **({"GOVERNANCE_DATABASE": database} if database else {}),
    }
    app = create_app(environ)
    app.testing = True
    return app


def _served(home: Path, cards: dict[str, str]) -> Iterator[Demo]:
    app = an_app(home)
    with serving(app) as url:
        yield Demo(app, url, cards)
