"""The audit says nothing when all is well, and names what is wrong, whatever honest work went on before."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from governance.feedback import rules
from governance.feedback import service as feedback
from governance.feedback.hiding import HideReason
from governance.feedback.models import IntakeLeaf, Message, Tombstone
from governance.people import service as people
from governance.ruling.errors import RuleRefused
from tests.factories import TODAY, Founded
from tests.feedback.messages import LATER, let_out, released, send

URGENT, GRIEVANCE, MANAGER = rules.Audience.URGENT, rules.Audience.GRIEVANCE, rules.Audience.MANAGER


def move(founded: Founded, message_id: uuid.UUID, audience: rules.Audience, alias: str = "Ash") -> None:
    feedback.move(founded.session, founded.keys, founded.reader(alias), message_id, audience, LATER)


def problems(founded: Founded, day: object = LATER) -> list[str]:
    return feedback.audit(founded.session, founded.keys, day)


@pytest.mark.on_both
def test_a_message_passed_on_is_accounted_for_before_and_after_its_new_leaf(founded: Founded) -> None:
    message_id = released(founded)
    move(founded, message_id, GRIEVANCE)
    assert problems(founded) == []
    move(founded, message_id, URGENT)
    assert problems(founded) == []
    let_out(founded)
    assert problems(founded) == []
    move(founded, message_id, MANAGER, "Birch")
    let_out(founded)
    assert problems(founded) == []
    assert len(founded.session.scalars(select(IntakeLeaf).where(IntakeLeaf.message_id == message_id)).all()) == 3


@pytest.mark.parametrize("let_out_before_it_expires", [True, False])
def test_words_passed_to_urgent_readers_and_back_outlive_the_urgent_key(
    founded: Founded, let_out_before_it_expires: bool
) -> None:
    """The leaf in the middle expires weeks before the others; what comes before it must still lead to what is kept."""
    session, keys = founded.session, founded.keys
    message_id = released(founded)
    move(founded, message_id, URGENT)
    let_out(founded)
    move(founded, message_id, GRIEVANCE)
    if let_out_before_it_expires:
        let_out(founded)
    later = LATER + timedelta(days=60)
    assert feedback.retire(session, keys, later) > 0
    assert problems(founded, later) == []
    feedback.release(session, keys, later)
    assert problems(founded, later) == []
    changed = update(Message).where(Message.id == message_id).values(sealed=b"other words")
    session.execute(changed)
    assert any("words of its message were changed" in each for each in problems(founded, later))


@pytest.mark.on_both
def test_words_passed_on_and_hidden_on_one_day_keep_their_tombstone_when_the_first_key_goes(founded: Founded) -> None:
    """The tombstone names the leaf of the urgent readers, which expires long before the words do."""
    session, keys = founded.session, founded.keys
    message_id, other = released(founded, "someone may be hurt", lane=rules.Lane.URGENT), released(founded)
    move(founded, message_id, GRIEVANCE)
    feedback.ask_to_hide(session, keys, message_id, HideReason.TEST, founded.account("Ash"), LATER)
    roles = people.roles_of(session, founded.account("Kelp"))
    stone = feedback.agree_to_hide(session, keys, message_id, rules.Lane.URGENT, founded.account("Kelp"), roles, LATER)
    let_out(founded)
    later = TODAY + timedelta(days=60)
    assert feedback.retire(session, keys, later) > 0
    assert session.get_one(Message, message_id).state is rules.MessageState.HIDDEN
    assert problems(founded, later) == []
    session.commit()
    borrowed = update(Message).where(Message.id == other).values(state=rules.MessageState.HIDDEN)
    session.execute(borrowed)
    session.execute(update(Tombstone).where(Tombstone.leaf == stone.leaf).values(message_id=other))
    assert sum("without a tombstone" in each for each in problems(founded, later)) == 2
    session.rollback()
    session.expire_all()
    last = TODAY + timedelta(days=400)
    feedback.retire(session, keys, last)
    assert problems(founded, last) == []
    assert session.scalars(select(IntakeLeaf).where(IntakeLeaf.message_id.is_not(None))).all() == []


def test_only_who_holds_both_ends_passes_on(founded: Founded) -> None:
    message_id = released(founded, "about him", about=rules.About.WORKER)
    with pytest.raises(RuleRefused, match="for other readers"):
        move(founded, message_id, rules.Audience.EVERYONE, "Juniper")
    with pytest.raises(RuleRefused, match="have it already"):
        move(founded, message_id, GRIEVANCE)
    with pytest.raises(RuleRefused, match="kept from those readers"):
        move(founded, message_id, rules.Audience.EVERYONE)
    move(founded, message_id, MANAGER, "Kelp")
    with pytest.raises(RuleRefused, match="for other readers"):
        feedback.read(founded.session, founded.keys, founded.reader("Kelp"), message_id)
    there = feedback.read(founded.session, founded.keys, founded.reader("Larch"), message_id)
    assert there
    assert there.words == "about him"


@pytest.mark.on_both
def test_words_cannot_be_changed_on_the_way_to_other_readers(founded: Founded) -> None:
    message_id, other = released(founded), released(founded, "other words")
    forged = founded.session.get_one(Message, other)
    changed = {"sealed": forged.sealed, "intake_key_id": forged.intake_key_id, "leaf": None}
    founded.session.execute(update(Message).where(Message.id == message_id).values(changed))
    assert any("words of its message were changed" in each for each in problems(founded))
    let_out(founded)
    assert any("words of its message were changed" in each for each in problems(founded))


def test_a_moved_message_expires_with_all_its_leaves(founded: Founded) -> None:
    message_id = released(founded)
    move(founded, message_id, URGENT)
    let_out(founded)
    after = TODAY + timedelta(days=60)
    feedback.retire(founded.session, founded.keys, after)
    assert founded.session.get_one(Message, message_id).state is rules.MessageState.EXPIRED
    assert problems(founded, after) == []
    later = TODAY + timedelta(days=130)
    feedback.retire(founded.session, founded.keys, later)
    assert problems(founded, later) == []


def test_expiry_that_was_not_due_is_reported(founded: Founded) -> None:
    released(founded)
    feedback.retire(founded.session, founded.keys, TODAY + timedelta(days=130))
    assert any("before its time" in each for each in problems(founded, LATER))


def test_a_secret_brought_back_after_its_time_is_reported(founded: Founded) -> None:
    released(founded)
    names = list(founded.keys.names("period-everyone"))
    kept = {name: founded.keys.need(name) for name in names}
    after = TODAY + timedelta(days=130)
    feedback.retire(founded.session, founded.keys, after)
    assert problems(founded, after) == []
    for name, secret in kept.items():
        founded.keys.write(name, secret)
    assert any("its key is still there" in each for each in problems(founded, after))


def test_an_empty_programme_has_nothing_to_report(founded: Founded) -> None:
    send(founded, "held")
    assert problems(founded) == []
    let_out(founded, TODAY)
    assert problems(founded) == []
