"""Answers, promises and second looks as they were published: a page shows what the ledger holds of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session, aliased

from governance.ledger.models import Leaf
from governance.responses import commitments, rules
from governance.responses.models import Commitment, Duty, Response, SecondLook
from governance.responses.service import ledger_lines as lines
from governance.storage.leaves import CHANGED_SINCE, NOT_AS_PUBLISHED, SOME_LINE, TAKEN_OUT

Facts = dict[str, Any]
LINE, OF_ANSWER = aliased(Leaf, name="own_line"), aliased(Leaf, name="line_of_answer")
OLDER_LACK = frozenset({"level", "due"})  # What lines of an older program do not hold.


def with_line(query: Select[Any], number: Any, line: Any = LINE) -> Select[Any]:
    """Return *query* with the line of the ledger whose *number* a row of it names."""
    return query.add_columns(line).outerjoin(line, (line.log == "decisions") & (line.number == number))


def shown(row: Response, line: Leaf | None, ref: Facts) -> tuple[Response, str]:
    """Return an answer in the words that were published, and what is doubtful about its row, or "".

    *ref*: the decision or the theme that it answers.
    """
    held = line.facts if line else {}
    if not (ref | {"version": row.version}).items() <= held.items():
        return row, NOT_AS_PUBLISHED
    if _agree(lines.words_of(row), held):
        return row, ""
    return _restored(row, held), CHANGED_SINCE


def answers(session: Session, duty: Duty, ref: Facts) -> tuple[list[Response], set[str]]:
    """Return every version of an answer, the newest first, and what is doubtful about them."""
    mine = select(Response).where(Response.duty_id == duty.id).order_by(Response.version.desc())
    found = [shown(row, line, ref) for row, line in session.execute(with_line(mine, Response.leaf))]
    return [row for row, _ in found], {doubt for _, doubt in found} - {""}


def promises(session: Session, duty: Duty) -> tuple[list[Commitment], set[str]]:
    """Return what was promised, and what is doubtful about it: its words, by its answer, and where it stands."""
    mine = select(Commitment).join(Response, Response.id == Commitment.response_id)
    mine = mine.where(Commitment.duty_id == duty.id).order_by(Commitment.id)
    found = session.execute(with_line(with_line(mine, Response.leaf, OF_ANSWER), Commitment.leaf)).all()
    pairs = [_promise(row, _place(row, found)) for row in found]
    return [row for row, _ in pairs], {doubt for _, doubt in pairs} - {""}


def _place(row: Row[Any], found: Sequence[Row[Any]]) -> int:
    same = [each.Commitment.id for each in found if each.Commitment.response_id == row.Commitment.response_id]
    return same.index(row.Commitment.id)


def _promise(row: Row[Any], place: int) -> tuple[Commitment, str]:
    mine, answer = row.Commitment, row.line_of_answer.facts if row.line_of_answer else {}
    promised = answer.get("commitments")
    said = promised[place] if isinstance(promised, list) and place < len(promised) else None
    stands = row.own_line.facts.get("state") if row.own_line else said and said["state"]
    if said is None or stands != mine.state:
        return mine, NOT_AS_PUBLISHED
    words = {"what": mine.text, "who": mine.who, "by": mine.due_on.isoformat()}
    if words.items() <= said.items():
        return mine, ""
    day = date.fromisoformat(said["by"])
    return Commitment(**_columns(mine) | {"text": said["what"], "who": said["who"], "due_on": day}), CHANGED_SINCE


def second_looks(session: Session, duty: Duty) -> tuple[list[SecondLook], set[str]]:
    """Return the second looks at an answer, the newest first, and whether any is not what the ledger holds."""
    mine = select(SecondLook).where(SecondLook.duty_id == duty.id).order_by(SecondLook.leaf.desc())
    rows = session.execute(with_line(mine, SecondLook.leaf)).all()
    doubts = {"" if _look_stands(look, line) else NOT_AS_PUBLISHED for look, line in rows}
    return [look for look, _ in rows], doubts - {""}


def _look_stands(look: SecondLook, line: Leaf | None) -> bool:
    facts = lines.looked(look) if look.answered_on else lines.asked(look)
    return line is not None and _agree(facts, line.facts)


def _agree(facts: Facts, held: Facts) -> bool:
    return all(held.get(name) == value for name, value in facts.items() if name in held or name not in OLDER_LACK)


def _columns(row: Response | Commitment) -> Facts:
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


def _restored(row: Response, held: Facts) -> Response:
    """Return a copy of *row* that says what was published. It belongs to no session and is never stored."""
    names = ("short", "reasons", "would_change", "instead", "push_back")
    more = held.get("more_facts_by")
    return Response(**_columns(row) | {name: held[name] for name in names} | {
        "answer": rules.Answer(held["answer"]),
        "body": held["words"],
        "role_name": held["by"],
        "level": commitments.Level(held.get("level", row.level)),
        "answered_on": date.fromisoformat(held["day"]),
        "more_facts_by": date.fromisoformat(more) if more else None,
    })  # fmt: skip


def first(doubts: Iterable[str]) -> str:
    """Return the doubt that a page tells, the graver one first; "" where there is none."""
    told = set(doubts)
    return next((each for each in (NOT_AS_PUBLISHED, TAKEN_OUT, SOME_LINE, CHANGED_SINCE) if each in told), "")
