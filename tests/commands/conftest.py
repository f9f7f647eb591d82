"""A founded programme as the environment names it, and its commands as somebody types them."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import cli, clock
from governance.clockwork import timekeeping
from governance.feedback import service as feedback
from governance.keys.keyfolder import KeyFolder
from governance.programme import schedule
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.laid_out import emptied, prepared
from tests.server import Installation, free_port

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def named_here(environ: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Name this test's place to the commands, as the environment of a server does."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)


@pytest.fixture
def founded(session: Session, keys: KeyFolder, named_here: None) -> Founded:
    """An open programme that has let one message out."""
    return with_a_message(session, keys)


def with_a_message(session: Session, keys: KeyFolder) -> Founded:
    """Found an open programme that has let one message out."""

    def founded() -> Founded:
        founded = an_open_programme(session, keys)
        feedback.take(session, keys, feedback.Submission(token=secrets.token_bytes(16), words="the kettle"), TODAY)
        feedback.release(session, keys, TODAY + timedelta(days=3))
        session.commit()
        return founded

    emptied(keys)
    return prepared("with a message", session, keys, founded)


def after_a_round(app: Flask, session: Session, keys: KeyFolder, moment: datetime) -> Founded:
    """Found one that has let a message out, and whose duties were done at this *moment*."""

    def founded() -> Founded:
        founded = with_a_message(session, keys)
        timekeeping.put(session, clock.now(), timekeeping.uptime(), destroying_waits=False)  # The clock is believed.
        session.commit()
        with clock.stopped_everywhere(moment):
            schedule.tick(app)
        return founded

    emptied(keys)
    return prepared(("after a round", moment), session, keys, founded)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command at noon of the first day; return its status and all it printed."""

    def run(*arguments: str, typed: str = "") -> tuple[int, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        with clock.stopped_everywhere(NOW), pytest.raises(SystemExit) as ended:
            cli.main(arguments)
        said = capsys.readouterr()
        return int(ended.value.code or 0), (said.out + said.err).strip()

    return run


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Installation]:
    """A place for a programme of the first version, a year old."""
    here = Installation(tmp_path / "home", free_port(), workers=1)
    yield here
    here.stop()
