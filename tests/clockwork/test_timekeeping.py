"""When the clock is believed, and what waits while it is not."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork import timekeeping
from governance.clockwork.lease import FURTHEST, LEASE, Lease, lead
from governance.clockwork.rounds import DutyDone, Needs
from governance.clockwork.timekeeping import Doubt, TimeMark, Uptime, doubt, doubt_by_day
from governance.programme import schedule
from governance.programme.schedule import DUTIES, do, due
from governance.ruling.errors import RuleRefused
from tests.factories import an_open_programme

HERE = datetime(2027, 3, 4, 12, 0, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

DESTROYING = {
    "forget", "forget ballots", "forget drafts", "forget what nobody agreed to", "tell what people answered",
}  # fmt: skip


def a_mark(up: float = 1000.0, last: timedelta = timedelta()) -> TimeMark:
    return TimeMark(id=1, moment=HERE, boot="this", up=up, last=HERE + last, destroying_waits=False)


def after(time: timedelta) -> Uptime:
    """How long the machine has been up when *time* has gone by, whatever the clock says."""
    return Uptime("this", 1000.0 + time.total_seconds())


@pytest.mark.parametrize(
    ("said", "gone_by", "why"),
    [
        (HOUR, HOUR, None),
        (14 * DAY, 14 * DAY, None),  # The program stood still for two weeks, the machine did not.
        (3 * HOUR, timedelta(), None),
        (3 * HOUR + timedelta(minutes=1), timedelta(), Doubt.JUMPED),
        (365 * DAY, HOUR, Doubt.JUMPED),
        (DAY, HOUR, Doubt.JUMPED),
        (-2 * HOUR, HOUR, None),
        (-3 * HOUR, HOUR, Doubt.BACK),
        (-400 * DAY, DAY, Doubt.BACK),
    ],
)
def test_while_the_machine_runs_the_clock_is_held_against_how_long(
    said: timedelta, gone_by: timedelta, why: Doubt | None
) -> None:
    assert doubt(a_mark(), HERE + said, after(gone_by)) is why


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (HOUR, None),
        (36 * HOUR, None),  # A night, or a Sunday, switched off.
        (37 * HOUR, Doubt.LONG_OFF),
        (365 * DAY, Doubt.LONG_OFF),
        (-timedelta(minutes=9), None),
        (-timedelta(minutes=11), Doubt.BACK),
    ],
)
@pytest.mark.parametrize("up", [Uptime("another", 5.0), None])
def test_after_it_was_off_the_clock_is_held_against_the_last_round(
    up: Uptime | None, said: timedelta, why: Doubt | None
) -> None:
    assert doubt(a_mark(), HERE + said, up) is why


def test_small_steps_add_up_to_a_jump() -> None:
    mark = a_mark(last=2 * HOUR)
    assert doubt(mark, HERE + 2 * HOUR, after(timedelta())) is None
    assert doubt(mark, HERE + 4 * HOUR, after(timedelta())) is Doubt.JUMPED


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (timedelta(), None),
        (-14 * HOUR, None),  # Where the day begins first on earth, it has begun.
        (-15 * HOUR, Doubt.BACK),
        (72 * HOUR, None),  # Where it ends last, half a day and the longest night off later.
        (73 * HOUR, Doubt.LONG_OFF),
        (365 * DAY, Doubt.LONG_OFF),
        (-365 * DAY, Doubt.BACK),
    ],
)
def test_where_nothing_was_noted_the_clock_is_held_against_the_last_release(said: timedelta, why: Doubt | None) -> None:
    assert doubt_by_day(HERE.date(), datetime.combine(HERE, time.min, UTC) + said) is why


def test_before_the_first_round_there_is_nothing_to_doubt() -> None:
    assert doubt_by_day(None, HERE) is None


def test_a_programme_of_an_older_version_deletes_nothing_by_a_wrong_clock(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has noted no time; when it last did something it has."""
    monkeypatch.setattr(clock, "is_stopped", lambda: False)
    yesterday = datetime.now(UTC) - DAY
    assert timekeeping.may_destroy(session)
    session.add(DutyDone(name="release", day=yesterday.date()))
    session.flush()
    assert timekeeping.may_destroy(session)
    session.merge(DutyDone(name="release", day=(yesterday - 365 * DAY).date()))
    session.flush()
    assert timekeeping.in_doubt(session) is Doubt.LONG_OFF
    assert not timekeeping.may_destroy(session)
    assert timekeeping.day_to_go_by(session) == (yesterday - 365 * DAY).date()
    timekeeping.note(session)
    assert session.get(TimeMark, 1) is None


