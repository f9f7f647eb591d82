"""Promise 6, up to how many voters: with each ballot that comes, the whole box and the whole roll are laid afresh.

So no row of either has a transaction or a place of its own by which a copy could tell it from the others. With one
voter more than the number that `/promises` tells, some rows are left as they lay.
"""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import delete, event, insert, select
from sqlalchemy.orm import Session

from governance.ballots.box import unordered
from governance.ballots.models import Box, Roll
from governance.keys.keyfolder import KeyFolder
from governance.people.models import Account
from governance.publishing.service import promises
from tests.ballots.factories import Vote, a_vote, some_issuers

UP_TO = unordered.HANDFUL
TABLES: list[type[Any]] = [Box, Roll]

pytestmark = pytest.mark.of_one_database


@pytest.fixture
def vote(session: Session, keys: KeyFolder) -> Vote:
    return a_vote(session, keys, issuers=some_issuers())


def left_as_they_lay(vote: Vote, table: type[Any], voters: int) -> int:
    """Let all but one of *voters* have voted; the last one votes. Return how many rows the statements left alone."""
    session, ballot = vote.session, vote.ballot
    ids = range(1_000_000, 1_000_000 + voters)
    session.execute(delete(table).where(table.ballot_id == ballot.id))
    if table is Roll:
        people = [{"id": n, "alias": f"V{n}", "alias_key": f"v{n}", "proof": bytes(32)} for n in ids]
        session.execute(insert(Account), people)
        rows = [{"ballot_id": ballot.id, "account_id": n, "seat_class": "lived", "salt": bytes(32)} for n in ids]
    else:
        rows = [{"ballot_id": ballot.id, "drop_tag": random.randbytes(32), "sealed": b"1"} for _ in ids[1:]]
    session.execute(insert(table), rows)
    session.commit()
    laid: list[int] = []

    def count(conn: Any, clauseelement: Any, multiparams: Any, params: Any, execution_options: Any) -> None:
        if getattr(clauseelement, "is_insert", False) and clauseelement.table is table.__table__:
            laid.append(len(multiparams) or 1)

    connection = session.connection()
    event.listen(connection, "before_execute", count)
    if table is Roll:
        unordered.lay_row_afresh(session, Roll, (ballot.id, ids[0]))
    else:
        unordered.put(session, ballot.id, random.randbytes(32), b"1")
    event.remove(connection, "before_execute", count)
    assert len(session.scalars(select(table).where(table.ballot_id == ballot.id)).all()) == voters
    return voters - sum(laid)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("voters", [2, UP_TO // 2, UP_TO - 1, UP_TO])
def test_up_to_that_number_each_vote_lays_all_afresh(vote: Vote, table: type[Any], voters: int) -> None:
    assert left_as_they_lay(vote, table, voters) == 0


@pytest.mark.parametrize("table", TABLES)
def test_one_more_voter_and_the_copy_tells_something(vote: Vote, table: type[Any]) -> None:
    assert left_as_they_lay(vote, table, UP_TO + 1) == 1


def test_promises_tells_the_number() -> None:
    (secret,) = [each for each in promises() if each.name == "Secret votes"]
    assert any(f"Up to {UP_TO} voters" in each for each in secret.covers)
    assert any(f"more than {UP_TO} voters" in each for each in secret.not_covered)
