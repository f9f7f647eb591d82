"""kill -9 while the ledger grows: whatever the moment, what is public is whole, and nothing said is ever taken back.

Servers are killed at each of their steps (every statement, every commit, every file made or renamed), then at moments
nobody chose while several of them publish at once. After each death an outsider who kept every head that was ever
public checks what is served, and the copy in the folder, against all of them.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import note, rules, service, verifying
from governance.ledger.models import Head, Leaf
from governance.ledger.verifying import Read, Trust
from governance.storage import database

SERVERS, DEATHS, LINES = 3, 8, 12
FEWEST_STEPS = 30  # fewer would mean that the steps are not counted


@dataclass
class Outsider:
    """Somebody who keeps every signed head that was ever public, and checks all there is against them."""

    session: Session
    keys: KeyFolder
    copy: Path
    kept: dict[str, dict[int, str]] = field(default_factory=lambda: {log: {} for log in rules.LOGS})
    newest: dict[tuple[str, str], int] = field(default_factory=dict)
    said: dict[tuple[str, str], str] = field(default_factory=dict)
    checked: dict[tuple[str, str], tuple[Trust, dict[str, bytes | None]]] = field(default_factory=dict)

    def hear(self, line: str) -> None:
        """Take in what a server said it has done. Two of them never sign different heads of one size."""
        match line.split(" "):
            case ["done", "head", log, size, root]:
                assert self.said.setdefault((log, size), root) == root, "two heads disagree"
            case ["done", "entry", number]:
                self.said["decisions", "entry"] = number
            case ["failed", *_]:
                pytest.fail(line)

    def look(self) -> None:
        """Check what is served and what was copied against all heads kept so far, and keep the newest."""
        for log in rules.LOGS:
            self._check(log, "served", self._served(log))
            self._check(log, "copied", verifying.folder(self.copy / log))
        self.session.rollback()

    def _served(self, log: str) -> Read:
        def read(name: str) -> bytes | None:
            if name == "checkpoint":
                signed = service.head(self.session, log)
                return service.checkpoint(self.session, signed).encode() if signed else None
            return service.tile_content(self.session, log, name)

        return read

    def _check(self, log: str, where: str, read: Read) -> None:
        published = read("checkpoint")
        if published is None:
            return
        key, text = note.read_key(service.verifier_key(self.keys, log)), published.decode()
        said = note.read_checkpoint(note.open_note(text, key.name, key.public))
        assert self.kept[log].setdefault(said.size, text) == text, "two checkpoints disagree"
        assert said.size >= self.newest.get((log, where), 0), "a checkpoint went back"
        self.newest[log, where] = said.size
        before = max((size for size in self.kept[log] if size < said.size), default=said.size)
        self._check_whole(log, where, read, Trust(key, kept=self.kept[log][before]))

    def _check_whole(self, log: str, where: str, read: Read, trust: Trust) -> None:
        """Check a log to its last entry, unless every byte of it is as it was when this was done the last time."""
        trusted, seen = self.checked.get((log, where), (None, {}))
        if trusted == trust and all(read(name) == content for name, content in seen.items()):
            return
        seen = {}

        def watched(name: str) -> bytes | None:
            seen[name] = read(name)
            return seen[name]

        assert verifying.check_log(watched, trust)
        self.checked[log, where] = trust, seen

    def look_back(self) -> None:
        """At the end: all that was acknowledged is there, and every head ever public is one line of history."""
        self.look()
        for log in rules.LOGS:
            assert service.check(self.session, self.keys, log) == []
            hashes = list(self.session.scalars(select(Leaf.hash).where(Leaf.log == log).order_by(Leaf.number)))
            for signed in self.session.scalars(select(Head).where(Head.log == log)):
                said = note.read_checkpoint(note.split(signed.note)[0])
                assert said.root == rules.root_of(hashes[: said.size])
                assert self.said.get((log, str(said.size)), said.root.hex()) == said.root.hex()
            public = {int(size) for name, size in self.said if name == log and size != "entry"} | set(self.kept[log])
            assert public <= set(self.session.scalars(select(Head.size).where(Head.log == log)))
        last = self.session.scalar(select(func.max(Leaf.number)).where(Leaf.log == "decisions"))
        assert last >= int(self.said["decisions", "entry"])
        self.session.rollback()


@dataclass
class Servers:
    """The process that forks servers."""

    process: subprocess.Popen[str]
    outsider: Outsider

    def order(self, command: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{command}\n")
        self.process.stdin.flush()

    def heard(self, *, until: tuple[str, ...]) -> str:
        """Listen until a line begins with one of *until*; return that line."""
        assert self.process.stdout
        for line in self.process.stdout:
            self.outsider.hear(line.strip())
            if line.startswith(until):
                return line.strip()
        pytest.fail("the servers went away")


@pytest.fixture
def servers(session: Session, keys: KeyFolder, environ: dict[str, str], tmp_path: Path) -> Iterator[Servers]:
    """A programme whose servers can be killed, and an outsider."""
    database.expect(writes=False)  # The outsider only reads: no server waits for it.
    outsider = Outsider(session, keys, tmp_path / "copy")
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.ledger.crashing", json.dumps(environ), str(outsider.copy)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    made = Servers(process, outsider)
    made.heard(until=("ready",))
    yield made
    process.communicate(timeout=30)


def test_a_server_killed_at_any_step_leaves_what_is_public_whole(servers: Servers) -> None:
    for step in count(1):
        servers.order(f"step {step}")
        ended = servers.heard(until=("killed", "ended"))
        servers.outsider.look()
        if ended == "ended":
            break
    assert step > FEWEST_STEPS
    servers.outsider.look_back()


def test_servers_that_publish_at_once_and_are_killed_at_random_never_disagree(servers: Servers) -> None:
    alive = []
    try:
        for death in range(SERVERS + DEATHS):
            servers.order("start")
            alive.append(int(servers.heard(until=("alive",)).split()[1]))
            if death < SERVERS:
                continue
            for _ in range(random.randrange(1, LINES)):
                servers.heard(until=("done",))
            os.kill(alive.pop(random.randrange(len(alive))), signal.SIGKILL)
            servers.outsider.look()
    finally:
        for server in alive:
            os.kill(server, signal.SIGKILL)
    servers.outsider.look_back()
