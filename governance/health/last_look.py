"""The looks that take long, as a round has last made them: what they found, and on which day. A page tells it.

They read every row and every signature, so nobody can wait for them. A round makes them once a week, each by itself and
without a lock; and again on the next day while something is to be mended. The key folder notes a hash of what each has
found: whoever owns the database alone cannot have it say that all is well.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session

from governance.health.found import Finding, State, run
from governance.health.models import LastLook
from governance.health.rules import LOOKED_AGAIN
from governance.keys.keyfolder import KeyFolder
from governance.ruling.sentences import N_, Sentence, from_json, to_json

NOTE = "last-look"  # In the key folder: by the name of each look, a hash of its row.
# What a row can hold that no look has kept: no day, no JSON, other JSON than ours, too much of it.
UNREADABLE = (ArithmeticError, AttributeError, DataError, LookupError, RecursionError, TypeError, ValueError)
MOST_KEPT = 20  # findings of one look: what is damaged as a whole is told by a few of its lines.


class KeptLook(NamedTuple):
    """What a look has *found* on its *day*."""

    day: date
    found: list[Finding]

    @property
    def to_mend(self) -> int:
        """How many things are to be mended."""
        return sum(each.state is State.MEND for each in self.found)


class OfAll(NamedTuple):
    """The *day* on which all was last looked at, if it was, how much was *to_mend*, and whether that was *changed*."""

    day: date | None
    to_mend: int
    changed: bool


def is_due(session: Session, keys: KeyFolder, names: Iterable[str], today: date) -> bool:
    """Whether the looks of these *names* are to be made *today*: there was none, it was long ago, or found something.

    A day to come was noted while the clock stood ahead, and holds nothing up.
    """
    made = _kept(session, keys)
    return any(
        name not in made
        or not today - LOOKED_AGAIN < made[name].day <= today
        or (made[name].to_mend and made[name].day != today)
        for name in names
    )


def made_on(session: Session, keys: KeyFolder, day: date) -> set[str]:
    """Return the names of the looks that were made on that *day*, as far as nobody changed what they found."""
    return {name for name, kept in _kept(session, keys).items() if kept.day == day}


def keep(session: Session, keys: KeyFolder, name: str, found: Sequence[Finding], today: date) -> None:
    """Keep what the look of that *name* found *today*, in the place of what it found before."""
    kept = [_as_json(each) for each in found[:MOST_KEPT]]
    if more := found[MOST_KEPT:]:
        state = State.NOTE if all(each.fine for each in more) else State.MEND
        what = Sentence(N_("There are {number} more."), number=len(more))
        kept.append(_as_json(Finding(state, what, mend=run("governance doctor"))))
    session.execute(delete(LastLook).where(LastLook.at == name))  # Unread: what lies there may be no row of ours.
    session.execute(insert(LastLook).values(at=name, day=today, found=kept))
    with keys.noting(NOTE) as noted:
        noted[name] = _mark(name, today, kept)


def forget_others(session: Session, keys: KeyFolder, names: Collection[str]) -> None:
    """Forget what was found by looks of other *names*: the program has them no more, or the rows are older ones."""
    session.execute(delete(LastLook).where(LastLook.at.not_in(names)))
    with keys.noting(NOTE) as noted:
        for name in set(noted) - set(names):
            del noted[name]


def found(session: Session, keys: KeyFolder, name: str) -> list[Finding]:
    """Return what the look of that *name* last found; nothing where a round has not made it yet, or it was changed."""
    last = _kept(session, keys).get(name)
    return last.found if last else []


def of_all(session: Session, keys: KeyFolder) -> OfAll:
    """Return when all was last looked at, and what came of it. What cannot be read any more was changed."""
    kept = _kept(session, keys)
    day = min((each.day for each in kept.values()), default=None)
    changed = not kept.keys() >= keys.noted(NOTE).keys()
    return OfAll(day, sum(each.to_mend for each in kept.values()), changed)


def _kept(session: Session, keys: KeyFolder) -> dict[str, KeptLook]:
    """Return what the looks have kept, by their names, as far as it is what the key folder has noted."""
    noted, kept = keys.noted(NOTE), {}
    try:
        rows = session.execute(select(LastLook.at, LastLook.day, LastLook.found)).all()
    except UNREADABLE:  # One row that the database's driver cannot read ends the reading of all.
        return {}
    for at, day, found in rows:
        with suppress(*UNREADABLE):
            if noted.get(at) == _mark(at, day, found):
                kept[at] = KeptLook(day, [_from_json(each) for each in found])
    return kept


def _mark(name: str, day: date, found: Sequence[object]) -> str:
    return hashlib.sha256(json.dumps([name, day.isoformat(), found], sort_keys=True).encode()).hexdigest()


def _as_json(finding: Finding) -> dict[str, Any]:
    words = {"what": finding.what, "means": finding.means, "mend": finding.mend}
    return {"state": finding.state.value} | {name: to_json(each) for name, each in words.items()}


def _from_json(kept: dict[str, Any]) -> Finding:
    words = {name: from_json(kept[name]) for name in ("what", "means", "mend")}
    return Finding(State(kept["state"]), **words)
