"""The real server stack for tests: `governance serve` as its own process, with everything it writes in one folder."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from flask.ctx import AppContext
from sqlalchemy.orm import Session

from governance import clock, create_app
from governance.keys.keyfolder import KeyFolder
from governance.storage import database
from tests.databases import migrate
from tests.factories import Founded, an_open_programme

SECRET = "Tq8rM-only-a-test-2vK9xB4nW7dJ3cH6pZ5yL1"


@dataclass
class Installation:
    """A founded programme in a folder of its own, and the server that serves it."""

    home: Path
    port: int
    database: str = ""
    workers: int = 2
    more: dict[str, str] = field(default_factory=dict)
    typed_before: list[str] = field(default_factory=list)  # The program that starts the server, if it is not this one.
    process: subprocess.Popen[bytes] | None = None
    context: AppContext | None = field(default=None, repr=False)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def environ(self) -> dict[str, str]:
        """The settings of the server, temporary files included."""
        return {
            "GOVERNANCE_MODE": "production",
            "GOVERNANCE_HTTPS": "0",
            "GOVERNANCE_HOME": str(self.home),
            "GOVERNANCE_DATABASE": self.database or f"sqlite:///{self.home / 'programme.db'}",
            "GOVERNANCE_SECRET": SECRET,
            "GOVERNANCE_WORKERS": str(self.workers),
            "PORT": str(self.port),
            "TMPDIR": str(self.home / "tmp"),
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
        } | self.more

    @property
    def log(self) -> Path:
        """Everything the server has printed, whichever way."""
        return self.home / "server.log"

    def app(self) -> Flask:
        """The same installation as an app of this process, to look at what the server wrote."""
        return create_app(self.environ)

    def keys(self) -> KeyFolder:
        return KeyFolder(self.home / "keys", self.home / "escrow")

    def found(self) -> tuple[Founded, Session]:
        """Found the test programme here and open feedback."""
        (self.home / "tmp").mkdir(parents=True, exist_ok=True)
        migrated(self.environ["GOVERNANCE_DATABASE"])
        app = self.app()
        self.context = app.app_context()
        self.context.push()
        with database.writing():
            founded = an_open_programme(database.db.session, self.keys(), clock.now(), of_its_own=True)
        return founded, database.db.session

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                [*self.typed_before, sys.executable, "-m", "governance.cli", "serve"],
                env=self.environ, stdout=output, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
        for _ in range(200):
            if self.process.poll() is not None:
                raise RuntimeError(self.log.read_text())
            try:
                urllib.request.urlopen(self.address + "/healthz", timeout=2)
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                time.sleep(0.1)  # Waiting for another process to listen; no test's outcome hangs on it.
            else:
                return
        raise RuntimeError("The server did not answer within 20 seconds.")

    def kill(self) -> None:
        """Pull the plug: every process of the server dies at once, wherever it is."""
        if self.process:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def stop(self) -> None:
        """Stop the server as an operator would."""
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.kill()
            self._end_what_is_left()
            self.process = None

    def _end_what_is_left(self) -> None:
        """End the server where what started it, as faketime does, ended alone and left it with its port."""
        with suppress(ProcessLookupError):
            for _ in range(250):
                if self.process:
                    os.killpg(self.process.pid, signal.SIGKILL)
                    time.sleep(0.02)  # Until it is gone: the next server takes the port.

    def close(self) -> None:
        """Leave the app of this process that `found` has opened."""
        if self.context:
            self.context.pop()
            self.context = None


_PATTERN: list[bytes] = []


def migrated(url: str) -> None:
    """Bring the database at *url* to the newest migration; a new file is a copy of the first one that was."""
    path = Path(url.removeprefix("sqlite:///"))
    if not url.startswith("sqlite") or path.exists():
        migrate(url)
    elif _PATTERN:
        path.touch(mode=0o600)
        path.write_bytes(_PATTERN[0])
    else:
        migrate(url)
        _PATTERN.append(path.read_bytes())


def free_port() -> int:
    """A port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
