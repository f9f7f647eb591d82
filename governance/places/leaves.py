"""The leaf that says feedback was opened, held against the programme's row."""

from __future__ import annotations

from collections.abc import Iterator

from governance.leaves import Books, Kind
from governance.places.models import Programme


def _opened(books: Books) -> Iterator[str]:
    here = books.session.get(Programme, 1)
    if here is None or here.intake_open != bool(books.entries):
        yield "Whether feedback is open is not what the ledger holds."


LEAVES = (Kind(("programme",), "intake", ("programme",), _opened),)
