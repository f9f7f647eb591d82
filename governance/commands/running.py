"""Whether the program runs on these files, so that nothing is moved or brought back under its feet."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text

from governance.ruling.errors import NotReady

FILE = ".serving"
RUNS = "The program is running. Stop it first, on every machine."
OTHERS = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)


def say_so(home: Path) -> None:
    """Say, until this process and those it started end, that the program serves. Raises NotReady during a move.

    The system takes it back. Call it before the database is looked at, so that none is moved in between.
    """
    os.set_inheritable(_share(home), True)


def _share(home: Path) -> int:
    descriptor = os.open(home / FILE, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        raise NotReady("The programme is being moved or restored just now. Wait until that is done.") from None
    return descriptor


@contextmanager
def going_on(home: Path) -> Iterator[None]:
    """Say so within this block alone, for a command that writes. Raises NotReady during a move."""
    descriptor = _share(home)
    try:
        yield
    finally:
        os.close(descriptor)


@contextmanager
def stopped(home: Path) -> Iterator[None]:
    """Keep the program from being started within this block. Raises NotReady while it runs."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / FILE).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise NotReady(RUNS) from None
        yield


def check_nobody_else_is_in(engine: Engine) -> None:
    """Refuse a PostgreSQL database to which somebody else is connected: another app server, perhaps. NotReady."""
    if engine.dialect.name == "postgresql":
        with engine.connect() as connection:
            if connection.scalar(text(OTHERS)):
                raise NotReady(RUNS)
