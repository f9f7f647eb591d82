"""Each round keeps what is shown while the database does not answer, whether anybody has looked at a page or not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from governance import clock
from governance.frame.outage import FOLDER
from governance.keys.keyfolder import KeyFolder
from governance.places import service as places
from governance.places.models import HelpCard
from governance.programme import schedule
from tests.factories import NOW, TODAY, an_open_programme


@pytest.fixture
def app(app: Flask, session: Session, keys: KeyFolder) -> Flask:
    an_open_programme(session, keys)
    return app


def kept_after_a_round(app: Flask, days: int = 0) -> Mapping[str, tuple[str, str]]:
    """By the name of each file: the day it is of, and what stands in it."""
    with clock.stopped_everywhere(NOW + timedelta(days=days)):
        schedule.tick(app, "one")
    files = (app.config["SETTINGS"].home / FOLDER).glob("*.json")
    read = {file.stem: json.loads(file.read_text(encoding="utf-8")) for file in files}
    return {name: (kept["day"], json.dumps(kept["facts"])) for name, kept in read.items()}


@pytest.mark.on_both
def test_a_round_writes_all_of_it_anew_each_day_and_whenever_it_changed(app: Flask, session: Session) -> None:
    first = kept_after_a_round(app)
    assert set(first) == {"site", "help-cards", "legal-limits"}
    assert {day for day, _ in first.values()} == {TODAY.isoformat()}
    assert {day for day, _ in kept_after_a_round(app, days=1).values()} == {(TODAY + timedelta(days=1)).isoformat()}
    card = session.query(HelpCard).filter_by(kind="overdose").one()
    card.phone = "555-0199"
    session.commit()
    assert "555-0199" in kept_after_a_round(app, days=1)["help-cards"][1]
    places.write_legal_limit(session, "en", "We must report nothing.")
    session.commit()
    assert "We must report nothing." in kept_after_a_round(app, days=1)["legal-limits"][1]


def test_a_round_brings_back_what_somebody_deleted(app: Flask) -> None:
    first = kept_after_a_round(app)
    shutil.rmtree(app.config["SETTINGS"].home / FOLDER)
    assert kept_after_a_round(app) == first
