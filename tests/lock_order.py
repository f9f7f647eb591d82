"""Whether a request locks the row of the ledger last: who holds it and waits for another may be waited for by that one.

SQLite has one writer, and locks no rows; what a statement asks for is read before it is made for either database.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import has_request_context, request
from sqlalchemy import Connection, Engine, Select, event

from governance.ledger.models import Log

LEDGER = Log.__tablename__


class Turns:
    """Which tables a transaction of a request has locked rows of, in their order, and what came after the ledger."""

    def __init__(self) -> None:
        self.held: dict[tuple[int, int], list[str]] = {}
        self.late: list[str] = []

    def begin(self, connection: Connection, statement: Any, *_: object) -> None:
        """Note what *statement* waits for. One that skips rows that are held does not wait (SKIP LOCKED)."""
        wanted = statement._for_update_arg if isinstance(statement, Select) else None
        if wanted is None or wanted.skip_locked or not has_request_context():
            return
        held = self.held.setdefault((id(connection), id(request._get_current_object())), [])  # type: ignore[attr-defined]
        names = [str(getattr(each, "name", each)) for each in statement.get_final_froms()]
        if LEDGER in held:
            late = [name for name in names if name != LEDGER and name not in held]
            self.late += [f"{request.method} {request.url_rule}: {', '.join(held)}, and then {name}" for name in late]
        held += names

    def end(self, connection: Connection) -> None:
        """Forget what a transaction held."""
        for key in [key for key in self.held if key[0] == id(connection)]:
            del self.held[key]


def listening() -> Iterator[Turns]:
    """Listen to all engines."""
    turns = Turns()
    heard = (("before_execute", turns.begin), ("commit", turns.end), ("rollback", turns.end))
    for name, function in heard:
        event.listen(Engine, name, function)
    yield turns
    for name, function in heard:
        event.remove(Engine, name, function)


@pytest.fixture
def turns() -> Iterator[Turns]:
    """What was locked in which order since the test began."""
    yield from listening()


@pytest.fixture
def ledger_last(turns: Turns) -> Iterator[None]:
    """Fail a test in which a request waited for a row while it held that of the ledger."""
    yield
    assert not turns.late
