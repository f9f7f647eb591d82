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
def workers() -> int:
    """How many processes of a server make pages."""
    return 2


@pytest.fixture
def founded_here(database_url: str, tmp_path: Path, workers: int) -> Iterator[Served]:
    """A founded programme whose server has not started. On SQLite the database lies in its home folder."""
    url = "" if database_url.startswith("sqlite") else database_url
    installation = Installation(tmp_path / "home", free_port(), url, workers)
    founded, _ = installation.found()
    try:
        yield Served(installation, founded)
    finally:
        installation.stop()
        database.db.session.remove()
        database.db.engine.dispose()
        installation.close()


@pytest.fixture
def served(founded_here: Served) -> Served:
    """`governance serve` with a founded programme."""
    founded_here.installation.start()
    return founded_here
