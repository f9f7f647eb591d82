"""The leaves of each version of the charter and of each change of a seat, held against their rows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from governance.board import service as board
from governance.board.models import CharterVersion
from governance.people import service as people
from governance.storage.leaves import Books, LeafKind, LedgerRow, held


def _charter(books: Books) -> Iterator[str]:
    rows = [
        LedgerRow(f"Version {version.number} of the charter", board.facts_of(version))
        for version in books.session.scalars(select(CharterVersion).order_by(CharterVersion.number))
    ]
    return held(rows, books, ("number",))


def _seats(books: Books) -> Iterator[str]:
    return people.not_as_told(books, board.SEATS, board.power_of(books.session))


LEAVES = (
    LeafKind(("charter",), "", ("charter_version",), _charter),
    LeafKind(("power",), board.SEATS, ("told", "seat", "term", "pause", "removal"), _seats),
)
