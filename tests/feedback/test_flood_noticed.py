"""When a flood is noticed, how hard its puzzle is then, and that no stranger learns from it how many wait."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete

from governance import clock, sealing
from governance.clockwork.rounds import DutyDone
from governance.feedback import service as feedback
from governance.feedback.models import Held
from governance.feedback.service import flood
from governance.keys.keyfolder import KeyFolder
from governance.programme import schedule
from tests.factories import NOW, TODAY, Founded
from tests.feedback.messages import send
from tests.feedback.test_flood import fill, look
from tests.page import PageClient
from tests.puzzles import puzzle_on

pytestmark = pytest.mark.usefixtures("at_noon")


def bits_on(client: PageClient) -> int:
    """Return how hard a puzzle is that a stranger's first page asks for; 0 for none."""
    asked = puzzle_on(client.get("/say").text)
    return int(asked["data-bits"]) if asked else 0


# What it tells a stranger


@given(st.integers(0, 3000), st.integers(0, 3000), st.integers(0, 10**6))
def test_it_is_harder_the_more_wait_and_no_harder_than_that(keys_of: KeyFolder, one: int, other: int, at: int) -> None:
    less, more = sorted((one, other))
    bits, harder = (flood.bits_for(keys_of, f"quarter {at}", each) for each in (less, more))
    assert 0 <= bits <= harder <= sealing.HARDEST
    assert flood.bits_for(keys_of, f"quarter {at}", flood.CALM) == 0
    for step in range(1, flood.STEPS + 1):
        asked = flood.bits_for(keys_of, f"quarter {at}", flood.CALM << step)
        assert asked == sealing.EASIEST + step - 1, "at each doubling it is as hard as that, whatever was drawn"


@pytest.fixture(scope="module")
def keys_of(tmp_path_factory: pytest.TempPathFactory) -> KeyFolder:
    home = tmp_path_factory.mktemp("drawn")
    made = KeyFolder(home / "keys", home / "escrow")
    made.make("pepper", lambda: bytes(range(32)))
    return made


@pytest.mark.parametrize("own", [flood.CALM, 2 * flood.CALM - 1, 2 * flood.CALM, 4 * flood.CALM - 2])
def test_a_stranger_who_fills_it_up_does_not_see_the_next_message_come(
    client: PageClient, founded: Founded, own: int
) -> None:
    """They send as many as they like, look at a first page, and wait for it to change."""
    fill(founded, own - 1)
    pages, counted = [bits_on(client)], [sealing.bits_for(own - 1, flood.CALM)]
    for minute, number in enumerate((own, own + 1, own + 2), start=1):
        send(founded, "somebody else")
        founded.session.commit()
        look(founded, minute)
        pages.append(bits_on(client))
        counted.append(sealing.bits_for(number, flood.CALM))
    assert len(set(pages)) == 1
    assert len(set(counted)) == 2, "the control: by what each page counted itself they saw it"


def test_a_fast_flood_is_met_within_the_minute_and_not_after_it(app: Flask, founded: Founded) -> None:
    """All of it comes within one quarter of an hour, which was looked at before."""
    look(founded)
    for _ in range(8 * flood.CALM):
        send(founded, "buy gold")
    founded.session.commit()
    assert bits_on(PageClient(app)) == 0, "the control: what came is not looked at yet"
    look(founded, 1)
    assert bits_on(PageClient(app)) == sealing.EASIEST + 2
    founded.session.execute(delete(Held))
    founded.session.commit()
    for minute in range(2, 18):
        look(founded, minute)
        assert bits_on(PageClient(app)) == sealing.EASIEST + 2, "until the batch it never falls back"


def test_within_a_quarter_of_an_hour_four_times_a_busy_day_changes_nothing(app: Flask, founded: Founded) -> None:
    look(founded)
    for _ in range(4 * flood.CALM):
        send(founded, "buy gold")
    founded.session.commit()
    for minute in range(1, 15):
        look(founded, minute)
        assert bits_on(PageClient(app)) == 0, minute
    look(founded, 15)
    assert bits_on(PageClient(app)) == sealing.EASIEST + 1


def test_a_fast_flood_may_be_noticed_though_nobody_came(app: Flask, founded: Founded) -> None:
    """So a page that changes within a quarter of an hour does not say that somebody came: its limits move as well."""
    look(founded)
    for _ in range(6 * flood.CALM):
        send(founded, "buy gold")
    founded.session.commit()
    noticed = 0
    for quarter in range(8):
        with founded.keys.noting(flood.NOTE) as noted:
            noted.update(bits=0)
        feedback.look_for_flood(founded.session, founded.keys, NOW + timedelta(minutes=15 * quarter))
        for minute in range(1, 15):
            with founded.keys.noting(flood.NOTE) as noted:
                noted.update(bits=0)
            feedback.look_for_flood(founded.session, founded.keys, NOW + timedelta(minutes=15 * quarter + minute))
            noticed += flood.puzzle_bits(founded.keys) > 0
    assert 28 < noticed < 84


def test_it_becomes_a_flood_though_nobody_sends_anything(keys_of: KeyFolder) -> None:
    """So that a page which changes between two quarters of an hour does not say either that somebody came."""
    asked = [flood.bits_for(keys_of, f"quarter {at}", 90) for at in range(96)]
    assert set(asked) == {0, sealing.EASIEST}
    assert 24 < asked.count(0) < 72


def test_before_the_batch_it_never_falls_back(client: PageClient, founded: Founded) -> None:
    fill(founded, 4 * flood.CALM)
    hard = bits_on(client)
    assert hard > sealing.EASIEST
    founded.session.execute(delete(Held))
    founded.session.commit()
    for quarter in range(1, 9):
        look(founded, 15 * quarter)
        assert bits_on(client) == hard, quarter
    founded.session.merge(DutyDone(name="release", day=TODAY))
    founded.session.commit()
    look(founded, 15 * 8 + 1)
    assert bits_on(client) == hard, "the batch alone changes no page in the quarter of an hour in which it comes"
    look(founded, 15 * 9)
    assert bits_on(client) == 0


def test_a_round_looks_for_it(app: Flask, client: PageClient, founded: Founded) -> None:
    for _ in range(2 * flood.CALM):
        send(founded)
    founded.session.commit()
    assert bits_on(client) == 0
    with clock.stopped_everywhere(NOW):
        assert "look for a flood" in schedule.tick(app).done
    assert bits_on(client) == sealing.EASIEST


@pytest.mark.parametrize("noted", [{"bits": "9"}, {"bits": 99}, {"bits": None}, {"bits": -1}, {}])
def test_a_note_that_makes_no_sense_asks_for_nothing(
    client: PageClient, founded: Founded, noted: dict[str, Any]
) -> None:
    with founded.keys.noting(flood.NOTE) as note:
        note.update(noted)
    assert bits_on(client) == 0
