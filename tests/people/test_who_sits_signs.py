"""Of two who sign for a reader, one sits on the board today; a share of the board is taken by whoever sits there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from governance import clock
from governance.board import service as board
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.permissions.roles import Role, Who
from governance.ruling.errors import RuleRefused
from tests.board.factories import a_board, a_stool
from tests.people.factories import NOON, TODAY, Readers, a_card, a_chain, enrol, remove

pytestmark = pytest.mark.of_one_database  # The rows and their locks are those of test_readers, which runs on both.

NO_SEAT = "read for the board and sit there today"
# Two who sign for a staff reader, or end one.
SIGN: dict[str, Callable[[Session, KeyFolder, Readers, people.Card, str, str], None]] = {
    "made": enrol,
    "ended": lambda session, keys, by, card, first, second: remove(session, keys, by, card.account_id, first, second),
}


def on_a_board(session: Session, keys: KeyFolder, *sitting: str) -> tuple[Readers, people.Card]:
    """Return readers beside a board of five, of whom those named sit there, and a new staff reader's card."""
    chain = a_chain(session, keys)
    a_board(session, keys, day=TODAY)
    with clock.stopped_at(NOON):
        for name in sitting:
            a_stool(session, keys, chain.cards[name].account_id, name)
    return chain, a_card(session, keys, Role.STAFF_READER)


@pytest.mark.parametrize("act", sorted(SIGN))
def test_a_board_reader_who_left_the_board_is_not_its_half(session: Session, keys: KeyFolder, act: str) -> None:
    chain, card = on_a_board(session, keys, "Ash")
    if act == "ended":
        enrol(session, keys, chain, card, "Ash", "Sam")
    with pytest.raises(RuleRefused, match=NO_SEAT):
        SIGN[act](session, keys, chain, card, "Bo", "Sam")
    with pytest.raises(RuleRefused, match=NO_SEAT):
        SIGN[act](session, keys, chain, card, "Sam", "Bo")
    SIGN[act](session, keys, chain, card, "Bo", "Ash")
    assert (card.account_id in people.readers(session, keys)) is (act == "made")


def test_where_no_board_reader_sits_the_list_alone_says_it(session: Session, keys: KeyFolder) -> None:
    """Else nobody could be made a reader again, and nobody ended."""
    chain, card = on_a_board(session, keys)
    enrol(session, keys, chain, card, "Bo", "Sam")
    assert card.account_id in people.readers(session, keys)


def test_a_seat_at_rest_is_none(session: Session, keys: KeyFolder) -> None:
    chain, card = on_a_board(session, keys, "Ash", "Bo")
    seat = board.seat_of(session, chain.cards["Bo"].account_id, TODAY)
    assert seat
    board.pause(session, seat.seat_id, TODAY, TODAY + timedelta(days=30))
    with pytest.raises(RuleRefused, match=NO_SEAT):
        enrol(session, keys, chain, card, "Bo", "Sam")
    enrol(session, keys, chain, card, "Ash", "Sam")


def test_nobody_is_asked_to_sign_who_could_not(session: Session, keys: KeyFolder) -> None:
    chain, card = on_a_board(session, keys, "Ash")
    sam, bo, ash = (chain.cards[name].account_id for name in ("Sam", "Bo", "Ash"))
    could_sign = people.could_sign_with(session, keys, TODAY)
    assert not could_sign({sam, bo}, card.account_id)
    assert could_sign({sam, ash}, card.account_id)
    assert could_sign({sam, bo}, ash), "Ash is no half of what is about Ash"


def test_the_only_board_reader_who_sits_can_be_ended(session: Session, keys: KeyFolder) -> None:
    """Who a signature is about is not counted: else the only one who sits could stop it alone, by doing nothing."""
    chain, _card = on_a_board(session, keys, "Ash")
    remove(session, keys, chain, chain.cards["Ash"].account_id, "Bo", "Sam")
    assert chain.cards["Ash"].account_id not in people.readers(session, keys)


def who(card: people.Card, *roles: Role) -> Who:
    return Who(card.account_id, card.alias, frozenset(roles), b"")


def test_a_share_of_the_board_goes_to_whoever_sits_there(session: Session, keys: KeyFolder) -> None:
    chain, _card = on_a_board(session, keys, "Ash")
    people.renew_shares(session, keys)
    one, two = a_card(session, keys, Role.ADMIN), a_card(session, keys, Role.MEMBER)
    people.claim_share(session, keys, who(one, Role.ADMIN), TODAY)
    left = who(two, Role.MEMBER)
    with pytest.raises(RuleRefused, match="The shares that wait are for people of the board"):
        people.claim_share(session, keys, left, TODAY)
    people.claim_share(session, keys, who(chain.cards["Ash"], Role.MEMBER), TODAY)


def test_before_three_sit_a_card_of_the_board_takes_one(session: Session, keys: KeyFolder) -> None:
    """The control: as a programme begins."""
    a_chain(session, keys)
    people.renew_shares(session, keys)
    admin, member = (who(a_card(session, keys, role), role) for role in (Role.ADMIN, Role.MEMBER))
    for each in (admin, member):
        people.claim_share(session, keys, each, TODAY)
    assert people.shown_to(session, admin)
    assert people.shown_to(session, member)
