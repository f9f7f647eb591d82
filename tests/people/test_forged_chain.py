"""A database is not enough to make a reader: forged rows, a chain of one's own, a key swapped."""

import hashlib
import json

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from governance import sealing
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import AccountRole, ChainEntry, KeyWrap, ReaderKey
from governance.people.service import chain
from governance.permissions.roles import Role
from tests.people.factories import (
    TODAY,
    a_card,
    a_chain,
    key_of,
    open_with,
    opens,
)

# A database is not enough


def test_forged_rows_make_nobody_a_reader(session: Session, keys: KeyFolder) -> None:
    """Rows for an account, its keys, a chain entry it signed itself, and a wrap: all put in by SQL."""
    founded = a_chain(session, keys)
    card = a_card(session, keys, Role.BOARD_READER, alias="Mallory")
    mallory = open_with(session, keys, card)
    own = session.get_one(ReaderKey, card.account_id)
    newest = session.scalars(select(ChainEntry)).one()
    facts = {"account": card.account_id, "box": own.box_public.hex(), "sign": own.sign_public.hex(),
             "audiences": ["everyone"], "board": True}  # fmt: skip
    body = json.dumps({"v": 1, "programme": keys.programme, "number": 1, "previous": newest.hash.hex(),
                       "act": "enrol", "reader": facts})  # fmt: skip
    ash, bo = (founded.cards[name].account_id for name in ("Ash", "Bo"))
    signature = chain.sign(mallory, body).hex()
    digest = hashlib.sha256(body.encode()).digest()
    session.add(ChainEntry(number=1, body=body, signatures={str(ash): signature, str(bo): signature}, hash=digest))
    key = key_of(session, keys)
    session.add(KeyWrap(intake_key_id=key.id, account_id=card.account_id, wrapped=own.wrapped))
    session.flush()
    with pytest.raises(people.ChainBroken, match="changed by somebody who may not"):
        people.readers(session, keys)
    with pytest.raises(people.ChainBroken):
        people.ensure_intake_keys(session, keys, {"everyone": ["2027-01"]})
    with pytest.raises(people.ChainBroken):
        people.pass_on_keys(session, keys, founded.open["Ash"])
    with pytest.raises(sealing.SealBroken):
        people.intake_private(session, keys, mallory, key.id)


@pytest.mark.parametrize("signers", [("Ash",), ("Sam", "Mo"), ()])
def test_a_reader_who_also_has_the_database_makes_nobody_a_reader_alone(
    session: Session, keys: KeyFolder, signers: tuple[str, ...]
) -> None:
    """True signatures, put in by SQL: one board reader alone, or two of the staff."""
    founded = a_chain(session, keys)
    card = a_card(session, keys, Role.STAFF_READER)
    asked = people.propose_enrolment(session, keys, founded.open["Ash"], card.account_id, ["everyone"], False, TODAY)
    signatures = {founded.cards[name].account_id: chain.sign(founded.open[name], asked.body) for name in signers}
    chain.add(session, asked.body, signatures)
    with pytest.raises(people.ChainBroken):
        people.readers(session, keys)


def test_a_role_put_in_by_sql_opens_no_message(session: Session, keys: KeyFolder) -> None:
    a_chain(session, keys)
    card = a_card(session, keys, Role.MEMBER)
    session.add(AccountRole(account_id=card.account_id, role=Role.BOARD_READER))
    session.flush()
    people.ensure_intake_keys(session, keys, {"everyone": ["2027-01"]})
    reader = open_with(session, keys, card)
    assert not opens(session, keys, reader, key_of(session, keys, "everyone", "2027-01"))


@pytest.mark.on_both
def test_a_chain_of_ones_own_does_not_begin_at_the_anchor(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    real = session.scalars(select(ChainEntry)).one()
    fewer = json.loads(real.body)
    fewer["readers"] = [one for one in fewer["readers"] if one["board"] is False]
    body = json.dumps(fewer)
    signatures = {
        str(reader.account_id): chain.sign(reader, body).hex()
        for name, reader in founded.open.items() if name not in ("Ash", "Bo")
    }  # fmt: skip
    session.execute(
        update(ChainEntry).values(body=body, signatures=signatures, hash=hashlib.sha256(body.encode()).digest())
    )
    session.expire_all()
    with pytest.raises(people.ChainBroken):
        people.readers(session, keys)


BROKEN: tuple[dict[str, object], ...] = (
    {"body": "not json"}, {"body": "{}"}, {"body": "[]"}, {"signatures": {}}, {"signatures": {"x": "y"}},
    {"hash": bytes(32)}, {"number": 7}, {"signatures": {"1": 5}},
)  # fmt: skip


@pytest.mark.on_both
def test_a_broken_chain_is_a_sentence_and_not_a_crash(
    session: Session, keys: KeyFolder, subtests: pytest.Subtests
) -> None:
    a_chain(session, keys)
    session.commit()
    for change in BROKEN:
        with subtests.test(change=change):
            session.execute(update(ChainEntry).values(**change))
            session.expire_all()
            with pytest.raises(people.ChainBroken):
                people.readers(session, keys)
            assert people.reader_list(session, keys).problem
            assert len(people.missing_readers(session, keys, ["everyone"], TODAY)) == 1
        session.rollback()
    assert people.readers(session, keys), "the control: as it was, it holds"


@pytest.mark.on_both
def test_an_own_key_swapped_in_the_database_is_refused(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    card = a_card(session, keys, Role.STAFF_READER, Role.RESPONDER)
    good = people.box_public(session, keys, card.account_id)
    session.execute(
        update(ReaderKey).where(ReaderKey.account_id == card.account_id).values(box_public=sealing.new_pair().public)
    )
    session.expire_all()
    with pytest.raises(people.KeyRefused):
        people.box_public(session, keys, card.account_id)
    with pytest.raises(people.KeyRefused):
        people.propose_enrolment(session, keys, founded.open["Ash"], card.account_id, ["everyone"], False, TODAY)
    session.execute(update(ReaderKey).where(ReaderKey.account_id == card.account_id).values(box_public=good))
    session.expire_all()
    assert people.box_public(session, keys, card.account_id) == good
