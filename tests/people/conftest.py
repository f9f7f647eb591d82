"""What tests of people ask for: the statements the database was sent."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session


@pytest.fixture
def queries(session: Session) -> Iterator[list[str]]:
    """The statements sent over this test's own database session, as they happen."""
    seen: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        seen.append(statement)

    engine = session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)
