"""Which migration the tables are at, and which ones this program knows."""

from __future__ import annotations

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from governance.assets import folder
from governance.database import db


def revision() -> str | None:
    """Return the migration that the tables are at."""
    with db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def newest_revision() -> str | None:
    """Return the newest migration that this program knows."""
    return ScriptDirectory(str(folder("migrations"))).get_current_head()


def known_revisions() -> set[str]:
    """Return every migration that this program knows."""
    return {each.revision for each in ScriptDirectory(str(folder("migrations"))).walk_revisions()}
