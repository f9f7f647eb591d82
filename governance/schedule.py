"""What is due now: release, close, purge, publish. Idempotent, and led by one process at a time.

A lease row says who leads; whoever finds it run out takes it. Every duty is safe to do twice, so a
leader that dies half way costs nothing (`docs/decisions/012-one-tick.md`: 200 of 200 closed exactly once).
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import text, update
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Mapped, Session, mapped_column

from governance import clock, database, witnessing
from governance.ballots import service as ballots
from governance.database import db
from governance.feedback import service as feedback
from governance.keyfolder import KeyFolder, current
from governance.ledger import service as ledger
from governance.people import service as people
from governance.places import service as places
from governance.responses import service as responses

LEASE = timedelta(minutes=3)
EVERY_SECONDS = 60
SUMMED_UP = "month summed up"  # Under this name stands the first day of the last month that was.


class Lease(db.Model):
    """Who leads, and until when."""

    __tablename__ = "lease"

    name: Mapped[str] = mapped_column(primary_key=True)
    holder: Mapped[str]
    until: Mapped[datetime]


class DutyDone(db.Model):
    """The last day on which a daily duty was done."""

    __tablename__ = "duty_done"

    name: Mapped[str] = mapped_column(primary_key=True)
    day: Mapped[date]


@dataclass(frozen=True)
class Moment:
    """What every duty is given: the day at the site, and whether its release hour has come."""

    now: datetime
    today: date
    release_hour_has_come: bool


def tick(app: Flask, holder: str = "") -> list[str]:
    """Do what is due, if this process leads. Return the names of the duties that ran.

    Each duty has its own transaction; one that fails is rolled back alone and tried again next time.
    """
    done = []
    with app.app_context():
        if not lead(holder or secrets.token_hex(8), clock.now()):
            return []
        for name, duty, daily in DUTIES:
            try:
                with database.transaction() as session:
                    if duty_runs(session, name, duty, daily):
                        done.append(name)
            except Exception as error:  # What fails for itself must not keep words from being let out or forgotten.
                app.logger.error("tick: %s in “%s”", type(error).__name__, name)
        try:
            for question in witnessing.ask_all():
                app.logger.warning("tick: no signature for “%s” from “%s”", question.log, question.witness)
        except Exception as error:
            app.logger.error("tick: %s in “ask witnesses”", type(error).__name__)
        tidy()
    return done


def lead(holder: str, now: datetime) -> bool:
    """Take or renew the lease. True when *holder* leads until three minutes from *now*."""
    free = (Lease.name == "tick") & ((Lease.holder == holder) | (Lease.until < now))
    with database.transaction() as session:
        taken = session.execute(update(Lease).where(free).values(holder=holder, until=now + LEASE)).rowcount
        if taken or session.get(Lease, "tick"):
            return bool(taken)
    try:
        with database.transaction() as session:
            session.add(Lease(name="tick", holder=holder, until=now + LEASE))
    except IntegrityError:
        return False
    return True


def moment_at(session: Session) -> Moment | None:
    """Return the moment at the site, or None before there is a programme."""
    programme = places.programme(session)
    if programme is None:
        return None
    there = clock.now().astimezone(ZoneInfo(programme.timezone))
    return Moment(clock.now(), there.date(), there.hour >= programme.release_hour)


def duty_runs(session: Session, name: str, duty: Callable[[Session, KeyFolder, Moment], None], daily: bool) -> bool:
    """Run *duty* if it is due; a daily one once on each day of the site, from its release hour on."""
    moment = moment_at(session)
    if moment is None:
        return False
    if daily:
        last = session.get(DutyDone, name)
        if not moment.release_hour_has_come or (last and last.day >= moment.today):
            return False
        session.merge(DutyDone(name=name, day=moment.today))
    duty(session, current(), moment)
    return True


def make_keys(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """Have this period's intake keys and the next one's."""
    people.ensure_intake_keys(session, keys, feedback.periods_around(moment.today))


def release_now(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """Pass on what was sent as "send it now"."""
    feedback.release_now(session, keys, moment.today)


def release(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """The daily release, with its batch of intake leaves."""
    feedback.release(session, keys, moment.today)


def sum_up(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """Add the summary of the last month to the list of messages, once."""
    month, last = feedback.month_to_sum_up(moment.today), session.get(DutyDone, SUMMED_UP)
    if month and (last is None or last.day < month):
        session.merge(DutyDone(name=SUMMED_UP, day=month))
        feedback.sum_up(session, month)


def forget(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """Destroy what has outlived its time, and end old sign-ins."""
    feedback.retire(session, keys, moment.today)
    people.purge_sign_ins(session, moment.today)
    ballots.end_co_signing(keys, moment.now)
    ballots.forget_old(session, keys, moment.now)


def lay_ballots_afresh(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """Leave no order in boxes, rolls and what was signed of large votes; small ones are laid afresh at every change."""
    ballots.lay_all_afresh(session, moment.now)
    ballots.lay_co_signed_afresh(session)


def start_clocks(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """Start the duty to answer of every published record that has none yet."""
    responses.open_duties(session, moment.today)


def publish(session: Session, keys: KeyFolder, moment: Moment) -> None:
    """Sign the heads of both ledgers."""
    for log in ("decisions", "intake"):
        ledger.publish_head(session, keys, log, moment.today)


DUTIES: tuple[tuple[str, Callable[[Session, KeyFolder, Moment], None], bool], ...] = (
    ("make keys", make_keys, False),
    ("release now", release_now, False),
    ("release", release, True),
    ("sum up", sum_up, True),
    ("forget", forget, True),
    ("lay ballots afresh", lay_ballots_afresh, True),
    ("start clocks", start_clocks, False),
    ("publish", publish, False),
)


def tidying(dialect: str) -> str:
    """Return what leaves no row behind where it lay: for PostgreSQL, of every table that is laid afresh."""
    if dialect == "sqlite":
        return "PRAGMA wal_checkpoint(TRUNCATE)"
    return "VACUUM " + ", ".join(table.name for table in db.metadata.sorted_tables if table.info.get("laid_afresh"))


def tidy() -> None:
    """Leave no row behind where it lay before it was shuffled or deleted (`docs/intake.md` 5)."""
    try:
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text(tidying(connection.dialect.name)))
    except OperationalError:  # Somebody is reading; the next minute will do.
        return


def start(app: Flask) -> None:
    """Tick every minute in a thread of this process; the lease lets one process lead."""
    holder, stop = secrets.token_hex(8), threading.Event()

    def loop() -> None:
        while not stop.wait(EVERY_SECONDS):
            try:
                tick(app, holder)
            except Exception as error:  # The loop outlives any one failure; the next minute tries again.
                app.logger.error("tick: %s", type(error).__name__)

    threading.Thread(target=loop, name="tick", daemon=True).start()
