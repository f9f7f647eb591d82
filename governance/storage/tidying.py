"""Sweeping up after rows that were shuffled or deleted: for a while a database's files hold what lay there."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from governance.storage.database import db, impatient


def of(dialect: str) -> str:
    """Return what leaves no row behind where it lay: for PostgreSQL, of every table that is laid afresh."""
    if dialect == "sqlite":
        return "PRAGMA wal_checkpoint(TRUNCATE)"
    return "VACUUM " + ", ".join(table.name for table in db.metadata.sorted_tables if table.info.get("laid_afresh"))


def tidy() -> None:
    """Leave no row behind where it lay before it was shuffled or deleted (`docs/intake.md` 5)."""
    try:
        autocommit = db.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        with autocommit as connection, impatient(connection):
            connection.execute(text(of(connection.dialect.name)))
    except OperationalError:  # Somebody is reading; the next minute will do.
        return
