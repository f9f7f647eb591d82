"""An installation for promises that must hold in the real server: founded, open, served, on each database in turn."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from governance.storage import database
from tests.factories import Founded
from tests.server import Installation, free_port


@dataclass
class Served:
    """A running server, and the same programme opened in this process, to look at what the server wrote."""

    installation: Installation
    founded: Founded

    @property
    def home(self) -> Path:
        return self.installation.home

    @property
    def port(self) -> int:
        return self.installation.port


@pytest.fixture
def served(database_url: str, tmp_path: Path) -> Iterator[Served]:
    """`governance serve` with a founded programme. On SQLite the database lies in the home folder with the rest."""
    home = tmp_path / "home"
    installation = Installation(home, free_port(), "" if database_url.startswith("sqlite") else database_url)
    founded, _ = installation.found()
    installation.start()
    try:
        yield Served(installation, founded)
    finally:
        installation.stop()
        database.db.session.remove()
        database.db.engine.dispose()
        installation.close()
