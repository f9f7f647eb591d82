"""Whether the clock can be believed, so that nothing that cannot be undone happens at a wrong hour.

A clock that jumps a year ahead would call every message outlived and destroy its key. So each round notes what the
clock says beside how long the machine has been up, which no setting of the clock changes. While the two disagree by
hours, or the clock stands before what was already seen, the time is in doubt: only what is urgent goes on, nothing is
destroyed or closed, and people are told. Where nothing was noted yet, as by an older version, the day of the last
release stands for it. Where the database is a server its clock must say the same: of several app servers only one notes
the time. It ends by itself when the clock is right again, or when witnesses elsewhere tell the same time
(`programme/time_told.py`), or when somebody says that it is right (`governance clock accept`).
`docs/operating.md` says it for the person who runs the server.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from governance import clock
from governance.clockwork.rounds import DutyDone
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence, together
from governance.storage.database import db

MOST_ASTRAY = timedelta(hours=3)  # More than any change of summer time, less than half a day of a participant's words.
LONGEST_OFF = timedelta(hours=36)  # A night or a Sunday switched off. What is destroyed too early is early by no more.
MOST_BACK = timedelta(minutes=10)  # What a clock is set back by when it is put right over the network.
STARTED = 19  # Where proc(5) has when a process started, counted after its name.


class Doubt(StrEnum):
    """Why the clock is not believed, as the end of a sentence that begins with what the clock says."""

    JUMPED = "jumped"
    BACK = "back"
    LONG_OFF = "long_off"
    APART = "apart"


AHEAD = (Doubt.JUMPED, Doubt.LONG_OFF)
WHY = {
    Doubt.JUMPED: N_("The clock of this server jumped."),
    Doubt.BACK: N_("The clock of this server went back."),
    Doubt.LONG_OFF: N_("This server was off for long, or its clock is wrong."),
    Doubt.APART: N_("The clocks of this server and of its database differ."),
}
UNTIL = N_("Until someone checks it, nothing is let out but what is urgent. Nothing is deleted.")
NOTHING_GOES = N_("The clock was wrong. Nothing is deleted until two people say that it is right.")
WAITS = N_("The clock of this server may be wrong. So the box stays shut. Ask who runs the server to check the time.")


class TimeMark(db.Model):
    """What the clock said at the first round since the machine started, and at the last round of all."""

    __tablename__ = "time_mark"

    id: Mapped[int] = mapped_column(primary_key=True)
    moment: Mapped[datetime]
    boot: Mapped[str]
    up: Mapped[float]
    last: Mapped[datetime]
    destroying_waits: Mapped[bool] = mapped_column(default=False)


@dataclass(frozen=True)
class Uptime:
    """Which start of the machine this is, and for how many seconds it has been up."""

    boot: str
    seconds: float


def uptime() -> Uptime | None:
    """Return what the kernel says, or None where it cannot be asked (proc(5)).

    A container that starts again may count from then, while the machine has not stopped: the start of its first process
    tells the two apart.
    """
    try:
        machine = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        first_process = Path("/proc/1/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        boot = f"{machine} {first_process[STARTED]}"
        return Uptime(boot, float(Path("/proc/uptime").read_text(encoding="ascii").split()[0]))
    except (OSError, ValueError, IndexError):
        return None


def doubt(mark: TimeMark, now: datetime, up: Uptime | None) -> Doubt | None:
    """Return why the clock, which says *now*, is not believed by what was noted; None when it is."""
    if up and up.boot == mark.boot:
        astray = now - (mark.moment + timedelta(seconds=up.seconds - mark.up))
        return Doubt.JUMPED if astray > MOST_ASTRAY else Doubt.BACK if astray < -MOST_ASTRAY else None
    if now < mark.last - MOST_BACK:
        return Doubt.BACK
    return Doubt.LONG_OFF if now - mark.last > LONGEST_OFF else None


def doubt_by_day(day: date | None, now: datetime) -> Doubt | None:
    """Return why the clock, which says *now*, is not believed where all that is known is a *day* of the site.

    Somewhere on earth a day has begun fourteen hours before it does in UTC, or ends twelve hours after it.
    """
    if day is None:
        return None
    begins, ends = (datetime.combine(day, time.min, UTC) + timedelta(hours=hours) for hours in (-14, 36))
    return Doubt.BACK if now < begins - MOST_BACK else Doubt.LONG_OFF if now > ends + LONGEST_OFF else None


def told(session: Session) -> Sentence | str:
    """Return what people who read messages are told of the clock: "" when it is believed."""
    if why := in_doubt(session):
        return together([WHY[why], UNTIL])
    mark = session.get(TimeMark, 1)
    return NOTHING_GOES if mark and mark.destroying_waits else ""


def in_doubt(session: Session) -> Doubt | None:
    """Return why the clock is not believed just now. A clock that the demo or a test has stopped is."""
    if clock.is_stopped():
        return None
    if _is_apart_from_the_database(session):
        return Doubt.APART
    if mark := session.get(TimeMark, 1):
        return doubt(mark, clock.now(), uptime())
    return doubt_by_day(_last_sure_day(session), clock.now())


def _is_apart_from_the_database(session: Session) -> bool:
    """Whether a database server has another time. It is the same for all app servers, however long each was up."""
    if session.get_bind().dialect.name != "postgresql":
        return False
    there: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return abs(clock.now() - there) > MOST_ASTRAY


def _last_sure_day(session: Session) -> date | None:
    """Return the day of the last release, which waits while the clock is in doubt."""
    return session.scalar(select(DutyDone.day).where(DutyDone.name == "release"))


def waits_to_be_told(session: Session) -> bool:
    """Whether somebody elsewhere who tells the same time could let things go on: the clock went ahead, or it destroys.

    A clock that went back, or has a database with another time, is set right by a person alone.
    """
    why, mark = in_doubt(session), session.get(TimeMark, 1)
    return why in AHEAD or (why is None and not clock.is_stopped() and bool(mark and mark.destroying_waits))


def is_new_start(session: Session) -> bool:
    """Whether no round has noted the time since the machine started, while nothing speaks against the clock."""
    mark, up = session.get(TimeMark, 1), uptime()
    is_another = mark is not None and up is not None and mark.boot != up.boot
    return is_another and not clock.is_stopped() and in_doubt(session) is None


def may_destroy(session: Session) -> bool:
    """Whether what cannot be brought back may be destroyed: the time is not in doubt, and two people saw to it."""
    mark = session.get(TimeMark, 1)
    return in_doubt(session) is None and not (mark and mark.destroying_waits)


def day_to_go_by(session: Session) -> date:
    """Return today; while the clock is in doubt the last day on which it was not.

    By it goes what is taken from people: its week is shown, and its keys are destroyed when that day says.
    """
    if not in_doubt(session):
        return clock.today()
    mark = session.get(TimeMark, 1)
    return clock.day_of(mark.last) if mark else _last_sure_day(session) or clock.today()


def check_sure(session: Session) -> None:
    """Refuse what cannot be undone while the time is in doubt, or taken at one person's word. Raises RuleRefused."""
    if not may_destroy(session):
        raise RuleRefused(WAITS)


def note(session: Session) -> None:
    """Note what the clock says, if it is believed. The first note since the machine started stays until it stops."""
    if clock.is_stopped() or in_doubt(session):
        return
    mark, up, now = session.get(TimeMark, 1), uptime(), clock.now()
    if mark is None or up is None or mark.boot != up.boot:
        put(session, now, up, destroying_waits=bool(mark and mark.destroying_waits))
    else:
        mark.last = now


def go_by_another(mark: TimeMark, moment: datetime, up: Uptime) -> None:
    """Hold the clock against *moment*, and not against what it says itself, until the machine stops.

    It is in doubt as long as it stands hours away from that, and no longer once it is set right.
    """
    mark.moment, mark.boot, mark.up = moment, up.boot, up.seconds


def put(session: Session, now: datetime, up: Uptime | None, *, destroying_waits: bool) -> None:
    """Take the clock at its word from here on. With *destroying_waits*, two people must say so before it destroys."""
    boot, seconds = (up.boot, up.seconds) if up else ("", 0.0)
    session.merge(TimeMark(id=1, moment=now, boot=boot, up=seconds, last=now, destroying_waits=destroying_waits))
