"""A write that nobody waits for: done within a moment, in a transaction of its own, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from governance.storage.database import MOMENT, PATIENCE, db, writing


@contextmanager
def within_a_moment() -> Iterator[Session]:
    """Commit what is written within this block, on a connection of its own. Yields its session.

    Where somebody else is writing it waits a moment at most, and then raises what the driver says. Whoever has a
    transaction open gives it back before: else both wait for a second connection, where all of them are in use.
    """
    with db.engine.connect() as connection, writing():
        asks = connection.connection.driver_connection
        if connection.dialect.name == "sqlite" and asks:
            asks.execute(f"PRAGMA busy_timeout={MOMENT}")  # Before it begins: to begin is what waits.
        try:
            with Session(connection) as session, session.begin():
                if connection.dialect.name != "sqlite":
                    session.connection().exec_driver_sql(f"SET LOCAL lock_timeout = {MOMENT}")
                    # To commit waits for no disk and no second server either: what nobody waits for may be lost.
                    session.connection().exec_driver_sql("SET LOCAL synchronous_commit = off")
                yield session
        finally:
            if connection.dialect.name == "sqlite" and asks:
                asks.execute(f"PRAGMA busy_timeout={PATIENCE}")
