"""Two app servers on one PostgreSQL: what one was told the other knows, one leads, and two that lead double nothing.

They share the home folder, the key folder with its escrow, and the secret (`docs/operating.md`, "When one machine is
not enough").
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from flask import Flask
from sqlalchemy import func, select

from governance import clock
from governance.clockwork.lease import FURTHEST, LEASE, Lease
from governance.commands import running
from governance.commands.clock_check import BOTH
from governance.feedback import service as feedback
from governance.feedback.models import Held, Message
from governance.ledger import service as ledger
from governance.people.models import WrongTries
from governance.people.rules import FREE_TRIES
from governance.programme import accounting, schedule
from governance.programme.schedule import Round
from governance.storage import database
from tests import at_the_terminal
from tests.databases import PostgreSQL
from tests.factories import Founded
from tests.frame.test_page_cache import times_made
from tests.promises.participant import come_to_words, thanked
from tests.server import Installation, free_port
from tests.visitor import Visitor, posting_form

MANY = 300


@dataclass
class Two:
    """Two installations of one programme, and the programme opened in this process."""

    first: Installation
    second: Installation
    founded: Founded
    apps: list[Flask] = field(default_factory=list)

    @property
    def ports(self) -> tuple[int, int]:
        return self.first.port, self.second.port

    def open(self) -> list[Flask]:
        """Return the app of each in this process."""
        self.apps += [self.first.app(), self.second.app()]
        return self.apps

    def serve(self) -> None:
        """Start both, each with one process."""
        for each in (self.first, self.second):
            each.start()


@pytest.fixture
def two(postgresql: PostgreSQL, tmp_path: Path) -> Iterator[Two]:
    """Nothing is served yet."""
    url = postgresql.fresh()
    first = Installation(tmp_path / "first", free_port(), url, workers=1)
    founded, _ = first.found()
    second = Installation(first.home, free_port(), url, workers=1)
    here = Two(first, second, founded)
    yield here
    for each in (first, second):
        each.stop()
    for app in here.apps:
        with app.app_context():
            database.db.engine.dispose()
    database.db.session.remove()
    database.db.engine.dispose()
    first.close()
    postgresql.drop()


def test_what_was_begun_at_one_is_sent_to_the_other_and_kept_once(two: Two) -> None:
    two.serve()
    ready = [come_to_words(Visitor(two.ports[at % 2])) for at in range(6)]
    for at, each in enumerate(ready):
        each.visitor.port = two.ports[(at + 1) % 2]
        assert thanked(each.send(f"words {at}"))
    again = ready[0]
    again.visitor.port = two.first.port
    again.send("words 0")
    two.founded.session.rollback()
    assert two.founded.session.scalar(select(func.count()).select_from(Held)) == len(ready)


def test_wrong_tries_at_both_are_counted_together(two: Two) -> None:
    two.serve()
    for at in range(FREE_TRIES):
        try_wrong_words(two.ports[at % 2])
    two.founded.session.rollback()
    assert two.founded.session.scalars(select(WrongTries.failures)).all() == [FREE_TRIES]


def try_wrong_words(port: int) -> None:
    """Try them for one name, as somebody new each time."""
    visitor = Visitor(port)
    address, fields = posting_form(visitor.get("/sign-in").page, "/sign-in", "alias")
    answer = visitor.post(address, {**fields, "alias": "Ash", "passphrase": "wrong words all of them"})
    assert answer.status == 422


def test_what_is_published_makes_the_pages_of_both_anew(two: Two) -> None:
    apps = two.open()
    with clock.stopped_everywhere(clock.now()):
        assert [times_made(app) for app in apps] == [1, 1]
        assert [times_made(app) for app in apps] == [0, 0]
        ledger.append(two.founded.session, "decisions", "correction", {"number": "2026-001"})
        two.founded.session.commit()
        assert [times_made(app) for app in apps] == [1, 1]


def test_one_leads_until_its_lease_is_over_then_the_other_goes_on(two: Two) -> None:
    apps = two.open()
    now = clock.now()
    with clock.stopped_everywhere(now):
        assert schedule.tick(apps[0], "first").led
        assert not schedule.tick(apps[1], "second").led
    with clock.stopped_everywhere(now + LEASE + timedelta(seconds=1)):
        assert schedule.tick(apps[1], "second").led
        assert not schedule.tick(apps[0], "first").led


def test_two_that_lead_at_once_let_every_message_out_once(two: Two) -> None:
    """As where a machine sleeps in the middle of a round: each finds the other's lease run out, or void."""
    session, keys = two.founded.session, two.founded.keys
    for _ in range(MANY):
        feedback.take(session, keys, feedback.Submission(token=secrets.token_bytes(16), words="a chair"), clock.today())
    session.add(Lease(name="tick", holder="nobody", until=clock.now() - LEASE))
    session.commit()
    evening = clock.now().replace(hour=23, minute=30)
    both = threading.Barrier(2)

    def lead(app: Flask, holder: str, now: datetime) -> Round:
        with clock.stopped_at(now):
            both.wait()
            return schedule.tick(app, holder)

    with ThreadPoolExecutor(2) as threads:
        rounds = list(threads.map(lead, two.open(), ("first", "second"), (evening, evening + 2 * FURTHEST)))
    assert [each.led for each in rounds] == [True, True]
    with clock.stopped_at(evening + 3 * FURTHEST):  # What one of them had to leave to the other, the next round does.
        assert schedule.tick(two.apps[0], "first").failed == ()
    session.rollback()
    assert session.scalar(select(func.count()).select_from(Held)) == 0
    assert session.scalar(select(func.count()).select_from(Message)) == MANY
    assert [ledger.check(session, keys, log) for log in ("decisions", "intake")] == [[], []]
    assert list(accounting.differences(session, keys, clock.today())) == []


def test_a_server_whose_clock_is_not_that_of_the_database_deletes_nothing(two: Two) -> None:
    """It never led, so that no jump was seen; by its uptime alone five hours could have been a night switched off."""
    said = governance(two.first, "tick", ahead="+5h")
    assert (said.returncode, "The clock is in doubt" in said.stderr) == (1, True), said
    told = governance(two.first, "clock", ahead="+5h")
    assert "the clock of the database server says something else, by hours" in told.stderr
    alone = governance(two.first, "clock", "accept", ahead="+5h", typed="yes\n\n")
    assert (alone.returncode, alone.stderr.strip()) == (1, BOTH)
    assert (
        "MEND  The clocks of this server and of its database differ."
        in governance(two.first, "doctor", ahead="+5h").stdout
    )
    right = governance(two.first, "tick")
    assert (right.returncode, right.stderr) == (0, "")


def governance(here: Installation, *arguments: str, ahead: str = "", typed: str = "") -> CompletedProcess[str]:
    """Run a command as an operator would, by a clock that is *ahead* (faketime)."""
    return at_the_terminal.governance(arguments, here.environ, typed, ahead)


def test_nothing_is_moved_while_another_server_is_at_work(two: Two, tmp_path: Path) -> None:
    two.second.start()
    database.db.session.remove()
    database.db.engine.dispose()
    elsewhere = replace(two.first, home=tmp_path / "elsewhere", more={"GOVERNANCE_KEYS": str(two.first.home / "keys")})
    for each in (two.first, elsewhere):  # By the folder that both share, and by the connections to the database.
        moved = governance(each, "move", f"sqlite:///{tmp_path / 'new.db'}")
        assert (moved.returncode, moved.stderr.strip()) == (1, running.RUNS)
