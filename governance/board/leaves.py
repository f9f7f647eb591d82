"""The leaf of each version of the charter, held against its row."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from governance.board.models import CharterVersion
from governance.leaves import Books, Kind, Row, held


def _charter(books: Books) -> Iterator[str]:
    rows = [
        Row(
            f"Version {version.number} of the charter",
            {"number": version.number, "day": version.adopted_on.isoformat(), "settings": version.settings},
        )
        for version in books.session.scalars(select(CharterVersion).order_by(CharterVersion.number))
    ]
    return held(rows, books.entries, ("number",))


LEAVES = (Kind(("charter",), "", ("charter_version",), _charter),)
