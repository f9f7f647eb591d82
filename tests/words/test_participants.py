"""Whatever a participant is shown is in the list that every language is held to: walked, in a language that is none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from unittest.mock import patch

import pytest
from babel.messages.catalog import Catalog
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots.calling.kinds import ASK_YES_OR_NO, Kind, Settings
from governance.frame import participants
from governance.keys.keyfolder import KeyFolder
from tests.ballots.factories import AFTER, VOTING, a_vote
from tests.ballots.test_papers import FOUR, WALKS, Steps, begin, go_on
from tests.crawl import endpoint_of, walk
from tests.demo.served import Demo
from tests.factories import NOW, an_open_programme
from tests.feedback.factories import Walk
from tests.page import Page, PageClient
from tests.words.catalogue import forms, messages, their_words
from tests.words.marked import Marked, marked

# Its pages alone, and their words.


@pytest.fixture(scope="module")
def stand(english: Catalog) -> dict[str, list[tuple[str, int]]]:
    """Where each string of the catalogue stands."""
    return {text: message.locations for message in messages(english) for text in forms(message.id)}


@pytest.fixture
def language() -> Iterator[Marked]:
    with marked() as language:
        yield language


def not_in_the_list(shown: set[str], stand: dict[str, list[tuple[str, int]]]) -> set[str]:
    """Words of people pass through the catalogue too, and it has none of them."""
    return {text for text in shown & set(stand) if not their_words.are_theirs(stand[text])}


def test_the_public_pages_show_nothing_that_is_not_in_the_list(
    demo: Demo, language: Marked, stand: dict[str, list[tuple[str, int]]]
) -> None:
    demo.app.extensions.pop("kept pages", None)
    found = walk(demo.app, demo.as_somebody())
    demo.app.extensions.pop("kept pages", None)
    theirs = {address: page for address, page in found.pages.items() if is_theirs(demo.app, address)}
    assert {"/", "/say", "/kiosk", "/code", "/help-now", "/language", "/alerts", "/decisions"} <= set(theirs)
    assert {"/proposals", "/measures", "/removed", "/principles"} <= set(theirs)
    shown = {endpoint_of(demo.app, address) for address in theirs}
    assert {"ballots.show", "decisions.show", "proposals.show", "publishing.year"} <= shown
    assert not {"/promises", "/ledger", "/sign-in"} & set(theirs)
    left = {address: not_in_the_list(language.shown_on(page.html), stand) for address, page in theirs.items()}
    assert {address: texts for address, texts in left.items() if texts} == {}


def is_theirs(app: Flask, address: str) -> bool:
    endpoint = endpoint_of(app, address)
    return participants.is_theirs(endpoint, app.view_functions.get(endpoint))


def test_giving_feedback_and_a_code_show_nothing_that_is_not_in_the_list(
    client: PageClient, session: Session, keys: KeyFolder, language: Marked, stand: dict[str, list[tuple[str, int]]]
) -> None:
    pages = []
    with clock.stopped_at(NOW):
        an_open_programme(session, keys)
        helped = Walk(client, "/kiosk")
        pages += [helped.send("helper").text, *(helped.next().text for _ in range(4))]
        pages += [helped.next(words="the stairs").text, helped.send("alone").text]
        for lane in ("suggestion", "thanks", "grievance", "alert", "urgent", "other"):
            screen = Walk(client, "/kiosk")
            pages += [screen.seen.text, screen.next(lane=lane).text]
            for _ in range(6):
                pages.append(screen.next().text)
            pages.append(screen.send("send", words="x" * 30_000).text)
    with clock.stopped_at(NOW + timedelta(minutes=1)):
        thanks = screen.send("send", words="the stairs", about="nobody", route="now", wants_code="y").text
        pages += [thanks, screen.send("code").text]
        for typed in ("", "one two", "1234", "zzzz " * 5, "abandon " * 5):
            pages.append(client.submit("/code", code=typed).text)
    assert len({text for page in pages for text in language.shown_on(page)}) > 100
    assert {text for page in pages for text in not_in_the_list(language.shown_on(page), stand)} == set()


@pytest.mark.parametrize(("kind", "steps"), [walk[:2] for walk in WALKS], ids=[walk[0] for walk in WALKS])
def test_voting_shows_nothing_that_is_not_in_the_list(
    kind: Kind,
    steps: Steps,
    client: PageClient,
    session: Session,
    keys: KeyFolder,
    language: Marked,
    stand: dict[str, list[tuple[str, int]]],
) -> None:
    vote = a_vote(session, keys, kind, settings=Settings() if kind in ASK_YES_OR_NO else FOUR)
    with clock.stopped_at(VOTING):
        pages = [client.get("/vote")]
        for typed in ("", "AAAA", "AAAA " * 5, "AAAA " * 10):
            pages.append(client.submit("/vote/1", **{"pass": typed, "go": "pass"}))
        pages.append(begin(client, vote))
        pages.append(go_on(client, pages[-1], "review"))  # With nothing marked.
        for typed, go in steps:
            pages.append(go_on(client, pages[-1], go, **typed))
        pages.append(go_on(client, pages[-1], "drop"))
    with clock.stopped_at(AFTER):
        pages += [client.get("/vote/1"), client.get("/ballots/1/check")]
    assert len({text for page in pages for text in language.shown_on(page.text)}) > 40
    assert {text for page in pages for text in not_in_the_list(language.shown_on(page.text), stand)} == set()


def test_errors_on_the_way_show_nothing_that_is_not_in_the_list(
    client: PageClient, language: Marked, stand: dict[str, list[tuple[str, int]]]
) -> None:
    pages = [client.get("/nowhere"), client.post("/say", data={}), client.put("/kiosk"), client.post("/code/more")]
    shown = {text for page in pages for text in language.shown_on(page.text)}
    assert "This page is not here" in shown
    assert not_in_the_list(shown, stand) == set()


def test_a_list_that_forgets_a_file_or_a_page_is_found_out(
    client: PageClient, session: Session, keys: KeyFolder, language: Marked, stand: dict[str, list[tuple[str, int]]]
) -> None:
    an_open_programme(session, keys)
    shown = language.shown_on(client.get("/kiosk").text)
    assert not_in_the_list(shown, stand) == set()
    with patch.dict(their_words.SAID_BY):
        del their_words.SAID_BY["feedback/rules"]
        assert "Something wrong was done" in not_in_the_list(shown, stand)
    with patch.object(their_words, "templates", frozenset):
        assert "Hide this" in not_in_the_list(shown, stand)


def test_the_list_names_what_is_there(stand: dict[str, list[tuple[str, int]]]) -> None:
    """A name that was changed would drop its words out of every language."""
    named = {
        module: {name for file, line in at for name in their_words._named_at(module, line)}
        for module in their_words.SAID_BY
        if (at := [place for places in stand.values() for place in places if place[0] == f"governance/{module}.py"])
    }
    assert {module: set(names.split()) - named.get(module, set()) for module, names in their_words.SAID_BY.items()} == {
        module: set() for module in their_words.SAID_BY
    }
    assert set(named) == set(their_words.SAID_BY)


def test_a_string_of_the_board_is_not_in_the_list(stand: dict[str, list[tuple[str, int]]]) -> None:
    of_the_board = not_in_the_list(set(stand), stand)
    assert {"Hand in my part", "Ask for a new account", "Find a decision"} & set(stand) <= of_the_board
    assert len(of_the_board) > len(stand) / 2


def test_pages_and_forms_are_read(client: PageClient, language: Marked) -> None:
    """The control of the walk itself: it reads what a page shows, its labels and hints too."""
    shown = language.shown_on(client.get("/code").text)
    assert {"Your code", "Someone needs help now", "Skip to the page"} <= shown
    assert Page(client.get("/code").text).headings
