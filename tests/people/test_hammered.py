"""Four clients keep trying a name. Its owner, with the right words, gets in: where they were before, or by work."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text
from sqlalchemy.orm import Session

from governance import clock, sealing
from governance.frame import slow_lane
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import WrongTries
from governance.people.service.signing_in import bits_after, worked_enough
from tests.page import Page, PageClient, read
from tests.people.factories import NOON, a_card
from tests.people.test_own_device import tries
from tests.people.test_pages import press
from tests.puzzles import puzzle_on, solved_on

SECOND = timedelta(seconds=1)
TEN_MINUTES = 600


class Strangers:
    """Four clients that try a name with wrong words, each of them every second, and always a moment before others."""

    def __init__(self, app: Flask, card: people.Card, *, work: bool = False) -> None:
        self.clients = [PageClient(app) for _ in range(4)]
        self.forms = [client.form("/sign-in")["fields"] for client in self.clients]
        self.card, self.work = card, work

    def hammer(self) -> None:
        """Try once each, from the page that refused the last try. With *work* they solve its puzzle too."""
        for number, client in enumerate(self.clients):
            typed = {**self.forms[number], "alias": self.card.alias, "passphrase": "wrong words"}
            answer = client.post("/sign-in", data=typed)
            assert answer.status_code == 422
            self.forms[number] = read(answer).forms[-1]["fields"]
            if self.work and puzzle_on(answer.text):
                self.forms[number] |= solved_on(answer.text)


def worked(page: str) -> dict[str, Any]:
    """Return what a browser sends that has solved the puzzle of this page."""
    fields = next(form["fields"] for form in Page(page).forms if "puzzle_name" in form["fields"])
    return {**solved_on(page), "puzzle_name": fields["puzzle_name"]}


@pytest.fixture
def card(session: Session, keys: KeyFolder) -> people.Card:
    """The owner's card."""
    made = a_card(session, keys, alias="Wren")
    session.commit()
    return made


@pytest.fixture
def at_noon() -> Iterator[None]:
    with clock.stopped_at(NOON):
        yield


def at_second(number: int) -> datetime:
    return NOON + number * SECOND


def test_a_new_device_gets_in_by_work_at_its_second_press(app: Flask, card: people.Card) -> None:
    strangers, owner = Strangers(app, card), PageClient(app)
    for second in range(10):
        with clock.stopped_at(at_second(second)):
            strangers.hammer()
    with clock.stopped_at(at_second(10)):
        strangers.hammer()
        refused = tries(owner, card, card.passphrase)
        assert refused.status_code == 422
        brought = worked(refused.text)
        strangers.hammer()
        answer = owner.submit("/sign-in", alias=card.alias, passphrase=card.passphrase, **brought)
    assert answer.status_code == 303


def test_without_work_a_new_device_is_kept_out_for_as_long_as_they_try(app: Flask, card: people.Card) -> None:
    """The control: the same strangers, the same right words, for longer than the longest wait."""
    strangers, owner = Strangers(app, card), PageClient(app)
    with clock.stopped_at(NOON):
        for _ in range(2):
            strangers.hammer()
    answers = []
    for second in range(75):
        with clock.stopped_at(at_second(second)):
            strangers.hammer()
            answers.append(tries(owner, card, card.passphrase).status_code if second % 3 == 0 else 422)
    assert set(answers) == {422}


def test_a_device_of_one_s_own_gets_in_at_the_first_press(app: Flask, card: people.Card) -> None:
    strangers, owner = Strangers(app, card), PageClient(app)
    with clock.stopped_at(NOON):
        assert tries(owner, card, card.passphrase).status_code == 303
        assert press(owner, "/account", "/sign-out").status_code == 303
    for second in range(20):
        with clock.stopped_at(at_second(second)):
            strangers.hammer()
    with clock.stopped_at(at_second(20)):
        assert tries(owner, card, card.passphrase).status_code == 303


