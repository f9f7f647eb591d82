"""How long a writer waits: a process of its own that asks for the write lock again and again."""

from __future__ import annotations

import multiprocessing
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.synchronize import Event
from typing import Any

import psycopg

STEP = 0.001  # seconds between two tries


@dataclass
class Waits:
    """How long each wait was, in seconds, as the other process found it."""

    all: list[float] = field(default_factory=list)

    @property
    def longest(self) -> float:
        return max(self.all, default=0.0)


@contextmanager
def a_writer(url: str) -> Iterator[Waits]:
    """Let somebody write to the database at *url* as often as they can, and say afterwards how long they waited."""
    spawn = multiprocessing.get_context("spawn")
    stop, found = spawn.Event(), spawn.Queue()
    ready = spawn.Event()
    other = spawn.Process(target=_write, args=(url, ready, stop, found), daemon=True)
    other.start()
    waits = Waits()
    try:
        ready.wait(30)
        yield waits
    finally:
        stop.set()
        waits.all += found.get(timeout=30)
        other.join(10)


def while_writing(name: str, url: str, what: str, do: Callable[[], None]) -> float:
    """Do it while somebody writes to the database at *url*; print how long both took, and return the longest wait.

    *name*: of the database; *what*: is done, both for the line that is printed. In seconds.
    """
    with a_writer(url) as waits:
        began = time.perf_counter()
        do()
        took = time.perf_counter() - began
    print(f"{name:10} {what:36} took {took:6.2f} s, a writer waited {waits.longest * 1000:6.1f} ms", flush=True)
    return waits.longest


def _write(url: str, ready: Event, stop: Event, found: Any) -> None:
    wait = _sqlite(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else _postgresql(url)
    waits = []
    ready.set()
    while not stop.is_set():
        began = time.perf_counter()
        next(wait)
        waits.append(time.perf_counter() - began)
        time.sleep(STEP)
    found.put(waits)


def _sqlite(path: str) -> Iterator[None]:
    """Take the write lock as soon as it is free: asked every millisecond, so that the wait is the hold."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=0)
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            time.sleep(STEP)
            continue
        connection.execute("ROLLBACK")
        yield


def _postgresql(url: str) -> Iterator[None]:
    """Read and write what every message reads and writes, and take it back."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        while True:
            connection.execute("INSERT INTO form_token (hash, day) VALUES (gen_random_uuid()::text::bytea, now())")
            connection.execute("SELECT id FROM intake_key LIMIT 1")
            connection.execute("LOCK TABLE held IN ROW EXCLUSIVE MODE")
            connection.rollback()
            yield
