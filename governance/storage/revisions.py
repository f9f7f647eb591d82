"""Which migration the tables are at, and which ones this program knows.

Read without Alembic, which takes longer to load than a command takes (tests/architecture holds it to Alembic's answer).
"""

from __future__ import annotations

import re

from sqlalchemy import Column, Connection, MetaData, String, Table, inspect, select

from governance.assets import folder
from governance.storage.database import db

VERSION_TABLE = "alembic_version"  # The migrations write it themselves.
VERSION = Table(VERSION_TABLE, MetaData(), Column("version_num", String(32)))
NAMED = re.compile(r"""^(down_)?revision = ['"](\w+)['"]$""", re.MULTILINE)


def revision() -> str | None:
    """Return the migration that the tables are at."""
    with db.engine.connect() as connection:
        return revision_of(connection)


def revision_of(connection: Connection) -> str | None:
    """Return the migration that the tables behind *connection* are at, or None where no migration made them."""
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    return connection.scalar(select(VERSION.c.version_num))


def newest_revision() -> str | None:
    """Return the newest migration that this program knows: the one that none follows."""
    steps = _steps()
    (newest,) = steps.keys() - steps.values()
    return newest


def known_revisions() -> set[str]:
    """Return every migration that this program knows."""
    return set(_steps())


def _steps() -> dict[str, str | None]:
    """Return each migration, and the one that it follows."""
    steps = {}
    for path in (folder("migrations") / "versions").glob("*.py"):
        named = dict(NAMED.findall(path.read_text(encoding="utf-8")))
        steps[named[""]] = named.get("down_")
    return steps
