"""A term that ends is told to whose it is, and not to who keeps the seats alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.board.needs import own_term
from governance.keys.keyfolder import KeyFolder
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.page import PageClient

MINE = "Your term in Seat 5"
SOON, OVER = timedelta(days=340), timedelta(days=366)


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Iterator[Founded]:
    with clock.stopped_at(NOW):
        yield an_open_programme(session, keys)


@pytest.mark.on_both
def test_whose_term_ends_reads_it_on_their_own_first_page(founded: Founded, enter: Callable[[str], PageClient]) -> None:
    assert MINE not in enter("Elder").get("/board").text, "there is time"
    with clock.stopped_at(NOW + SOON):
        assert f"{MINE} runs to" in enter("Elder").get("/board").text
        assert MINE not in enter("Fern").get("/board").text, "Fern has a term of their own"
        page = enter("Cedar").get("/board").text
        assert "Seat 5: the term runs to" in page, "who keeps the seats reads of it as before"
        assert "Your term in Seat 3 runs to" in page
        assert "Seat 3: the term runs to" not in page, "and of their own seat once"
    with clock.stopped_at(NOW + OVER):
        assert f"{MINE} is over since" in enter("Elder").get("/board").text


@pytest.mark.parametrize(("left", "state"), [(30, "not-yet"), (1, "not-yet"), (0, "late"), (-40, "late")])
def test_it_is_late_from_the_day_on(left: int, state: str) -> None:
    line = own_term("Seat 5", TODAY + timedelta(days=left), TODAY)
    assert line.state == state
    assert ("is over" in str(line.title)) is (state == "late")
