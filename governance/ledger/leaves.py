"""The leaves that tell of a loss have no row: what they say is read from the leaf itself."""

from __future__ import annotations

from collections.abc import Iterator

from governance.ledger import service
from governance.storage.leaves import Books, LeafKind


def _gaps(books: Books) -> Iterator[str]:
    if len(service.gaps(books.session)) != len(books.entries):
        yield "What the board said of a loss is not shown."


def _by_itself(books: Books) -> Iterator[str]:
    """Such a line vouches for no row."""
    return iter(())


LEAVES = (
    LeafKind(("gap",), "words", (), _gaps),
    LeafKind(("mended", "lost"), "", (), _by_itself),
    LeafKind(("lost",), "", (), _by_itself, "intake"),
)
