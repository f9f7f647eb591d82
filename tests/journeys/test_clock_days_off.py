"""The real server by a clock days ahead, or a day back: words are taken, nothing is let out, no vote ends by it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from sqlalchemy import func, select

from governance import clock
from governance.ballots import service as ballots
from governance.ballots.models import Ballot, Box
from governance.ballots.passes.credential import from_code, read_code
from governance.feedback import service as feedback
from governance.feedback.models import Held, Message
from governance.storage import database
from tests import at_the_terminal
from tests.promises.participant import come_to_words, thanked
from tests.server import Installation, free_port
from tests.soak.founding import a_ballot_of, an_open_vote, before_it_opened
from tests.visitor import Visitor

pytestmark = pytest.mark.of_one_database
AHEAD, BACK = "+3d", "-1d"  # The vote goes on for two days, and began an hour ago.
FORM = {"Content_Type": "application/x-www-form-urlencoded"}


@dataclass(frozen=True)
class Site:
    """An installation, and a ballot as a device sends it."""

    here: Installation
    ballot: bytes


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """A programme in which three words are held and a vote is open."""
    here = Installation(tmp_path, free_port(), workers=1)
    founded, session = here.found()
    for _ in range(3):
        words = feedback.Submission(token=secrets.token_bytes(16), words="the door is heavy")
        feedback.take(session, founded.keys, words, clock.today())
    with database.writing():
        vote = an_open_vote(founded, clock.now())
        card = ballots.make_cards(session, founded.keys, vote, before_it_opened(founded, clock.now()))[0]
        election = (vote.manifest or {})["election"]
        ballot = a_ballot_of(vote, from_code(read_code(card), election), election)
        session.commit()
    session.rollback()
    yield Site(here, ballot)
    here.stop()
    database.db.session.remove()
    here.close()


def governance(here: Installation, *arguments: str, at: str = "") -> CompletedProcess[str]:
    return at_the_terminal.governance(arguments, here.environ, "", at)


def by_a_wrong_clock(here: Installation, at: str) -> None:
    """Have a round by the right clock, and start the server by the wrong one."""
    assert governance(here, "tick").returncode == 0
    here.typed_before = ["faketime", "-f", at]
    here.start()


def out_and_held() -> tuple[int, list[date]]:
    session = database.db.session
    session.rollback()
    out = session.scalar(select(func.count()).select_from(Message)) or 0
    days = sorted(session.scalars(select(Held.day)))
    session.rollback()
    return out, days


def boxed() -> tuple[int, int | None]:
    """How many ballots lie in the box, and the line that says it was closed."""
    session = database.db.session
    session.rollback()
    found = session.scalar(select(func.count()).select_from(Box)) or 0, session.scalar(select(Ballot.box_leaf))
    session.rollback()
    return found


@pytest.mark.parametrize("at", [AHEAD, BACK])
def test_words_and_ballots_wait_for_the_right_clock(site: Site, at: str) -> None:
    """By the wrong one the vote is over, or did not begin: what it refuses comes in time, for no box is opened."""
    here = site.here
    by_a_wrong_clock(here, at)
    out, days = out_and_held()
    assert thanked(come_to_words(Visitor(here.port)).send("the kettle is cold"))
    assert Visitor(here.port).ask("POST", "/vote/1", site.ballot, **FORM).status in (409, 422)
    for _ in range(2):
        told = governance(here, "tick", at=at)
        assert (told.returncode, "The clock is in doubt" in told.stderr) == (1, True)
    assert out_and_held()[0] == out
    assert len(out_and_held()[1]) == len(days) + 1
    assert set(out_and_held()[1]) <= {*days, clock.today()}, "it has the last sure day"
    assert governance(here, "clock", at=at).returncode == 1
    assert boxed() == (0, None)
    here.stop()
    here.typed_before = []
    here.start()
    assert governance(here, "tick").returncode == 0, "the control: by the right clock it goes on"
    assert Visitor(here.port).ask("POST", "/vote/1", site.ballot, **FORM).status == 204
    assert boxed() == (1, None)
