"""A vote opens and closes at an hour that is one: what the clocks leave out, or bring twice, is said by its field."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.places.models import Programme
from tests.ballots.factories import NOW
from tests.ballots.test_notice import NEW, the_page


def test_the_page_says_so_by_the_field_and_keeps_what_was_typed(
    session: Session, keys: KeyFolder, sign_in: Callable[..., Any]
) -> None:
    with clock.stopped_at(NOW):
        here = {"name": "Test programme", "place_name": "Test town", "board_name": "The Table"}
        session.add(Programme(id=1, timezone="America/New_York", **here))
        facilitator, typed = the_page(session, keys, sign_in)
        wrong = {"opens_at": "2026-03-06T12:00", "closes_at": "2026-03-08T02:30"}
        answer = facilitator.submit(NEW, "kind", **typed, **wrong)
        assert answer.status_code == 409
        field = answer.text.partition('for="closes_at"')[2].partition('id="closes_at"')[0]
        assert "that hour is left out" in field
        assert "2026-03-08T02:30" in answer.text
        right = {**wrong, "closes_at": "2026-03-08T03:30"}
        assert facilitator.submit(NEW, "kind", **typed, **right).status_code == 303
        fixed = facilitator.get("/board/ballots/1").text
        assert fixed.count("(New York)") == 2, "and each time says by which clock it is"
