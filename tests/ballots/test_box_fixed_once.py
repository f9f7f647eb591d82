"""A box is fixed once, whatever somebody does to its line: a second root would be of another vote."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from governance.ballots.box.closing import close
from governance.ballots.box.root import CHANGED, fix_root
from governance.keys.keyfolder import KeyFolder
from governance.ledger import rules
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import AFTER, Vote, a_vote

pytestmark = pytest.mark.of_one_database
NO_JSON, ANOTHER = "no line any more", '{"ballot":9,"kind":"box","v":1}'
HASHED = rules.leaf_hash(ANOTHER.encode())


def fix(vote: Vote) -> None:
    fix_root(vote.session, vote.keys, close(vote.session, vote.ballot, AFTER), AFTER.date())
    vote.session.commit()


@pytest.fixture
def fixed(session: Session, keys: KeyFolder) -> Vote:
    """A vote whose box was fixed, and that says it was not."""
    vote = a_vote(session, keys)
    fix(vote)
    assert vote.ballot.box_leaf is not None
    return vote


def line(vote: Vote) -> Any:
    return (Leaf.log == "decisions") & (Leaf.number == vote.ballot.box_leaf)


@pytest.mark.parametrize(
    "spoiled",
    [{"body": "{}"}, {"body": NO_JSON}, {"body": ANOTHER}, {"hash": bytes(32)}, {"body": ANOTHER, "hash": HASHED}],
)
def test_a_line_that_was_spoiled_lets_no_second_root_in(fixed: Vote, spoiled: dict[str, Any]) -> None:
    fixed.session.execute(update(Leaf).where(line(fixed)).values(spoiled))
    fixed.ballot.box_leaf = None
    fixed.session.commit()
    with pytest.raises(RuleRefused, match="changed a line of the ledger"):
        fix(fixed)


def test_nor_does_one_that_is_gone(fixed: Vote) -> None:
    fixed.session.execute(delete(Leaf).where(line(fixed)))
    fixed.ballot.box_leaf = None
    fixed.session.commit()
    with pytest.raises(RuleRefused, match="changed a line of the ledger"):
        fix(fixed)


def test_nor_does_one_that_stands(fixed: Vote) -> None:
    fixed.ballot.box_leaf = None
    fixed.session.commit()
    with pytest.raises(RuleRefused, match=CHANGED):
        fix(fixed)


def test_nobody_goes_by_the_facts_of_a_line_whose_text_is_no_json(fixed: Vote) -> None:
    number = fixed.ballot.box_leaf
    fixed.session.execute(update(Leaf).where(line(fixed)).values(body=NO_JSON))
    assert dict(ledger.leaves(fixed.session, "decisions"))[number] == {}
