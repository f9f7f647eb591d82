"""Decisions by what came of them, as a condition of a query: a page of the list costs the same, however long it is."""

from __future__ import annotations

from datetime import date

from sqlalchemy import ColumnElement, func
from sqlalchemy.orm import Session

from governance.decisions.models import Outcome, Record
from governance.decisions.rules import CameOfIt, Upshot, days_overdue, is_replaced
from governance.decisions.service.looking_again import ShownLook, newest_looks_by_record, to_look_at_again
from governance.decisions.service.replacing import Replacement, replacements


def such(session: Session, wanted: CameOfIt, today: date) -> ColumnElement[bool]:
    """Return the condition under which a published record is one of those that are *wanted*, as things are *today*.

    Late is the version that holds now alone: the others say no more when the board looks again.
    """
    if wanted is CameOfIt.OVER:
        return func.coalesce(Record.corrects_id, Record.id).in_(_over(session))
    if wanted is CameOfIt.LATE:
        return Record.id.in_([row.record.id for row in to_look_at_again(session, today) if days_overdue(row.on, today)])
    said_yes = Record.outcome == Outcome.ADOPTED
    return said_yes if wanted is CameOfIt.YES else ~said_yes


def is_over(look: ShownLook | None, taken: Replacement | None) -> bool:
    """Whether a record is over: by the newest *look* at it, or because another one has *taken* its place since."""
    return (look is not None and look.upshot is Upshot.OVER) or was_replaced(look, taken)


def was_replaced(look: ShownLook | None, taken: Replacement | None) -> bool:
    """Whether another record has *taken* the place of one since the newest *look* at it."""
    return taken is not None and is_replaced(taken.leaf, look.leaf if look else None)


def _over(session: Session) -> list[int]:
    looks, taken = newest_looks_by_record(session), replacements(session)
    return [row for row in looks.keys() | taken.keys() if is_over(looks.get(row), taken.get(row))]
