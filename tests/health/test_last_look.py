"""A round looks at what takes long to look at, and a page, a monitor and the doctor tell what it found, and when."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from governance import clock
from governance.health import exposition, last_look, looks, the_database
from governance.health.found import AtHand, Finding, fine, note, wrong
from governance.health.models import LastLook
from governance.keys.keyfolder import KeyFolder
from governance.ledger.models import Leaf
from governance.permissions.roles import Role
from governance.programme import schedule
from governance.ruling.sentences import N_, Sentence
from governance.storage import database
from governance.storage.database import db
from tests.factories import NOW, TODAY, Founded
from tests.page import PageClient

EVENING = NOW + timedelta(hours=7)
LINE = Sentence(N_("The table {name} is damaged."), name="message")
BROKEN = wrong(LINE, "means", "mend")
SLOW = ("database", "ledgers")


@pytest.fixture(autouse=True)
def tables_of_the_models(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables of these tests come from the models, and no migration has made them."""
    monkeypatch.setattr(the_database, "revision", the_database.newest_revision)


def a_round(app: Flask, moment: datetime) -> None:
    with clock.stopped_everywhere(moment):
        assert "look at everything" in schedule.tick(app).done


def page_at(sign_in: Callable[..., PageClient], moment: datetime) -> str:
    with clock.stopped_everywhere(moment):
        return " ".join(sign_in(Role.ADMIN).get("/desk/well").text.split())


