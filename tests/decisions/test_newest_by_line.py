"""Which look and which version is the newest says the ledger: no number of a row, which whoever owns the database has.

Each attack gives a newer row a number below an older one. The audit finds nothing, since no line holds such numbers.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from governance import clock
from governance.decisions import service
from governance.decisions.models import LookedAgain, Record
from governance.keys.keyfolder import KeyFolder
from governance.programme import accounting
from tests.decisions.factories import WHOLE, a_record
from tests.decisions.test_looking_again import NEXT, STANDS, THE_DAY, TO_CHANGE, at, words_of

OLD, NEW = "It works as it is.", "Two of us got ill of it."
LATER: date = NEXT + timedelta(days=90)
Table = type[LookedAgain] | type[Record]


@pytest.fixture
def looked_twice(session: Session, keys: KeyFolder) -> Record:
    """A record of which the board said first that it stands, and then that it is to be changed."""
    record, _ = a_record(session, keys)
    service.look_again(session, record, replace(STANDS, why=OLD), THE_DAY)
    service.look_again(session, record, replace(TO_CHANGE, why=NEW, next_on=LATER), NEXT)
    session.commit()
    return record


def turned_round(session: Session, table: Table, ids: tuple[int, int]) -> list[int]:
    """Exchange the numbers of two rows by hand; return the lines of all rows, as the numbers order them now."""
    spare = 1_000_000
    for before, after in ((ids[0], spare), (ids[1], ids[0]), (spare, ids[1])):
        by_hand = update(table).where(table.id == before).values(id=after)
        session.execute(by_hand, execution_options={"synchronize_session": False})
    session.commit()
    session.expunge_all()
    return [line for line in session.scalars(select(table.leaf).order_by(table.id)) if line is not None]


def newest_of(session: Session, number: str) -> Record:
    versions = service.versions(session, number)
    assert versions
    return versions.newest


def test_no_older_look_comes_out_on_top(
    session: Session, keys: KeyFolder, looked_twice: Record, client: Any
) -> None:  # fmt: skip
    first, second = session.scalars(select(LookedAgain.id).order_by(LookedAgain.id))
    lines = turned_round(session, LookedAgain, (first, second))
    assert lines == sorted(lines, reverse=True), "the control: by their numbers the older one is on top"
    assert [each for each in accounting.differences(session, keys, NEXT) if "looked" in each] == []

    record = session.get_one(Record, looked_twice.id)
    assert [each.why for each in service.looks_at(session, record)] == [NEW, OLD]
    assert [each.look.why for each in service.newest_looks(session, 1)] == [NEW]
    assert service.said_to_change(session) == [record]
    session.rollback()
    with clock.stopped_at(at(NEXT)):
        page, feed = words_of(client.get("/decisions/2026-001")), client.get("/decisions.atom").text
    assert page.index(NEW) < page.index(OLD)
    assert feed.index(NEW) < feed.index(OLD)


@pytest.mark.on_both
def test_neither_the_next_day_nor_what_is_to_change_goes_by_the_number(
    session: Session, looked_twice: Record
) -> None:  # fmt: skip
    first, second = session.scalars(select(LookedAgain.id).order_by(LookedAgain.id))
    turned_round(session, LookedAgain, (first, second))
    record = session.get_one(Record, looked_twice.id)
    assert service.day_of(session, record) == LATER
    assert service.to_look_at_again(session, NEXT) == []
    assert service.to_change(session) == [record]


@pytest.mark.on_both
@pytest.mark.usefixtures("looked_twice")
def test_no_second_row_takes_the_line_of_another(session: Session) -> None:
    newest = max(session.scalars(select(LookedAgain.leaf)))
    with pytest.raises(IntegrityError):
        session.execute(update(LookedAgain).values(leaf=newest))


@pytest.mark.on_both
def test_no_older_correction_comes_out_as_the_one_that_holds(session: Session, keys: KeyFolder) -> None:
    first, _ = a_record(session, keys)
    older = service.correct(session, first, replace(WHOLE, result=OLD), "It said Friday.", THE_DAY)
    newer = service.correct(session, older, replace(WHOLE, result=NEW), "It was wrong again.", THE_DAY)
    session.commit()
    lines = turned_round(session, Record, (older.id, newer.id))
    assert lines[1:] == sorted(lines[1:], reverse=True), "the control: by their numbers the older one is the newest"
    assert [each for each in accounting.differences(session, keys, NEXT) if "ecord" in each] == []

    now = newest_of(session, "2026-001")
    assert now.result == NEW
    assert service.newest_number(session, now) == now.number == "2026-003"
    assert [each.record.result for each in service.to_look_at_again(session, THE_DAY)] == [NEW]
    assert {each.record.number: each.corrected_by for each in service.listed(session)} == {
        "2026-001": "2026-003", "2026-002": "2026-003", "2026-003": None,
    }  # fmt: skip
    last = service.correct(session, now, WHOLE, "Once more.", THE_DAY)
    assert last.number == "2026-004"
