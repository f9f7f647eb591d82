"""The leaf that tells of a loss has no row: the page reads its words from the leaf itself."""

from __future__ import annotations

from collections.abc import Iterator

from governance.ledger import service
from governance.storage.leaves import Books, Kind


def _gaps(books: Books) -> Iterator[str]:
    if len(service.gaps(books.session)) != len(books.entries):
        yield "What the board said of a loss is not shown."


LEAVES = (Kind(("gap",), "words", (), _gaps),)
