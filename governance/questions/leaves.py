"""The leaves of what the board asked, and of what it was told, held against their rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import select

from governance.places import places_by_day
from governance.questions import service
from governance.questions.models import Question
from governance.storage.leaves import Books, LeafKind, LedgerRow, held


def _asked(books: Books) -> Iterator[str]:
    called = places_by_day.called(books.session)  # On its first day: a place may have another name since.
    put_up = books.session.scalars(select(Question).where(Question.first_day.is_not(None)).order_by(Question.id))
    rows = [
        LedgerRow(
            f"Question {each.id}",
            service.asked_facts(each, called(each.place_id, each.first_day or date.min)),
            _line(each.asked_leaf),
        )
        for each in put_up
    ]
    return held(rows, books)


def _told(books: Books) -> Iterator[str]:
    told = books.session.scalars(select(Question).where(Question.told.is_not(None)).order_by(Question.id))
    rows = [
        LedgerRow(f"What people said to question {each.id}", service.told_facts(each), _line(each.told_leaf))
        for each in told
    ]
    return held(rows, books)


def _line(leaf: int | None) -> int:
    return -1 if leaf is None else leaf


LEAVES = (
    LeafKind(("question",), "asked", ("question", "place"), _asked),
    LeafKind(("question",), "told", ("question",), _told),
)
