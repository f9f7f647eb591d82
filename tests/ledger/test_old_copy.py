"""Before a process signs for the first time it asks the witnesses, and none that is away holds it up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import service
from governance.ledger.witness import Memory
from governance.programme import schedule
from tests.factories import an_open_programme
from tests.ledger.test_witnessing import GONE, grow, serving, show


@pytest.fixture
def witnessed(app: Flask, session: Session, keys: KeyFolder, tmp_path: Path) -> Iterator[Memory]:
    """A witness on the network that has signed what an open programme has signed so far."""
    an_open_programme(session, keys)
    memory = Memory(tmp_path / "partner")
    key = str(memory.begin("witness.example.org"))
    memory.trust(service.verifier_key(keys, "decisions"))
    with serving(memory) as url:
        service.add_witness(session, "partner", key, url)
        session.commit()
        assert schedule.PUBLISH not in schedule.tick(app).failed
        app.extensions.pop(schedule.NOTHING_MISSING)  # As in a process that begins.
        yield memory


def signed(session: Session) -> int:
    session.rollback()
    session.expire_all()
    head = service.head(session, "decisions")
    size = head.size if head else 0
    session.rollback()
    return size


def test_a_round_signs_nothing_while_a_witness_has_seen_more(
    app: Flask, session: Session, keys: KeyFolder, witnessed: Memory
) -> None:
    before = signed(session)
    grow(session, keys, 300)
    show(session, witnessed, before + 300, before)
    session.rollback()  # All that came after the copy is gone, and something else is added.
    service.append(session, "decisions", "record", {"number": "another"})
    session.commit()
    for _ in range(2):
        assert schedule.PUBLISH in schedule.tick(app).failed
        assert signed(session) == before
    service.remove_witness(session, "partner")
    session.commit()
    assert schedule.PUBLISH not in schedule.tick(app).failed
    assert signed(session) > before


def test_it_asks_until_one_answers_and_then_no_more(
    app: Flask, session: Session, keys: KeyFolder, witnessed: Memory
) -> None:
    service.add_witness(session, "gone", GONE, "http://127.0.0.1:9")
    session.commit()
    assert schedule.tick(app).led
    assert app.extensions[schedule.NOTHING_MISSING]


def test_it_goes_on_where_nobody_answers(app: Flask, session: Session, keys: KeyFolder) -> None:
    an_open_programme(session, keys)
    service.add_witness(session, "gone", GONE, "http://127.0.0.1:9")
    session.commit()
    assert schedule.PUBLISH not in schedule.tick(app).failed
    before = signed(session)
    app.extensions.pop(schedule.NOTHING_MISSING)  # As in a process that begins.
    service.append(session, "decisions", "record", {"number": "another"})
    session.commit()
    assert schedule.PUBLISH not in schedule.tick(app).failed
    assert not app.extensions[schedule.NOTHING_MISSING]
    assert signed(session) > before