def test_what_it_found_stands_on_the_page_with_its_day_until_it_is_mended(
    app: Flask, founded: Founded, sign_in: Callable[..., PageClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever signs in here has an account that no line of the ledger tells of, so that look is left out."""
    monkeypatch.setattr(looks, "SLOW", tuple(named for named in looks.SLOW if named.at in SLOW))
    session = founded.session
    session.rollback()
    assert "Not everything was looked at yet." in page_at(sign_in, EVENING)
    a_round(app, EVENING)
    well = page_at(sign_in, EVENING)
    assert "Everything was last looked at on Nov 23, 2026, and was well." in well
    assert "Every table can be read to its end." in well

    first = session.get_one(Leaf, ("decisions", 0))
    as_it_was = first.body
    first.body = as_it_was + " "
    session.commit()
    problem = "The ledger of decisions does not hold"
    a_round(app, EVENING + timedelta(days=1))
    assert problem not in page_at(sign_in, EVENING + timedelta(days=1)), "once a week is enough"
    a_round(app, EVENING + timedelta(days=7))
    broken = page_at(sign_in, EVENING + timedelta(days=7))
    assert (
        broken.index("To mend") < broken.index(problem) < broken.index("Everything was last looked at on Nov 30, 2026.")
    )
    assert "Yes, all is well" not in broken

    first.body = as_it_was
    session.commit()
    a_round(app, EVENING + timedelta(days=8))
    mended = page_at(sign_in, EVENING + timedelta(days=8))
    assert problem not in mended
    assert "Everything was last looked at on Dec 1, 2026, and was well." in mended


def test_a_monitor_is_told_its_day_and_how_much_is_to_be_mended(app: Flask, founded: Founded) -> None:
    founded.session.rollback()
    with app.app_context(), clock.stopped_everywhere(EVENING):
        place = AtHand(db.session, founded.keys, app.config["SETTINGS"])
        assert "last_look" not in exposition.exposed(place)
        db.session.rollback()
        with database.transaction() as session:
            last_look.keep(session, founded.keys, "database", [BROKEN, fine("well")], TODAY)
            last_look.keep(session, founded.keys, "ledgers", [BROKEN], TODAY - timedelta(days=2))
        told = exposition.exposed(place)
        db.session.rollback()
    assert f"real_voice_last_look_day_timestamp_seconds {exposition._midnight(TODAY - timedelta(days=2))}\n" in told
    assert "real_voice_last_look_to_mend 2\n" in told


def test_nobody_waits_while_it_looks(
    app: Flask, founded: Founded, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Somebody takes the write lock at once, in the midst of each look."""
    founded.session.rollback()
    written = []

    def somebody_writes(place: AtHand) -> Any:
        place.session.query(LastLook).count()
        with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"), timeout=0)) as other:
            other.execute("BEGIN IMMEDIATE")
            written.append("a word")
        yield fine("looked at")

    monkeypatch.setattr(looks, "SLOW", tuple(looks.Named(name, somebody_writes, slow=True) for name in SLOW))
    a_round(app, EVENING)
    assert len(written) == len(SLOW)


def test_who_leads_after_another_goes_on_where_that_one_stopped(
    app: Flask, founded: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Looks that take longer than a lease would begin anew with each process that leads, and none would end them."""
    founded.session.rollback()
    happened: list[str] = []

    def look(place: AtHand) -> Any:
        happened.append("look")
        yield fine("looked at")

    def leads() -> None:
        happened.append("lead")
        if len(happened) == 2:
            raise schedule.NoLongerLeads

    monkeypatch.setattr(looks, "SLOW", tuple(looks.Named(name, look, slow=True) for name in SLOW))
    duty = schedule.DUTIES[-1]
    with app.app_context(), clock.stopped_everywhere(EVENING):
        moment = schedule.moment_at(db.session)
        db.session.rollback()
        assert moment
        with pytest.raises(schedule.NoLongerLeads):
            schedule.do(duty, moment, leads)
        assert schedule.do(duty, moment, leads)
    assert happened[:4] == ["look", "lead", "look", "lead"], "two looks, and who leads is asked before the second"
    assert happened.count("look") == len(SLOW), "none twice on one day"


def test_it_comes_after_all_that_people_wait_for() -> None:
    assert [duty.name for duty in schedule.DUTIES if duty.last] == [schedule.DUTIES[-1].name] == ["look at everything"]


@pytest.mark.parametrize(
    ("days_ago", "found", "due"),
    [
        (None, None, True), (0, note("known"), False), (6, note("known"), False), (7, note("known"), True),
        (1, BROKEN, True), (0, BROKEN, False), (-300, note("known"), True),
    ],
)  # fmt: skip
def test_it_is_looked_at_once_a_week_and_each_day_while_something_is_to_be_mended(
    session: Session, keys: KeyFolder, days_ago: int | None, found: Finding | None, due: bool
) -> None:
    last_look.keep(session, keys, SLOW[0], [fine("well")], TODAY)
    if days_ago is not None and found:
        last_look.keep(session, keys, SLOW[1], [found], TODAY - timedelta(days=days_ago))
    assert last_look.is_due(session, keys, SLOW, TODAY) is due
    session.rollback()


def test_it_keeps_some_lines_of_each_look_and_says_how_many_more_there_are(session: Session, keys: KeyFolder) -> None:
    last_look.keep(session, keys, "database", [fine("well")] * last_look.MOST_KEPT + [BROKEN] * 3, TODAY)
    last_look.keep(session, keys, "of long ago", [fine("well")], date(2020, 1, 1))
    last_look.forget_others(session, keys, ["database"])
    kept = last_look.found(session, keys, "database")
    assert (len(kept), kept[-1].words) == (last_look.MOST_KEPT + 1, "There are 3 more. Run: governance doctor")
    assert last_look.of_all(session, keys) == (TODAY, 1, False)
    last_look.keep(session, keys, "database", [BROKEN], TODAY)
    (again,) = last_look.found(session, keys, "database")
    assert (again, isinstance(again.what, Sentence)) == (BROKEN, True), "a page translates it still"
    session.rollback()


CHANGED = "Someone changed what the last look at everything found, or it is damaged."
# What the owner of the database writes there, and what a damaged page may hold.
FORGED = (
    "found = '[]'", "found = '[{}]'", "found = '5'", "found = 'null'", "found = 'no JSON'", "found = ''",
    "found = x'ff00'", """found = '[{"state": "GOOD", "what": "w", "means": "", "mend": ""}]'""",
    f"found = '{'[' * 9000}{']' * 9000}'", "day = 'no day'", "day = '2026-11-24'", "day = ''", "at = 'ledgers '",
)  # fmt: skip


@pytest.mark.parametrize("noted", [True, False])
@pytest.mark.parametrize("forged", FORGED, ids=lambda forged: forged[:30])
def test_what_somebody_wrote_there_is_told_by_none_and_ends_none(
    app: Flask, founded: Founded, forged: str, noted: bool
) -> None:
    """With nothing *noted*, as in a key folder that came back, it was never looked at."""
    founded.session.rollback()
    with app.app_context(), clock.stopped_everywhere(EVENING):
        with database.transaction() as session:
            last_look.keep(session, founded.keys, "ledgers", [BROKEN], TODAY)
        with database.transaction() as session:
            session.execute(text(f"UPDATE last_look SET {forged}"))
        if not noted:
            (founded.keys.path / f".{last_look.NOTE}").unlink()
        place = AtHand(db.session, founded.keys, app.config["SETTINGS"])
        told = [str(each.what) for each in looks.all_of(place, quick=True)]
        assert (CHANGED in told, "Not everything was looked at yet." in told) == (noted, not noted)
        assert ("real_voice_last_look_to_mend 1\n" in exposition.exposed(place)) is noted
        assert "last_look_day" not in exposition.exposed(place)
        assert last_look.is_due(db.session, founded.keys, ["ledgers"], TODAY)
        db.session.rollback()


def test_a_round_looks_at_once_where_somebody_wrote_that_all_is_well(
    app: Flask, founded: Founded, sign_in: Callable[..., PageClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int] = []

    def look(place: AtHand) -> Any:
        looked.append(1)
        yield BROKEN

    monkeypatch.setattr(looks, "SLOW", (looks.Named("ledgers", look, slow=True),))
    monkeypatch.setattr(looks, "LOOKS", (*looks.LOOKS[:6], *looks.SLOW))
    founded.session.rollback()
    for _ in range(2):
        a_round(app, EVENING)
    assert len(looked) == 1, "once a day, while something is to be mended"
    with app.app_context(), database.transaction() as session:
        session.execute(text("UPDATE last_look SET found = '[]', day = '2026-11-24'"))
    morning = EVENING + timedelta(hours=14)
    page = page_at(sign_in, morning)
    assert CHANGED in page
    assert "Yes, all is well" not in page
    a_round(app, morning)
    assert len(looked) == 2, "before the release hour"
    page = page_at(sign_in, morning)
    assert (CHANGED in page, "The table message is damaged." in page) == (False, True)


def test_what_somebody_mended_is_told_as_mended_once_they_have_looked_by_hand(
    app: Flask, founded: Founded, sign_in: Callable[..., PageClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever looks from another account writes nothing into the key folder: the control."""
    monkeypatch.setattr(looks, "LOOKS", tuple(each for each in looks.LOOKS if not each.slow or each.at in SLOW))
    monkeypatch.setattr(looks, "SLOW", tuple(each for each in looks.LOOKS if each.slow))
    session = founded.session
    first = session.get_one(Leaf, ("decisions", 0))
    as_it_was, first.body = first.body, "{}"
    session.commit()
    a_round(app, EVENING)
    problem, later = "The ledger of decisions does not hold", EVENING + timedelta(hours=1)
    first.body = as_it_was
    session.commit()
    for account, is_told in ((os.geteuid() + 1, True), (os.geteuid(), False)):
        with app.app_context(), clock.stopped_everywhere(later), monkeypatch.context() as patch:
            patch.setattr(looks.os, "geteuid", lambda account=account: account)
            said = [each.words for each in looks.findings(app, keep=True)]
        assert not any(problem in each or "last looked at" in each for each in said)
        assert (problem in page_at(sign_in, later)) is is_told
    assert "Everything was last looked at on Nov 23, 2026, and was well." in page_at(sign_in, later)


def test_what_somebody_wrote_there_is_told_once_by_hand_and_then_it_is_what_was_found(
    app: Flask, founded: Founded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(looks, "LOOKS", (*looks.LOOKS[:6], *(each for each in looks.LOOKS if each.at in SLOW)))
    founded.session.rollback()
    with app.app_context(), clock.stopped_everywhere(EVENING):
        with database.transaction() as session:
            last_look.keep(session, founded.keys, "ledgers", [BROKEN], TODAY)
        with database.transaction() as session:
            session.execute(text("UPDATE last_look SET found = '[]'"))
        said = [CHANGED in [str(each.what) for each in looks.findings(app, keep=True)] for _ in range(2)]
        assert said == [True, False]
        assert last_look.of_all(db.session, founded.keys) == (TODAY, 0, False)
        db.session.rollback()
