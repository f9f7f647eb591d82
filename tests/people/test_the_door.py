"""The number at the door "Second yes": how many requests wait for whoever looks, and what it costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from governance import clock
from governance.board import service as board
from governance.frame.navigation import COUNTS
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import Asked
from governance.permissions.roles import Role, Who
from governance.ruling.sentences import Sentence
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.page import PageClient
from tests.second_yes import agree

Enter = Callable[[str], PageClient]


@pytest.fixture
def founded(app: Flask, session: Session, keys: KeyFolder) -> Iterator[Founded]:
    """Moss asks for the end of two accounts: Elder's and Fern's."""
    with clock.stopped_at(NOW):
        founded = an_open_programme(session, keys)
        moss = Who(founded.account("Moss"), "Moss", frozenset({Role.ADMIN}), b"")
        for alias in ("Elder", "Fern"):
            account, said = founded.account(alias), Sentence("The account of {name} ends.", name=alias)
            seat = board.seat_of(session, account, TODAY)
            assert seat
            board.end_term(session, seat.seat_id, TODAY)  # With a seat an account does not end.
            people.ask(session, keys, moss, "people.end_account", said, TODAY, subject=account,
                       values={"account": account}, about=account)  # fmt: skip
        session.commit()
        yield founded


def number(page: str) -> str:
    """What the door to the second yes says beside its words, "" for nothing."""
    (door,) = re.findall(r'<a href="/second-yes"[^>]*>.*?</a>', page, re.DOTALL)
    return "".join(re.findall(r'class="count">(.*?)<', door))


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement sent to any database meanwhile."""
    seen: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        seen.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield seen
    event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize(
    ("alias", "page", "said"),
    [
        ("Dogwood", "/board", "2"),
        ("Cedar", "/board/ballots", "2"),
        ("Elder", "/board", ""),  # One is about Elder, and without a seat nobody agrees to the other.
        ("Moss", "/accounts", ""),  # Moss asked.
        ("Juniper", "/desk", ""),  # No half of the board.
    ],
)
def test_the_door_says_how_many_wait_for_this_person(enter: Enter, alias: str, page: str, said: str) -> None:
    assert number(enter(alias).get(page).text) == said


def test_the_number_goes_down_with_each_yes_and_nothing_is_no_number(enter: Enter) -> None:
    device = enter("Dogwood")
    for left in ("1", ""):
        agree(device)
        assert number(device.get("/board").text) == left


def test_what_is_put_in_by_hand_is_not_counted(enter: Enter, session: Session, founded: Founded) -> None:
    session.add(Asked(id=7, act="people.end_account", subject="9", values={"page": None}, said={"template": "x"},
                      asked_by=founded.account("Moss"), about_id=None, day=TODAY, mac=bytes(32)))  # fmt: skip
    session.commit()
    assert number(enter("Dogwood").get("/board").text) == "2"


def test_it_takes_one_query_however_many_wait_and_none_where_there_is_no_door(app: Flask, enter: Enter) -> None:
    device, visitor, address = enter("Dogwood"), PageClient(app), "/board/agenda"
    device.get(address), visitor.get("/alerts")  # What is compiled or kept with the first page.
    with statements() as with_the_number:
        device.get(address)
    asked = [each for each in with_the_number if "FROM asked" in each]
    assert len(asked) == 1
    count = app.extensions[COUNTS].pop("people.asked")
    with statements() as without:
        device.get(address)
    app.extensions[COUNTS]["people.asked"] = count
    assert len(with_the_number) == len(without) + 2, "and one for who sits, as what waits takes one of the board"
    with statements() as in_public:
        visitor.get("/alerts"), device.get("/alerts")
    assert [each for each in in_public if "FROM asked" in each] == []
