"""Roles and accounts that somebody writes into the database: no later line of the ledger vouches for them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import insert, update
from sqlalchemy.orm import Session

from governance import clock
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.people.models import Account, AccountRole
from governance.permissions.roles import Role, Who
from governance.programme import accounting
from governance.ruling.sentences import Sentence
from tests.factories import NOW, TODAY, Founded, an_open_programme
from tests.hand_over import enter, make_own_words
from tests.people.factories import told_to_members


@pytest.fixture
def founded(session: Session, keys: KeyFolder) -> Iterator[Founded]:
    with clock.stopped_everywhere(NOW):
        yield an_open_programme(session, keys)


def a_forged_role(founded: Founded) -> people.Card:
    """What one hand at the database would like best: a role nobody gave, and words that are made "first" once more."""
    card = founded.cards["Elder"]
    founded.session.execute(insert(AccountRole).values(account_id=card.account_id, role=Role.TELLER))
    founded.session.execute(update(Account).where(Account.id == card.account_id).values(own_words=False))
    founded.session.commit()
    return card


def a_forged_account(founded: Founded) -> people.Card:
    """A whole account that nobody agreed to, with every key that a real one has."""
    roles = frozenset({Role.MEMBER, Role.TELLER})
    card = people.new_account(founded.session, founded.keys, alias="Old Bill", roles=roles)
    founded.session.commit()
    return card


def makes_own_words(app: Flask, founded: Founded, card: people.Card) -> None:
    make_own_words(enter(app, card.alias, card.passphrase))


def gets_a_card_by_two_shares(app: Flask, founded: Founded, card: people.Card) -> None:
    people.new_card(founded.session, founded.keys, card.account_id, TODAY)


def gets_a_card_by_two_people(app: Flask, founded: Founded, card: people.Card) -> None:
    session, keys = founded.session, founded.keys
    first, second = (
        Who(founded.account(alias), alias, people.roles_of(session, founded.account(alias)), b"")
        for alias in ("Moss", "Ash")
    )
    asked = people.ask_for_card(session, keys, first, card.account_id, TODAY)
    people.agree_to_card(session, keys, second, asked.id, people.draft_card(keys, card.alias), TODAY)


def ends(app: Flask, founded: Founded, card: people.Card) -> None:
    people.end_account(founded.session, founded.keys, card.account_id, TODAY)
    people.tell_of_end(founded.session, founded.keys, Sentence("It ends."), TODAY, card.account_id)


def differences(founded: Founded) -> list[str]:
    found = list(accounting.differences(founded.session, founded.keys, TODAY))
    founded.session.rollback()
    return found


@pytest.mark.on_both
@pytest.mark.parametrize("forge", [a_forged_role, a_forged_account])
@pytest.mark.parametrize("act", [makes_own_words, gets_a_card_by_two_shares, gets_a_card_by_two_people, ends])
def test_what_was_written_by_hand_is_named_whatever_members_are_told_of_it_later(
    app: Flask,
    founded: Founded,
    forge: Callable[[Founded], people.Card],
    act: Callable[[Flask, Founded, people.Card], None],
) -> None:
    card = forge(founded)
    named = [f"The row “account {card.account_id}” is not what members were told last."]
    assert differences(founded) == named
    before = len(told_to_members(founded.session, 50))
    founded.session.rollback()
    act(app, founded, card)
    founded.session.commit()
    assert len(told_to_members(founded.session, 50)) == before + 1
    assert differences(founded) == named


@pytest.mark.parametrize("act", [makes_own_words, gets_a_card_by_two_shares, gets_a_card_by_two_people, ends])
def test_an_account_that_two_people_made_stays_as_it_was_told(
    app: Flask, founded: Founded, act: Callable[[Flask, Founded, people.Card], None]
) -> None:
    """The control: the same acts leave nothing to find where nobody wrote by hand."""
    card = a_forged_account(founded)
    people.tell_of_accounts(founded.session, founded.keys, Sentence("Old Bill gets a card."), TODAY, {card.account_id})
    founded.session.commit()
    act(app, founded, card)
    founded.session.commit()
    assert differences(founded) == []
