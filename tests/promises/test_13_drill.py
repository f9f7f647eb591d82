"""Promise 13, the part of the wrecked machine: one backup and two shares bring everything back that was in it.

What came after the backup is gone, and stands in public as a gap, in the board's words.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from governance.ledger import service as ledger
from governance.storage import database
from tests.databases import Engine
from tests.drill import AFTER, BEFORE, WORDS, command, drill, speak, wreck
from tests.server import Installation, free_port


@pytest.fixture
def place(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    url = "" if database_url.startswith("sqlite") else database_url
    place = Installation(tmp_path / "home", free_port(), url, workers=1)
    yield place
    place.kill()
    place.close()


@pytest.mark.of_one_database
def test_backup_wreck_restore_recover_verify(place: Installation, engine_of_databases: Engine, tmp_path: Path) -> None:
    seen: list[str] = []
    kept = drill(place, tmp_path / "away", engine_of_databases.empty(), seen.append)
    assert sorted(kept) == sorted([*BEFORE, AFTER])
    assert len(seen) == 13, seen
    with place.app().app_context():
        assert [gap.words for gap in ledger.gaps(database.db.session)] == [WORDS]
        database.db.session.remove()
        database.db.engine.dispose()


@pytest.mark.of_one_database
def test_without_its_backup_nothing_comes_back(
    place: Installation, engine_of_databases: Engine, tmp_path: Path
) -> None:
    """The control: a wrecked place holds nothing that two shares could bring back."""
    founded, _ = place.found()
    place.start()
    speak(place, BEFORE[0])
    wreck(place)
    place.database = engine_of_databases.empty()
    shares = "\n".join(share.text for share in founded.shares[:2])
    for lost in (("restore", str(tmp_path / "one.backup")), ("recover",), ("tick",)):
        with pytest.raises(RuntimeError, match=f"governance {lost[0]}"):
            command(place, *lost, typed=f"{shares}\n{WORDS}\n")
