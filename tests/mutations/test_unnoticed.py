"""A few of the 8,000 changes of `make test-mutations`, and the control: a check that is taken out finds less."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from governance.ledger import copies
from tests.demo.served import Demo
from tests.mutations.closed import closed_logs
from tests.mutations.unnoticed import in_bundles, in_copies


@pytest.fixture(scope="module")
def copy(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo's ledger."""
    from governance.ledger import service
    from governance.storage.database import db

    folder = tmp_path_factory.mktemp("ledger") / "copy"
    with demo.app.app_context():
        service.export(db.session, demo.app.extensions["keyfolder"], folder)
    return folder


def test_each_change_of_a_copy_is_named(copy: Path) -> None:
    assert list(in_copies(random.Random(5), copy, 60)) == []


def test_each_change_of_a_result_is_named(demo: Demo) -> None:
    from governance.ballots.models import Bundle
    from governance.storage.database import db

    with demo.app.app_context():
        wholes = [row.whole for row in db.session.query(Bundle) if row.whole]
    assert list(in_bundles(random.Random(5), wholes, 60)) == []


def test_each_change_of_what_everybody_may_fetch_of_a_result_is_named(demo: Demo) -> None:
    """Of most votes that is the part without ballots."""
    from governance.ballots.models import Bundle
    from governance.storage.database import db

    with demo.app.app_context():
        publics = [row.public for row in db.session.query(Bundle)]
    assert any(b'"kind":"outcome"' in each for each in publics)
    assert list(in_bundles(random.Random(5), publics, 60)) == []


def test_each_change_of_a_copied_closed_log_is_named(
    demo: Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [log] = closed_logs(demo.app, tmp_path)
    assert list(in_copies(random.Random(5), log, 60)) == []
    monkeypatch.setattr(copies, "check_log_copy", lambda folder, key: None)
    assert list(in_copies(random.Random(5), log, 60)), "without the check of the folder"


def test_without_the_check_of_the_folder_changes_stay_unnoticed(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "check_copy", lambda folder: [])
    assert list(in_copies(random.Random(5), copy, 60))


def test_a_copy_made_twice_leaves_nothing_else_in_the_folder(copy: Path) -> None:
    """A draft and a lock of an earlier one, cut short, are swept out; smaller tiles of before stay, and are checked."""
    assert not [path.name for path in copy.rglob(".*")]
    assert copies.check_copy(copy) == []
