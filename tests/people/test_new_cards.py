"""A lost card: two people make a new one; what each audience is sent can be read again, even where all were lost."""

import pytest
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import Account
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from tests.people.factories import (
    NOON,
    PERIODS,
    TODAY,
    a_card,
    a_chain,
    key_of,
    open_with,
    opens,
    remove,
    signed_in,
    told_to_members,
)


def test_a_new_card_takes_two_people_and_ends_the_old_one(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    member = a_card(session, keys, Role.MEMBER)
    old = signed_in(session, keys, member)
    staff, board = (signed_in(session, keys, founded.cards[name]).who for name in ("Sam", "Ash"))
    asked = people.ask_for_card(session, keys, staff, member.account_id, TODAY)
    with pytest.raises(RuleRefused, match="second person"):
        people.agree_to_card(session, keys, staff, asked.id, people.draft_card(keys, member.alias), TODAY)
    manager = signed_in(session, keys, founded.cards["Mo"]).who
    with pytest.raises(RuleRefused, match="on the board"):
        people.agree_to_card(session, keys, manager, asked.id, people.draft_card(keys, member.alias), TODAY)
    card = people.agree_to_card(session, keys, board, asked.id, people.draft_card(keys, member.alias), TODAY)
    assert people.sign_in(session, member.alias, people.stretch(keys, member.alias, member.passphrase), NOON) is None
    assert people.who_is_asking(session, {people.COOKIE: old.cookie}, NOON) is None
    assert signed_in(session, keys, card)
    assert f"{member.alias} gets a new card for a lost one. Sam asked, Ash agreed." in told_to_members(session, 5), (
        "every member is told"
    )
    with pytest.raises(RuleRefused, match="settled already"):
        people.agree_to_card(session, keys, board, asked.id, people.draft_card(keys, member.alias), TODAY)


def test_a_card_made_for_another_name_is_refused(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    member, other = a_card(session, keys), a_card(session, keys)
    asked = people.ask_for_card(
        session, keys, signed_in(session, keys, founded.cards["Sam"]).who, member.account_id, TODAY
    )
    board = signed_in(session, keys, founded.cards["Ash"]).who
    with pytest.raises(RuleRefused):
        people.agree_to_card(session, keys, board, asked.id, people.draft_card(keys, other.alias), TODAY)


def test_nobody_asks_for_their_own_card(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    with pytest.raises(RuleRefused, match="yourself"):
        people.ask_for_card(
            session,
            keys,
            signed_in(session, keys, founded.cards["Sam"]).who,
            founded.cards["Sam"].account_id,
            TODAY,
        )


def test_a_reader_with_a_new_card_reads_again_only_when_two_sign(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    account_id = founded.cards["Bo"].account_id
    card = people.new_card(session, keys, account_id, TODAY)
    again = open_with(session, keys, card)
    assert account_id not in people.readers(session, keys)
    assert key_of(session, keys).period == "2026-11.2", "what comes is closed to the lost card"
    assert not opens(session, keys, again, key_of(session, keys))
    assert not opens(session, keys, founded.open["Bo"], key_of(session, keys))
    with pytest.raises(RuleRefused, match="Only a reader on the list"):
        people.propose_removal(session, keys, again, founded.cards["Sam"].account_id, TODAY)
    asked = people.propose_enrolment(
        session,
        keys,
        founded.open["Sam"],
        account_id,
        ["everyone", "grievance", "manager", "urgent"],
        True,
        TODAY,
    )
    people.confirm_enrolment(session, keys, founded.open["Ash"], asked.id, TODAY)
    for audience, periods in PERIODS.items():
        assert opens(session, keys, again, key_of(session, keys, audience, periods[0]))


def test_the_lost_card_cannot_sign_under_its_old_key(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    people.new_card(session, keys, founded.cards["Bo"].account_id, TODAY)
    card = a_card(session, keys, Role.STAFF_READER)
    with pytest.raises(RuleRefused):
        people.propose_enrolment(session, keys, founded.open["Bo"], card.account_id, ["everyone"], False, TODAY)


# All readers of an audience lost (docs/operating.md, "When somebody loses a card")


def test_two_readers_of_other_audiences_make_new_ones_who_open_what_comes_from_then_on(
    session: Session, keys: KeyFolder
) -> None:
    founded = a_chain(session, keys)
    card = a_card(session, keys, Role.BOARD_READER)
    asked = people.propose_enrolment(session, keys, founded.open["Ash"], card.account_id, ["everyone"], True, TODAY)
    people.confirm_enrolment(session, keys, founded.open["Sam"], asked.id, TODAY)
    third = open_with(session, keys, card)
    before = key_of(session, keys, "manager")
    cards = {
        name: people.new_card(session, keys, founded.cards[name].account_id, TODAY) for name in ("Ash", "Bo", "Dee")
    }
    assert not any("manager" in each.audiences for each in people.readers(session, keys).values())
    with pytest.raises(RuleRefused, match="nothing was kept"):
        key_of(session, keys, "manager")

    for name in ("Ash", "Bo"):
        asked = people.propose_enrolment(
            session,
            keys,
            third,
            founded.cards[name].account_id,
            ["everyone", "grievance", "manager", "urgent"],
            True,
            TODAY,
        )
        people.confirm_enrolment(session, keys, founded.open["Sam"], asked.id, TODAY)

    again = [open_with(session, keys, cards[name]) for name in ("Ash", "Bo")]
    people.pass_on_keys(session, keys, again[0])
    assert all(opens(session, keys, each, key_of(session, keys, "manager")) for each in again)
    assert not any(opens(session, keys, each, before) for each in again), "what came before stays closed"
    assert all(opens(session, keys, each, key_of(session, keys)) for each in again), "what others read is passed on"


def test_where_no_reader_of_the_board_is_left_nobody_makes_one_any_more(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    card = people.new_card(session, keys, founded.cards["Ash"].account_id, TODAY)
    people.new_card(session, keys, founded.cards["Bo"].account_id, TODAY)
    asked = people.propose_enrolment(session, keys, founded.open["Sam"], card.account_id, ["everyone"], True, TODAY)
    with pytest.raises(RuleRefused, match="must read for the board"):
        people.confirm_enrolment(session, keys, founded.open["Mo"], asked.id, TODAY)


# Ending an account


@pytest.mark.on_both
def test_a_reader_is_removed_by_two_before_their_account_ends(session: Session, keys: KeyFolder) -> None:
    founded = a_chain(session, keys)
    account_id = founded.cards["Sam"].account_id
    with pytest.raises(RuleRefused, match="is a reader"):
        people.end_account(session, keys, account_id, TODAY)
    remove(session, keys, founded, account_id, "Ash", "Mo")
    people.end_account(session, keys, account_id, TODAY)
    words = people.stretch(keys, "Sam", founded.cards["Sam"].passphrase)
    assert people.sign_in(session, "Sam", words, NOON) is None
    assert session.get_one(Account, account_id).ended_on == TODAY
    assert account_id not in people.with_role(session, Role.STAFF_READER)


def test_somebody_always_keeps_the_cards(session: Session, keys: KeyFolder) -> None:
    first = a_card(session, keys, Role.ADMIN)
    with pytest.raises(RuleRefused, match="Somebody must keep the cards"):
        people.end_account(session, keys, first.account_id, TODAY)
    a_card(session, keys, Role.ADMIN)
    people.end_account(session, keys, first.account_id, TODAY)
    with pytest.raises(RuleRefused, match="has ended"):
        people.end_account(session, keys, first.account_id, TODAY)


def test_a_name_is_taken_once_whatever_its_case(session: Session, keys: KeyFolder) -> None:
    a_card(session, keys, alias="Old Bill")
    with pytest.raises(RuleRefused, match="taken"):
        a_card(session, keys, alias="old  BILL")
