"""Promise 4 at the moment a key is destroyed: forgetting on schedule vouches for nothing that somebody changed before.

The attack hangs a message on the key of urgent words, which goes first, or takes it away and points its line at that
key, in the minutes before the daily round: signed anew, it would be one more that expired on time. Where retention
does not look at what it signs from, nobody finds it.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from governance import privacy
from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.models import IntakeLeaf, Message
from governance.feedback.service import retention
from governance.keys.keyfolder import KeyFolder
from governance.people.models import IntakeKey
from tests.factories import TODAY, Founded, an_open_programme
from tests.feedback.messages import let_out, released
from tests.laid_out import laid_out

GONE = privacy.expires_on(privacy.period_of(TODAY, "urgent"), "urgent")
EVERYONE, URGENT = rules.Audience.EVERYONE, rules.Audience.URGENT
TOMORROW = TODAY + timedelta(days=1)

pytestmark = pytest.mark.of_one_database


@laid_out
def begin(session: Session, keys: KeyFolder) -> Founded:
    """An urgent message, one that was passed to its readers and back, and one that stays."""
    founded = an_open_programme(session, keys)
    released(founded, "somebody is hurt", lane=rules.Lane.URGENT)
    there_and_back = released(founded, "there and back")
    for audience in (URGENT, EVERYONE):
        feedback.move(session, keys, founded.reader("Ash"), there_and_back, audience, TODAY)
        let_out(founded)
    released(founded, "the light is broken")
    session.commit()
    return founded


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Founded:
    return begin(session, keys)


def urgent_key(session: Session) -> uuid.UUID:
    period = privacy.period_of(TODAY, "urgent")
    return session.scalars(select(IntakeKey.id).where(IntakeKey.audience == URGENT, IntakeKey.period == period)).one()


def the_one(session: Session) -> uuid.UUID:
    """The message that stays: the one with a single line."""
    moved = select(IntakeLeaf.message_id).where(IntakeLeaf.passed_on.is_not(None))
    waits = select(Message.id).where(Message.audience == EVERYONE, Message.id.not_in(moved))
    return session.scalars(waits).one()


def there_and_back(session: Session) -> list[IntakeLeaf]:
    moved = select(IntakeLeaf.message_id).where(IntakeLeaf.passed_on.is_not(None)).limit(1).scalar_subquery()
    return list(session.scalars(select(IntakeLeaf).where(IntakeLeaf.message_id == moved).order_by(IntakeLeaf.number)))


def hung_on_another_key(session: Session) -> None:
    session.execute(update(Message).where(Message.id == the_one(session)).values(intake_key_id=urgent_key(session)))


def taken_away_with_its_line_on_another_key(session: Session) -> None:
    name = the_one(session)
    session.execute(update(IntakeLeaf).where(IntakeLeaf.message_id == name).values(intake_key_id=urgent_key(session)))
    session.execute(delete(Message).where(Message.id == name))


def its_line_on_another_key(session: Session) -> None:
    name = the_one(session)
    session.execute(update(IntakeLeaf).where(IntakeLeaf.message_id == name).values(intake_key_id=urgent_key(session)))


def other_words_under_a_bridge(session: Session) -> None:
    """The line before the one that goes is made to say what never came after it."""
    first = there_and_back(session)[0]
    session.execute(update(IntakeLeaf).where(IntakeLeaf.number == first.number).values(passed_on=bytes(32)))


def other_words_in_the_line_that_goes(session: Session) -> None:
    between = there_and_back(session)[1]
    session.execute(update(IntakeLeaf).where(IntakeLeaf.number == between.number).values(passed_on=bytes(32)))


ATTACKS: list[Callable[[Session], None]] = [
    hung_on_another_key, taken_away_with_its_line_on_another_key, its_line_on_another_key,
    other_words_under_a_bridge, other_words_in_the_line_that_goes,
]  # fmt: skip
# What the others leave is found all the same, by the chain of the digests.
BURIES = ATTACKS[:2]


def audited(founded: Founded) -> list[str]:
    founded.session.expire_all()
    return feedback.audit(founded.session, founded.keys, GONE)


def goes_through(founded: Founded, attack: Callable[[Session], None] | None = None) -> list[str]:
    """Do what the day does on which the key of urgent words goes; return what the audit says after it."""
    if attack:
        attack(founded.session)
        founded.session.commit()
        founded.session.expire_all()
    feedback.retire(founded.session, founded.keys, GONE)
    founded.session.commit()
    return audited(founded)


def test_an_honest_end_leaves_nothing_to_find(founded: Founded) -> None:
    before = len(there_and_back(founded.session))
    assert before == 3
    assert goes_through(founded) == []
    assert [leaf.fate for leaf in there_and_back(founded.session)] == [
        rules.Fate.MESSAGE,
        rules.Fate.EXPIRED,
        rules.Fate.MESSAGE,
    ], "the one between is gone"


@pytest.mark.parametrize("attack", ATTACKS)
def test_what_was_changed_before_the_end_stays_found(founded: Founded, attack: Callable[[Session], None]) -> None:
    assert goes_through(founded, attack) != []


@pytest.mark.parametrize("attack", BURIES)
def test_where_retention_does_not_look_nobody_finds_it(
    founded: Founded, attack: Callable[[Session], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "_is_ours", lambda *_: True)
    monkeypatch.setattr(retention, "_words_stand", lambda *_: True)
    assert goes_through(founded, attack) == []
