"""A clock that jumps, on the real command line: nothing is deleted, people are told, it goes on when it is right."""

from __future__ import annotations

import re
import secrets
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork import timekeeping
from governance.clockwork.rounds import DutyDone
from governance.feedback import service as feedback
from governance.feedback.models import Held, Message
from governance.feedback.rules import MessageState, Route
from governance.storage import database
from tests import at_the_terminal
from tests.factories import Founded
from tests.hand_over import enter, make_own_words
from tests.plan import PLAN
from tests.server import Installation, free_port

# A year ahead and late in the evening, when the release hour has come.
AHEAD = f"@{datetime.now(UTC).date() + timedelta(days=365)} 23:45:00"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Installation]:
    """A founded programme in which six have been let out and three are held."""
    here = Installation(tmp_path, free_port())
    yield here
    here.close()


def governance(site: Installation, *arguments: str, at: str = "", typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command as an operator would, by a clock set by *at* (faketime)."""
    return at_the_terminal.governance(arguments, site.environ | {"TZ": "UTC"}, typed, at, cheap=True)


def with_messages(site: Installation) -> tuple[Founded, Session]:
    founded, session = site.found()
    for count, route in ((6, Route.NOW), (3, Route.LATER)):
        for _ in range(count):
            words = feedback.Submission(token=secrets.token_bytes(16), words="the door is heavy", route=route)
            feedback.take(session, founded.keys, words, clock.today())
        if route is Route.NOW:
            feedback.release_now(session, founded.keys, clock.today())
    session.commit()
    return founded, session


def kept(site: Installation, session: Session) -> tuple[int, int, int]:
    """How many messages live, how many are held, and how many keys of a period are there."""
    session.rollback()
    live = session.scalar(select(func.count()).select_from(Message).where(Message.state == MessageState.LIVE))
    held = session.scalar(select(func.count()).select_from(Held))
    return live or 0, held or 0, len(list(site.keys().names("period-")))


def test_a_year_ahead_for_one_round_destroys_nothing(site: Installation) -> None:
    _, session = with_messages(site)
    assert governance(site, "tick").returncode == 0
    before = kept(site, session)
    assert before[0] >= 6

    ahead = governance(site, "tick", at=AHEAD)
    assert ahead.returncode == 1
    assert ahead.stderr.strip().endswith("only what is urgent was done. Run: governance clock")
    after = kept(site, session)
    assert after[:2] == before[:2]
    assert after[2] >= before[2], "keys for the days of the wrong clock may come, and none goes"
    ill = governance(site, "doctor", at=AHEAD)
    assert "MEND  The clock of this server jumped." in ill.stdout
    assert governance(site, "clock", at=AHEAD).returncode == 1

    right = governance(site, "tick")
    assert (right.returncode, right.stderr) == (0, "")
    assert "Another process leads" not in right.stdout
    assert governance(site, "clock").returncode == 0
    assert kept(site, session)[0] >= before[0]
    assert kept(site, session)[2] >= before[2]


def test_without_what_the_clock_is_held_against_everything_would_be_gone(site: Installation) -> None:
    """The control: the same year ahead, with nothing noted before it, nor that anything was ever done."""
    _, session = with_messages(site)
    assert governance(site, "tick").returncode == 0
    before = kept(site, session)
    session.delete(session.get_one(timekeeping.TimeMark, 1))
    session.execute(delete(DutyDone))
    session.commit()
    assert governance(site, "tick", at=AHEAD).returncode == 0
    assert kept(site, session)[0] < before[0]


def test_an_older_version_that_noted_no_time_is_not_taken_in_by_a_year_ahead(site: Installation) -> None:
    _, session = with_messages(site)
    assert governance(site, "tick").returncode == 0
    before = kept(site, session)
    session.delete(session.get_one(timekeeping.TimeMark, 1))
    session.merge(DutyDone(name="release", day=clock.today()))  # Whatever hour it is just now.
    session.commit()
    assert governance(site, "tick", at=AHEAD).returncode == 1
    assert kept(site, session)[:2] == before[:2]
    assert governance(site, "tick").returncode == 0


def test_whoever_says_alone_that_the_time_is_right_lets_messages_out_and_deletes_nothing(site: Installation) -> None:
    _, session = with_messages(site)
    assert governance(site, "tick").returncode == 0
    before = kept(site, session)
    alone = governance(site, "clock", "accept", at=AHEAD, typed="yes\n\n")
    assert alone.returncode == 0, alone.stderr
    assert "Nothing is destroyed yet." in alone.stdout
    assert governance(site, "tick", at=AHEAD).returncode == 0
    assert kept(site, session)[0] == before[0] + before[1]
    assert kept(site, session)[2] >= before[2]


def test_it_takes_one_of_the_board_and_one_of_the_staff_to_delete_again(site: Installation) -> None:
    (site.home / "plan.toml").write_text(PLAN, encoding="utf-8")
    printed = governance(site, "init", str(site.home / "plan.toml")).stdout
    assert governance(site, "tick").returncode == 0
    typed = f"yes\nAsh\n{card_of('Ash', printed)}\nMoss\n{card_of('Moss', printed)}\n"
    told = governance(site, "clock", "accept", at=AHEAD, typed=typed)
    assert "Somebody else printed these words." in told.stderr, "whoever founded it has both cards"
    app = site.app()
    own = {
        alias: make_own_words(enter(app, alias, card_of(alias, printed))) for alias in ("Ash", "Birch", "Moss")
    }  # fmt: skip
    with app.app_context():
        database.db.engine.dispose()
    refusals = {
        ("Ash", "Birch"): "one of the board and one of the staff",
        ("Moss", "Moss"): "It takes two people.",
        ("Moss", "Nobody"): "do not go together",
    }
    for (one, other), sentence in refusals.items():
        typed = f"yes\n{one}\n{own[one]}\n{other}\n{own.get(other, 'no such words')}\n"
        told = governance(site, "clock", "accept", at=AHEAD, typed=typed)
        assert (told.returncode, told.stderr.count("\n")) == (1, 1)
        assert sentence in told.stderr
    assert governance(site, "clock", at=AHEAD).returncode == 1
    typed = f"yes\nAsh\n{own['Ash']}\nMoss\n{own['Moss']}\n"
    told = governance(site, "clock", "accept", at=AHEAD, typed=typed)
    assert told.returncode == 0, told.stderr
    assert governance(site, "clock", at=AHEAD).returncode == 0


def card_of(alias: str, printed: str) -> str:
    """The words on somebody's card, as `init` printed them."""
    found = re.search(rf"^  {alias}\n  (.+)$", printed, re.MULTILINE)
    return found[1] if found else ""
