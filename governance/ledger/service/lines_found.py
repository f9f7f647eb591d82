"""Finding lines by what was hashed of them: no page goes by the text of a row that is not what the ledger took.

To ask a database for the lines of a kind means to look at their texts. A line whose text was spoilt would then not be
found at all, and nobody would miss it. So whoever asks is told of such lines too: any of them may be one of these.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from governance.ledger import rules
from governance.ledger.models import Leaf, Log, leaf_hash
from governance.ledger.service.mending import changed_lines


class LinesFound(NamedTuple):
    """Lines that hold what was asked for, by their numbers, the oldest first, and which of the log are *spoilt*.

    *still*: those of the spoilt ones whose text has it. What they said, no page can know.
    """

    lines: dict[int, dict[str, Any]]
    spoilt: list[int]
    still: list[int]


def is_held(line: type[Leaf] = Leaf) -> ColumnElement[bool]:
    """Return the condition that the text of *line* is what was hashed."""
    return line.hash == leaf_hash(line.body)


def has(line: type[Leaf], *parts: str) -> ColumnElement[bool]:
    """Return the condition that the text of *line* is what was hashed, and has each of these *parts* of its JSON."""
    # The text first: a hash is worked out for each line that comes so far.
    return and_(*(line.body.contains(part, autoescape=True) for part in parts), is_held(line))


def part_of(line: type[Leaf], at: int, length: int) -> ColumnElement[str]:
    """Return *length* letters of the text of *line*, from letter *at* (from 1). For lines of which `has` holds."""
    return func.substr(line.body, at, length)


def gives(line: type[Leaf], name: str, number: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """Return the condition that *line* gives this whole *number* to *name*. For lines of which `has` holds.

    The name is not the last one of its line: a comma follows, so that 2 is not found in 21.
    """
    return line.body.contains(literal(f'"{name}":') + cast(number, String) + ",")


def tells(line: type[Leaf], name: str, text: ColumnElement[str]) -> ColumnElement[bool]:
    """Return the condition that *line* gives this *text* to *name*. For lines of which `has` holds.

    The text is one of a closed list. Within words of somebody a quotation mark has a stroke before it.
    """
    return line.body.contains(literal(f'"{name}":"') + text + '"')


def spoilt(session: Session, log: str) -> list[int]:
    """Return the lines of *log* whose text is not what was hashed, or that are gone."""
    if _lacks_some(session, log):
        return _changed_or_gone(session, log)
    return list(session.scalars(select(Leaf.number).where(Leaf.log == log, ~is_held()).order_by(Leaf.number)))


def _changed_or_gone(session: Session, log: str) -> list[int]:
    """Return the lines that are not what was hashed, and those that are gone: at the end of the log as well."""
    after = session.scalars(select(func.coalesce(func.max(Leaf.number) + 1, 0)).where(Leaf.log == log)).one()
    size = session.scalars(select(Log.size).where(Log.name == log)).one()
    return [*changed_lines(session, log), *range(after, size)]


def is_any_spoilt(log: str) -> ColumnElement[bool]:
    """Return the condition that a line of *log* is not what was hashed, or is gone, for a query that asks more.

    It hashes every line: some 6 ms for each thousand on SQLite, and 7 on PostgreSQL. A page that asks is kept for a few
    seconds (`frame/page_cache.py`), and nothing is remembered beyond that: a line that was looked at may be changed.
    """
    line = aliased(Leaf)
    return or_(exists().where(line.log == log, ~is_held(line)), _lacks(line, log))


def _lacks(line: type[Leaf], log: str) -> ColumnElement[bool]:
    there = select(func.count()).select_from(line).where(line.log == log).scalar_subquery()
    return exists().where(Log.name == log, there < Log.size)


def _lacks_some(session: Session, log: str) -> bool:
    return bool(session.scalar(select(_lacks(Leaf, log))))


def lines_with(session: Session, log: str, *parts: str) -> dict[int, dict[str, Any]]:
    """Return the lines of *log* that have each of these *parts*, by their numbers, the oldest first.

    For whoever refuses where a line is missing, or asks of spoilt ones as well: those are not looked for here.
    """
    wanted = select(Leaf.number, Leaf.body).where(Leaf.log == log, has(Leaf, *parts)).order_by(Leaf.number)
    return {number: rules.facts_in(body) for number, body in session.execute(wanted)}


def told(session: Session, log: str, *parts: str) -> LinesFound:
    """Return the lines of *log* whose text has each of these *parts*, and which are not what was hashed, or gone.

    What the text says beside them is for the caller to look at: words of somebody may look like any part.
    """
    texts = and_(*(Leaf.body.contains(part, autoescape=True) for part in parts))
    held = is_held().label("held")
    wanted = select(Leaf.number, held, texts.label("has"), case((held, Leaf.body)).label("body"))
    rows = session.execute(wanted.where(Leaf.log == log, or_(texts, ~is_held())).order_by(Leaf.number)).all()
    lacks = _lacks_some(session, log)
    spoilt = _changed_or_gone(session, log) if lacks else [row.number for row in rows if not row.held]
    lines = {row.number: rules.facts_in(row.body) for row in rows if row.held}
    return LinesFound(lines, spoilt, [row.number for row in rows if row.has and not row.held])
