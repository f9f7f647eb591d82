"""Promise 13, the part of the wrecked machine: one backup and two shares bring everything back that was in it.

What came after the backup is gone, and stands in public as a gap, in the board's words.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from governance import database
from governance.ledger import service as ledger
from tests.databases import Engine
from tests.drill import AFTER, BEFORE, WORDS, drill
from tests.server import Installation, free_port


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    place = Installation(tmp_path / "home", free_port(), "" if database_url.startswith("sqlite") else database_url)
    yield place
    place.kill()
    place.close()


def test_backup_wreck_restore_recover_verify(place: Installation, engine_of_databases: Engine, tmp_path: Path) -> None:
    seen: list[str] = []
    kept = drill(place, tmp_path / "away", engine_of_databases.empty(), seen.append)
    assert sorted(kept) == sorted([*BEFORE, AFTER])
    assert len(seen) == 13, seen
    with place.app().app_context():
        assert [gap.words for gap in ledger.gaps(database.db.session)] == [WORDS]
        database.db.session.remove()
        database.db.engine.dispose()
