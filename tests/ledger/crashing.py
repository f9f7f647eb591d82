"""Servers that publish and are killed, for test_crash.py: a process of its own that forks each of them.

    python -m tests.ledger.crashing '{"GOVERNANCE_HOME": …}' COPY

It takes one command a line: "step 7" forks a server that adds entries, publishes and writes a copy, and is killed at
its seventh step; "start" forks one that does so for ever. What each has done is said on the standard output, a line
each, as soon as it is done: "done …" after what came to its end, "failed …", "alive PID", "killed", "ended".
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from governance import clock, create_app
from governance.clockwork.rounds import Moment
from governance.ledger import rules, service
from governance.ledger.rounds import publish
from governance.storage import database

EACH = 32  # entries at a time: every eighth time a tile is full
WRITES = os.O_WRONLY | os.O_RDWR


def say(words: str) -> None:
    """Say it in one piece: several servers share the pipe."""
    os.write(1, f"{words}\n".encode())


def publish_once(app: Flask, copy: Path) -> None:
    """Do what an act and the tick after it do, and write a copy; say each thing that was acknowledged."""
    keys, now = app.extensions["keyfolder"], clock.now()
    with app.app_context():
        with database.transaction() as session:
            facts = [("record", {"number": str(number)}) for number in range(EACH)]
            last = service.append_many(session, "decisions", facts)[-1]
            service.append_many(session, "intake", [("batch", {"commit": "0" * 64})] * 8)
        say(f"done entry {last}")
        for piece in publish(database.db.session, keys, Moment(now, now.date(), True)):
            database.db.session.rollback()  # What was read for it held no lock; the piece begins anew, and writes.
            with database.transaction() as session:
                piece(session)
        for log in rules.LOGS:
            signed = service.head(database.db.session, log)
            assert signed is not None
            say(f"done head {log} {signed.size} {signed.root.hex()}")
        service.export(database.db.session, keys, copy)
        say("done copy")


def die_at(step: int, app: Flask, copy: Path) -> None:
    """Have this process killed at its step number *step*: a statement, a commit, or a file that is made or renamed."""
    counted = count(1)

    def taken(*_: object, **__: object) -> None:
        if next(counted) == step:
            os.kill(os.getpid(), signal.SIGKILL)

    def audited(name: str, about: tuple[Any, ...]) -> None:
        made = name == "open" and isinstance(about[2], int) and about[2] & WRITES
        if (made or name in {"os.rename", "os.mkdir", "os.remove"}) and str(about[0]).startswith(str(copy)):
            taken()

    with app.app_context():
        # What was not committed a server of databases takes back, whichever statement was the last: only SQLite's file
        # is written by whoever dies.
        by_itself = ("before_cursor_execute",) if database.db.engine.dialect.name == "sqlite" else ()
        for name in (*by_itself, "commit"):
            event.listen(database.db.engine, name, taken)
        event.listen(Session, "after_commit", taken)
    sys.addaudithook(audited)


def forked(work: Callable[[], object]) -> int:
    """Do *work* in a process of its own; return its id."""
    child = os.fork()
    if child:
        return child
    try:
        work()
    except BaseException as error:
        say(f"failed {type(error).__name__}: {error}".replace("\n", " "))
    os._exit(0)


def main() -> None:
    """Take commands until there are no more."""
    app, copy = create_app(json.loads(sys.argv[1])), Path(sys.argv[2])
    say("ready")

    def until_killed() -> None:
        while True:
            publish_once(app, copy)

    for line in sys.stdin:
        command, _, step = line.strip().partition(" ")
        if command == "start":
            say(f"alive {forked(until_killed)}")
            continue

        def killed_at(step: int = int(step)) -> None:
            die_at(step, app, copy)
            publish_once(app, copy)

        _, status = os.waitpid(forked(killed_at), 0)
        say("killed" if os.WIFSIGNALED(status) else "ended")


if __name__ == "__main__":
    main()
