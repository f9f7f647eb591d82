"""What was decided, by the principle it serves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.decisions.models import Outcome, Record
from governance.decisions.service import published
from governance.proposals.rules import PRINCIPLES, Principle
from governance.publishing.rules import is_empty

LOOKED_AT = 500  # The newest decisions; more would not be read.
SHOWN = 5


@dataclass(frozen=True)
class Served:
    """One principle: the newest decisions that serve it, and whether there was none for six months."""

    principle: Principle
    records: list[Record]
    empty: bool


def by_principle(session: Session, today: date) -> list[Served]:
    """Return the eight principles, each with what was decided for it (R-PRIN-01)."""
    first = select(Record).where(Record.adopted_on.is_not(None), Record.corrects_id.is_(None))
    query = first.where(Record.outcome == Outcome.ADOPTED).order_by(Record.adopted_on.desc(), Record.id.desc())
    rows = session.execute(published.line_on(query.limit(LOOKED_AT)))
    newest = [published.shown(record, line).record for record, line in rows]
    return [
        _served(principle, [r for r in newest if principle.number in r.principles], today)
        for principle in PRINCIPLES.values()
    ]


def _served(principle: Principle, records: list[Record], today: date) -> Served:
    adopted = [record.adopted_on for record in records if record.adopted_on]
    return Served(principle, records[:SHOWN], empty=is_empty(adopted, today))
