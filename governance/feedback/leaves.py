"""The leaves of messages, of what was hidden, and of the count of a month, held against their rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from sqlalchemy import func, select

from governance.feedback import service as feedback
from governance.feedback.models import Message, Moved, Tombstone
from governance.feedback.service import auditing
from governance.feedback.service.hiding import hidings_not_as_asked, tombstone_facts
from governance.feedback.service.summing_up import month_after
from governance.ledger.rules import SEALED_ENTRY
from governance.people import service as people
from governance.storage.leaves import Books, LeafKind, LedgerRow, held


def _messages(books: Books) -> list[str]:
    return auditing.audit(books.session, books.keys, books.today)


def _hidden(books: Books) -> Iterator[str]:
    """Which message a tombstone covers is `auditing`'s part; here its words are held, after the message expired too."""
    rows = []
    for stone in books.session.scalars(select(Tombstone).order_by(Tombstone.leaf)):
        covered = books.entries.get(stone.leaf, {}).get("intake_leaf", -1)
        rows.append(LedgerRow(f"The tombstone of line {stone.leaf}", tombstone_facts(stone, covered), stone.leaf))
    yield from held(rows, books)
    yield from hidings_not_as_asked(books.session, books.keys)


def _months(books: Books) -> Iterator[str]:
    """A message's row outlives its words. So a month never holds fewer than were counted; one let out late adds.

    An older program told a number as it was, or that it was small.
    """
    for facts in books.entries.values():
        told = facts.get("at_least", facts.get("messages"))
        if isinstance(told, int) and _messages_in(books, f"{facts['month']}-01") < told:
            yield f"Fewer messages are here of {facts['month']} than were counted then."


def _messages_in(books: Books, first: str) -> int:
    month = date.fromisoformat(first)
    within = (Message.week >= month, Message.week < month_after(month))
    return books.session.scalar(select(func.count()).select_from(Message).where(*within)) or 0


def _moved(books: Books) -> Iterator[str]:
    """Each week's line is made again from the rows that name it: one too few or too many, or one changed, shows."""
    rows: dict[int, list[Moved]] = {number: [] for number in books.entries}
    for row in books.session.scalars(select(Moved).where(Moved.leaf.is_not(None))):
        if row.leaf in rows:
            rows[row.leaf].append(row)
        elif row.leaf not in books.lost:
            yield f"The mark of a message that was moved names line {row.leaf}, which is none of those."
    for number, facts in books.entries.items():
        if feedback.line_of(books.keys, facts["week"], rows[number])["moves"] != facts["moves"]:
            yield f"What readers moved in the week of {facts['week']} is not what line {number} of the ledger holds."


def _themes(books: Books) -> Iterator[str]:
    return people.not_as_told(books, feedback.THEMES, feedback.closed_themes(books.session))


LEAVES = (
    LeafKind((SEALED_ENTRY,), "commit", ("message", "intake_leaf", "held"), _messages, log="intake"),
    LeafKind(("summary",), "", ("message",), _months, log="intake"),
    LeafKind(("moved",), "", ("moved",), _moved, log="intake"),
    LeafKind(("tombstone",), "", ("tombstone",), _hidden),
    LeafKind(("power",), feedback.THEMES, ("told", "theme"), _themes),
)
