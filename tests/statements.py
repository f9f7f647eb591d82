"""The statements that an app sends its database: what a page costs, and whether it grows with what is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from sqlalchemy import event

from governance.storage import database


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements the app sends while a page is made, without those that begin a transaction."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    with app.app_context():
        engine = database.db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
