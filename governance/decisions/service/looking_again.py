"""Looking at a record again: whether its day has come, what came of it, and what is to be written then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, func, not_, select
from sqlalchemy.orm import Session, aliased

from governance.board import service as board
from governance.decisions import rules
from governance.decisions.models import LookedAgain, Record, State
from governance.decisions.rules import Upshot
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.ledger.rules import facts_in
from governance.proposals.models import Proposal
from governance.proposals.rules import Status
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.text import plain

KIND = "looked-again"  # Of the line in the ledger.


@dataclass(frozen=True)
class LookFields:
    """What came of it, why, and the day of the next look."""

    outcome: Upshot
    why: str
    next_on: date | None


def line_of(look: LookedAgain, number: str) -> dict[str, Any]:
    """Return what the ledger holds of a *look* at the record of this *number*: every word of it."""
    return {
        "record": number,
        "outcome": look.outcome.value,
        "why": look.why,
        "day": look.looked_on.isoformat(),
        "look_again_on": look.next_on.isoformat(),
    }


def check_may_look_again(session: Session, record: Record, today: date) -> None:
    """Refuse to look again at what is not out, or long before its day. Raises RuleRefused."""
    if record.state is not State.ADOPTED:
        raise RuleRefused(N_("This record is not out yet. Finish it first."))
    rules.check_is_near(day_of(session, record), today)


def last_day(session: Session, today: date) -> date:
    """Return the last day that the charter in force lets somebody choose today for the next look."""
    return rules.last_day(today, board.charter(session))


def check_look(session: Session, fields: LookFields, today: date) -> None:
    """Refuse what somebody wrote of a look: no reason, a name in it, or no next day. Raises RuleRefused."""
    board.check_names_nobody(session, fields.why, field="why")
    _check_whole(session, fields, today)


def _check_whole(session: Session, fields: LookFields, today: date) -> None:
    if not fields.why.strip():
        raise RuleRefused(N_("Say why, in a sentence or two."), field="why")
    for problem in rules.problems_with_day(fields.next_on, today, last_day(session, today)):
        raise RuleRefused(problem, field="next_on")


def look_again(session: Session, record: Record, fields: LookFields, today: date) -> LookedAgain:
    """Write down that the board looked at *record* again. It is public from now on. Raises RuleRefused.

    Who says it is no matter of this service: the page asks for two people (`governance/gates.py`). What they agreed to
    is not searched for names once more: else whoever names a seat “Food” could keep a look at food from the public.
    """
    first = session.get_one(Record, record.first_id)
    session.refresh(first, with_for_update=True)
    check_may_look_again(session, first, today)
    _check_whole(session, fields, today)
    look = LookedAgain(
        record_id=first.id, outcome=fields.outcome, why=plain(fields.why, rules.LONGEST_DISSENT),
        looked_on=today, next_on=fields.next_on,
    )  # fmt: skip
    look.leaf = ledger.append(session, "decisions", "looked-again", line_of(look, first.number))
    session.add(look)
    session.flush()
    return look


def next_day() -> ColumnElement[date]:
    """Return, for a query of `Record`, the day on which the board looks at each again: that of its newest look."""
    first = func.coalesce(Record.corrects_id, Record.id)
    newest = select(LookedAgain.next_on).where(LookedAgain.record_id == first).order_by(LookedAgain.id.desc()).limit(1)
    return func.coalesce(newest.correlate(Record).scalar_subquery(), Record.review_on)


def day_of(session: Session, record: Record) -> date | None:
    """Return the day on which the board looks at *record* again, as it stands in its newest version."""
    return session.scalars(_newest(record, next_day())).first()


def newest_number(session: Session, record: Record) -> str | None:
    """Return the number of the version of *record* that holds now."""
    return session.scalars(_newest(record, Record.number)).first()


def _newest(record: Record, wanted: Any) -> Select[Any]:
    family = (Record.id == record.first_id) | (Record.corrects_id == record.first_id)
    return select(wanted).where(family, Record.state == State.ADOPTED).order_by(Record.id.desc()).limit(1)


class ToLookAt(NamedTuple):
    """A record as it holds now, and the day on which the board said it would look again."""

    record: Record
    on: date


def to_look_at_again(session: Session, today: date) -> list[ToLookAt]:
    """Return the published records whose day to look again has come by *today*, each in the version that holds now."""
    later, day = aliased(Record), next_day()
    replaced = select(later.id).where(
        later.state == State.ADOPTED, later.id > Record.id,
        later.corrects_id == func.coalesce(Record.corrects_id, Record.id),
    )  # fmt: skip
    due = select(Record, day).where(Record.state == State.ADOPTED, day <= today, not_(replaced.exists()))
    return [ToLookAt(record, on) for record, on in session.execute(due.order_by(day, Record.id))]


def to_change(session: Session) -> list[Record]:
    """Return the records of which the board said last that they are to be changed, where no proposal does it yet."""
    later = aliased(LookedAgain)
    newer = select(later.id).where(later.record_id == LookedAgain.record_id, later.id > LookedAgain.id)
    written = select(Proposal.id).where(Proposal.changes_record == Record.number, Proposal.status != Status.WITHDRAWN)
    found = select(Record).join(LookedAgain, LookedAgain.record_id == Record.id).where(
        LookedAgain.outcome == Upshot.TO_CHANGE, not_(newer.exists()), not_(written.exists())
    )  # fmt: skip
    return list(session.scalars(found.order_by(LookedAgain.id)))


def proposals_to_change(session: Session, first: Record) -> Sequence[Proposal]:
    """Return the public proposals to change this record, the oldest first. *first*: the record, no correction of it."""
    public = (Proposal.opened_on.is_not(None), Proposal.status != Status.WITHDRAWN)
    mine = select(Proposal).where(Proposal.changes_record == first.number, *public)
    return session.scalars(mine.order_by(Proposal.number)).all()


# On a page


@dataclass(frozen=True)
class ShownLook:
    """A look as a page may show it, in the words of its line in the ledger. *doubt* says what is wrong, or is empty."""

    outcome: Upshot
    why: str
    looked_on: date
    next_on: date
    leaf: int
    doubt: str = ""


def looks_at(session: Session, first: Record) -> list[ShownLook]:
    """Return every look at this record, the newest first. *first*: the record itself, before any correction."""
    mine = select(LookedAgain, Leaf).outerjoin(Leaf, (Leaf.log == "decisions") & (Leaf.number == LookedAgain.leaf))
    found = session.execute(mine.where(LookedAgain.record_id == first.id).order_by(LookedAgain.id.desc()))
    return [shown_look(look, line, first.number) for look, line in found]


def shown_look(look: LookedAgain, line: Leaf | None, number: str) -> ShownLook:
    """Return what a page shows of *look*: its row, or the words of its line where somebody has changed the row."""
    held, row = facts_in(line.body) if line else {}, line_of(look, number)
    if (held.get("kind"), held.get("record")) != (KIND, number):
        return ShownLook(look.outcome, look.why, look.looked_on, look.next_on, look.leaf, rules.NOT_AS_PUBLISHED)
    day, next_on = (date.fromisoformat(str(held[name])) for name in ("day", "look_again_on"))
    doubt = "" if row.items() <= held.items() else rules.CHANGED_SINCE
    return ShownLook(Upshot(str(held["outcome"])), str(held["why"]), day, next_on, look.leaf, doubt)


def looks_in_json(session: Session, first: Record) -> list[dict[str, Any]]:
    """Return every look at this record as data, the first one first: what the ledger holds of it, and in which line.

    One that is not what was published is left out. *first*: the record itself, before any correction.
    """
    return [
        {
            "record": first.number,
            "outcome": look.outcome.value,
            "why": look.why,
            "day": look.looked_on.isoformat(),
            "look_again_on": look.next_on.isoformat(),
            "line": look.leaf,
        }
        for look in reversed(looks_at(session, first))
        if look.doubt != rules.NOT_AS_PUBLISHED
    ]


class Told(NamedTuple):
    """A look in a list of news: the number and the words of its record, and the look itself."""

    number: str
    result: str
    look: ShownLook


def newest_looks(session: Session, limit: int) -> list[Told]:
    """Return the newest looks at any record, the newest first. One that is not what was published is left out."""
    query = select(LookedAgain, Record, Leaf).join(Record, Record.id == LookedAgain.record_id)
    query = query.outerjoin(Leaf, (Leaf.log == "decisions") & (Leaf.number == LookedAgain.leaf))
    found = session.execute(query.order_by(LookedAgain.id.desc()).limit(limit))
    told = [Told(record.number, record.result, shown_look(look, line, record.number)) for look, record, line in found]
    return [each for each in told if each.look.doubt != rules.NOT_AS_PUBLISHED]


def in_a_sentence(record: Record, fields: LookFields) -> Sentence:
    """Return what two people agree to, whole, for who reads it before they say yes."""
    words = N_("The board looked again at decision {number}, “{title}”: {outcome}. {why} It looks again on {day}.")
    outcome, why = Sentence(fields.outcome.words), plain(fields.why, rules.LONGEST_DISSENT)
    day = fields.next_on or ""
    return Sentence(words, number=record.number, title=record.title, outcome=outcome, why=why, day=day)
