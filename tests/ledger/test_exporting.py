"""A copy for any web server: it only ever grows, and nothing that was copied is written over."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, select, update
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import service, verifying
from governance.ledger.models import Head, Leaf
from governance.ledger.verifying import Trust
from governance.storage import database

MONDAY = date(2026, 11, 23)


@pytest.fixture
def copy(session: Session, keys: KeyFolder, tmp_path: Path) -> Path:
    """A copy of a ledger of 300 entries, signed at 280 and at 300."""
    for count in (280, 20):
        service.append_many(session, "decisions", [("record", {"number": str(number)}) for number in range(count)])
        service.publish_head(session, keys, "decisions", MONDAY)
    session.commit()
    service.export(session, keys, tmp_path / "copy")
    return tmp_path / "copy"


def everything_in(copy: Path) -> dict[str, bytes]:
    """Return every file of the copy."""
    files = [path for path in copy.rglob("*") if path.is_file()]
    return {str(path.relative_to(copy)): path.read_bytes() for path in files}


def test_an_old_ledger_is_not_copied_over_a_newer_one(session: Session, keys: KeyFolder, copy: Path) -> None:
    before = everything_in(copy)
    session.execute(delete(Head).where(Head.size == 300))
    with pytest.raises(service.LedgerBroken, match="shows 300 entries, and here are 280"):
        service.write_copy(session, keys, copy)
    assert everything_in(copy) == before


def test_whoever_waited_while_another_copied_copies_what_is_there_by_then(
    session: Session, keys: KeyFolder, copy: Path, tables_url: str
) -> None:
    """Two programs at one folder: the second has read a head when the first signs a newer one and copies it."""
    engine = create_engine(tables_url, **database.engine_options(tables_url))
    database.prepare(engine)
    with Session(engine) as other:
        database.expect(writes=False)
        assert other.scalars(select(Head.size)).all() == [280, 300]
        database.expect(writes=True)
        service.append(session, "decisions", "record", {"number": "300"})
        service.publish_head(session, keys, "decisions", MONDAY)
        session.commit()
        assert service.export(session, keys, copy) == {"decisions": 301}
        database.expect(writes=False)
        assert service.export(other, keys, copy) == {"decisions": 301}
    engine.dispose()


def test_a_history_written_anew_leaves_the_copy_as_it_was(session: Session, keys: KeyFolder, copy: Path) -> None:
    before = everything_in(copy)
    for number in (7, 299):
        session.execute(update(Leaf).where(Leaf.number == number).values(body="{}"))
        with pytest.raises(service.LedgerBroken):
            service.write_copy(session, keys, copy)
        session.rollback()
        session.expire_all()
    assert everything_in(copy) == before
    assert verifying.check_log(verifying.folder(copy / "decisions"), Trust())


def test_a_history_that_left_the_shown_one_is_not_copied(session: Session, keys: KeyFolder, copy: Path) -> None:
    """The last entries were replaced and signed anew: the full tiles agree, the checkpoint shown does not."""
    session.execute(update(Leaf).where(Leaf.number == 299).values(body="{}"))
    for path in (copy / "decisions").rglob("*.p/*"):
        path.unlink()
    with pytest.raises(service.LedgerBroken, match="first 300 entries are not those"):
        service.write_copy(session, keys, copy)


def test_what_a_copy_that_was_cut_short_left_is_swept_out(session: Session, keys: KeyFolder, copy: Path) -> None:
    before = everything_in(copy)
    (copy / ".lock").touch()
    (copy / "decisions" / ".checkpoint.0123456789ab").write_bytes(b"half")
    (copy / ".htaccess").write_bytes(b"of whoever serves it")
    service.export(session, keys, copy)
    assert everything_in(copy) == {**before, ".htaccess": b"of whoever serves it"}


def test_rows_that_were_changed_under_a_head_are_not_copied(session: Session, keys: KeyFolder, tmp_path: Path) -> None:
    """The first copy: nothing is shown yet that could tell."""
    service.append_many(session, "decisions", [("record", {"number": str(number)}) for number in range(9)])
    service.publish_head(session, keys, "decisions", MONDAY)
    session.execute(update(Leaf).where(Leaf.number == 3).values(body="{}"))
    session.commit()
    with pytest.raises(service.LedgerBroken, match="is not what was signed"):
        service.write_copy(session, keys, tmp_path / "new")


@pytest.mark.parametrize("found", [b"", b"\xff", b"somebody else's\n1\nAAAA\n\n", b"real-voice/x\n" * 9])
def test_a_folder_with_something_else_is_left_alone(
    session: Session, keys: KeyFolder, copy: Path, found: bytes
) -> None:
    (copy / "decisions" / "checkpoint").write_bytes(found)
    with pytest.raises(service.LedgerBroken, match="another ledger"):
        service.export(session, keys, copy)
    assert (copy / "decisions" / "checkpoint").read_bytes() == found
