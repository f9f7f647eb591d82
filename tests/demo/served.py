"""The demo programme, loaded once for the whole run, as an app and as a server a browser can open."""

from __future__ import annotations

import pickle
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from governance import clock, create_app, sealing
from governance import demo as the_demo
from tests.crawl import Walk, walk
from tests.databases import migrate
from tests.live import let_go, serving
from tests.of_all import one_of_all
from tests.page import PageClient

# One person for each kind of work, so that together they can open every page.
CAST = ("Cricket", "Mo", "Half Moon", "Grandma Jo", "Alder", "Sorrel", "Fennel", "Yarrow")

# Of each by alias, and of a visitor: the cookies of their device, and what there was on their way.
Walks = Mapping[str, tuple[Any, Walk]]


@dataclass
class Loaded:
    """The folder the demo was loaded into, what was printed, and when that was."""

    home: Path
    printed: str = field(repr=False)
    at: datetime

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
    walks: Walks = field(default_factory=dict, repr=False)

    def walked(self, alias: str = "") -> tuple[PageClient, Walk]:
        """Return a visitor, or somebody of the cast who has signed in, and what there was on their way.

        A page that only looks changes nothing, so the first to walk in a run walked for all. Of `demo_to_spoil` alone.
        """
        person = PageClient(self.app)
        cookies, found = self.walks[alias]
        person._cookies = dict(cookies)
        return person, found

    def as_somebody(self, alias: str = "", device: str = "shared") -> PageClient:
        """Return a visitor, or somebody of the cast who has signed in with their card."""
        person = PageClient(self.app)
        if alias:
            answer = person.submit("/sign-in", "alias", alias=alias, passphrase=self.cards[alias], device=device)
            assert answer.status_code == 303, f"{alias}'s card does not open"
        return person


@pytest.fixture(scope="session")
def loaded(place_of_all: Path) -> Loaded:
    """Load the demo on SQLite, once for all processes of the run. Use a copy of it."""
    whole, printed, begun = place_of_all / "loaded", place_of_all / "printed.txt", place_of_all / "begun.txt"
    with one_of_all(place_of_all / "loading"):
        if not printed.exists():
            fresh = Path(tempfile.mkdtemp(dir=place_of_all))
            begun.write_text(clock.now().isoformat(), encoding="ascii")
            said = _load(fresh)
            fresh.rename(whole)
            printed.write_text(said, encoding="utf-8")
    at = datetime.fromisoformat(begun.read_text(encoding="ascii"))
    return Loaded(whole, printed.read_text(encoding="utf-8"), at)


@pytest.fixture(scope="session")
def walked(loaded: Loaded, place_of_all: Path) -> tuple[Loaded, Walks]:
    """The demo with a visitor and all of the cast having walked through it, once for all processes of the run."""
    place = place_of_all / "walked"
    with one_of_all(place_of_all / "walking"):
        if not place.exists():
            fresh = Path(tempfile.mkdtemp(dir=place_of_all))  # A walk that fails leaves nothing in the next one's way.
            (fresh / "walks").write_bytes(pickle.dumps(_walk(loaded.copied(fresh), loaded.cards)))
            fresh.rename(place)
    return replace(loaded, home=place / "demo"), pickle.loads((place / "walks").read_bytes())


def _walk(home: Path, cards: dict[str, str]) -> Walks:
    """Have each of the cast walk, from the first page along every link, and keep their cookies with what they found."""
    with sealing.cheap_for_tests():
        demo = Demo(an_app(home), "", cards)
        # On their own devices they stay signed in until the last module of the run.
        people = {alias: demo.as_somebody(alias, "own") for alias in ("", *CAST)}
        walks = {alias: (person._cookies, walk(demo.app, person)) for alias, person in people.items()}
    let_go(demo.app)
    return walks


def _load(home: Path) -> str:
    """Load the demo into *home*, and return what was printed."""
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
def demo_to_spoil(walked: tuple[Loaded, Walks], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A copy of the demo for tests that send every form there is: cards get lost in it, and seats are given up."""
    as_walked, walks = walked
    with sealing.cheap_for_tests():
        yield from _served(as_walked.copied(tmp_path_factory.mktemp("spoilt")), as_walked.cards, walks)


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


def _served(home: Path, cards: dict[str, str], walks: Walks | None = None) -> Iterator[Demo]:
    app = an_app(home)
    with serving(app) as url:
        yield Demo(app, url, cards, walks or {})
