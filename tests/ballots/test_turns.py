"""Whose turn it is at a vote reads it once, and asks no more of the box than it has to."""

from __future__ import annotations

import random
from typing import Any

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from governance.ballots.box import unordered
from governance.ballots.models import Box
from governance.keys.keyfolder import KeyFolder
from tests.ballots.factories import Vote, a_vote, some_issuers
from tests.statements import sent_to

FEW, MANY = 12, 3 * unordered.HANDFUL


@pytest.fixture
def vote(session: Session, keys: KeyFolder) -> Vote:
    return a_vote(session, keys, issuers=some_issuers())


def test_whose_turn_it_is_reads_the_vote_once_and_the_next_one_reads_it_again(vote: Vote) -> None:
    session, ballot = vote.session, vote.ballot
    for _ in range(2):
        session.rollback()
        with sent_to(session.get_bind()) as sent:
            unordered.lock(session, ballot)
            unordered.lock(session, ballot)
        assert len([each for each in sent if "FROM ballot" in each]) == 1


def test_a_turn_inside_a_part_that_is_given_back_is_none(vote: Vote) -> None:
    session, ballot = vote.session, vote.ballot
    inner = session.begin_nested()
    unordered.lock(session, ballot)
    inner.rollback()
    with sent_to(session.get_bind()) as sent:
        unordered.lock(session, ballot)
    assert any("FROM ballot" in each for each in sent)


@pytest.mark.of_one_database
def test_a_box_is_read_in_three_statements_at_most_and_stays_whole(vote: Vote) -> None:
    session, ballot = vote.session, vote.ballot
    session.execute(delete(Box))
    session.execute(insert(Box), [_row(ballot.id) for _ in range(FEW)])
    for count in range(FEW + 1, FEW + 30):
        with sent_to(session.get_bind()) as sent:
            unordered.put(session, ballot, random.randbytes(32), b"1")
        assert len(_tags(session, ballot.id)) == count
        assert len([each for each in sent if each.startswith("SELECT box")]) <= 3


@pytest.mark.of_one_database
def test_a_large_box_lays_a_handful_afresh_wherever_the_row_lies(vote: Vote) -> None:
    """At both ends of the ring too."""
    session, ballot = vote.session, vote.ballot
    session.execute(delete(Box))
    session.execute(insert(Box), [_row(ballot.id) for _ in range(MANY)])
    for tag in (bytes(32), b"\xff" * 32, *sorted(_tags(session, ballot.id))[:3], random.randbytes(32)):
        for _ in range(5):
            near = unordered._neighbours(session, Box.drop_tag, Box.ballot_id == ballot.id, tag)
            assert len({row.drop_tag for row in near} - {tag}) == len(near) == unordered.HANDFUL - 1


def _row(ballot_id: int) -> dict[str, Any]:
    return {"ballot_id": ballot_id, "drop_tag": random.randbytes(32), "sealed": b"1"}


def _tags(session: Session, ballot_id: int) -> list[bytes]:
    return list(session.scalars(select(Box.drop_tag).where(Box.ballot_id == ballot_id)))
