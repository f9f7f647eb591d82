"""What is due now: release, close, purge, publish. Idempotent, and led by one process at a time (`clockwork/lease.py`).

Every duty is safe to do twice, so a leader that dies half way costs nothing
(`docs/decisions/012-one-tick.md`: 200 of 200 closed exactly once).
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import Select, delete, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork import timekeeping
from governance.clockwork.lease import NoLongerLeads, Renewing, give_back, lead
from governance.clockwork.rounds import Duty, DutyDone, DutyFailed, Moment, Needs, Pieces
from governance.clockwork.timekeeping import Doubt
from governance.frame import site
from governance.keys.keyfolder import KeyFolder, current
from governance.packages import PACKAGES, WATCHING, duties_of
from governance.places import service as places
from governance.places.views import last_known
from governance.programme import daily_backup, time_told, witnessing
from governance.programme.daily_backup import BACK_UP, FORGET_BACKUP, SEAL_COPY
from governance.ruling.errors import NotReady
from governance.storage import database, tidying
from governance.storage.database import Piece, db
from governance.storage.pace import pace

EVERY_SECONDS, PAUSE = 60, 0.05  # The second lies between two pieces: others write meanwhile.
ASK_WITNESSES = "ask witnesses"
PUBLISH = "publish"
NOTHING_MISSING = "a witness said that nothing is missing"  # In the app: asked once by each process.


@dataclass(frozen=True)
class Round:
    """What came of one round: whether this process led, what it did, what failed, and why the clock is in doubt."""

    led: bool
    done: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    doubt: Doubt | None = None


def tick(app: Flask, holder: str = "") -> Round:
    """Do what is due, if this process leads. Return what came of it.

    A *holder* goes on leading. Without one it is done once, by a command, and whoever comes next may lead at once.
    """
    if holder:
        return _round(app, holder)
    once = secrets.token_hex(8)
    try:
        return _round(app, once)
    finally:
        with app.app_context(), suppress(SQLAlchemyError):  # On a full disk the lease runs out by itself.
            give_back(once, clock.now())


def _round(app: Flask, holder: str) -> Round:
    """Do what is due, if *holder* leads.

    Each duty has its own transactions; one that fails is rolled back alone and tried again next time.
    """
    with app.app_context():
        if not lead(holder, clock.now()):
            return Round(led=False)
        lease = Renewing(holder, clock.now())
        _went(app, "ask the time", partial(time_told.go_by, app))
        with database.transaction() as session:
            timekeeping.note(session)
            # Read once, before it is judged: a step in the middle gives no duty another day.
            moment = moment_at(session)
            doubt, may_destroy = timekeeping.in_doubt(session), timekeeping.may_destroy(session)
        if doubt:
            app.logger.error("tick: the clock is in doubt (%s). Run: governance clock", doubt.value)
        elif not may_destroy:
            app.logger.error("tick: nothing is deleted until two people sign. Run: governance clock accept")
        went = Went(app, moment, lease, [], _would_fork(app))
        done, failed = went.done, went.failed
        duties = [duty for duty in due(doubt, may_destroy) if duty.name not in failed]
        if not went.through(duty for duty in duties if not duty.last):
            return Round(True, tuple(done), tuple(failed), doubt)
        failed += _asked_witnesses(app)
        for name, make in daily_backup.due(app, moment, doubt) if moment else ():
            (done if _went(app, name, make) else failed).append(name)
        if moment and may_destroy:
            gone = [_went(app, FORGET_BACKUP, each) for each in daily_backup.to_forget(app, moment)]
            failed += [] if all(gone) else [FORGET_BACKUP]
        over = daily_backup.over(app, moment) if moment else []
        tidying.tidy()  # And once more after what follows: that can take minutes, and people go on to vote.
        leads = went.through(duty for duty in duties if duty.last)
        _note_failures([*done, *over], failed, moment.today if moment else clock.today())
        if leads:
            tidying.tidy()
    return Round(True, tuple(done), tuple(failed), doubt)


class Went(NamedTuple):
    """How the duties of one round went: the names of those *done*, and of those that *failed* or stay undone."""

    app: Flask
    moment: Moment | None
    lease: Renewing
    done: list[str]
    failed: list[str]

    def through(self, duties: Iterable[Duty]) -> bool:
        """Do these *duties* in their order. Returns whether this process still leads after them."""
        for duty in duties:
            try:
                if self.moment and do(duty, self.moment, self.lease.renew):
                    self.done.append(duty.name)
            except NoLongerLeads:
                self.app.logger.error("tick: another process leads since “%s”", duty.name)
                self.failed.append(duty.name)
                return False
            except Exception as error:  # What fails for itself must not keep words from being let out or forgotten.
                self.failed.append(duty.name)
                self.app.logger.error("tick: %s in “%s”", type(error).__name__, duty.name)
        return True


def _went(app: Flask, name: str, work: Callable[[], object]) -> bool:
    """Whether *work* went well. What fails is told in the log, under its *name*, and ends nothing else."""
    try:
        work()
    except Exception as error:
        app.logger.error("tick: %s in “%s”", type(error).__name__, name)
        return False
    return True


def due(doubt: Doubt | None, may_destroy: bool) -> list[Duty]:
    """Return the duties of this round. While the clock is in doubt, words are taken and what is urgent goes on."""
    return [
        duty
        for duty in DUTIES
        if (not doubt or duty.needs is Needs.NO_CLOCK) and (may_destroy or duty.needs is not Needs.MAY_DESTROY)
    ]


def _note_failures(done: list[str], failed: list[str], today: date) -> None:
    """Note what failed *today*, at the site, for the doctor; forget what failed before and is done since."""
    with suppress(SQLAlchemyError), database.transaction() as session:  # A full disk is told by the round itself.
        again = [ASK_WITNESSES, FORGET_BACKUP, *done, *failed]
        session.execute(delete(DutyFailed).where(DutyFailed.name.in_(again)))
        session.add_all([DutyFailed(name=name, day=today) for name in failed])


def still_failed() -> Select[Any]:
    """Return the query of what failed and still is to do: a duty that went with an older program is nobody's."""
    names = [ASK_WITNESSES, FORGET_BACKUP, BACK_UP, SEAL_COPY, *(duty.name for duty in DUTIES)]
    return select(DutyFailed).where(DutyFailed.name.in_(names))