def test_strangers_who_work_too_cannot_keep_the_owner_out(app: Flask, card: people.Card) -> None:
    strangers, owner, brought = Strangers(app, card, work=True), PageClient(app), {}
    for second in range(40):
        with clock.stopped_at(at_second(second)):
            strangers.hammer()
            answer = owner.submit("/sign-in", alias=card.alias, passphrase=card.passphrase, **brought)
            if answer.status_code == 303 and second > 3:
                break
            brought = worked(answer.text) if puzzle_on(answer.text) else {}
    assert answer.status_code == 303


@pytest.mark.on_both
def test_all_five_at_the_same_moment(app: Flask, card: people.Card) -> None:
    """In threads of their own, by the true clock: whoever comes first in the database."""
    over, owner = threading.Event(), PageClient(app)
    strangers = Strangers(app, card)

    def keep_trying(client: PageClient) -> None:
        while not over.is_set():
            client.submit("/sign-in", alias=card.alias, passphrase="wrong words")

    threads = [threading.Thread(target=keep_trying, args=[client]) for client in strangers.clients]
    for thread in threads:
        thread.start()
    try:
        answer, presses, brought = None, 0, {}
        while presses < 30 and (answer is None or answer.status_code != 303):
            answer = owner.submit("/sign-in", alias=card.alias, passphrase=card.passphrase, **brought)
            brought = worked(answer.text) if answer.status_code == 422 and puzzle_on(answer.text) else {}
            presses += 1
    finally:
        over.set()
        for thread in threads:
            thread.join(timeout=30)
    assert answer is not None
    assert answer.status_code == 303


# Its answer is not lost on the way


def after_work(app: Flask, card: people.Card) -> tuple[PageClient, dict[str, Any]]:
    """The owner's device before a page that strangers keep waiting, and what its browser has worked out."""
    strangers, owner = Strangers(app, card), PageClient(app)
    for _ in range(3):
        strangers.hammer()
    page = tries(owner, card, card.passphrase).text
    fields = next(form["fields"] for form in Page(page).forms if "puzzle_name" in form["fields"])
    return owner, {**fields, "alias": card.alias, "passphrase": card.passphrase, **worked(page)}


def carried_on(page: str) -> dict[str, Any]:
    """Return what the next press sends of the puzzle: as it lies in the page, without any more work."""
    fields = next(form["fields"] for form in Page(page).forms if "puzzle_name" in form["fields"])
    return {name: fields[name] for name in ("puzzle", "puzzle_name")}


@pytest.mark.usefixtures("at_noon")
@pytest.mark.parametrize(
    ("more", "lane", "status"),
    [
        ({"show": "1"}, {}, 200),
        ({"passphrase": ""}, {}, 422),
        ({}, {slow_lane.NO_ROOM: True}, 503),
    ],
    ids=["show the words", "the words are missing", "the lane is full"],
)
def test_a_page_that_looks_at_nothing_gives_the_work_back(
    app: Flask, card: people.Card, more: dict[str, str], lane: dict[str, bool], status: int
) -> None:
    owner, typed = after_work(app, card)
    page = owner.post("/sign-in", data=typed | more, environ_overrides=lane)
    assert page.status_code == status
    assert puzzle_on(page.text)
    answer = owner.post("/sign-in", data=typed | carried_on(page.text))
    assert answer.status_code == 303


@contextmanager
def silent(session: Session) -> Iterator[None]:
    """Let the database answer nobody in this block: a table is away on SQLite, PostgreSQL takes no connection."""
    url = session.get_bind().engine.url
    said = {"sqlite": ("ALTER TABLE wrong_tries RENAME TO away", "ALTER TABLE away RENAME TO wrong_tries")}
    allow = f'ALTER DATABASE "{url.database}" ALLOW_CONNECTIONS'
    end_all = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{url.database}'"
    begin, end = said.get(url.get_backend_name(), (f"{allow} false; {end_all}", f"{allow} true"))
    session.rollback()
    session.get_bind().engine.dispose()
    beside = url if url.get_backend_name() == "sqlite" else url.set(database="postgres")
    outside = create_engine(beside, isolation_level="AUTOCOMMIT")
    with outside.connect() as connection:
        for statement in begin.split("; "):
            connection.execute(text(statement))
        yield
        connection.execute(text(end))
    outside.dispose()


