"""The charter in numbers: where a board begins, how far it may go, how it is read aloud (docs/domain.md 2.2)."""

from __future__ import annotations

from dataclasses import asdict, replace
from fractions import Fraction

import pytest

from governance.board import charter as the_charter
from governance.board.charter import Charter, Method, problems

MORE_THAN_HALF, ALL = Fraction(51, 100), Fraction(1)
HALF, TWO_THIRDS = Fraction(1, 2), Fraction(2, 3)

# The number of the charter, what a board begins with, and from where to where it may set it.
NUMBERS = {
    "voting_seats": (9, 5, 25),
    "family_seats": (1, 0, 12),
    "health_seats": (1, 0, 12),
    "alternates": (2, 0, 10),
    "lived_share": (MORE_THAN_HALF, MORE_THAN_HALF, ALL),
    "fewest_to_decide": (5, 5, 25),
    "quorum_share": (HALF, HALF, TWO_THIRDS),
    "left_after_stepping_out": (4, 4, 25),
    "consensus_rounds": (2, 1, 5),
    "least_yes": (3, 3, 25),
    "two_thirds": (TWO_THIRDS, Fraction(3, 5), Fraction(3, 4)),
    "term_months": (12, 6, 24),
    "terms_in_a_row": (3, 1, 10),
    "pause_months": (6, 1, 12),
    "agenda_items": (3, 1, 3),
    "notice_days": (3, 1, 30),
    "first_word_days": (3, 1, 5),
    "answer_days": (15, 5, 30),
}
OF_ALL_SEATS = ("fewest_to_decide", "left_after_stepping_out", "least_yes")


def test_a_board_begins_with_the_numbers_of_its_domain_and_may_go_as_far_as_that_says() -> None:
    found = {each.name: (getattr(Charter(), each.name), each.low, each.high) for each in the_charter.RANGES}
    assert found == NUMBERS


def test_a_board_begins_with_seven_seats_of_its_own_and_a_vote_in_secret() -> None:
    choices = {name: value for name, value in asdict(Charter()).items() if name not in NUMBERS}
    assert choices == {
        "lived_seats": 7,
        "method": Method.CONSENSUS_THEN_VOTE,
        "second_check": True,
        "votes_by_name": False,
        "equal_to_talk": False,
    }


@pytest.mark.parametrize(("days", "allowed"), [(0, False), (1, True), (30, True), (31, False)])
def test_the_ends_of_a_range_may_be_chosen_and_nothing_past_them(days: int, allowed: bool) -> None:
    said = [str(each) for each in problems(replace(Charter(), notice_days=days))]
    assert said == ([] if allowed else [f"Days of notice: choose from 1 to 30. It is {days}."])


@pytest.mark.parametrize("name", OF_ALL_SEATS)
def test_no_number_of_people_is_more_than_there_are_seats(name: str) -> None:
    nine = Charter()
    assert problems(replace(nine, **{name: 9})) == []  # type: ignore[arg-type]
    assert [str(each).split(": ")[1] for each in problems(replace(nine, **{name: 10}))] == [  # type: ignore[arg-type]
        "there are only 9 seats."
    ]


def test_a_board_with_no_seats_is_told_so_and_is_no_crash() -> None:
    said = [str(each) for each in problems(Charter(lived_seats=0, family_seats=0, health_seats=0))]
    assert said[0] == "Voting seats: choose from 5 to 25. It is 0."
    assert not any("lived or living" in each for each in said)


def test_just_as_many_lived_seats_as_the_charter_asks_for_are_enough() -> None:
    ten = Charter(lived_seats=6, family_seats=2, health_seats=2)
    assert problems(replace(ten, lived_share=Fraction(6, 10))) == []
    assert [str(each) for each in problems(replace(ten, lived_share=Fraction(61, 100)))] == [
        "6 of 10 seats are lived or living experience seats. It must be 61% or more."
    ]


@pytest.mark.parametrize(
    ("number", "words"), [(4, "4"), (Fraction(1, 2), "50%"), (Fraction(1), "100%"), (Fraction(2, 3), "2/3")]
)
def test_a_share_is_a_percent_when_that_is_exact(number: int | Fraction, words: str) -> None:
    assert the_charter.in_words(number) == words


def test_the_charter_is_read_aloud_with_its_own_numbers() -> None:
    said = [str(each) for each in the_charter.sentences(Charter())]
    assert said[0].endswith("experience: 7. Family or neighbor: 1. Health worker: 1.")
    assert "We look for a yes from all. After 2 rounds we vote." in said
    assert "Votes are secret. Nobody can look up how someone voted." in said
    assert "Is it a rule about participants? Then most lived or living experience seats must say yes too." in said


def test_a_board_that_chose_otherwise_reads_that_aloud() -> None:
    other = Charter(method=Method.VOTE_ONLY, second_check=False, votes_by_name=True)
    said = [str(each) for each in the_charter.sentences(other)]
    assert "We vote." in said
    assert "A rule about participants gets one vote, with no second check." in said
    assert said[10].startswith("We vote by name. Everyone can read how each member voted.")
