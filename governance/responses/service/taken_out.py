"""What stands in the ledger and not in the books: whoever deletes it does not take it off the wall unseen.

A round would start the clock of such a decision anew, with later days. So a duty is here when it names its own line.
Of an answer that was taken out, or hooked to another line, an older one would stand in its row of the wall.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from governance.decisions.models import Record
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.responses.models import Duty, Response, SecondLook
from governance.responses.service import steps_stand
from governance.storage.leaves import SOME_LINE, TAKEN_OUT

KIND, ASKED_AGAIN = '"kind":"duty"', '"asked_again":'  # Parts of a line's text. A line of a duty has nobody's words.
# What a line has of an answer, or of the end of a second look. Within a text a quotation mark has a stroke before it.
OF_ANSWERS, VERSION, OUTCOME = ('"kind":"response"', '"kind":"correction"'), '"version":', '"outcome":'


def may_lack_duties() -> ColumnElement[bool]:
    """Return the condition that a line of a duty is named by none, for a query that asks more. See `lacks_duties`."""
    line = aliased(Leaf)
    named = select(Duty.leaf).where(Duty.leaf.is_not(None))
    of_duty = (line.log == "decisions") & ledger.has(line, KIND) & ~ledger.has(line, ASKED_AGAIN)
    return exists().where(of_duty, line.number.not_in(named))


def lacks_answers() -> ColumnElement[bool]:
    """Return the condition that an answer, or what a second look came to, is gone that the ledger holds.

    For a query that asks more. Which duty it is of, the page of the answer says (`newest_lines`). A line is there when
    a row of its own kind names it: an answer of that version, a second look that has been answered.
    """
    line = aliased(Leaf)
    answers = exists().where(Response.leaf == line.number, ledger.gives(line, "version", Response.version))
    looks = exists().where(SecondLook.leaf == line.number, SecondLook.answered_on.is_not(None))
    is_gone = [
        and_(or_(*(ledger.has(line, kind, told) for kind in OF_ANSWERS)), ~is_here)
        for told, is_here in ((VERSION, answers), (OUTCOME, looks))
    ]
    return exists().where(line.log == "decisions", or_(*is_gone))


def may_lack() -> tuple[ColumnElement[bool], ...]:
    """Return what a query asks on top of its own, for `missing` to say in words."""
    is_gone = or_(lacks_answers(), steps_stand.lacks_steps())
    return ledger.is_any_spoilt("decisions"), may_lack_duties(), is_gone


def missing(session: Session, told: Sequence[bool] | None = None) -> str:
    """Return what a page of many answers says where something that the ledger holds was taken out, or "".

    *told*: what a query found out by `may_lack`; without it, it is looked up.
    """
    is_any_spoilt, may_lack_a_duty, is_gone = told or tuple(session.execute(select(*may_lack())).one())
    if is_any_spoilt:
        return SOME_LINE
    return TAKEN_OUT if is_gone or (may_lack_a_duty and lacks_duties(session)) else ""


def lacks_duties(session: Session) -> bool:
    """Whether a duty is gone that the ledger holds. One on a first try goes over to the second, and is here."""
    held = ledger.lines_with(session, "decisions", KIND)
    named, over = set(session.scalars(select(Duty.leaf))), gone_over(session)
    owed = {number: facts for number, facts in held.items() if "asked_again" not in facts}
    return any(number not in named and facts.get("decision") not in over for number, facts in owed.items())


def gone_over(session: Session) -> dict[str, int]:
    """Return the records whose duty went over to a second try, by number, and the duty that it is."""
    bare = select(Record.number, Record.proposal_id).outerjoin(Duty, Duty.record_id == Record.id)
    taken = select(Record.proposal_id, Duty.id).join(Duty, Duty.record_id == Record.id).order_by(Duty.id)
    newest = {row.proposal_id: row.id for row in session.execute(taken)}
    return {number: newest[each] for number, each in session.execute(bare.where(Duty.id.is_(None))) if each in newest}