def test_while_in_doubt_only_what_is_urgent_or_keeps_keys_is_done() -> None:
    goes_on = {
        "make keys", "mend escrow", "remember", "release now", "keep heads", "forget calls", "lay out logs",
        "settle recovery shares", "look for a flood", "mark notices", "tell the alerts", "look at everything",
    }  # fmt: skip
    assert {duty.name for duty in due(Doubt.JUMPED, may_destroy=False)} == goes_on
    assert {duty.name for duty in DUTIES} - {duty.name for duty in due(None, may_destroy=False)} == DESTROYING
    assert due(None, may_destroy=True) == list(DUTIES)
    assert {duty.name for duty in DUTIES if duty.needs is Needs.MAY_DESTROY} == DESTROYING


@pytest.fixture
def believed(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """A session at whose side the real clock runs, and was believed a moment ago."""
    monkeypatch.setattr(clock, "is_stopped", lambda: False)
    timekeeping.note(session)
    session.flush()
    return session


def test_a_box_stays_shut_while_the_clock_is_in_doubt(believed: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    timekeeping.check_sure(believed)
    monkeypatch.setattr(clock, "now", lambda: datetime.now(UTC) + 300 * DAY)
    with pytest.raises(RuleRefused, match="box stays shut"):
        timekeeping.check_sure(believed)


def test_a_wrong_time_is_not_noted_and_the_right_one_is_believed_again(
    believed: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as wrong:
        wrong.setattr(clock, "now", lambda: datetime.now(UTC) + 300 * DAY)
        timekeeping.note(believed)
        assert timekeeping.in_doubt(believed)
        assert not timekeeping.may_destroy(believed)
    assert timekeeping.in_doubt(believed) is None
    assert timekeeping.may_destroy(believed)


def test_taken_at_its_word_the_clock_destroys_only_when_two_said_so(believed: Session) -> None:
    later = datetime.now(UTC)
    timekeeping.put(believed, later, timekeeping.uptime(), destroying_waits=True)
    timekeeping.note(believed)
    assert timekeeping.in_doubt(believed) is None
    assert not timekeeping.may_destroy(believed)
    timekeeping.put(believed, later, timekeeping.uptime(), destroying_waits=False)
    assert timekeeping.may_destroy(believed)


def test_a_lease_from_the_future_is_void(app: Flask, session: Session) -> None:
    session.add(Lease(name="tick", holder="the wrong clock", until=HERE + 365 * DAY))
    session.commit()
    with app.app_context():
        assert lead("us", HERE)
        assert not lead("somebody else", HERE + LEASE / 2)


@pytest.mark.parametrize("behind", [timedelta(), timedelta(milliseconds=50), FURTHEST - LEASE])
def test_another_app_server_whose_clock_is_a_little_behind_takes_no_lease(
    app: Flask, session: Session, behind: timedelta
) -> None:
    with app.app_context():
        assert lead("us", HERE)
        assert not lead("they", HERE - behind)
        assert lead("us", HERE + LEASE / 3)


def test_a_clock_further_behind_than_allowed_takes_it(app: Flask, session: Session) -> None:
    """The control, and what a lease of a wrong clock ahead looks like to everybody else."""
    with app.app_context():
        assert lead("us", HERE)
        assert lead("they", HERE - (FURTHEST - LEASE) - timedelta(seconds=1))


def test_a_day_from_the_future_holds_nothing_up(app: Flask, session: Session, keys: object) -> None:
    an_open_programme(session, keys)
    with app.app_context(), clock.stopped_at(HERE + timedelta(hours=11)):
        moment = schedule.moment_at(session)
        assert moment is not None
        session.merge(DutyDone(name="sum up", day=moment.today + 300 * DAY))
        session.commit()
        sum_up = next(duty for duty in DUTIES if duty.name == "sum up")
        assert do(sum_up, moment, lambda: None)
        assert not do(sum_up, moment, lambda: None)