@pytest.mark.usefixtures("at_noon")
def test_an_outage_gives_the_work_back(app: Flask, session: Session, card: people.Card) -> None:
    owner, typed = after_work(app, card)
    with silent(session):
        page = owner.post("/sign-in", data=typed)
    assert page.status_code == 503
    assert owner.post("/sign-in", data=typed | carried_on(page.text)).status_code == 303


@pytest.mark.usefixtures("at_noon")
def test_once_it_was_looked_at_it_is_used(app: Flask, card: people.Card) -> None:
    """The control of the two above: a page after a try that was looked at brings other work."""
    owner, typed = after_work(app, card)
    page = owner.post("/sign-in", data={**typed, "passphrase": "wrong words"})
    assert carried_on(page.text)["puzzle_name"] != typed["puzzle_name"]
    assert owner.post("/sign-in", data=typed).status_code == 422


@pytest.mark.usefixtures("at_noon")
def test_strangers_see_nothing_of_the_owner_getting_in(app: Flask, session: Session, card: people.Card) -> None:
    def counted() -> list[tuple[int, datetime]]:
        found = [(each.failures, each.next_try_at) for each in session.scalars(select(WrongTries))]
        session.rollback()
        return found

    owner, typed = after_work(app, card)
    before = counted()
    assert owner.post("/sign-in", data=typed).status_code == 303
    assert counted() == before != []


def test_work_with_wrong_words_opens_nothing_and_makes_nobody_wait_longer(
    session: Session, keys: KeyFolder, card: people.Card
) -> None:
    def wrong(worked: int, at: datetime = NOON) -> None:
        stretched = people.stretch(keys, card.alias, "wrong words", None, worked)
        assert people.sign_in(session, card.alias, stretched, at) is None

    for _ in range(6):
        wrong(0)
    plain = people.stretch(keys, card.alias, card.passphrase)
    waits = people.seconds_to_wait(session, plain, NOON)
    asked = people.puzzle_bits(session, plain)
    for _ in range(8):
        wrong(sealing.HARDEST)
    assert people.seconds_to_wait(session, plain, NOON) == waits
    assert people.puzzle_bits(session, plain) > asked, "each wrong one asks for more"
    assert people.sign_in(session, card.alias, plain, NOON + waits * SECOND)


def test_a_page_has_a_puzzle_only_while_a_name_waits_and_whether_or_not_anybody_has_it(
    app: Flask, card: people.Card
) -> None:
    pages = []
    for alias in (card.alias, "Nobody At All"):
        client, seen = PageClient(app), []
        with clock.stopped_at(NOON):
            for _ in range(6):
                page = client.submit("/sign-in", alias=alias, passphrase="wrong words").text
                asked = puzzle_on(page)
                assert bool(asked) is ("puzzle" in page)
                seen.append(asked["data-bits"] if asked else "")
        pages.append(seen)
    assert pages[0] == pages[1] == ["", "", "", "6", "6", "6"]
    assert "puzzle" not in PageClient(app).get("/sign-in").text


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_more_wrong_tries_never_ask_for_less(one: int, other: int) -> None:
    less, more = sorted((one, other))
    assert bits_after(less) <= bits_after(more) <= sealing.HARDEST


@given(st.integers(0, 10**6))
def test_the_hardest_puzzle_is_always_enough_and_none_never(failures: int) -> None:
    assert worked_enough(sealing.HARDEST, failures)
    assert not worked_enough(0, failures)
