"""A monitor is told how it goes; and nobody who reads it, however often, learns when somebody did something."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import text

from governance import clock, create_app
from governance.clockwork.rounds import DutyFailed
from governance.frame.error_log import log_surprise
from governance.health import figures
from governance.health.figures import at_least, per_cent_free
from governance.programme import schedule
from governance.storage import database
from tests.factories import NOW, Founded
from tests.feedback.messages import send
from tests.page import PageClient

WORD = "Zb4nQ9-only-a-test-7xW2vK8mT5rJ1cH6pL3y"
EVENING = NOW.replace(hour=19)  # After the release hour.
NEXT_EVENING, MORNING_AFTER = EVENING + timedelta(days=1), EVENING + timedelta(days=1, hours=15)
LINE = re.compile(r'real_voice_[a-z_]+(\{[a-z]+="[A-Za-z0-9 _-]+"\})? \d+')


@pytest.fixture
def app(environ: dict[str, str], founded: Founded) -> Iterator[Flask]:
    founded.session.rollback()
    app = create_app({**environ, "GOVERNANCE_METRICS": WORD})
    yield app
    with app.app_context():
        database.db.engine.dispose()


def a_round(app: Flask, moment: datetime) -> None:
    """What the loop of each process does in a minute."""
    with clock.stopped_everywhere(moment):
        schedule.tick(app)
        schedule.note_today(app, figures.write_down)


def told(app: Flask, moment: datetime) -> str:
    with clock.stopped_everywhere(moment):
        answer = app.test_client().get("/metrics", headers={"Authorization": f"Bearer {WORD}"})
    assert answer.status_code == 200
    assert answer.mimetype == "text/plain"
    return answer.text


def live(app: Flask, founded: Founded, messages: int, refusals: int, errors: int, moment: datetime) -> None:
    """Let people speak, mistype their card, and run into something that is broken."""
    for _ in range(messages):
        send(founded, "the kettle is cold", moment.date())
    founded.session.commit()
    with clock.stopped_everywhere(moment):
        for _ in range(refusals):
            page = PageClient(app)
            page.get("/sign-in")
            assert page.submit("/sign-in", alias="Nobody", passphrase="one two three four five").status_code == 422
        with app.app_context():
            for _ in range(errors):
                log_surprise(ZeroDivisionError())


def test_without_the_word_there_is_no_such_page(app: Flask) -> None:
    for given in ("", "Bearer", f"Bearer {WORD}x", f"Bearer {WORD[:-1]}", "Basic eDp5"):
        assert app.test_client().get("/metrics", headers={"Authorization": given}).status_code == 404, given


def test_nobody_may_read_it_where_no_word_is_set(environ: dict[str, str]) -> None:
    closed = create_app(environ).test_client()
    for given in ("", "Bearer ", "Bearer"):
        assert closed.get("/metrics", headers={"Authorization": given}).status_code == 404


def test_one_more_of_anything_and_a_minute_change_nothing(app: Flask, founded: Founded) -> None:
    live(app, founded, messages=9, refusals=1, errors=1, moment=NOW)
    a_round(app, EVENING)
    a_round(app, NEXT_EVENING)
    before = told(app, NEXT_EVENING)
    assert "real_voice_held_at_least 0\n" in before
    live(app, founded, messages=1, refusals=1, errors=1, moment=NEXT_EVENING)
    founded.session.add(DutyFailed(name="release now", day=NEXT_EVENING.date()))
    founded.session.commit()
    with clock.stopped_everywhere(NEXT_EVENING + timedelta(minutes=1)):
        schedule.note_today(app, figures.write_down)
    assert told(app, NEXT_EVENING + timedelta(minutes=1)) == before


@pytest.mark.on_both
def test_on_the_next_day_it_tells_how_many_in_bands(app: Flask, founded: Founded) -> None:
    live(app, founded, messages=12, refusals=2, errors=11, moment=NOW)
    a_round(app, EVENING)
    assert "held_at_least" not in told(app, EVENING)
    page = told(app, EVENING + timedelta(hours=12))
    day = int(NOW.replace(hour=0).timestamp())
    assert "real_voice_held_at_least 10\n" in page
    assert "real_voice_sign_ins_refused_at_least 0\n" in page
    assert 'real_voice_errors_at_least{kind="ZeroDivisionError"} 10\n' in page
    assert f"real_voice_figures_day_timestamp_seconds {day}\n" in page
    assert f"real_voice_last_release_day_timestamp_seconds {day}\n" in page
    assert re.search(r'real_voice_disk_free_percent_at_least\{disk="[a-z]+"\} \d+\n', page)


@pytest.mark.on_both
def test_it_tells_of_rounds_that_ended_and_of_duties_that_failed(app: Flask, founded: Founded) -> None:
    a_round(app, NEXT_EVENING)
    assert "real_voice_round_late 0\n" in told(app, NEXT_EVENING)
    founded.session.add(DutyFailed(name="publish", day=NEXT_EVENING.date()))
    founded.session.add(DutyFailed(name="renamed since", day=NEXT_EVENING.date()))
    founded.session.commit()
    assert "duty_failed" not in told(app, NEXT_EVENING)
    later = told(app, MORNING_AFTER)
    assert 'real_voice_duty_failed{duty="publish"} 1\n' in later
    assert "renamed since" not in later
    assert "real_voice_round_late 1\n" in later


def test_every_line_is_one_that_a_monitor_reads(app: Flask, founded: Founded) -> None:
    live(app, founded, messages=1, refusals=1, errors=1, moment=NOW)
    a_round(app, EVENING)
    lines = told(app, NEXT_EVENING).splitlines()
    assert [line for line in lines if not line.startswith("# ") and not LINE.fullmatch(line)] == []
    named = [line.split()[2] for line in lines if line.startswith("# TYPE")]
    assert len(named) == len(set(named)) > 5


def test_the_counts_of_two_processes_are_added_up(app: Flask, environ: dict[str, str], founded: Founded) -> None:
    other = create_app(environ)
    live(app, founded, messages=0, refusals=0, errors=6, moment=NOW)
    live(other, founded, messages=0, refusals=0, errors=6, moment=NOW)
    for each in (app, other, app):
        a_round(each, EVENING)
    with other.app_context():
        database.db.engine.dispose()
    assert 'errors_at_least{kind="ZeroDivisionError"} 10\n' in told(app, NEXT_EVENING)


@pytest.mark.on_both
def test_what_cannot_be_written_down_is_counted_later(app: Flask, founded: Founded) -> None:
    live(app, founded, messages=0, refusals=0, errors=9, moment=NOW)
    a_round(app, EVENING)
    live(app, founded, messages=0, refusals=0, errors=1, moment=EVENING)
    for old, new in (("daily_figure", "away"), ("away", "daily_figure")):
        founded.session.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
        founded.session.commit()
        a_round(app, EVENING)
    assert 'errors_at_least{kind="ZeroDivisionError"} 10\n' in told(app, NEXT_EVENING)


def test_the_bands() -> None:
    assert [at_least(number) for number in (0, 1, 9, 10, 99, 100, 12_345)] == [0, 0, 0, 10, 10, 100, 10_000]
    assert [per_cent_free(free, 200) for free in (0, 1, 2, 9, 19, 40, 200)] == [0, 0, 1, 2, 5, 20, 50]
