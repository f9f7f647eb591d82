"""Checking a ledger while others add to it: what is read is of one moment, so honest growth is never called wrong."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import count
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from governance import cli
from governance.health import history, looks
from governance.health.found import AtHand
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service
from governance.storage import database
from tests.factories import an_open_programme
from tests.feedback.messages import let_out, send

MONDAY = date(2026, 11, 23)


@pytest.fixture
def growing(app: Flask, session: Session, keys: KeyFolder) -> Callable[[], int]:
    """Somebody who lets words out and signs a head after each third statement that reads either; how often they did."""
    founded = an_open_programme(session, keys)
    for _ in range(3):
        send(founded)
    let_out(founded)
    for log in ("decisions", "intake"):
        service.publish_head(session, keys, log, MONDAY)
    session.commit()
    times: list[int] = []
    read = count(1)

    def grow(connection: Any, cursor: Any, statement: str, *_: object) -> None:
        if len(times) > 10 or "FROM" not in statement or not any(name in statement for name in ("leaf", "head", "log")):
            return
        if next(read) % 3:  # So that whatever is read late sees growth as well.
            return
        times.append(1)
        with database.writing():
            send(founded)
            let_out(founded)
            service.append(session, "decisions", "gap", {"day": "2026-11-23", "words": "A day.", "logs": []})
            for log in ("decisions", "intake"):
                service.publish_head(session, keys, log, MONDAY)
            session.commit()

    with app.app_context():
        event.listen(database.db.engine, "after_cursor_execute", grow)
    return lambda: len(times)


def test_the_doctor_finds_nothing_wrong_while_people_write(app: Flask, growing: Callable[[], int]) -> None:
    with app.app_context(), database.snapshot() as reading:
        place = AtHand(reading, app.extensions["keyfolder"], app.config["SETTINGS"])
        found = [*history.ledgers(place), *history.published(place)]
    assert growing() > 3
    assert [each.words for each in found if not each.fine] == []


def test_findings_and_the_audit_read_as_of_one_moment(
    app: Flask, growing: Callable[[], int], environ: dict[str, str], monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    """The commands themselves: they open the snapshot before they look."""
    with app.app_context():
        words = [each.words for each in looks.findings(app) if not each.fine]
    assert growing() > 3
    assert not any("edger" in each or "does not fit the ledger" in each for each in words)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("governance.commands.ledger.a_founded_app", lambda: app)
    with pytest.raises(SystemExit) as ended:
        cli.main(["ledger", "audit"])
    assert (ended.value.code or 0, "Every line is accounted for." in capsys.readouterr().out) == (0, True)
