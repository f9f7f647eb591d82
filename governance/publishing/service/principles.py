"""What was decided, by the principle it serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.decisions.models import Outcome, Record, State
from governance.decisions.service import published
from governance.proposals.the_eight import PRINCIPLES, Principle
from governance.publishing.rules import is_empty

LOOKED_AT = 500  # The newest decisions; more would not be read.
SHOWN = 5


@dataclass(frozen=True)
class Served:
    """One principle: the newest decisions that serve it, as pages show them, and whether none came in six months."""

    principle: Principle
    records: list[published.ShownRecord]
    empty: bool


def by_principle(session: Session, today: date) -> list[Served]:
    """Return the eight principles, each with what was decided for it (R-PRIN-01), by what was published of it."""
    first = select(Record).where(Record.state == State.ADOPTED, Record.corrects_id.is_(None))
    rows = session.execute(published.line_on(first.order_by(Record.leaf.desc()).limit(LOOKED_AT)))
    newest = [shown for row in rows if (shown := published.shown(*row)).record.outcome is Outcome.ADOPTED]
    return [
        _served(principle, [each for each in newest if principle.number in each.record.principles], today)
        for principle in PRINCIPLES.values()
    ]


def _served(principle: Principle, records: list[published.ShownRecord], today: date) -> Served:
    adopted = [each.record.adopted_on for each in records if each.record.adopted_on]
    return Served(principle, records[:SHOWN], empty=is_empty(adopted, today))
