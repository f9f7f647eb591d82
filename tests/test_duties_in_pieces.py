"""No duty does all of a large day in one transaction: whoever writes meanwhile waits for a few rows alone.

Milliseconds are measured by `make soak ARGS=holding`; here rows are counted, which is the same on every machine.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, insert, select, update
from sqlalchemy.orm import Session

from governance import clock
from governance.ballots.models import Ballot, Box, Count
from governance.ballots.result.outcome import Result
from governance.clockwork.rounds import Duty, Moment
from governance.feedback import service as feedback
from governance.feedback.models import Held, Message
from governance.feedback.rules import Route
from governance.feedback.service import flood
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people.models import Draft, SignIn, WrongTries
from governance.programme import schedule
from governance.storage import database
from governance.storage.database import db
from tests.databases import on_both
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.soak.founding import an_open_vote
from tests.soak.large import hold_many

MANY = 3 * database.FEW
MOST = database.FEW  # rows of one table in one transaction
LATER = NOW + timedelta(days=400)
LONG_AGO = TODAY - timedelta(days=60)

# What has few rows by its nature, each with the reason.
SMALL = {
    "mend escrow": "the key folder, no row",
    "remember": "files of the home folder, no row",
    "lay out logs": "files of the home folder, no row",
    "settle recovery shares": "a row for each of three shares",
    "note figures": "a few numbers a day, and those of one day long ago",
    "look at everything": "a row for each look that takes long, and no lock while it is made",
    "forget calls": "a row for each kiosk",
    "say who could not take a seat": "a line for each whom a vote chose and who has left since",
    "tell how places stand": "one row, once",
    "let changes of the plan begin": "a few rows of the site, on the day that two people named",
    "mark notices": "the key folder; once in a programme's life a mark for each notice, of which a year has a hundred",
    "mark moves": "what readers moved by hand in one week",
    "seal answers anew": "a row for each place that asks a question",
    "tell what people answered": "a row for each place that asked one",
    "start clocks": "a row for each decision that was published since the last minute",
    "make keys": "a key for each audience and period",
    "sum up": "one entry a month",
    "tell how seats stand": "once in a programme's life, with a row of its seats",
    "tell how accounts stand": "once in a programme's life",
    "forget what nobody agreed to": "what people with a card have asked for, each thing once",
    "keep heads": "the key folder, no row",
    "tell the alerts": "once in a programme's life, a row for each alert that the board put up",
    "look back": "one row a year",
    "look for a flood": "the key folder, no row",
}


def hold(founded: Founded) -> None:
    hold_many(founded.session, founded.keys, MANY, TODAY)


def hold_for_now(founded: Founded) -> None:
    hold(founded)
    founded.session.execute(update(Held).values(route=Route.NOW))


def begin_to_let_out(founded: Founded) -> None:
    hold(founded)
    begin = next(feedback.release_in_pieces(founded.session, founded.keys, TODAY))
    begin(founded.session)


def let_out(founded: Founded) -> None:
    hold(founded)
    for piece in feedback.release_in_pieces(founded.session, founded.keys, TODAY):
        piece(founded.session)
    flood.set_apart(founded.session, founded.keys, founded.session.scalars(select(Message.id)).all())


def fill_a_box(founded: Founded) -> Ballot:
    ballot = an_open_vote(founded, NOW)
    rows = [{"ballot_id": ballot.id, "drop_tag": secrets.token_bytes(32), "sealed": bytes(9)} for _ in range(MANY)]
    founded.session.execute(insert(Box), rows)
    return ballot


def fill_an_old_box(founded: Founded) -> None:
    ballot = fill_a_box(founded)
    times = {"opens_at": NOW - timedelta(days=400), "closes_at": NOW - timedelta(days=399)}
    founded.session.execute(update(Ballot).values(times))
    founded.session.add(Count(ballot_id=ballot.id, **COUNTED))


def sign_in_often(founded: Founded) -> None:
    account = founded.account("Ash")
    rows = [
        {"id": secrets.token_bytes(32), "account_id": account, "sealed": b"", "epoch": 1, "day": LONG_AGO}
        for _ in range(MANY)
    ]
    founded.session.execute(insert(SignIn), rows)
    then = NOW - timedelta(days=60)
    tries = [{"slot": at, "failures": 1, "last_on": then, "next_try_at": then} for at in range(MANY)]
    founded.session.execute(insert(WrongTries), tries)


def draft_often(founded: Founded) -> None:
    rows = [{"id": secrets.token_bytes(32), "sealed": b"", "day": LONG_AGO} for _ in range(MANY)]
    founded.session.execute(insert(Draft), rows)


def append_much(founded: Founded) -> None:
    entries = [("batch", {"day": TODAY.isoformat(), "commit": secrets.token_hex(32)}) for _ in range(20 * MANY)]
    ledger.append_many(founded.session, "intake", entries)


LARGE: dict[str, Callable[[Founded], object]] = {
    "release now": hold_for_now,
    "end release": begin_to_let_out,
    "release": hold,
    "forget": let_out,
    "forget ballots": fill_an_old_box,
    "lay ballots afresh": fill_a_box,
    "end sign-ins": sign_in_often,
    "forget drafts": draft_often,
    "publish": append_much,
}
COUNTED: dict[str, Any] = {"result": Result.ADOPTED, "counts": {}, "roll": {}, "sentences": [], "leaf": 1}


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Founded:
    return an_open_programme(session, keys)


class Written:
    """How many rows of each table were written in each transaction of the app, in their order."""

    def __init__(self) -> None:
        self.of: list[Counter[str]] = [Counter()]
        event.listen(db.engine, "after_cursor_execute", self.statement)
        event.listen(db.engine, "commit", self.commit)

    def statement(self, _: object, cursor: Any, statement: str, *__: object) -> None:
        words = statement.split()
        at = {"INSERT": 2, "DELETE": 2, "UPDATE": 1}.get(words[0])
        if at:
            self.of[-1][f"{words[0]} {words[at]}"] += max(cursor.rowcount, 0)

    def commit(self, _: object) -> None:
        self.of.append(Counter())

    @property
    def most(self) -> int:
        return max(max(each.values(), default=0) for each in self.of)

    @property
    def all(self) -> int:
        return sum(sum(each.values()) for each in self.of)


def test_each_duty_is_filled_here_or_small_by_nature() -> None:
    names = [duty.name for duty in schedule.DUTIES]
    assert sorted(names) == sorted([*LARGE, *SMALL])


@pytest.mark.on_both
@pytest.mark.parametrize("name", on_both(LARGE, ("forget", "publish")))
def test_a_duty_on_a_large_day_writes_few_rows_at_a_time(app: Flask, founded: Founded, name: str) -> None:
    (duty,) = (each for each in schedule.DUTIES if each.name == name)
    LARGE[name](founded)
    founded.session.commit()
    moment = LATER if name == "forget" else NOW
    written = done(app, duty, Moment(moment, moment.date(), True))
    assert written.most <= MOST, [each for each in written.of if each and max(each.values()) > MOST]
    assert written.all >= MANY or name == "publish", written.of


def test_a_duty_that_does_all_at_once_is_seen(app: Flask, founded: Founded) -> None:
    """The control: the same pieces, all in one transaction."""
    (duty,) = (each for each in schedule.DUTIES if each.name == "end sign-ins")
    sign_in_often(founded)
    founded.session.commit()

    def at_once(session: Session, keys: KeyFolder, moment: Moment) -> Any:
        yield lambda writing: [piece(writing) for piece in duty.pieces(writing, keys, moment)]

    assert done(app, replace(duty, pieces=at_once), Moment(NOW, TODAY, True)).most > MOST


def done(app: Flask, duty: Duty, moment: Moment) -> Written:
    """Do a duty as the schedule does it."""
    with app.app_context(), clock.stopped_everywhere(moment.now):
        written = Written()
        assert schedule.do(duty, moment, lambda: None)
    return written
