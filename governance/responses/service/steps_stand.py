"""Where promises stand, held against their lines: a list counts rows, and whoever owns the database can change a row.

Conditions for a query that asks more. What a promise says in words, its own page holds against the answer's line
(`published`).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, case, exists, select
from sqlalchemy.orm import Session, aliased

from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.responses.commitments import Commitment as State
from governance.responses.models import Commitment
from governance.storage.leaves import NOT_AS_PUBLISHED

STEP = '"commitment":'  # What the line of a step has, and no other.


def is_in_doubt() -> ColumnElement[bool]:
    """Return the condition that a promise stands somewhere else than the line says which its row names.

    One that names none stands where it stood when it was made.
    """
    line = aliased(Leaf)
    said = case(*((Commitment.state == state, state.value) for state in State))
    is_so = exists().where(
        line.log == "decisions", line.number == Commitment.leaf, ledger.has(line, STEP),
        ledger.gives(line, "commitment", Commitment.id), ledger.tells(line, "state", said),
    )  # fmt: skip
    first = case((Commitment.done_before, State.REPORTED_DONE), else_=State.PROMISED)
    return ~is_so & ~(Commitment.leaf.is_(None) & (Commitment.state == first))


def doubt_of_steps(session: Session) -> str:
    """Return what a page says that counts promises, where one of them stands where no line has it, or ""."""
    return NOT_AS_PUBLISHED if session.scalar(select(exists().where(is_in_doubt()))) else ""


def lacks_steps() -> ColumnElement[bool]:
    """Return the condition that the ledger holds a step of a promise, and no row one as new.

    Lines that rows name are not looked at, so each of the others is an older step of a promise whose row names a newer
    one.
    """
    line, named, newer = aliased(Leaf), aliased(Commitment), aliased(Commitment)
    is_named = exists().where(named.leaf == line.number)
    goes_on = exists().where(newer.leaf > line.number, ledger.gives(line, "commitment", newer.id))
    is_step = (line.log == "decisions") & ledger.has(line, STEP)
    return exists().where(is_step, ~is_named, ~goes_on)
