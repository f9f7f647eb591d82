"""The minute's round asks the witnesses: a real one answers over the network, a dead one stops nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance.health import history
from governance.health.found import AtHand, Finding
from governance.keys.keyfolder import KeyFolder
from governance.ledger import network, note, service, witness_server
from governance.ledger.witness import Memory
from governance.programme import schedule, witnessing
from governance.storage import database

NOW = 1_790_000_000
GONE = str(note.Key("gone.example.org", note.COSIGNATURE, bytes(range(32))))


@contextmanager
def serving(memory: Memory) -> Iterator[str]:
    """Let a witness answer on the network."""
    with witness_server.server(memory, "127.0.0.1", 0, lambda: NOW) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_tick_gets_signatures_and_outlives_a_witness_that_is_away(
    app: Flask, session: Session, keys: KeyFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = Memory(tmp_path / "partner")
    key = str(memory.begin("witness.example.org"))
    memory.trust(service.verifier_key(keys, "decisions"))
    gone = str(Memory(tmp_path / "gone").begin("gone.example.org"))
    free: list[bool] = []
    send = network.send

    def watched(*arguments: Any) -> tuple[int, bytes]:
        """Note whether somebody else could write while an answer is waited for."""
        service.append(session, "intake", "batch", {"commit": "x"})
        session.commit()
        free.append(True)
        return send(*arguments)

    monkeypatch.setattr(network, "send", watched)
    with serving(memory) as url:
        service.add_witness(session, "partner", key, url)
        service.add_witness(session, "gone", gone, "http://127.0.0.1:9")
        for count in (3, 260):
            service.append_many(session, "decisions", [("record", {"number": "x"})] * count)
            service.publish_head(session, keys, "decisions", date(2026, 11, 23))
            session.commit()
            if count == 260:  # The witness has forgotten nothing, we have: it says where it stands.
                session.execute(database.db.text("DELETE FROM cosignature"))
                session.commit()
            schedule.tick(app, "one holder")
            session.rollback()
            seen = {each.witness: each.size for each in service.seen_by(session, "decisions")}
            assert seen == {"partner": service.head(session, "decisions").size, "gone": 0}
    assert free
    session.rollback()
    with app.app_context():
        assert [each.witness for each in witnessing.ask_all()] == ["gone"]


@pytest.fixture
def witnessed(session: Session, keys: KeyFolder, tmp_path: Path) -> Iterator[Memory]:
    """A witness on the network that has signed our head of 3 entries."""
    memory = Memory(tmp_path / "partner")
    key = str(memory.begin("witness.example.org"))
    memory.trust(service.verifier_key(keys, "decisions"))
    grow(session, keys, 3)
    with serving(memory) as url:
        service.add_witness(session, "partner", key, url)
        show(session, memory, 3, 0)
        session.commit()
        yield memory


def grow(session: Session, keys: KeyFolder, count: int, words: str = "x") -> None:
    service.append_many(session, "decisions", [("record", {"number": words})] * count)
    service.publish_head(session, keys, "decisions", date(2026, 11, 23))


def show(session: Session, memory: Memory, size: int, old_size: int) -> None:
    request = service.request_text(session, "decisions", size, old_size)
    assert memory.add_checkpoint(request, NOW).status == 200


def looked(app: Flask) -> list[Finding]:
    with app.app_context():
        place = AtHand(database.db.session, app.extensions["keyfolder"], app.config["SETTINGS"])
        return list(history.witnesses(place))


def test_the_doctor_is_content_with_a_witness_that_has_seen_this_or_less(
    app: Flask, session: Session, keys: KeyFolder, witnessed: Memory
) -> None:
    assert [(each.fine, "partner" in each.words) for each in looked(app)] == [(True, True)]
    grow(session, keys, 2)
    session.commit()
    assert [each.fine for each in looked(app)] == [True]


def test_the_doctor_finds_out_from_a_witness_that_an_old_backup_was_restored(
    app: Flask, session: Session, keys: KeyFolder, witnessed: Memory
) -> None:
    grow(session, keys, 300)
    show(session, witnessed, 303, 3)
    session.rollback()  # All that came after the backup is gone.
    (found,) = looked(app)
    assert not found.fine
    assert "“partner” has seen 303 entries of the ledger of decisions, and here are only 3" in found.words
    with app.app_context():
        assert [each.log for each in witnessing.ask_all()] == ["decisions"]  # It signs nothing of the old copy.


@pytest.mark.parametrize("more", [2, 5])
def test_the_doctor_finds_out_that_the_restored_copy_went_on_by_itself(
    app: Flask, session: Session, keys: KeyFolder, witnessed: Memory, more: int
) -> None:
    """Entries were added to the old copy: as many as were lost, or more, the history is another one."""
    grow(session, keys, 2)
    show(session, witnessed, 5, 3)
    session.rollback()
    session.expire_all()
    grow(session, keys, more, "others")
    session.commit()
    (found,) = looked(app)
    assert (found.fine, "another history" in found.words) == (False, True)


def test_the_doctor_waits_for_no_witness_that_is_away(app: Flask, session: Session, keys: KeyFolder) -> None:
    assert looked(app) == []
    grow(session, keys, 1)
    service.add_witness(session, "gone", GONE, "http://127.0.0.1:9")
    session.commit()
    assert [each.fine for each in looked(app)] == [True]
