"""The leaves of drug alerts that went up, held against every word of their rows."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select

from governance.publishing.models import Alert
from governance.publishing.service import alert_lines, alert_reading
from governance.storage.leaves import Books, LeafKind, LedgerRow, LetGo, held


def _alerts(books: Books) -> Iterator[str]:
    went_up = select(Alert).where(Alert.posted_on.is_not(None) | Alert.leaf.is_not(None))
    # Of those that an older version put up, the next round tells.
    if not alert_lines.all_are_told(books.session, books.keys):
        went_up = went_up.where(Alert.leaf.is_not(None))
    rows = [
        LedgerRow(f"The alert “{each.title}”", alert_lines.line_of(each), -1 if each.leaf is None else each.leaf)
        for each in books.session.scalars(went_up.order_by(Alert.leaf))
    ]
    vouched = alert_reading.vouched_for(books.session, books.keys, books.lost, books.today)
    for said in held(rows, books):
        is_bare = isinstance(said, LetGo) and said.number not in vouched
        yield f"{said} Nor have two of the board read it in these words." if is_bare else said
    yield from alert_reading.not_as_read(books.session, books.keys)


LEAVES = (LeafKind((alert_lines.KIND,), "", ("alert",), _alerts),)
