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

from governance import database, schedule, witnessing
from governance.keyfolder import KeyFolder
from governance.ledger import network, service, witness_server
from governance.ledger.witness import Memory

NOW = 1_790_000_000


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
