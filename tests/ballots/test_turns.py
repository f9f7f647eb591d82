"""Whose turn it is at a vote reads it once, and asks no more of the box than it has to."""

from __future__ import annotations

import base64
import random
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.box import unordered
from governance.ballots.models import Box
from governance.ballots.papers import envelope, seals
from governance.ballots.passes.credential import from_code
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import VOTING, Vote, a_vote, some_issuers
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


@pytest.mark.on_both
def test_a_ballot_goes_into_the_box_in_as_many_statements_however_large_it_is(vote: Vote) -> None:
    """A server does it in one. SQLite takes the handful out, which gives it, and lays it in again."""
    session, ballot = vote.session, vote.ballot.id
    wanted = 1 if session.get_bind().dialect.name == "postgresql" else 2
    session.execute(delete(Box))
    for there in (FEW, MANY):
        session.execute(insert(Box), [_row(ballot) for _ in range(there)])
        before = len(_tags(session, ballot))
        with sent_to(session.get_bind()) as sent:
            unordered.put(session, ballot, random.randbytes(32), b"1")
        assert (len(_tags(session, ballot)), len(sent)) == (before + 1, wanted)


@pytest.mark.on_both
@pytest.mark.parametrize("there", [0, 1, FEW, unordered.HANDFUL - 1, unordered.HANDFUL, MANY])
def test_a_handful_is_what_stands_around_a_row_in_the_ring(vote: Vote, there: int) -> None:
    """At both ends of the ring too, and where the row is one of those that lie there."""
    session, ballot = vote.session, vote.ballot.id
    session.execute(delete(Box))
    tags = sorted(random.randbytes(32) for _ in range(there))
    if tags:
        session.execute(insert(Box), [_row(ballot, tag) for tag in tags])
    for tag in (bytes(32), b"\xff" * 32, *tags[:2], *tags[-1:], random.randbytes(32)):
        for before in (0, 1, unordered.HANDFUL // 2, unordered.HANDFUL - 1):
            asked = {"whose": ballot, "changed": tag, "before": before, "after": unordered.HANDFUL - 1 - before}
            found = list(session.scalars(unordered._near(Box.__table__)[1], asked))
            assert sorted(found) == sorted(_around(tags, tag, before, unordered.HANDFUL - 1 - before))


def _around(tags: list[bytes], tag: bytes, before: int, after: int) -> set[bytes]:
    """What the statement has to find: the ring laid out in a line, the row in its middle."""
    below, above = [each for each in tags if each < tag], [each for each in tags if each > tag]
    back, forth = [*reversed(below), *reversed(above)], [*above, *below]
    return {tag, *back[:before], *forth[:after]}


@pytest.mark.on_both
def test_what_lies_beside_a_ballot_stays_as_it_is_and_an_older_one_goes(vote: Vote) -> None:
    session, ballot = vote.session, vote.ballot.id
    session.execute(delete(Box))
    lying = {random.randbytes(32): random.randbytes(8_337) for _ in range(MANY)}
    session.execute(insert(Box), [_row(ballot, *each) for each in lying.items()])
    for tag in (*sorted(lying)[:2], random.randbytes(32)):
        lying[tag] = random.randbytes(8_337)
        unordered.put(session, ballot, tag, lying[tag])
    rows = session.execute(select(Box.drop_tag, Box.sealed).where(Box.ballot_id == ballot))
    assert {row.drop_tag: row.sealed for row in rows} == lying


@pytest.mark.on_both
def test_a_ballot_from_a_device_takes_a_lock_and_what_lays_it_in(vote: Vote) -> None:
    """The manifest is read for the first one alone."""
    session, sent_by_device = vote.session, _from_a_device(vote)
    session.commit()
    for of_the_manifest in (1, 0):
        with sent_to(session.get_bind(), but="BEGIN") as sent:
            mine = service.read_sealed(session, *sent_by_device)
            assert mine
            assert len(sent) == of_the_manifest
            service.drop_sealed(session, mine, lambda: VOTING)
        of_laying = 1 if session.get_bind().dialect.name == "postgresql" else 2
        assert len(sent) == of_the_manifest + 1 + of_laying
        assert session.scalar(select(Box.sealed).where(Box.drop_tag == mine.tag)) == mine.body
        session.commit()


@pytest.mark.on_both
@pytest.mark.parametrize("other", [{"seal": 1}, {"election": "programme/ballot-9"}, {"seal": 2}])
def test_a_manifest_that_is_another_once_the_vote_is_locked_is_what_a_ballot_is_checked_with(
    vote: Vote, other: dict[str, Any]
) -> None:
    session, ballot, sent_by_device = vote.session, vote.ballot, _from_a_device(vote)
    mine = service.read_sealed(session, *sent_by_device)
    assert mine
    as_it_was = {name: (ballot.manifest or {})[name] for name in other}
    is_the_same = {**(ballot.manifest or {}), **other} == ballot.manifest
    ballot.manifest = {**(ballot.manifest or {}), **other}
    session.commit()
    for _ in range(2):  # The next one is refused before the lock.
        if is_the_same:
            service.drop_sealed(session, mine, lambda: VOTING)
        else:
            with pytest.raises(RuleRefused, match="sealed"):
                service.drop_sealed(session, service.read_sealed(session, *sent_by_device) or mine, lambda: VOTING)
    assert session.scalar(select(func.count()).select_from(Box)) == is_the_same
    if not is_the_same:  # It is put right again: nobody is refused for what was read meanwhile.
        ballot.manifest = {**(ballot.manifest or {}), **as_it_was}
        session.commit()
        again = service.read_sealed(session, *sent_by_device)
        assert again
        service.drop_sealed(session, again, lambda: VOTING)


def _from_a_device(vote: Vote) -> tuple[int, str, str, str]:
    manifest = vote.ballot.manifest or {}
    card = from_code(vote.cards[0], manifest["election"])
    sealed = seals.seal(manifest, envelope.signed(card, manifest["election"], {"choice": "yes"}), card.drop_token)
    return vote.ballot.number, card.drop_token.hex(), "[]", base64.b64encode(sealed).decode()


def _row(ballot_id: int, tag: bytes = b"", sealed: bytes = b"1") -> dict[str, Any]:
    return {"ballot_id": ballot_id, "drop_tag": tag or random.randbytes(32), "sealed": sealed}


def _tags(session: Session, ballot_id: int) -> list[bytes]:
    return list(session.scalars(select(Box.drop_tag).where(Box.ballot_id == ballot_id)))
