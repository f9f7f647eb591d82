"""Witnesses elsewhere tell the time: a machine that was off goes on by itself, and nobody moves time ahead by it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork import timekeeping
from governance.clockwork.timekeeping import Doubt, TimeMark
from governance.keys.keyfolder import KeyFolder
from governance.ledger import network, service
from governance.ledger.witness import Memory
from governance.programme import time_told
from tests.ledger.elsewhere import Elsewhere, elsewhere
from tests.ledger.test_witnessing import serving

pytestmark = pytest.mark.of_one_database
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Iterator[Elsewhere]:
    """Other computers, and a clock here that goes."""
    monkeypatch.setattr(clock, "is_stopped", lambda: False)
    monkeypatch.delenv("no_proxy", raising=False)
    with elsewhere() as there:
        monkeypatch.setenv("http_proxy", there.proxy)
        yield there


@pytest.fixture
def off(session: Session, keys: KeyFolder, away: Elsewhere, tmp_path: Path) -> Session:
    """What a machine knows that was off since three days ago, and has one witness elsewhere."""
    service.append(session, "decisions", "record", {"number": "x"})
    service.publish_head(session, keys, "decisions", date(2026, 11, 23))
    away.witness(session, keys, tmp_path / "w1")
    return was_off(session)


def was_off(session: Session, since: timedelta = 3 * DAY) -> Session:
    last = datetime.now(UTC) - since
    session.merge(TimeMark(id=1, moment=last, boot="another", up=9.0, last=last, destroying_waits=False))
    session.commit()
    return session


def ahead_by(step: timedelta) -> datetime:
    return datetime.now(UTC) + step


def how_it_stands(session: Session) -> tuple[Doubt | None, bool]:
    session.rollback()
    session.expire_all()
    stands = timekeeping.in_doubt(session), timekeeping.may_destroy(session)
    session.rollback()  # Else it holds the database.
    return stands


def test_after_a_weekend_a_witness_is_enough(app: Flask, off: Session) -> None:
    assert how_it_stands(off) == (Doubt.LONG_OFF, False)
    assert time_told.go_by(app)
    assert how_it_stands(off) == (None, True)


def test_nobody_is_asked_while_nothing_waits(app: Flask, off: Session, away: Elsewhere) -> None:
    now = datetime.now(UTC)
    timekeeping.put(off, now, timekeeping.uptime(), destroying_waits=False)
    off.commit()
    assert not time_told.go_by(app)
    assert not away.asked


@pytest.mark.parametrize("ahead", [-2 * HOUR, 2 * HOUR, -40 * DAY, 40 * DAY])
def test_a_witness_with_another_time_leaves_it_in_doubt(
    app: Flask, off: Session, away: Elsewhere, ahead: timedelta
) -> None:
    away.ahead = ahead.total_seconds()
    assert not time_told.go_by(app)
    assert how_it_stands(off) == (Doubt.LONG_OFF, False)


@pytest.mark.parametrize("ahead", [30 * 60, -30 * 60])
def test_half_an_hour_is_near_enough(app: Flask, off: Session, away: Elsewhere, ahead: int) -> None:
    away.ahead = ahead
    assert time_told.go_by(app)


def test_a_thief_who_sets_the_clock_ahead_destroys_nothing(
    app: Flask, off: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + 400 * DAY)
    assert not time_told.go_by(app)
    assert how_it_stands(off) == (Doubt.LONG_OFF, False)


@pytest.mark.parametrize("step", [0 * DAY, 365 * DAY])
def test_whoever_keeps_the_last_answer_back_and_steps_the_clock_gains_nothing(
    app: Flask, off: Session, keys: KeyFolder, away: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    step: timedelta,
) -> None:  # fmt: skip
    """Two of three have told the true time already, and would be enough to destroy."""
    away.witness(off, keys, tmp_path / "w2")
    last = away.witness(off, keys, tmp_path / "w3", silent=True)
    off.commit()
    steps = [0 * DAY]
    monkeypatch.setattr(clock, "now", lambda: ahead_by(steps[-1]))
    away.meanwhile = lambda url: steps.append(step) if url.startswith(last) else None
    assert time_told.go_by(app) is not bool(step)
    assert len(steps) > 1, "the last one was asked"
    assert how_it_stands(off) == ((Doubt.LONG_OFF, False) if step else (None, True))


SURE, AHEAD = (None, True), (Doubt.JUMPED, False)


@pytest.mark.parametrize(
    ("ours", "theirs", "stands"),
    [
        (0 * HOUR, 0 * HOUR, SURE),
        (34 * HOUR, 0 * HOUR, AHEAD),
        (34 * HOUR, -HOUR / 2, AHEAD),
        (34 * HOUR, -2 * DAY, SURE),  # Signed before the machine stopped: an old one, shown again.
        (2 * HOUR, 0 * HOUR, AHEAD),
        (HOUR / 2, 0 * HOUR, SURE),
        (0 * HOUR, 35 * HOUR, SURE),
    ],
)
def test_after_each_start_a_clock_that_was_put_ahead_is_found_out(
    app: Flask, off: Session, away: Elsewhere, ours: timedelta, theirs: timedelta, stands: tuple[Doubt | None, bool]
) -> None:
    """By less than a machine may be off, each time: without a witness it is believed."""
    away.ahead = theirs.total_seconds()
    was_off(off, HOUR)
    for boot in ("another", "a third"):
        off.get_one(TimeMark, 1).boot = boot
        off.commit()
        with pytest.MonkeyPatch.context() as stepped:
            stepped.setattr(clock, "now", partial(ahead_by, ours))
            assert how_it_stands(off) == SURE, "before anybody was asked"
            assert not time_told.go_by(app)
            assert how_it_stands(off) == stands
        assert how_it_stands(off) == SURE, "once the clock is set right"


def test_a_little_ahead_at_each_start_does_not_add_up(app: Flask, off: Session, away: Elsewhere) -> None:
    was_off(off, HOUR)
    for starts, stands in ((1, SURE), (2, AHEAD)):
        off.get_one(TimeMark, 1).boot = "another"
        off.commit()
        with pytest.MonkeyPatch.context() as stepped:
            stepped.setattr(clock, "now", partial(ahead_by, starts * 50 * MINUTE))
            assert not time_told.go_by(app)
            timekeeping.note(off)
            off.commit()
            assert how_it_stands(off) == stands


def test_who_does_not_answer_after_a_start_changes_nothing_and_it_is_asked_once(
    app: Flask, off: Session, away: Elsewhere
) -> None:
    away.behind.clear()
    was_off(off, HOUR)
    assert not time_told.go_by(app)
    assert away.asked
    assert how_it_stands(off) == SURE
    timekeeping.note(off)
    off.commit()
    before = away.asked
    assert not time_told.go_by(app)
    assert away.asked == before


def test_an_old_answer_shown_again_moves_nothing(app: Flask, off: Session, away: Elsewhere) -> None:
    """Whoever stands between keeps what was signed on Friday, and sets the clock to then: that hour came already."""
    away.ahead = (-4 * DAY).total_seconds()
    assert not time_told.go_by(app)
    away.ahead, away.replay = 0.0, away.last
    assert not time_told.go_by(app)
    with pytest.MonkeyPatch.context() as friday:
        friday.setattr(clock, "now", lambda: datetime.now(UTC) - 4 * DAY)
        assert how_it_stands(off) == (Doubt.BACK, False)
        assert not time_told.go_by(app)
        assert how_it_stands(off) == (Doubt.BACK, False)


def test_a_clock_that_went_back_waits_for_a_person(app: Flask, off: Session) -> None:
    """Even where a witness agrees: it stood ahead before, and by it a day would come twice."""
    was_off(off, -3 * DAY)
    assert how_it_stands(off)[0] is Doubt.BACK
    assert not time_told.go_by(app)


def test_an_answer_by_another_key_tells_nothing(
    app: Flask, off: Session, keys: KeyFolder, away: Elsewhere, tmp_path: Path
) -> None:
    stranger = Memory(tmp_path / "stranger")
    stranger.begin("w1.example.org")
    stranger.trust(service.verifier_key(keys, "decisions"))
    (url,) = away.behind
    away.behind[url] = stranger
    assert not time_told.go_by(app)
    assert away.last is not None
    assert away.last.status == 200, "the stranger signs"


def test_one_lets_messages_out_and_most_destroy(
    app: Flask, off: Session, keys: KeyFolder, away: Elsewhere, tmp_path: Path
) -> None:
    away.witness(off, keys, tmp_path / "w2", silent=True)
    off.commit()
    assert time_told.go_by(app)
    assert how_it_stands(off) == (None, False)
    assert not time_told.go_by(app)
    away.wake()
    assert time_told.go_by(app)
    assert how_it_stands(off) == (None, True)


def test_what_one_person_said_is_enough_once_witnesses_tell_it_too(app: Flask, off: Session) -> None:
    timekeeping.put(off, datetime.now(UTC), timekeeping.uptime(), destroying_waits=True)
    off.commit()
    assert how_it_stands(off) == (None, False)
    assert time_told.go_by(app)
    assert how_it_stands(off) == (None, True)


def test_a_witness_on_this_computer_has_our_own_clock(
    app: Flask, off: Session, away: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (memory,) = away.behind.values()
    monkeypatch.setattr("tests.ledger.test_witnessing.NOW", int(datetime.now(UTC).timestamp()))
    with serving(memory) as url:
        service.add_witness(off, "w1", str(memory.key()), url)
        off.commit()
        assert not time_told.go_by(app)
    service.add_witness(off, "w1", str(memory.key()), "http://203.0.113.1")
    off.commit()
    assert time_told.go_by(app), "the control"


@pytest.mark.server
@pytest.mark.parametrize(
    ("url", "is_here"),
    [
        ("http://127.0.0.1:8100", True),
        ("http://127.0.0.9", True),
        ("http://localhost/w", True),
        ("http://[::1]:8100", True),
        ("http://203.0.113.1", False),
    ],
)
def test_which_addresses_are_of_this_computer(url: str, is_here: bool) -> None:
    assert network.is_this_computer(url) is is_here


def test_a_machine_without_a_witness_asks_nobody_and_waits(app: Flask, session: Session, away: Elsewhere) -> None:
    was_off(session)
    assert not time_told.go_by(app)
    assert how_it_stands(session) == (Doubt.LONG_OFF, False)
    assert not away.asked
