"""The time as witnesses tell it, so that a programme that was off for days goes on without anybody.

A witness signs with its time (C2SP cosignature/v1). Nobody can have such a signature before that moment, so a fresh one
shows that it is at least so late: a clock that stands ahead finds none. An old one, shown again, can at most keep time
back. So a clock that went back waits for a person: by it, one day would come twice.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

from flask import Flask

from governance import clock
from governance.clockwork import timekeeping
from governance.clockwork.timekeeping import TimeMark, Uptime
from governance.frame import error_log
from governance.keys.keyfolder import KeyFolder
from governance.ledger import network, policy
from governance.ledger import service as ledger
from governance.programme import witnessing
from governance.storage import database
from governance.storage.database import db

MOST_APART = timedelta(hours=1)  # Between the clock of a witness and ours: neither is set to the minute.


def go_by(app: Flask) -> bool:
    """Take the clock at its word where witnesses elsewhere tell the same time; return whether that was done.

    One of them is enough to let messages out. To destroy takes as many as make a head witnessed. Asks nobody while
    nothing waits for the time, but once after each start of the machine: whoever set the clock ahead while it was off
    is found out. Call it outside any transaction: answers are waited for.
    """
    with app.app_context():
        with database.snapshot() as session:
            if not (timekeeping.waits_to_be_told(session) or timekeeping.is_new_start(session)):
                return False
        told = dict(_told())
        # Read after the last answer, and what is stored is what each answer is held against: whoever keeps an answer
        # back and steps the clock meanwhile has no witness for the hour it says then.
        now, up = clock.now(), timekeeping.uptime()
        names = {name for name, at in told.items() if abs(now - at) <= MOST_APART}
        if not names:
            _hold_against(told.values(), now, up)
            return False
        with database.transaction() as session:
            enough = _are_enough(app.extensions["keyfolder"], names)
            if not timekeeping.waits_to_be_told(session) or not (enough or timekeeping.in_doubt(session)):
                return False
            timekeeping.put(session, now, up, destroying_waits=not enough)
        error_log.tell_operator(f"The clock is taken as right, as witnesses tell: {', '.join(sorted(names))}")
    return True


def _hold_against(told: Collection[datetime], now: datetime, up: Uptime | None) -> None:
    """Where the machine has just started and all witnesses tell another time, go by what they told, not by the clock.

    A later time is no sign of a clock that stands ahead. One that had passed when the machine stopped was not signed
    now, and whoever shows it again must hold nothing up.
    """
    with database.transaction() as session:
        mark = session.get(TimeMark, 1)
        if mark is None or up is None or not timekeeping.is_new_start(session):
            return
        earlier = [at for at in told if mark.last - MOST_APART <= at < now - MOST_APART]
        if earlier:
            # So early that the clock is in doubt until it is within an hour of what was told.
            timekeeping.go_by_another(mark, max(earlier) - (timekeeping.MOST_ASTRAY - MOST_APART), up)


def _told() -> Iterator[tuple[str, datetime]]:
    """Yield who signed our newest heads just now, and when by that clock. One on this computer has our own clock."""
    silent: set[str] = set()
    told: set[str] = set()
    for question in witnessing.about_newest_heads():
        if question.witness in silent | told:
            continue
        reply = witnessing.ask(question)
        if not reply.status:
            silent.add(question.witness)
        elif reply.status == 200 and (at := _signed_at(question, reply.text)):
            told.add(question.witness)
            if not network.is_this_computer(question.url):
                yield question.witness, at


def _signed_at(question: ledger.HeadToSign, answer: str) -> datetime | None:
    """Return the time in the *answer* of the witness that was asked, if its own key signed it."""
    with database.snapshot() as session:
        seconds = ledger.time_of_answer(session, question, answer)
    try:
        return None if seconds is None else datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _are_enough(keys: KeyFolder, names: set[str]) -> bool:
    """Whether the witnesses of these *names* make up the quorum by which a head is witnessed."""
    ours = policy.read(ledger.policy_text(db.session, keys))
    return ours.quorum != policy.NONE and ours.is_made_up_by(names)
