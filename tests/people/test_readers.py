"""The readers' chain: two people make a reader, and a database alone makes none."""

import json

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger.models import Leaf
from governance.people import service as people
from governance.people.models import ChainEntry, Enrolment
from governance.people.service import chain, first_yes
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from tests.people.factories import (
    PERIODS,
    TODAY,
    a_card,
    a_chain,
    enrol,
    key_of,
    open_with,
    opens,
    remove,
)

# Beginning


def test_the_founders_read_what_their_roles_open_and_nothing_else(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    reads = {
        name: [audience for audience, periods in PERIODS.items()
               if opens(session, keys, founded.open[name], key_of(session, keys, audience, periods[0]))]
        for name in founded.open
    }  # fmt: skip
    assert reads == {
        "Ash": ["everyone", "grievance", "manager", "urgent"],
        "Bo": ["everyone", "grievance", "manager", "urgent"],
        "Sam": ["everyone", "urgent"],
        "Mo": ["everyone", "grievance"],
        "Dee": ["everyone", "grievance", "manager"],
    }


def test_a_chain_begins_once_and_with_two_readers_one_of_the_board(session: Session, keys: KeyFolder) -> None:
    staff, board = (
        open_with(session, keys, a_card(session, keys, role)) for role in (Role.STAFF_READER, Role.BOARD_READER)
    )
    other = open_with(session, keys, a_card(session, keys, Role.STAFF_READER))
    for founders in ([(board, ["everyone"], True)], [(staff, ["everyone"], False), (other, ["everyone"], False)]):
        with pytest.raises(RuleRefused, match="Begin with two"):
            people.begin_chain(session, keys, founders)
    with pytest.raises(people.ChainBroken, match="no list of readers yet"):
        people.readers(session, keys)
    both = [(board, ["everyone"], True), (staff, ["everyone"], False)]
    people.begin_chain(session, keys, both)
    with pytest.raises(RuleRefused, match="begun already"):
        people.begin_chain(session, keys, both)


@pytest.mark.on_both
def test_every_entry_is_in_the_ledger_and_names_nobody(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    enrol(session, keys, founded, a_card(session, keys, Role.STAFF_READER), "Ash", "Sam")
    bodies = [json.loads(leaf.body) for leaf in session.scalars(select(Leaf).where(Leaf.log == "decisions"))]
    entries = [body for body in bodies if body["kind"] == "reader-chain"]
    assert [(entry["number"], entry["act"]) for entry in entries] == [(0, "begin"), (1, "enrol")]
    stored = session.scalars(select(ChainEntry).order_by(ChainEntry.number)).all()
    assert [entry["hash"] for entry in entries] == [row.hash.hex() for row in stored]
    assert all(set(entry) == {"v", "kind", "number", "act", "hash"} for entry in entries)
    assert sum(body["kind"] == "key" for body in bodies) == 8


# Making a reader


def test_two_readers_make_a_third_who_then_opens_what_is_kept(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    card = a_card(session, keys, Role.STAFF_READER)
    newcomer = open_with(session, keys, card)
    assert not opens(session, keys, newcomer, key_of(session, keys))
    enrol(session, keys, founded, card, "Ash", "Sam")
    assert people.readers(session, keys)[card.account_id].audiences == ("everyone",)
    assert opens(session, keys, newcomer, key_of(session, keys))
    assert opens(session, keys, newcomer, key_of(session, keys, "everyone", "2026-12"))
    assert not opens(session, keys, newcomer, key_of(session, keys, "grievance"))


def test_keys_only_the_first_signer_holds_follow_at_that_persons_next_sign_in(
    session: Session, keys: KeyFolder
) -> None:
    founded = a_chain(session, keys)
    card = a_card(session, keys, Role.BOARD_READER)
    enrol(session, keys, founded, card, "Ash", "Sam")  # Sam does not read grievances.
    newcomer = open_with(session, keys, card)
    assert not opens(session, keys, newcomer, key_of(session, keys, "grievance"))
    assert people.pass_on_keys(session, keys, founded.open["Ash"]) > 0
    assert opens(session, keys, newcomer, key_of(session, keys, "grievance"))
    assert people.pass_on_keys(session, keys, founded.open["Ash"]) == 0


def test_new_keys_go_to_the_new_reader_too(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    card = a_card(session, keys, Role.STAFF_READER)
    enrol(session, keys, founded, card, "Bo", "Mo")
    people.ensure_intake_keys(session, keys, {"everyone": ["2027-01"]})
    assert opens(session, keys, open_with(session, keys, card), key_of(session, keys, "everyone", "2027-01"))


@pytest.mark.parametrize(("first", "second"), [("Sam", "Mo"), ("Ash", "Ash")])
def test_one_person_or_two_of_the_staff_make_nobody_a_reader(
    session: Session, keys: KeyFolder, first: str, second: str
) -> None:
    founded = a_chain(session, keys)
    card = a_card(session, keys, Role.STAFF_READER)
    with pytest.raises(RuleRefused):
        enrol(session, keys, founded, card, first, second)
    assert card.account_id not in people.readers(session, keys)


def test_somebody_who_is_no_reader_cannot_sign(session: Session, keys: KeyFolder) -> None:
    a_chain(session, keys)
    stranger = open_with(session, keys, a_card(session, keys, Role.BOARD_READER))
    card = a_card(session, keys, Role.STAFF_READER)
    with pytest.raises(RuleRefused, match="Only a reader on the list"):
        people.propose_enrolment(session, keys, stranger, card.account_id, ["everyone"], False, TODAY)


def test_nobody_signs_for_themselves_or_beyond_what_a_card_is_for(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    with pytest.raises(RuleRefused, match="yourself"):
        people.propose_enrolment(
            session, keys, founded.open["Mo"], founded.cards["Mo"].account_id, ["everyone"], False, TODAY
        )
    with pytest.raises(RuleRefused, match="not for reading"):
        people.propose_enrolment(
            session, keys, founded.open["Ash"], founded.cards["Mo"].account_id, ["manager"], False, TODAY
        )
    member = a_card(session, keys, Role.MEMBER)
    with pytest.raises(RuleRefused, match="not for reading"):
        people.propose_enrolment(session, keys, founded.open["Ash"], member.account_id, ["everyone"], True, TODAY)


def test_a_request_that_the_chain_has_moved_past_is_asked_for_again(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    early, other = a_card(session, keys, Role.STAFF_READER), a_card(session, keys, Role.STAFF_READER)
    asked = people.propose_enrolment(session, keys, founded.open["Ash"], early.account_id, ["everyone"], False, TODAY)
    enrol(session, keys, founded, other, "Bo", "Sam")
    with pytest.raises(RuleRefused, match="has changed since"):
        people.confirm_enrolment(session, keys, founded.open["Sam"], asked.id, TODAY)
    enrol(session, keys, founded, early, "Ash", "Sam")
    assert {early.account_id, other.account_id} <= set(people.readers(session, keys))


@pytest.mark.on_both
def test_a_request_settles_once_and_can_be_taken_back(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    card = a_card(session, keys, Role.STAFF_READER)
    asked = people.propose_enrolment(session, keys, founded.open["Ash"], card.account_id, ["everyone"], False, TODAY)
    assert [(one.alias, one.first_alias) for one in people.requests(session, keys, TODAY)] == [(card.alias, "Ash")]
    people.drop_request(session, asked.id)
    with pytest.raises(RuleRefused, match="settled already"):
        people.confirm_enrolment(session, keys, founded.open["Sam"], asked.id, TODAY)
    assert people.requests(session, keys, TODAY) == []


@pytest.mark.on_both
def test_a_request_changed_in_the_database_is_refused(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    card = a_card(session, keys, Role.BOARD_READER)
    asked = people.propose_enrolment(session, keys, founded.open["Ash"], card.account_id, ["everyone"], True, TODAY)
    wider = asked.body.replace('"audiences":["everyone"]', '"audiences":["everyone","grievance"]')
    assert wider != asked.body
    session.execute(update(Enrolment).values(body=wider))
    session.expire_all()
    with pytest.raises(RuleRefused, match="settled already"):
        people.confirm_enrolment(session, keys, founded.open["Bo"], asked.id, TODAY)
    first_yes.put(session, keys, asked, TODAY)  # With the key folder too: the first reader signed something else.
    with pytest.raises(RuleRefused, match="has changed since"):
        people.confirm_enrolment(session, keys, founded.open["Bo"], asked.id, TODAY)


# Removing a reader


def test_a_removed_reader_opens_nothing_that_comes_from_now_on(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    before = key_of(session, keys)
    remove(session, keys, founded, founded.cards["Sam"].account_id, "Ash", "Mo")
    after = key_of(session, keys)
    assert (before.period, after.period) == ("2026-11", "2026-11.2")
    assert key_of(session, keys, "everyone", "2026-12").period == "2026-12.2"
    assert not opens(session, keys, founded.open["Sam"], after)
    assert not opens(session, keys, founded.open["Sam"], before)
    for reader in ("Ash", "Bo", "Mo"):
        assert opens(session, keys, founded.open[reader], before)
        assert opens(session, keys, founded.open[reader], after)
    assert key_of(session, keys, "grievance").period == "2026-11", "Sam never read grievances"
    assert founded.cards["Sam"].account_id not in people.readers(session, keys)


def test_a_key_after_a_removal_is_not_made_twice(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    remove(session, keys, founded, founded.cards["Sam"].account_id, "Ash", "Mo")
    count = len(people.live_keys(session))
    people.ensure_intake_keys(session, keys, PERIODS)
    assert len(people.live_keys(session)) == count


def test_a_removed_reader_cannot_sign_any_more(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    remove(session, keys, founded, founded.cards["Sam"].account_id, "Ash", "Mo")
    card = a_card(session, keys, Role.STAFF_READER)
    with pytest.raises(RuleRefused, match="Only a reader on the list"):
        enrol(session, keys, founded, card, "Sam", "Ash")


def test_the_board_cannot_be_left_unable_to_read(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    remove(session, keys, founded, founded.cards["Bo"].account_id, "Ash", "Dee")
    with pytest.raises(RuleRefused, match="Two readers must be left, one of them of the board"):
        people.propose_removal(session, keys, founded.open["Dee"], founded.cards["Ash"].account_id, TODAY)


def test_deleting_the_newest_entry_brings_a_removed_reader_not_back(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    removed = founded.cards["Sam"].account_id
    remove(session, keys, founded, removed, "Ash", "Mo")
    session.execute(delete(ChainEntry).where(ChainEntry.number == 1))
    session.expire_all()
    assert removed not in people.readers(session, keys)
    people.ensure_intake_keys(session, keys, {"everyone": ["2027-01"]})
    assert not opens(session, keys, founded.open["Sam"], key_of(session, keys, "everyone", "2027-01"))


@pytest.mark.on_both
def test_a_removed_reader_cannot_sign_in_the_place_of_their_removal(session: Session, keys: KeyFolder) -> None:
    """Somebody with the database deletes the removal, and signs for a friend together with one more reader."""
    founded = a_chain(session, keys)
    friend = a_card(session, keys, Role.STAFF_READER)
    asked = people.propose_enrolment(session, keys, founded.open["Ash"], friend.account_id, ["everyone"], False, TODAY)
    forged = {founded.cards[name].account_id: chain.sign(founded.open[name], asked.body) for name in ("Ash", "Sam")}
    body = asked.body
    remove(session, keys, founded, founded.cards["Sam"].account_id, "Ash", "Mo")
    session.execute(delete(ChainEntry).where(ChainEntry.number == 1))
    chain.add(session, body, forged)
    session.expire_all()
    with pytest.raises(people.ChainBroken):
        people.readers(session, keys)
