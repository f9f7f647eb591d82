"""The looks that take long, as a round has last made them: what they found, and on which day. A page tells it.

They read every row and every signature, so nobody can wait for them. A round makes them once a week, each by itself and
without a lock; and again on the next day while something is to be mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance.health.found import Finding, State, run
from governance.health.models import LastLook
from governance.health.rules import LOOKED_AGAIN
from governance.ruling.sentences import N_, Sentence, from_json, to_json

MOST_KEPT = 20  # findings of one look: what is damaged as a whole is told by a few of its lines.


def is_due(session: Session, names: Iterable[str], today: date) -> bool:
    """Whether the looks of these *names* are to be made *today*: there was none, it was long ago, or found something.

    A day to come was noted while the clock stood ahead, and holds nothing up.
    """
    made = {each.at: each for each in _rows(session)}
    return any(
        name not in made or not today - LOOKED_AGAIN < made[name].day <= today or number_to_mend([made[name]])
        for name in names
    )


def keep(session: Session, name: str, found: Sequence[Finding], today: date) -> None:
    """Keep what the look of that *name* found *today*, in the place of what it found before."""
    kept = [_as_json(each) for each in found[:MOST_KEPT]]
    if more := found[MOST_KEPT:]:
        state = State.NOTE if all(each.fine for each in more) else State.MEND
        what = Sentence(N_("There are {number} more."), number=len(more))
        kept.append(_as_json(Finding(state, what, mend=run("governance doctor"))))
    session.merge(LastLook(at=name, day=today, found=kept))


def forget_others(session: Session, names: Iterable[str]) -> None:
    """Forget what was found by looks that the program has no more."""
    session.execute(delete(LastLook).where(LastLook.at.not_in(names)))


def found(session: Session, name: str) -> list[Finding]:
    """Return what the look of that *name* last found; nothing where a round has not made it yet."""
    last = session.get(LastLook, name)
    return [_from_json(each) for each in last.found] if last else []


def day_of_all(session: Session) -> tuple[date | None, int]:
    """Return the day on which all was last looked at, if it was, and how many things were to be mended."""
    rows = _rows(session)
    return min((each.day for each in rows), default=None), number_to_mend(rows)


def number_to_mend(rows: Iterable[LastLook]) -> int:
    """Return how many things these looks found that are to be mended."""
    return sum(found["state"] == State.MEND for each in rows for found in each.found)


def _rows(session: Session) -> Sequence[LastLook]:
    return session.scalars(select(LastLook)).all()


def _as_json(finding: Finding) -> dict[str, Any]:
    words = {"what": finding.what, "means": finding.means, "mend": finding.mend}
    return {"state": finding.state.value} | {name: to_json(each) for name, each in words.items()}


def _from_json(kept: dict[str, Any]) -> Finding:
    words = {name: from_json(kept[name]) for name in ("what", "means", "mend")}
    return Finding(State(kept["state"]), **words)
