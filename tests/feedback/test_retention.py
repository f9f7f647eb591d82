"""Forgetting on schedule: whole periods at a time, urgent ones first, and codes with the words they led to."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from governance import privacy
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import FollowUp, FormToken, IntakeLeaf, Message, Reply
from governance.ledger import service as ledger
from governance.people.models import IntakeKey, KeyWrap
from tests.factories import TODAY, Founded
from tests.feedback.messages import LATER, a_code, released, send

WORDS_GONE = privacy.expires_on("2026-11", "everyone")
URGENT_GONE = privacy.expires_on(privacy.period_of(TODAY, "urgent"), "urgent")


def states(founded: Founded) -> dict[str, str]:
    rows = founded.session.execute(select(Message.audience, Message.state)).all()
    return {audience.value: state.value for audience, state in rows}


def retire(founded: Founded, day: date) -> int:
    return feedback.retire(founded.session, founded.keys, day)


@pytest.mark.on_both
def test_words_open_until_the_day_before_and_not_on_the_day(founded: Founded) -> None:
    released(founded)
    released(founded, "help", lane=rules.Lane.URGENT)
    retire(founded, URGENT_GONE - timedelta(days=1))
    assert states(founded) == {"everyone": "live", "urgent": "live"}
    retire(founded, URGENT_GONE)
    assert states(founded) == {"everyone": "live", "urgent": "expired"}
    retire(founded, WORDS_GONE - timedelta(days=1))
    assert states(founded)["everyone"] == "live"
    retire(founded, WORDS_GONE)
    assert states(founded)["everyone"] == "expired"


@pytest.mark.on_both
def test_what_expired_is_empty_and_its_leaf_keeps_no_salt(founded: Founded) -> None:
    message_id = released(founded)
    retire(founded, WORDS_GONE)
    assert founded.session.get_one(Message, message_id).sealed == b""
    leaves = founded.session.scalars(select(IntakeLeaf).where(IntakeLeaf.fate == rules.Fate.EXPIRED)).all()
    assert [(leaf.salt, leaf.digest, leaf.message_id) for leaf in leaves] == [(None, None, None)]


def test_the_ledger_says_which_period_was_destroyed(founded: Founded) -> None:
    destroyed = retire(founded, WORDS_GONE)
    entries = [facts for _, facts in ledger.leaves(founded.session, "decisions") if facts["kind"] == "key"]
    said = [facts["destroyed"] for facts in entries if "destroyed" in facts]
    assert len(said) == destroyed
    assert "everyone 2026-11" in said


@pytest.mark.on_both
def test_nothing_is_left_that_wraps_a_destroyed_key(founded: Founded) -> None:
    retire(founded, WORDS_GONE)
    gone = select(IntakeKey.id).where(IntakeKey.destroyed_on.is_not(None))
    left = select(func.count()).select_from(KeyWrap).where(KeyWrap.intake_key_id.in_(gone))
    assert founded.session.scalars(left).one() == 0
    assert not list(founded.keys.names("period-everyone-2026-11"))


@pytest.mark.on_both
def test_codes_and_replies_go_with_the_words(founded: Founded) -> None:
    message_id = released(founded, code=a_code(founded))
    message = feedback.read(founded.session, founded.keys, founded.reader("Ash"), message_id)
    assert message
    feedback.write_back(founded.session, founded.keys, message, "Thank you.", False, LATER)
    retire(founded, WORDS_GONE - timedelta(days=1))
    assert founded.session.scalars(select(func.count()).select_from(Reply)).one() == 1
    retire(founded, WORDS_GONE)
    assert founded.session.scalars(select(Reply)).all() == []
    assert founded.session.scalars(select(FollowUp)).all() == []


def test_form_tokens_are_forgotten_after_two_days(founded: Founded) -> None:
    send(founded, "hello")
    retire(founded, TODAY + timedelta(days=1))
    assert len(founded.session.scalars(select(FormToken.hash)).all()) == 1
    retire(founded, TODAY + timedelta(days=2))
    assert founded.session.scalars(select(FormToken.hash)).all() == []


def test_retiring_twice_destroys_nothing_twice(founded: Founded) -> None:
    assert retire(founded, WORDS_GONE) > 0
    assert retire(founded, WORDS_GONE) == 0
