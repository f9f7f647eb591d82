"""Quorum: may the people who are here decide? Each number of the charter is tried at its edge, on both sides."""

from dataclasses import replace
from fractions import Fraction

import pytest

from governance.board.charter import Charter
from governance.board.quorum import Sum, quorum
from governance.board.rules import SeatClass
from governance.ruling.errors import RuleRefused

LIVED, FAMILY, HEALTH = SeatClass
CHARTER = Charter()
ByClass = dict[SeatClass, int]

TOO_FEW_SEATS = "seats are active. With fewer than 5"
TOO_FEW_HERE = "must be here."
NO_MAJORITY = "More than half of those here must hold lived or living experience seats."
TOO_FEW_LEFT = "After people step out, at least 4 must be left."


def seats(lived: int, family: int = 0, health: int = 0) -> ByClass:
    return {LIVED: lived, FAMILY: family, HEALTH: health}


def why_not(found: Sum) -> str:
    return " ".join(str(reason) for reason in found.reasons)


EDGES = [
    # active, here, stepped out, why there is no quorum
    (seats(5), seats(5), seats(0), ""),
    (seats(4), seats(4), seats(0), TOO_FEW_SEATS),
    (seats(3, 1, 1), seats(3), seats(0), ""),
    (seats(7, 1, 1), seats(5), seats(0), ""),
    (seats(7, 1, 1), seats(4), seats(0), TOO_FEW_HERE),
    (seats(7, 1), seats(4), seats(0), ""),
    (seats(7, 1, 1), seats(4), seats(1), ""),
    (seats(7, 2, 2), seats(4, 2), seats(0), ""),
    (seats(7, 2, 2), seats(3, 2, 1), seats(0), NO_MAJORITY),
    (seats(7, 3, 3), seats(3, 2, 2), seats(0), NO_MAJORITY),
    (seats(6), seats(4), seats(2), ""),
    (seats(6), seats(3), seats(2), TOO_FEW_LEFT),
    (seats(6), seats(3), seats(0), ""),
]


@pytest.mark.parametrize(("active", "here", "out", "why"), EDGES)
def test_each_part_of_the_sum_has_an_edge(active: ByClass, here: ByClass, out: ByClass, why: str) -> None:
    found = quorum(active, here, out, CHARTER)
    assert found.met is not bool(why)
    assert len(found.reasons) == bool(why)
    assert why in why_not(found)


def test_nobody_here_is_never_a_quorum() -> None:
    assert not quorum(seats(5), seats(0), seats(5), replace(CHARTER, left_after_stepping_out=0)).met


def test_the_sum_is_said_in_one_line() -> None:
    found = quorum(seats(7, 1, 1), seats(5, 1), seats(1), CHARTER)
    assert str(found.in_words) == (
        "9 active seats, 6 here, 5 of 6 hold lived or living experience seats, 1 stepped out"
    )


def test_the_charter_may_ask_for_two_thirds() -> None:
    strict = replace(CHARTER, quorum_share=Fraction(2, 3))
    assert quorum(seats(7, 1, 1), seats(6), seats(0), strict).met
    assert why_not(quorum(seats(7, 1, 1), seats(5), seats(0), strict)) == "At least 6 must be here. 5 are here."


@pytest.mark.parametrize(
    ("active", "here", "out"),
    [(seats(5), seats(5), seats(1)), (seats(5), seats(6), seats(0)), (seats(5, 0, 2), seats(5, 1), seats(0))],
)
def test_a_roll_that_counts_more_people_than_seats_is_refused(active: ByClass, here: ByClass, out: ByClass) -> None:
    with pytest.raises(RuleRefused, match="Check the roll"):
        quorum(active, here, out, CHARTER)


# The second ballot, of the lived or living experience seats alone

ALONE = [
    (seats(7, 1, 1), seats(4), seats(0), True),
    (seats(7, 1, 1), seats(3), seats(0), False),
    (seats(7, 1, 1), seats(3), seats(1), True),
    (seats(4, 2, 2), seats(2), seats(1), True),
    (seats(7), seats(0), seats(7), False),
    (seats(0), seats(0), seats(0), False),
]


@pytest.mark.parametrize(("active", "here", "out", "met"), ALONE)
def test_alone_they_need_their_share_and_somebody_here(active: ByClass, here: ByClass, out: ByClass, met: bool) -> None:
    assert quorum(active, here, out, CHARTER, lived_alone=True).met is met


def test_alone_the_other_seats_are_left_out_of_the_sum() -> None:
    found = quorum(seats(7, 1, 1), seats(5, 1, 1), seats(1, 1), CHARTER, lived_alone=True)
    assert (found.active, found.here, found.lived_here, found.stepped_out) == (7, 5, 5, 1)


def test_a_kind_of_seat_that_is_not_named_has_nobody() -> None:
    assert (none := quorum({}, {}, {}, CHARTER)).active == none.here == none.lived_here == none.stepped_out == 0
    with pytest.raises(RuleRefused, match="Check the roll"):
        quorum({}, {SeatClass.LIVED: 1}, {}, CHARTER)
