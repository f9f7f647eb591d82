"""Who signs for a reader, gives a new card and takes a reader away: two people, and one of the board."""

import pytest

from governance.people.rules import (
    ReaderFacts,
    check_readers_remain,
    check_two_give_card,
    check_two_sign,
    missing_readers,
)
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused

# Two people


def a_reader(number: int, board: bool, *audiences: str) -> ReaderFacts:
    return ReaderFacts(number, bytes(32), bytes(32), audiences or ("everyone",), board)


READERS = {1: a_reader(1, True), 2: a_reader(2, True), 3: a_reader(3, False), 4: a_reader(4, False)}


@pytest.mark.parametrize(("signers", "fine"), [
    ({1, 2}, True), ({1, 3}, True), ({1}, False), ({3, 4}, False), ({1, 9}, False), (set(), False), ({1, 5}, False),
    ({1, 2, 9}, False),
])  # fmt: skip
def test_two_readers_sign_and_one_is_of_the_board(signers: set[int], fine: bool) -> None:
    if fine:
        check_two_sign(READERS, signers, about=5)
    else:
        with pytest.raises(RuleRefused):
            check_two_sign(READERS, signers, about=5)


def test_nobody_signs_for_themselves() -> None:
    with pytest.raises(RuleRefused, match="yourself"):
        check_two_sign(READERS, {1, 2}, about=2)


@pytest.mark.parametrize(("first", "second", "ids", "fine"), [
    ({Role.ADMIN}, {Role.BOARD_READER}, (1, 2), True),
    ({Role.BOARD_READER}, {Role.STAFF_READER}, (1, 2), True),
    ({Role.ADMIN}, {Role.STAFF_READER}, (1, 2), False),
    ({Role.BOARD_READER}, {Role.BOARD_READER}, (1, 1), False),
    ({Role.ADMIN}, {Role.BOARD_READER}, (7, 2), False),
    ({Role.ADMIN}, {Role.BOARD_READER}, (1, 7), False),
])  # fmt: skip
def test_a_lost_card_takes_two_people_and_one_of_the_board(
    first: set[Role], second: set[Role], ids: tuple[int, int], fine: bool
) -> None:
    if fine:
        check_two_give_card(first, second, ids, about=7)
    else:
        with pytest.raises(RuleRefused):
            check_two_give_card(first, second, ids, about=7)


def test_its_refusal_asks_for_somebody_who_would_count() -> None:
    """A board reader without a seat is refused again."""
    with pytest.raises(RuleRefused, match=r"Ask somebody who sits on the board\.$"):
        check_two_give_card({Role.ADMIN}, {Role.STAFF_READER}, (1, 2), about=7)


def test_a_removal_leaves_two_readers_and_the_board_reading_everything() -> None:
    check_readers_remain(READERS, 3)
    check_readers_remain(READERS, 1)
    check_readers_remain({n: a_reader(n, True, "everyone") for n in (1, 2, 3)}, 3)
    with pytest.raises(RuleRefused, match="Two readers must be left"):
        check_readers_remain({1: a_reader(1, True), 2: a_reader(2, True)}, 2)
    with pytest.raises(RuleRefused, match="Two readers must be left"):
        check_readers_remain({1: a_reader(1, True), 3: a_reader(3, False), 4: a_reader(4, False)}, 1)
    with pytest.raises(RuleRefused, match="could no longer read"):
        check_readers_remain({**READERS, 1: a_reader(1, True, "everyone", "urgent")}, 1)


def test_each_audience_needs_two_readers_of_the_board() -> None:
    readers = [a_reader(1, True, "everyone", "urgent"), a_reader(2, True, "everyone"), a_reader(3, False, "urgent")]
    assert [sentence.values["audience"] for sentence in missing_readers(readers, ["everyone", "urgent"])] == ["urgent"]
