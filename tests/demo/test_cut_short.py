"""A demo that was killed while it loaded begins anew; what is no demo is never thrown away."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from governance import demo, sealing
from governance.demo import cut_short, loading
from governance.demo.cast import Cast
from governance.demo.story import Story, data
from governance.places.service import programme
from governance.ruling.errors import NotReady
from governance.storage.database import db
from tests.demo.served import an_app
from tests.live import let_go
from tests.server import migrated

pytestmark = pytest.mark.server  # Each loads a demo, with a database of its own.


class Killed(BaseException):
    """The power went."""


def founded_only(app: Flask) -> str:
    """Load no more than the founding."""
    Cast(Story(app, data("programme")["programme"]["timezone"])).found()
    return "CARDS"


def killed_after_the_founding(app: Flask) -> str:
    founded_only(app)
    raise Killed


def start(home: Path) -> str:
    """Start the demo as a process of its own would."""
    app = an_app(home)
    try:
        with sealing.cheap_for_tests():
            return demo.load_once(app, lambda app: migrated(app.config["SQLALCHEMY_DATABASE_URI"]))
    finally:
        let_go(app)


@pytest.fixture
def killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home of a demo that was killed while it loaded."""
    monkeypatch.setattr(loading, "load", killed_after_the_founding)
    with pytest.raises(Killed):
        start(tmp_path)
    monkeypatch.setattr(loading, "load", founded_only)
    return tmp_path


def test_a_demo_that_was_killed_begins_anew(killed: Path) -> None:
    before = (killed / "keys/programme").read_bytes()
    assert start(killed).startswith("CARDS")
    assert (killed / "keys/programme").read_bytes() != before
    assert start(killed).startswith("The demo is loaded.")
    assert not (killed / cut_short.MARK).exists()


def test_without_its_database_too(killed: Path) -> None:
    for file in killed.glob("programme.db*"):
        file.unlink()
    assert start(killed).startswith("CARDS")


def test_without_its_mark_a_sentence_says_which_folder_to_delete(killed: Path) -> None:
    (killed / cut_short.MARK).unlink()
    says = f"The demo here is not whole. Delete the folder {killed} and start again"
    with pytest.raises(NotReady, match=says):
        start(killed)
    for file in killed.glob("programme.db*"):
        file.unlink()
    with pytest.raises(NotReady, match=says):
        start(killed)


def test_a_mark_of_another_programme_or_database_throws_nothing_away(killed: Path) -> None:
    mark = (killed / cut_short.MARK).read_text()
    which, name = mark.split()
    for forged in (f"{which} {name[::-1]}x", f"{which[::-1]} {name}", ""):
        (killed / cut_short.MARK).write_text(forged)
        with pytest.raises(NotReady):
            start(killed)
    app = an_app(killed)
    with app.app_context():
        assert programme(db.session) is not None
    let_go(app)
