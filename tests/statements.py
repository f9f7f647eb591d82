"""The statements that an app sends its database: what a page costs, and whether it grows with what is there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask
from sqlalchemy import event

from governance.storage import database


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    """The statements the app sends while a page is made, without those that begin a transaction."""
    with app.app_context():
        engine = database.db.engine
    with sent_to(engine, but="BEGIN") as seen:
        yield seen


@contextmanager
def sent_to(engine: Any, but: str | tuple[str, ...] = ()) -> Iterator[list[str]]:
    """The statements sent to *engine*, as they happen; without those that begin with *but*."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        if not statement.startswith(but):
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)