def _would_fork(app: Flask) -> list[str]:
    """Return what stays undone while a witness has seen more than is here: to sign. Asked until one answers."""
    hearsay = app.extensions.setdefault(witnessing.HEARSAY, witnessing.Hearsay())
    if app.extensions.get(NOTHING_MISSING) or hearsay.is_fresh:
        return []
    try:
        with suppress(SQLAlchemyError):  # Whoever signs says so.
            app.extensions[NOTHING_MISSING] = witnessing.check_nobody_knows_more(hearsay.hear)
    except NotReady:
        app.logger.error("tick: nothing is signed, for a witness has seen more than is here. Run: governance doctor")
        return [PUBLISH]
    return []


def _asked_witnesses(app: Flask) -> list[str]:
    try:
        for question in witnessing.ask_all():
            app.logger.warning("tick: no signature for “%s” from “%s”", question.log, question.witness)
    except Exception as error:
        app.logger.error("tick: %s in “%s”", type(error).__name__, ASK_WITNESSES)
        return [ASK_WITNESSES]
    return []


def moment_at(session: Session) -> Moment | None:
    """Return the moment at the site, or None before there is a programme."""
    programme = places.programme(session)
    if programme is None:
        return None
    clock.use_zone(programme.timezone)  # This thread has made no page, and a duty may ask for the day too.
    return moment_in(ZoneInfo(programme.timezone), programme.release_hour, clock.now())


