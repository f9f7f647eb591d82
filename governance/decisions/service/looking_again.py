"""Looking at a record again: whether its day has come, what came of it, and what is to be written then."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import Select, func, not_, select
from sqlalchemy.orm import Session, aliased

from governance.board import service as board
from governance.decisions import rules
from governance.decisions.models import LookedAgain, Record, State
from governance.decisions.rules import Upshot
from governance.decisions.service import published
from governance.decisions.service.replacing import Replacement, replacements
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage.leaves import CHANGED_SINCE, NOT_AS_PUBLISHED
from governance.storage.text import plain

KIND = "looked-again"  # Of the line in the ledger.


@dataclass(frozen=True)
class LookFields:
    """The upshot of a look, why, and the day of the next one: none where the decision is over."""

    upshot: Upshot
    why: str
    next_on: date | None


def line_of(look: LookedAgain | ShownLook, number: str) -> dict[str, Any]:
    """Return what the ledger holds of a *look* at the record of this *number*: every word of it."""
    return {
        "record": number,
        "upshot": look.upshot.value,
        "why": look.why,
        "day": look.looked_on.isoformat(),
        "look_again_on": look.next_on and look.next_on.isoformat(),
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
    if fields.upshot is Upshot.OVER:
        return
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
        record_id=first.id, upshot=fields.upshot, why=plain(fields.why, rules.LONGEST_WHY_OF_A_LOOK),
        looked_on=today, next_on=rules.next_day(fields.upshot, fields.next_on),
    )  # fmt: skip
    look.leaf = ledger.append(session, "decisions", KIND, line_of(look, first.number))
    session.add(look)
    session.flush()
    return look


def day_of(session: Session, record: Record) -> date | None:
    """Return the day on which the board looks at *record* again, by what was made public; None where there is none."""
    newest = session.execute(published.line_on(_newest(record, Record))).first()
    own = published.shown(*newest).record.review_on if newest else None
    look = newest_held(looks_at(session, session.get_one(Record, record.first_id)))
    return day_after(look, own, replacements(session, [record.first_id]).get(record.first_id))


def day_after(look: ShownLook | None, own: date | None, taken: Replacement | None) -> date | None:
    """Return the next day of a record whose newest *look* this is, and which named its *own* day when it came out.

    *taken*: the decision that took its place, if one did. It has none then, until the board looks at it once more.
    """
    if rules.is_replaced(_line_of(taken), look.leaf if look else None):
        return None
    return look.next_on if look else own


def newest_number(session: Session, record: Record) -> str | None:
    """Return the number of the version of *record* that holds now."""
    return session.scalars(_newest(record, Record.number)).first()


def _newest(record: Record, wanted: Any) -> Select[Any]:
    family = (Record.id == record.first_id) | (Record.corrects_id == record.first_id)
    return select(wanted).where(family, Record.state == State.ADOPTED).order_by(Record.leaf.desc()).limit(1)


_later = aliased(Record)
_replaced = select(_later.id).where(
    _later.state == State.ADOPTED, _later.leaf > Record.leaf,
    _later.corrects_id == func.coalesce(Record.corrects_id, Record.id),
)  # fmt: skip
# Each published record in the version that holds now, with its line: what tells its day, and nothing else of it.
_NEWEST_OF_EACH = (
    select(
        Record.id, Record.number, func.coalesce(Record.corrects_id, Record.id).label("first"), Record.published,
        published.LINE.body, published.LINE.hash,
    )
    .outerjoin(published.LINE, (published.LINE.log == "decisions") & (published.LINE.number == Record.leaf))
    .where(Record.state == State.ADOPTED, not_(_replaced.exists()))
)  # fmt: skip


class ToLookAt(NamedTuple):
    """A record as it holds now, and the day on which the board said it would look again."""

    record: Record
    on: date


def to_look_at_again(session: Session, today: date) -> list[ToLookAt]:
    """Return the published records whose day to look again has come by *today*, each in the version that holds now.

    The day is that of the ledger: whoever puts off the one in a row by hand takes no record off this list. One that is
    not what was published has no day that could be trusted: it is looked at today.
    """
    looks, rows = newest_looks_by_record(session), session.execute(_NEWEST_OF_EACH).all()
    taken = replacements(session, {row.first for row in rows})
    due = {}
    for row in rows:
        said = published.day_said(row.number, row.published or "", row.body or "", row.hash or b"")
        on = day_after(looks.get(row.first), said.day if said else today, taken.get(row.first))
        if on and rules.is_to_look_again(on, today):
            due[row.id] = on
    if not due:
        return []
    records = session.scalars(select(Record).where(Record.id.in_(list(due))).order_by(Record.leaf))
    return sorted((ToLookAt(record, due[record.id]) for record in records), key=lambda each: each.on)


def _line_of(taken: Replacement | None) -> int | None:
    return taken.leaf if taken else None


# On a page


@dataclass(frozen=True)
class ShownLook:
    """A look as a page may show it, in the words of its line in the ledger. *doubt* says what is wrong, or is empty."""

    upshot: Upshot
    why: str
    looked_on: date
    next_on: date | None
    leaf: int
    doubt: str = ""


def looks_at(session: Session, first: Record) -> list[ShownLook]:
    """Return every look at this record, the newest first. *first*: the record itself, before any correction."""
    return [look for _, look in _shown_looks(session, select(LookedAgain).where(LookedAgain.record_id == first.id))]


def newest_held(looks: Iterable[ShownLook]) -> ShownLook | None:
    """Return the newest of *looks* that is what was published: no other one moves a day, or ends a duty."""
    return next((look for look in looks if look.doubt != NOT_AS_PUBLISHED), None)


def newest_looks_by_record(session: Session, rows: Iterable[int] | None = None) -> dict[int, ShownLook]:
    """Return the newest look at each record that is what was published, by the row of the record itself.

    *rows*: of these records alone.
    """
    found: dict[int, list[ShownLook]] = {}
    wanted = select(LookedAgain) if rows is None else select(LookedAgain).where(LookedAgain.record_id.in_(list(rows)))
    for row, look in _shown_looks(session, wanted):
        found.setdefault(row, []).append(look)
    return {row: newest for row, looks in found.items() if (newest := newest_held(looks))}


def _shown_looks(session: Session, wanted: Select[Any]) -> Iterator[tuple[int, ShownLook]]:
    """Yield each look that is *wanted*, the newest first by the ledger, with the row of the record that it is about."""
    query = wanted.add_columns(Record.number, Leaf).join(Record, Record.id == LookedAgain.record_id)
    query = query.outerjoin(Leaf, (Leaf.log == "decisions") & (Leaf.number == LookedAgain.leaf))
    for look, number, line in session.execute(query.order_by(LookedAgain.leaf.desc(), LookedAgain.id.desc())):
        yield look.record_id, shown_look(look, line, number)


def shown_look(look: LookedAgain, line: Leaf | None, number: str) -> ShownLook:
    """Return what a page shows of *look*: its row, or the words of its line where somebody has changed the row."""
    held, row = line.facts if line else {}, line_of(look, number)
    if (held.get("kind"), held.get("record")) != (KIND, number):
        return ShownLook(look.upshot, look.why, look.looked_on, look.next_on, look.leaf, NOT_AS_PUBLISHED)
    day, next_on = date.fromisoformat(str(held["day"])), held["look_again_on"]
    doubt = "" if row.items() <= held.items() else CHANGED_SINCE
    next_day = date.fromisoformat(str(next_on)) if next_on else None
    return ShownLook(Upshot(str(held["upshot"])), str(held["why"]), day, next_day, look.leaf, doubt)


def looks_in_json(session: Session, first: Record) -> list[dict[str, Any]]:
    """Return every look at this record as data, the first one first: what the ledger holds of it, and in which line.

    One that is not what was published is left out. *first*: the record itself, before any correction.
    """
    return [
        {**line_of(look, first.number), "line": look.leaf}
        for look in reversed(looks_at(session, first))
        if look.doubt != NOT_AS_PUBLISHED
    ]


class LookTold(NamedTuple):
    """A look in a list of news: the number and the words of its record, and the look itself."""

    number: str
    result: str
    look: ShownLook


def newest_looks(session: Session, limit: int) -> list[LookTold]:
    """Return the newest looks at any record, the newest first. One that is not what was published is left out.

    So is one at a record whose own words are not those that were published.
    """
    held = (each for each in _shown_looks(session, select(LookedAgain)) if each[1].doubt != NOT_AS_PUBLISHED)
    found = list(islice(held, limit))  # What was put in by hand takes no place from what was said.
    about = published.line_on(select(Record).where(Record.id.in_([row for row, _ in found])))
    shown = [published.shown(*row) for row in session.execute(about)]
    records = {each.record.id: each.record for each in shown if each.doubt != NOT_AS_PUBLISHED}
    return [LookTold(records[row].number, records[row].result, look) for row, look in found if row in records]


def in_a_sentence(record: Record, fields: LookFields) -> Sentence:
    """Return what two people agree to, whole, for who reads it before they say yes."""
    over = N_("The board looked again at decision {number}, “{title}”: {upshot}. {why}")
    words = N_("The board looked again at decision {number}, “{title}”: {upshot}. {why} It looks again on {day}.")
    upshot, why = Sentence(fields.upshot.words), plain(fields.why, rules.LONGEST_WHY_OF_A_LOOK)
    day = rules.next_day(fields.upshot, fields.next_on)
    return Sentence(
        words if day else over, number=record.number, title=record.title, upshot=upshot, why=why, day=day or ""
    )  # fmt: skip
