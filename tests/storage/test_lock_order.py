"""What listens to the order of locks hears a row that is locked after the ledger's, and nothing else."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from governance.board.models import Seat
from governance.ledger import service as ledger
from governance.storage.database import db
from tests.lock_order import Turns

SEATS = select(Seat.id).with_for_update()
SKIPS = select(Seat.id).with_for_update(skip_locked=True)


@pytest.mark.of_one_database
def test_a_row_that_is_waited_for_after_the_ledger_is_heard(app: Flask, turns: Turns) -> None:
    with app.test_request_context("/board", method="POST"):
        db.session.execute(SEATS)
        ledger.hold(db.session, "decisions")
        db.session.execute(SKIPS)
        db.session.execute(SEATS)
        assert turns.late == [], "the ledger came last"
        db.session.rollback()
        ledger.hold(db.session, "decisions")
        db.session.execute(SKIPS)
        assert turns.late == []
        db.session.execute(SEATS)
        (heard,) = turns.late
        assert heard.startswith("POST")
        assert heard.endswith("log, and then seat")
        db.session.rollback()