def moment_in(zone: ZoneInfo, release_hour: int, now: datetime) -> Moment:
    """Return the moment *now* as it is in *zone*."""
    there = now.astimezone(zone)
    return Moment(now, there.date(), there.hour >= release_hour)


def is_due(duty: Duty, moment: Moment, last: date | None) -> bool:
    """Whether *duty*, done *last* on that day, is due: a daily one once on each day, from the release hour on.

    A day that lies ahead was noted while the clock stood ahead, and holds nothing up.
    """
    return not duty.daily or (moment.release_hour_has_come and last != moment.today)


def do(duty: Duty, moment: Moment, keep_leading: Callable[[], None]) -> bool:
    """Do *duty* if it is due, piece by piece, and return whether it was. Writers get a turn in between."""
    with database.snapshot() as session:
        done = session.get(DutyDone, duty.name) if duty.daily else None
        if not is_due(duty, moment, done and done.day):
            return False
        last = session.get(DutyDone, duty.name)
        done_today = last is not None and last.day == moment.today
    with pace.of_a_duty():
        _do_all(iter(duty.pieces(db.session, current(), moment)), keep_leading)
    if not done_today:
        with suppress(IntegrityError), database.transaction() as session:  # Or who leads beside us has noted it.
            session.merge(DutyDone(name=duty.name, day=moment.today))
    return True


def _do_all(pieces: Iterator[Piece], keep_leading: Callable[[], None]) -> None:
    piece = _next(pieces)
    while piece is not None:
        _do_one(piece)
        keep_leading()  # Before the next one is worked out too: that alone can take minutes.
        piece = _next(pieces)
        if piece is not None:
            pause()
            keep_leading()


def _do_one(piece: Piece) -> None:
    """Do one piece in its transaction. Where it takes long, the next ones are smaller."""
    with database.transaction() as session:
        began = clock.seconds()
        piece(session)
        waited = database.waited()  # While it waits for other writers they do not wait for it.
    pace.took(clock.seconds() - began - waited, database.most_halvings())


def _next(pieces: Iterator[Piece]) -> Piece | None:
    with database.snapshot():
        return next(pieces, None)


def pause() -> None:
    """Let whoever waits for the database have it. A clock that stands still waits for nobody."""
    if not clock.is_stopped():
        time.sleep(PAUSE)  # A wait by the clock of a condition never ends where somebody set another clock (faketime).


def mend_escrow(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Write the escrow again if it is missing, damaged or old."""
    yield lambda _: keys.mend_escrow()


def remember(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Keep what pages show while the database does not answer, as it is today."""
    yield _remember


def _remember(session: Session) -> None:
    site.programme()
    last_known.remember_help(session)
    last_known.remember_limits(session)


OWN = (
    Duty("mend escrow", mend_escrow, needs=Needs.NO_CLOCK),
    Duty("remember", remember, needs=Needs.NO_CLOCK),
)
# From the right to the left, so that the ledger, which stands first, signs what all the others have just added.
_ALL = (*OWN, *(duty for each in (WATCHING, *reversed(PACKAGES)) for duty in duties_of(each)))
DUTIES: tuple[Duty, ...] = tuple(sorted(_ALL, key=lambda duty: duty.last))


Note = Callable[[Flask, date], None]  # Writes down what a process has counted, on its day.


def note_today(app: Flask, note: Note) -> None:
    """Have *note* write down what this process has counted, whether it leads or not."""
    with app.app_context():
        with database.snapshot() as session:
            moment = moment_at(session)
        if moment:
            note(app, moment.today)


def start(app: Flask, note: Note) -> None:
    """Tick every minute in a thread of this process, and *note*; the lease lets one process lead."""
    holder, stop = secrets.token_hex(8), threading.Event()

    def loop() -> None:
        while not stop.wait(EVERY_SECONDS):
            try:
                tick(app, holder)
                note_today(app, note)
            except Exception as error:  # The loop outlives any one failure; the next minute tries again.
                app.logger.error("tick: %s", type(error).__name__)

    threading.Thread(target=loop, name="tick", daemon=True).start()
