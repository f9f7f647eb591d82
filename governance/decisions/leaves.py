"""The leaves of records, of their corrections and of looking again, held against every word of their rows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from governance.ballots.service import chosen_letters, sealed_letter
from governance.decisions.models import LookedAgain, Record, State
from governance.decisions.service import looking_again, not_as_decided, published
from governance.decisions.service.not_taken import MARK
from governance.decisions.service.reading import choices_decided
from governance.storage.leaves import Books, LeafKind, LedgerRow, held


def _records(books: Books) -> Iterator[str]:
    yield from _published(books, corrections=False)
    yield from not_as_decided(books.session)


def _corrections(books: Books) -> Iterator[str]:
    return _published(books, corrections=True)


def _published(books: Books, *, corrections: bool) -> Iterator[str]:
    """Hold each published record to its line, and to the facts whose hash went into it."""
    of_kind = Record.corrects_id.is_not(None) if corrections else Record.corrects_id.is_(None)
    wanted = select(Record).where(of_kind, (Record.state == State.ADOPTED) | Record.leaf.is_not(None))
    records = books.session.scalars(wanted.order_by(Record.id)).all()
    rows = []
    for record in records:
        first = books.session.get(Record, record.corrects_id) if record.corrects_id else None
        line = published.line_of(record, record.published or "", first.number if first else None)
        rows.append(LedgerRow(_name(record), line, -1 if record.leaf is None else record.leaf))
    yield from held(rows, books)
    for record in records:
        wrong = published.changed(record, published.public_facts(books.session, record))
        if wrong:
            yield f"{_name(record)} says something else than was published: {', '.join(wrong)}."
        if record.state is not State.ADOPTED:
            yield f"{_name(record)} was published and is called a draft."


def _looks(books: Books) -> Iterator[str]:
    found = select(LookedAgain, Record.number).join(Record, Record.id == LookedAgain.record_id)
    return held(
        [
            LedgerRow(f"That the board looked at record {number} again", looking_again.line_of(look, number), look.leaf)
            for look, number in books.session.execute(found.order_by(LookedAgain.leaf))
        ],
        books,
    )


def _not_taken(books: Books) -> Iterator[str]:
    """Whoever is said to have been chosen was, by the vote of that record."""
    chose = {record.number: ballot for record, ballot in choices_decided(books.session)}
    for number, facts in books.entries.items():
        ballot = chose.get(str(facts.get("decision")))
        chosen = chosen_letters(books.session, ballot) if ballot else []
        if ballot is None or facts[MARK] not in {sealed_letter(ballot, letter) for letter in chosen}:
            yield f"Line {number} says of somebody that they were chosen, and no vote did."


def _name(record: Record) -> str:
    return f"Record {record.number}"


LEAVES = (
    LeafKind(("record",), "record", ("record", "proposal_version"), _records),
    LeafKind(("correction",), "corrects", ("record",), _corrections),
    LeafKind(("correction",), MARK, ("count",), _not_taken),
    LeafKind(("looked-again",), "", ("looked_again",), _looks),
)
