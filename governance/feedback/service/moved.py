"""The mark of a message that one reader moved alone: to other readers, to another lane, out of a theme (promise 4).

A line at that moment, or one that stands in busy weeks alone, would say that somebody had spoken. So each week has one
line in the list of messages, a quiet one too, with a keyed hash of all that was moved in it. Until the week is over the
key folder notes each mark, where the owner of the database cannot rewrite it: a row that is deleted meanwhile comes
back with the line, and one that is deleted or changed afterwards no longer makes the line it is named by. Nor can the
line itself be held off in silence: a note that waits past its day is told. A mark says from where to where, and not
which message.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import rfc8785
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import privacy
from governance.clockwork.rounds import DutyDone
from governance.feedback.models import Moved
from governance.feedback.moving import Move
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger

NOTE = "moved"
MARKED = "moves marked"  # Under this name stands the Monday of the last week that has its line.

Facts = dict[str, str]


@dataclass(frozen=True)
class Hand:
    """What a mark needs beside the move itself: the key folder, and the day."""

    keys: KeyFolder
    today: date

    def marks(self, session: Session, what: Move, *moves: tuple[str, str]) -> None:
        """Mark what one reader moved, each from where to where. Call it in the transaction of it, as its last step.

        However many they are, the key folder is written once: each time waits for the disk.
        """
        week = privacy.week_of(self.today)
        rows = [
            Moved(id=uuid.uuid4(), what=what, before=before, after=after, week=week, leaf=None)
            for before, after in moves
        ]
        if rows:
            session.add_all(rows)
            session.flush()
            with self.keys.noting(NOTE) as noted:
                noted |= {row.id.hex: facts_of(row) for row in rows}


def facts_of(row: Moved) -> Facts:
    """Return what a mark says."""
    return {"what": row.what.value, "before": row.before, "after": row.after, "week": row.week.isoformat()}


def week_to_mark(session: Session, today: date) -> date | None:
    """Return the Monday of the week that gets its line on *today*, if it has none. The first is never a whole one."""
    last, week = session.get(DutyDone, MARKED), privacy.week_of(privacy.week_of(today) - timedelta(days=1))
    return week if last is None or last.day < week or last.day > today else None


def mark_week(session: Session, keys: KeyFolder, week: date) -> None:
    """Add the line of *week* (its Monday), for all that was moved until its end and stands in no line.

    The week before the program began has none. Nothing can have been moved in it: where something was, somebody has
    taken away the row that says which week was the last.
    """
    ledger.hold(session, "intake")
    last = session.get(DutyDone, MARKED, populate_existing=True)
    if last and last.day == week:
        return
    session.merge(DutyDone(name=MARKED, day=week))
    if last is None and not any(_week(facts) <= week for facts in keys.noted(NOTE).values()):
        return
    _bring_back(session, keys)
    rows = session.scalars(select(Moved).where(Moved.leaf.is_(None), Moved.week <= week)).all()
    number = ledger.append(session, "intake", "moved", line_of(keys, week.isoformat(), rows))
    for row in rows:
        row.leaf = number
    session.flush()


def _bring_back(session: Session, keys: KeyFolder) -> None:
    """Lay out again what is noted and was deleted or changed; forget what has its line."""
    with keys.noting(NOTE) as noted:
        for name, facts in list(noted.items()):
            row = session.get(Moved, uuid.UUID(hex=name))
            if row is not None and row.leaf is not None:
                del noted[name]
            else:
                _as_noted(session, name, facts)
    session.flush()


def _as_noted(session: Session, name: str, facts: Facts) -> None:
    said = {"what": Move(facts["what"]), "before": facts["before"], "after": facts["after"]}
    session.merge(Moved(id=uuid.UUID(hex=name), **said, week=_week(facts), leaf=None))


def line_of(keys: KeyFolder, week: str, rows: Iterable[Moved]) -> Facts:
    """Return the line of a week: a hash that nobody can guess, of all its marks in an order that tells nothing."""
    key = hmac.digest(keys.pepper, b"real-voice moved messages v1", hashlib.sha256)
    said = rfc8785.dumps({"week": week, "moves": sorted(rfc8785.dumps(facts_of(row)).decode() for row in rows)})
    return {"week": week, "moves": hmac.digest(key, said, hashlib.sha256).hex()}


def _week(facts: Facts) -> date:
    return date.fromisoformat(facts["week"])


def problems(session: Session, keys: KeyFolder, batches: Collection[date]) -> Iterator[str]:
    """Yield what is wrong with marks that wait for their line.

    *batches*: the days before today whose batch is in the ledger. In the round that let out one of them the week before
    it got its line; so a server that was off for long is late, and tells nothing.
    """
    last, waiting = max(batches, default=None), set()
    for name, facts in keys.noted(NOTE).items():
        row = session.get(Moved, uuid.UUID(hex=name), populate_existing=True)
        if row is None or facts_of(row) != facts:
            yield "The mark of a message that one reader moved was removed or changed. It comes back with its line."
        if (row is None or row.leaf is None) and last and _week(facts) < privacy.week_of(last):
            waiting.add(_week(facts))
    for week in sorted(waiting):
        yield (
            f"What one reader moved in the week of {week} has no line in the ledger, and later days have theirs. Look "
            "again after the release hour: where it still has none, somebody who can write the database holds it off."
        )


def moves(session: Session, at_most: int) -> Sequence[Moved]:
    """Return what readers moved alone, the newest week first. For members: a mark may say that words were urgent."""
    rows = select(Moved).order_by(Moved.week.desc(), Moved.what, Moved.before, Moved.after).limit(at_most)
    return session.scalars(rows).all()
