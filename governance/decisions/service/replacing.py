"""Which decision took the place of another one: the older is over from the line of the ledger that tells the newer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from governance.decisions.models import Outcome, Record, State
from governance.decisions.service import published
from governance.proposals.models import Proposal
from governance.storage.leaves import NOT_AS_PUBLISHED


class Replacement(NamedTuple):
    """The decision that took the place of another: its number, its line of the ledger, and the day it came out."""

    number: str
    leaf: int
    on: date | None


def replaces(record: Record) -> str | None:
    """Return the number of the decision whose place *record* takes, by what was published of it; None where of none.

    The board said yes to it: what did not pass takes no place. And its paper said so: where a vote told nobody that a
    yes ends the older decision, that one goes on.
    """
    if record.outcome is not Outcome.ADOPTED or record.state is not State.ADOPTED:
        return None
    said = json.loads(record.published or "{}").get("replaces")
    return str(said) if said else None


def replacements(session: Session, rows: Iterable[int] | None = None) -> dict[int, Replacement]:
    """Return the newest decision that took the place of each of these records, by the row of the record itself.

    What was published says so, and its line of the ledger holds that: whoever writes into a proposal that it changes a
    decision ends none by it. *rows*: of these records alone.
    """
    wanted = None if rows is None else list(rows)
    if wanted == []:
        return {}
    old = aliased(Record)
    newer = select(Record, old.id, old.number).join(Proposal, Proposal.id == Record.proposal_id)
    newer = newer.join(old, old.number == Proposal.changes_record)
    newer = newer.where(Record.state == State.ADOPTED, Record.corrects_id.is_(None))
    if wanted is not None:
        newer = newer.where(old.id.in_(wanted))
    found = {}
    for record, row, number, line in session.execute(published.line_on(newer.order_by(Record.leaf))):
        shown = published.shown(record, line)
        if shown.doubt != NOT_AS_PUBLISHED and replaces(shown.record) == number:
            found[row] = Replacement(record.number, record.leaf, shown.record.adopted_on)
    return found
