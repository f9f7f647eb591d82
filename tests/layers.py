"""Which layer a test belongs to, found in what it asks for and in what its own code starts; `-m pure` runs one alone.

A test is `pure` that asks for no database and no browser and starts nothing: no program, no server, no connection. What
the code of a test and of its fixtures names is read, through every helper in this folder. Whatever this does not see,
because it lies deeper in the program, is stopped when it happens: a pure test that starts something fails, and says so.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import pytest

# By what a test asks for: the first that fits.
LAYERS = {
    "browser": frozenset({"playwright"}),  # Each browser asks for it, also one that a test starts for itself.
    "database": frozenset({"engine_of_databases", "sqlite_files", "postgresql", "loaded"}),
}
# Modules that are there to start something, or to speak with what was started.
STARTING = (
    "http.client", "http.server", "multiprocessing", "playwright", "psycopg", "socket", "socketserver", "sqlite3",
    "subprocess", "urllib.request", "werkzeug.serving", "wsgiref",
)  # fmt: skip
# What Python tells an audit hook when it happens (https://docs.python.org/3/library/audit_events.html).
EVENTS = frozenset({
    "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system", "socket.bind", "socket.connect",
    "sqlite3.connect", "subprocess.Popen",
})  # fmt: skip


class NotPure(BaseException):
    """A test that counts as pure started something. No test and no code of the program may catch it."""


def layer_of(item: pytest.Item) -> str:
    """Return the layer of a test: its own word, else by its fixtures, else "server" where its code starts something."""
    said = next((mark.name for mark in item.iter_markers() if mark.name in (*LAYERS, "server")), None)
    asked = set(getattr(item, "fixturenames", ()))
    layer = said or next((layer for layer, fixtures in LAYERS.items() if fixtures & asked), None)
    return layer or ("server" if any(map(starts_something, code_behind(item))) else "pure")


def code_behind(item: pytest.Item) -> Iterator[Any]:
    """The functions of a test and of all the fixtures it asks for."""
    yield getattr(item, "obj", None)
    info = getattr(item, "_fixtureinfo", None)
    for fixtures in info.name2fixturedefs.values() if info else ():
        yield fixtures[-1].func


@cache
def starts_something(thing: Any) -> bool:
    """Whether *thing*, a function or class of the tests, names what starts something, itself or in a helper of ours."""
    return any(is_starting(each) for each in reached_from(thing))


def is_starting(thing: Any) -> bool:
    home = thing.__name__ if is_a(thing, ModuleType) else getattr(thing, "__module__", None) if is_code(thing) else ""
    return any(home == each or (home or "").startswith(f"{each}.") for each in STARTING)


def is_code(thing: Any) -> bool:
    return is_a(thing, type, FunctionType, BuiltinFunctionType, MethodType, type(starts_something))  # The last: cached.


def is_ours(module: ModuleType | None) -> bool:
    """Whether a module stands in the folder of the tests."""
    return str(getattr(module, "__file__", None) or "").startswith(f"{Path(__file__).parent}/")


def is_a(thing: Any, *kinds: type) -> bool:
    """Whether *thing* is of one of these kinds itself: what stands in for another thing is not asked what that is."""
    return issubclass(type(thing), kinds)


def reached_from(thing: Any) -> Iterator[Any]:
    """*thing*, all that its code names, and what the tests' own code among it names in turn."""
    waiting, seen = [thing], set[int]()
    while waiting:
        here = waiting.pop()
        if id(here) in seen:
            continue
        seen.add(id(here))
        yield here
        waiting += names_of(here)


def names_of(thing: Any) -> list[Any]:
    """What the code of *thing* names; nothing where it is no function or class of the tests."""
    while is_code(thing) and (inner := within(thing)) is not None:
        thing = inner
    if is_a(thing, MethodType):
        thing = thing.__func__
    if not is_code(thing) or not is_ours(sys.modules.get(thing.__module__)):
        return []
    if is_a(thing, type):
        return [each for base in thing.__mro__ for each in vars(base).values() if is_a(each, FunctionType)]
    return list(named_in(thing.__code__, thing.__globals__)) if is_a(thing, FunctionType) else []


def within(thing: Any) -> Any:
    """What *thing* wraps: the function of a context manager, or the test to which hypothesis gives examples."""
    return getattr(thing, "__wrapped__", getattr(getattr(thing, "hypothesis", None), "inner_test", None))


def named_in(code: CodeType, known: dict[str, Any]) -> Iterator[Any]:
    """The things that *code* names, where *known* are the names of its module; what it imports for itself too."""
    for name in code.co_names:
        thing = known[name] if name in known else sys.modules.get(name)
        yield thing
        if is_a(thing, ModuleType) and is_ours(thing):
            yield from (vars(thing)[each] for each in code.co_names if each in vars(thing))
    yield from (each for inner in code.co_consts if isinstance(inner, CodeType) for each in named_in(inner, known))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with its layer: `-m pure` runs what needs nothing beside it."""
    for item in items:
        item.add_marker(layer_of(item))


# What is stopped when it happens

_now: list[str] = []  # The pure test that runs, if one does.


def watch(event: str, _what: tuple[Any, ...]) -> None:
    """Stop a pure test that starts something. Threads that an earlier test left are not its own."""
    if event in EVENTS and _now and threading.current_thread() is threading.main_thread():
        raise NotPure(f"{_now[0]} counts as pure, and started something: {event}. Mark it pytest.mark.server.")


def pytest_configure() -> None:
    """Listen for what starts. A hook stays as long as the process, so it is added once."""
    if watch not in _listening:
        sys.addaudithook(watch)
        _listening.append(watch)


_listening: list[Any] = []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Watch a pure test, from its first fixture on."""
    _now[:] = [item.nodeid] if item.get_closest_marker("pure") else []
    try:
        return (yield)
    finally:
        _now.clear()


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_teardown() -> None:
    """Watch no more: a server of the whole file may end with its last test."""
    _now.clear()
