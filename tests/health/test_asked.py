"""A monitor asks: the program lives, and it is ready as long as what is sent can be kept."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from governance import clock
from governance.health import readiness
from governance.health.found import AtHand
from governance.people.models import IntakeKey
from governance.storage import database
from tests.factories import NOW, Founded

PERIODS = ("period-everyone-2026-11", "period-grievance-2026-11", "period-manager-2026-11", "period-urgent-2026-w48")


def ready(app: Flask) -> bool:
    with clock.stopped_everywhere(NOW):
        answer = app.test_client().get("/readyz")
    assert answer.status_code in (200, 503)
    assert (answer.text == "ready\n") is (answer.status_code == 200)
    return answer.status_code == 200


def test_the_program_lives_and_an_empty_house_is_ready(client: Any) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").text == "ready\n"


def test_it_is_not_ready_without_a_key_that_words_need(app: Flask, founded: Founded) -> None:
    assert ready(app)
    for name in (*sorted(readiness.ALWAYS), *PERIODS):
        file = founded.keys.path / name
        file.rename(file.with_name(".away"))
        assert not ready(app), name
        file.with_name(".away").rename(file)
        assert ready(app), name


@pytest.mark.on_both
def test_it_is_not_ready_when_the_period_has_no_key(app: Flask, founded: Founded) -> None:
    founded.session.query(IntakeKey).filter_by(audience="grievance").update({"audience": "nobody"})
    founded.session.commit()
    assert not ready(app)


def test_it_is_not_ready_when_the_disk_of_the_database_is_full(
    app: Flask, founded: Founded, a_disk: Callable[[int], Path]
) -> None:
    disk = a_disk(2)
    settings = replace(app.config["SETTINGS"], database=f"sqlite:///{disk / 'programme.db'}")
    place = AtHand(founded.session, founded.keys, settings)
    assert readiness.has_room(place)
    (disk / "full").write_bytes(bytes(1_500_000))
    assert not readiness.has_room(place)
    app.config["SETTINGS"] = settings
    assert not ready(app)


def test_it_is_not_ready_when_the_database_cannot_be_written(
    app: Flask, founded: Founded, a_disk: Callable[[int], Path]
) -> None:
    disk = a_disk(5)
    (disk / "programme.db").touch()
    settings = replace(app.config["SETTINGS"], database=f"sqlite:///{disk / 'programme.db'}")
    place = AtHand(founded.session, founded.keys, settings)
    assert readiness.has_room(place)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    assert not readiness.has_room(place)


def test_asking_costs_two_queries_and_writes_nothing(app: Flask, founded: Founded) -> None:
    sent: list[str] = []
    with app.app_context():
        engine = database.db.engine
    event.listen(engine, "before_cursor_execute", lambda c, cursor, statement, *rest: sent.append(statement))
    assert ready(app)  # The first page of a process learns the site's time zone as well.
    sent.clear()
    assert ready(app)
    assert len([each for each in sent if each.startswith("SELECT")]) == 2, sent
    assert not [each for each in sent if not each.startswith(("SELECT", "BEGIN"))]
