"""The keys messages are sealed with: made ahead, checked at each use, and destroyed for good."""

import uuid

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from governance import sealing
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import IntakeKey, KeyWrap
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from tests.people.factories import PERIODS, TODAY, a_card, a_chain, open_with


def test_the_next_periods_keys_are_there_ahead_of_time(session: Session, keys: KeyFolder) -> None:
    a_chain(session, keys)
    names = {(key.audience, key.period) for key in people.live_keys(session)}
    assert names == {(audience, period) for audience, periods in PERIODS.items() for period in periods}


def test_making_keys_again_changes_nothing(session: Session, keys: KeyFolder) -> None:
    a_chain(session, keys)
    before = {key.id: key.public for key in people.live_keys(session)}
    people.ensure_intake_keys(session, keys, PERIODS)
    assert {key.id: key.public for key in people.live_keys(session)} == before


@pytest.mark.on_both
def test_a_swapped_public_key_is_refused_by_its_mac(session: Session, keys: KeyFolder) -> None:
    a_chain(session, keys)
    session.execute(update(IntakeKey).values(public=sealing.new_pair().public))
    session.expire_all()
    with pytest.raises(people.KeyRefused, match="changed by somebody who may not"):
        people.current_key(session, keys, "everyone", "2026-11")


@pytest.mark.on_both
def test_the_key_of_another_audience_is_no_substitute(session: Session, keys: KeyFolder) -> None:
    """Public half and mac are taken together from a key that more people can open."""
    a_chain(session, keys)
    wide = people.current_key(session, keys, "everyone", "2026-11")
    session.execute(update(IntakeKey).where(IntakeKey.audience == "grievance").values(public=wide.public, mac=wide.mac))
    session.expire_all()
    with pytest.raises(people.KeyRefused):
        people.current_key(session, keys, "grievance", "2026-11")


def test_a_key_put_in_by_sql_is_refused_and_not_passed_over(session: Session, keys: KeyFolder) -> None:
    a_chain(session, keys)
    forged = IntakeKey(audience="everyone", period="2026-11.99", public=sealing.new_pair().public, mac=bytes(32))
    session.add(forged)
    session.flush()
    with pytest.raises(people.KeyRefused):
        people.current_key(session, keys, "everyone", "2026-11")


def test_without_a_key_nothing_is_taken(session: Session, keys: KeyFolder) -> None:
    a_chain(session, keys)
    for audience, period in (("everyone", "2031-01"), ("nobody", "2026-11"), ("everyone", "2026-1_")):
        with pytest.raises(RuleRefused, match="no key for these messages yet"):
            people.current_key(session, keys, audience, period)


def test_no_key_is_made_that_the_board_could_not_read(session: Session, keys: KeyFolder) -> None:
    staff, other = (open_with(session, keys, a_card(session, keys, Role.DIRECTOR)) for _ in range(2))
    board = open_with(session, keys, a_card(session, keys, Role.BOARD_READER))
    people.begin_chain(
        session, keys,
        [(staff, ["everyone", "manager"], False), (other, ["manager"], False), (board, ["everyone"], True)],
    )  # fmt: skip
    people.ensure_intake_keys(session, keys, {"everyone": ["2026-11"], "manager": ["2026-11"]})
    assert [key.audience for key in people.live_keys(session)] == ["everyone"]
    missing = people.missing_readers(session, keys, ["everyone", "manager"], TODAY)
    assert [(sentence.values["audience"], sentence.values.get("count")) for sentence in missing] == [
        ("everyone", 1), ("manager", 0), ("manager", None),
    ]  # fmt: skip


def test_nothing_is_missing_when_two_of_the_board_hold_each_key(session: Session, keys: KeyFolder) -> None:
    a_chain(session, keys)
    assert people.missing_readers(session, keys, list(PERIODS), TODAY) == []


def test_a_destroyed_period_opens_for_nobody_not_even_with_the_old_rows(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    key = people.current_key(session, keys, "everyone", "2026-11")
    ash = founded.open["Ash"]
    wrap = session.get_one(KeyWrap, (key.id, ash.account_id)).wrapped
    assert people.intake_private(session, keys, ash, key.id)
    people.destroy_period(session, keys, key, TODAY)
    with pytest.raises(RuleRefused):
        people.intake_private(session, keys, ash, key.id)
    session.add(KeyWrap(intake_key_id=key.id, account_id=ash.account_id, wrapped=wrap))  # A restored backup.
    session.flush()
    with pytest.raises(sealing.SealBroken):
        people.intake_private(session, keys, ash, key.id)
    assert key.id not in {live.id for live in people.live_keys(session)}
    with pytest.raises(RuleRefused):
        people.current_key(session, keys, "everyone", "2026-11")


@pytest.mark.on_both
def test_the_key_folder_and_the_database_together_open_no_intake_key(session: Session, keys: KeyFolder) -> None:
    """A seized server without anybody's words: no stored secret opens a wrap, and the wraps hide the private half."""
    founded = a_chain(session, keys)
    key = people.current_key(session, keys, "everyone", "2026-11")
    private = people.intake_private(session, keys, founded.open["Ash"], key.id)
    wraps = session.scalars(select(KeyWrap.wrapped).where(KeyWrap.intake_key_id == key.id)).all()
    held = [keys.need(name) for name in keys.names()]
    assert not any(private in blob for blob in [*wraps, *held])
    thief = people.OpenReader(founded.cards["Ash"].account_id, frozenset(), b"", b"")
    for secret in held:
        if len(secret) == 32:
            with pytest.raises(sealing.SealBroken):
                people.intake_private(
                    session, keys, people.OpenReader(thief.account_id, frozenset(), secret, secret), key.id
                )


def test_one_readers_wrap_is_of_no_use_to_another(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    key = people.current_key(session, keys, "grievance", "2026-11")
    wrap = session.get_one(KeyWrap, (key.id, founded.cards["Ash"].account_id)).wrapped
    sam = founded.open["Sam"]
    session.add(KeyWrap(intake_key_id=key.id, account_id=sam.account_id, wrapped=wrap))
    session.flush()
    with pytest.raises(sealing.SealBroken):
        people.intake_private(session, keys, sam, key.id)


def test_an_unknown_key_is_a_sentence(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    with pytest.raises(RuleRefused):
        people.intake_private(session, keys, founded.open["Ash"], uuid.uuid4())
