"""Nobody can learn from the ledger how many messages came on a quiet day (promise 14).

Everything is done as a server does it: the minute's round runs at three hours of each day. What the public then finds
in the list of messages (its entries, their shape, and the heads that were signed) is the same for every day, whether
nobody spoke, one person did, or eight were let out at once.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance import clock
from governance.feedback.models import Message
from governance.feedback.rules import Lane, Route
from governance.keys.keyfolder import KeyFolder
from governance.ledger.models import Head, Leaf
from governance.programme import schedule
from tests.factories import NOW, Founded, an_open_programme
from tests.feedback.messages import send

HOURS = (6, 20, 23)  # before the release, after it, and once more
DAYS = (
    [], [Route.LATER], [], [Route.NOW], [Route.LATER] * 3, [Route.LATER] * 6 + [Route.NOW] * 2, [], [Route.PAPER] * 4,
)  # fmt: skip


def a_day(app: Flask, founded: Founded, day: datetime, said: list[Route]) -> None:
    """Let people speak in the morning, and the rounds run."""
    for hour in HOURS:
        with clock.stopped_at(day.replace(hour=hour)):
            if hour == HOURS[0]:
                for number, route in enumerate(said):
                    lane = Lane.URGENT if route is Route.NOW and number % 2 else Lane.SUGGESTION
                    send(founded, f"word {number}", day.date(), route=route, lane=lane)
            founded.session.commit()
            schedule.tick(app, "the one server")


def public(session: Session, after: int) -> tuple[int, list[object]]:
    """Return how long the intake ledger is, and what anybody sees of what was added after entry *after*."""
    entries = session.execute(select(Leaf.number, Leaf.body).where(Leaf.log == "intake", Leaf.number >= after)).all()
    heads = session.scalars(select(Head.size).where(Head.log == "intake", Head.size > after).order_by(Head.size)).all()
    session.rollback()
    seen = [
        (name, type(value).__name__, len(str(value)))
        for _, body in sorted(tuple(row) for row in entries)
        for name, value in json.loads(body).items()
    ]
    return after + len(entries), [len(entries), seen, [size - after for size in heads]]


@pytest.mark.of_one_database
def test_a_day_on_which_few_spoke_looks_like_one_on_which_nobody_did(
    app: Flask, session: Session, keys: KeyFolder
) -> None:
    founded = an_open_programme(session, keys)
    a_day(app, founded, NOW - timedelta(days=1), [])  # The month before is summed up.
    size, _ = public(session, 0)
    views, let_out = [], []
    for number, said in enumerate(DAYS):
        a_day(app, founded, NOW + timedelta(days=number), said)
        size, view = public(session, size)
        views.append(view)
        let_out.append(session.scalar(select(func.count()).select_from(Message)))
        session.rollback()
    assert len(set(let_out)) > 3, "no two days differ, so nothing is shown"
    mondays, others = views[::7], [view for number, view in enumerate(views) if number % 7]
    assert [mondays[0][0], others[0][0]] == [9, 8], "on a Monday stands what was moved in the week before, too"
    assert mondays == [mondays[0]] * 2
    assert others == [others[0]] * len(others)
