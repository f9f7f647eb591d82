"""However many try codes and cards at once, the wall, help and feedback never wait for them."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from flask import Flask

from governance.frame import slow_lane
from governance.frame.gateway import Gateway
from tests.frame.test_gateway import Line, Scope, in_a_loop

TRIES = slow_lane.PLACES + 4


@pytest.fixture
def stuck() -> threading.Event:
    return threading.Event()


def a_house(stuck: threading.Event) -> Gateway:
    """One thread for pages, as `serve` has by itself; /code takes until *stuck* is set, unless there is no room."""

    def page(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        start_response("200 OK", [])
        full = slow_lane.NO_ROOM in environ
        if environ["PATH_INFO"] == "/code" and not full:
            stuck.wait(20)
        return [b"full" if full else environ["PATH_INFO"].encode()]

    return Gateway(page, 1, lambda path: 100, lambda path: path == "/code")


def test_a_wall_page_is_answered_while_the_lane_is_full(stuck: threading.Event) -> None:
    async def crowd() -> None:
        house = a_house(stuck)
        tries = [(line, asyncio.create_task(house.__rsgi__(Scope(path="/code"), line))) for line in lines]
        await asyncio.sleep(0)
        wall = Line()
        await asyncio.wait_for(house.__rsgi__(Scope(method="GET", path="/"), wall), 5)
        assert wall.answers[0][2] == b"/"
        assert not stuck.is_set()
        sent_away = [task for _, task in tries if task.done()]
        assert sum(bool(line.answers) for line in lines) == len(sent_away) == TRIES - slow_lane.PLACES
        stuck.set()
        await asyncio.gather(*(task for _, task in tries))

    lines = [Line(b"code=a") for _ in range(TRIES)]
    in_a_loop(crowd())
    answers = [line.answers[0][2] for line in lines]
    assert answers == [b"/code"] * slow_lane.PLACES + [b"full"] * 4


def test_the_slow_pages_are_those_that_stretch(app: Flask) -> None:
    paths = ("/code", "/sign-in", "/", "/say", "/kiosk", "/help-now", "/vote", "/code/more", "/nowhere")
    assert [path for path in paths if slow_lane.is_slow(app, path)] == ["/code", "/sign-in"]


@pytest.mark.parametrize(
    ("path", "typed", "kept"), [("/code", {"code": "one two"}, "one two"), ("/sign-in", {"alias": "Wren"}, "Wren")]
)
def test_without_a_place_a_kind_sentence_comes_at_once_and_what_was_typed_stays(
    client: Any, monkeypatch: pytest.MonkeyPatch, path: str, typed: dict[str, str], kept: str
) -> None:
    def none_must(*_: object) -> None:
        raise AssertionError("stretched although there is no room")

    monkeypatch.setattr("governance.sealing.passphrases.hash_secret_raw", none_must)
    fields = client.form(path)["fields"] | typed
    answer = client.post(path, data=fields, environ_overrides={slow_lane.NO_ROOM: True})
    assert answer.status_code == 503
    assert "Many people are trying at once." in answer.text
    assert f'value="{kept}"' in answer.text
