"""Where a test belongs is found in its code, and a pure test that starts something all the same is stopped."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import at_the_terminal, pairs
from tests.layers import NotPure, layer_of, starts_something, watch
from tests.server import Installation


def asks_python() -> None:
    subprocess.run([sys.executable, "-V"], check=True)


def by_a_helper() -> None:
    def within() -> Any:
        return at_the_terminal.governance

    within()


@cache
def once() -> None:
    asks_python()


def by_what_is_kept() -> None:
    once()


def by_a_class() -> type:
    return Installation


def imports_it_itself() -> None:
    import http.server

    http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)


@given(st.integers())
def with_examples(_number: int) -> None:
    asks_python()


def only_counts() -> int:
    return len(pairs.pairs([1, 2], [3]))


def a_test(code: Callable[..., Any], *asks: str, says: str = "", fixture: Callable[..., Any] | None = None) -> Any:
    fixtures = {"given": [SimpleNamespace(func=fixture)]} if fixture else {}
    marks = [SimpleNamespace(name=says)] if says else []
    return SimpleNamespace(
        obj=code, fixturenames=asks, iter_markers=lambda: marks, _fixtureinfo=SimpleNamespace(name2fixturedefs=fixtures)
    )


@pytest.mark.parametrize(
    "code", [asks_python, by_a_helper, by_what_is_kept, by_a_class, imports_it_itself, with_examples]
)
def test_what_starts_something_itself_or_by_a_helper_is_found(code: Callable[..., Any]) -> None:
    assert layer_of(a_test(code)) == "server"
    assert layer_of(a_test(only_counts, fixture=code)) == "server"


def test_what_starts_nothing_is_pure_and_a_fixture_that_tells_more_comes_first() -> None:
    assert layer_of(a_test(only_counts)) == "pure"
    assert layer_of(a_test(asks_python, "playwright")) == "browser"
    assert layer_of(a_test(asks_python, "sqlite_files")) == "database"
    assert layer_of(a_test(only_counts, says="server")) == "server"
    assert not starts_something(only_counts)


def listens() -> None:
    with socket.socket() as here:
        here.bind(("127.0.0.1", 0))


@pytest.mark.pure
@pytest.mark.parametrize(
    "start",
    [
        lambda here: subprocess.Popen([sys.executable, "-V"]),
        lambda here: sqlite3.connect(here / "some.db"),
        lambda here: listens(),
    ],
    ids=["program", "database", "server"],
)
def test_a_pure_test_that_starts_something_is_stopped(start: Callable[[Path], object], tmp_path: Path) -> None:
    with pytest.raises(NotPure, match="counts as pure, and started something"):
        start(tmp_path)


def test_what_is_not_pure_is_let_go() -> None:
    """The control: this test is of the layer "server", as it starts a program."""
    assert subprocess.run([sys.executable, "-c", ""], check=False).returncode == 0
    assert watch("open", ()) is None  # type: ignore[func-returns-value]
