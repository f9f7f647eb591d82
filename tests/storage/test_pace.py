"""A duty's pieces are cut by how long they take on this machine: smaller after a slow one, larger after quick ones."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from governance import clock
from governance.clockwork.rounds import Duty, Moment, Pieces
from governance.keys.keyfolder import KeyFolder
from governance.programme import schedule
from governance.storage import pace as the_pace
from governance.storage.pace import MOST_HALVINGS, MOST_WHERE_OTHERS_COUNT, QUICK, SLOW, Pace, pace
from tests.factories import NOW, TODAY, an_open_programme

MOST = 48
SECONDS = st.floats(0, 10)


@given(st.lists(SECONDS), st.integers(1, 1000))
def test_a_piece_has_at_least_one_row_and_never_more_than_was_asked_for(took: list[float], most: int) -> None:
    one = Pace()
    for seconds in took:
        before = one.rows(most)
        one.took(seconds)
        after = one.rows(most)
        assert 1 <= after <= most
        assert (after <= before) if seconds > SLOW else (after >= before)


@given(st.lists(SECONDS, max_size=50), st.lists(st.integers(), max_size=200), st.integers(1, 60))
def test_nothing_is_left_out_or_done_twice_however_long_each_piece_takes(
    took: list[float], rows: list[int], most: int
) -> None:
    one, waits, seen = Pace(), iter(took), list[int]()
    for some in one.portions(rows, most):
        seen += some
        one.took(next(waits, 0))
    assert seen == rows


def test_after_slow_pieces_come_small_ones_and_after_quick_ones_large_ones_again() -> None:
    one = Pace()
    for _ in range(2 * MOST_HALVINGS):
        one.took(2 * SLOW)
    assert one.rows(MOST) == 1
    one.took((QUICK + SLOW) / 2)
    assert one.rows(MOST) == 1, "one that is just right changes nothing"
    for _ in range(MOST_HALVINGS):
        one.took(QUICK / 2)
    assert one.rows(MOST) == MOST


def test_where_waiting_for_others_may_count_a_piece_has_an_eighth_at_least() -> None:
    one = Pace()
    for _ in range(2 * MOST_HALVINGS):
        one.took(2 * SLOW, MOST_WHERE_OTHERS_COUNT)
    assert one.rows(MOST) == MOST // 8


@pytest.fixture
def here(app: Flask, session: Session, keys: KeyFolder) -> Iterator[SimpleNamespace]:
    """A programme, and a duty of four pieces: *cut* is how large each was, *act* what each does."""
    an_open_programme(session, keys)
    session.commit()
    here = SimpleNamespace(cut=[], act=lambda session: None)

    def pieces(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
        for _ in range(4):
            here.cut.append(pace.rows(MOST))
            yield lambda writing: here.act(writing)

    here.do = lambda: schedule.do(Duty("a long one", pieces), Moment(NOW, TODAY, True), lambda: None)
    with app.app_context():
        yield here


def test_the_round_makes_the_next_piece_smaller_where_one_took_long(here: SimpleNamespace, tables_url: str) -> None:
    """A server does not tell how long one waited for rows that somebody keeps: there it ends at an eighth."""
    least = 1 if tables_url.startswith("sqlite") else MOST // 8
    with clock.stopped_everywhere(NOW), ExitStack() as later:
        here.act = lambda _: later.enter_context(clock.stopped_everywhere(clock.now() + timedelta(seconds=2 * SLOW)))
        assert here.do()
        assert here.cut == [max(least, each) for each in (MOST // 4, MOST // 8, MOST // 16, 1)]
        here.cut.clear()
        here.act = lambda _: None
        assert here.do()
        assert here.cut == [MOST // 4, MOST // 2, MOST, MOST], "another duty begins anew"
        assert pace.rows(MOST) == MOST, "and nothing of it is left"


def test_waiting_for_somebody_who_writes_makes_no_piece_smaller(
    here: SimpleNamespace, tables_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They hold the lock of SQLite, and nobody waits for the duty then. On PostgreSQL nobody holds all of it."""
    engine = sa.create_engine(tables_url)
    monkeypatch.setattr(the_pace, "SLOW", 1)  # A second, so that a busy machine is not taken for a slow piece.
    with engine.connect() as other:
        other.exec_driver_sql("BEGIN IMMEDIATE" if engine.dialect.name == "sqlite" else "SELECT 1")
        ends = threading.Timer(1.5, other.rollback)
        ends.start()
        here.act = lambda writing: writing.execute(sa.text("DELETE FROM form_token"))
        assert here.do()
        ends.join()
    assert here.cut == sorted(here.cut)
    engine.dispose()
