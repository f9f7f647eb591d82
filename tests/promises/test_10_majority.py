"""Promise 10: people who use drugs hold the majority in seats, in quorum and in the result.

A table of cases against the rules, with the sum shown in words; then every board of up to nine, tried one by one.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

import pytest
from sqlalchemy.orm import Session

from governance.ballots import service as ballots
from governance.ballots.result.outcome import Result, SecondCheck, VoteOutcome, outcome, second_ballot_outcome
from governance.ballots.rules import Roll
from governance.board import service as board_service
from governance.board.charter import Charter, problems
from governance.board.quorum import quorum
from governance.board.rules import SeatClass, SeatNow, composition_problems
from governance.counting.decided import YesNo
from governance.keys.keyfolder import KeyFolder
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import CLOSES, NOW, OPENS
from tests.board.factories import a_board
from tests.counting.elections import MAJORITY, TWO_THIRDS, counted
from tests.people.factories import a_card
from tests.proposals.factories import frozen

LIVED, FAMILY, HEALTH = SeatClass
CHARTER = Charter()


def classes(lived: int, family: int = 0, health: int = 0) -> dict[SeatClass, int]:
    return {LIVED: lived, FAMILY: family, HEALTH: health}


# Seats


def board(lived: int, others: int, paused_lived: int = 0, staff: int = 0) -> list[SeatNow]:
    return [
        *(SeatNow(LIVED, paused=nth < paused_lived) for nth in range(lived)),
        *(SeatNow(HEALTH, held_by_staff=nth < staff) for nth in range(others)),
        SeatNow(LIVED, filled=False),
    ]


SEATS = [
    (board(7, 2), []),
    (board(5, 4), []),
    (board(4, 4), ["4 of 8 active seats are lived or living experience seats"]),
    (board(1, 10), ["1 of 11 active seats are lived or living experience seats"]),
    (board(7, 4, paused_lived=3), ["4 of 8 active seats are lived or living experience seats"]),
    (board(7, 2, staff=1), ["Staff never hold a vote"]),
    (board(0, 0), ["0 of 0 active seats are lived or living experience seats"]),
]


@pytest.mark.parametrize(("seats", "wrong"), SEATS)
def test_lived_experience_seats_are_the_majority_of_active_seats(seats: list[SeatNow], wrong: list[str]) -> None:
    found = composition_problems(seats, CHARTER)
    assert len(found) == len(wrong)
    assert all(str(sentence).startswith(start) for sentence, start in zip(found, wrong, strict=True))


def test_a_vote_is_called_only_where_the_board_as_it_sits_may_decide(session: Session, keys: KeyFolder) -> None:
    """Five lived seats of seven are more than half, and less than a charter may ask for."""
    members = a_board(session, keys, (LIVED,) * 5 + (FAMILY, HEALTH), day=NOW.date())
    words, tellers = frozen(session, members[0]), [a_card(session, keys, Role.TELLER).account_id for _ in range(2)]

    def call() -> None:
        ballots.call_vote(
            session, keys, words, kind="majority", opens_at=OPENS, closes_at=CLOSES, tellers=tellers, now=NOW
        )

    board_service.adopt_charter(session, Charter(lived_share=Fraction(3, 4)), NOW.date())
    with pytest.raises(RuleRefused, match="5 of 7 active seats are lived or living experience seats"):
        call()
    board_service.adopt_charter(session, Charter(lived_share=Fraction(2, 3)), NOW.date())
    call()


def test_no_charter_can_give_the_majority_away() -> None:
    for lived, family, health in product(range(26), range(13), range(13)):
        charter = Charter(lived_seats=lived, family_seats=family, health_seats=health)
        assert problems(charter) or 2 * lived > family + health + lived


# Quorum

QUORUM = [
    # active, here, stepped out, the sum in words, why not
    (
        classes(7, 1, 1), classes(5, 1), classes(1),
        "9 active seats, 6 here, 5 of 6 hold lived or living experience seats, 1 stepped out", [],
    ),
    (
        classes(7, 1, 1), classes(4, 1), classes(0),
        "9 active seats, 5 here, 4 of 5 hold lived or living experience seats, 0 stepped out", [],
    ),
    (
        classes(7, 1, 1), classes(4), classes(0),
        "9 active seats, 4 here, 4 of 4 hold lived or living experience seats, 0 stepped out",
        ["At least 5 must be here. 4 are here."],
    ),
    (
        classes(7, 1, 1), classes(4), classes(1),
        "9 active seats, 4 here, 4 of 4 hold lived or living experience seats, 1 stepped out", [],
    ),
    (
        classes(4, 1, 1), classes(3), classes(1),
        "6 active seats, 3 here, 3 of 3 hold lived or living experience seats, 1 stepped out",
        ["After people step out, at least 4 must be left. 3 are left."],
    ),
    (
        classes(5, 2, 2), classes(2, 2, 1), classes(0),
        "9 active seats, 5 here, 2 of 5 hold lived or living experience seats, 0 stepped out",
        ["More than half of those here must hold lived or living experience seats. 2 of 5 do."],
    ),
    (
        classes(5, 2, 2), classes(3, 2, 1), classes(0),
        "9 active seats, 6 here, 3 of 6 hold lived or living experience seats, 0 stepped out",
        ["More than half of those here must hold lived or living experience seats. 3 of 6 do."],
    ),
    (
        classes(4), classes(4), classes(0),
        "4 active seats, 4 here, 4 of 4 hold lived or living experience seats, 0 stepped out",
        ["4 seats are active. With fewer than 5, the board can give advice but cannot decide."],
    ),
    (
        classes(7, 1, 1), classes(0), classes(0),
        "9 active seats, 0 here, 0 of 0 hold lived or living experience seats, 0 stepped out",
        [
            "At least 5 must be here. 0 are here.",
            "More than half of those here must hold lived or living experience seats. 0 of 0 do.",
        ],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("active", "here", "out", "words", "reasons"), QUORUM)
def test_quorum_is_a_sum_anyone_can_check(
    active: dict[SeatClass, int],
    here: dict[SeatClass, int],
    out: dict[SeatClass, int],
    words: str,
    reasons: list[str],
) -> None:
    found = quorum(active, here, out, CHARTER)
    assert str(found.in_words) == words
    assert [str(reason) for reason in found.reasons] == reasons
    assert found.met is not bool(reasons)


def test_on_no_board_of_nine_or_fewer_is_there_a_quorum_without_their_majority() -> None:
    for lived, others in product(range(10), range(10)):
        for lived_here, others_here in product(range(lived + 1), range(others + 1)):
            found = quorum(classes(lived, others), classes(lived_here, others_here), {}, CHARTER)
            if found.met:
                assert lived_here > others_here
                assert lived_here + others_here >= (lived + others) / 2
                assert lived + others >= 5


# The result


def vote(yes: int, no: int, roll: Roll, rule: YesNo = MAJORITY, abstain: int = 0, check: bool = True) -> VoteOutcome:
    return outcome(counted(rule, yes=yes, no=no, abstain=abstain), roll, rule, CHARTER, second_check_applies=check)


NINE = Roll(active=classes(7, 1, 1), passes=classes(7, 1, 1))
FIVE_AND_FOUR = Roll(active=classes(5, 2, 2), passes=classes(5, 2, 2))

RESULTS = [
    # yes, no, roll, rule, result, second check, a line of the sum
    (7, 2, NINE, MAJORITY, Result.ADOPTED, SecondCheck.PASSED,
     "Second check: 7 in favour, less 2 from other seats at most, leaves 5. "
     "That is more than half of 7 lived or living experience seats. Passed."),
    (6, 3, NINE, MAJORITY, Result.ADOPTED, SecondCheck.PASSED, "6 yes, 3 no, 0 did not choose."),
    (5, 4, NINE, MAJORITY, Result.NEEDS_SECOND_BALLOT, SecondCheck.NOT_SHOWN,
     "Second check: 5 in favour, less 2 from other seats at most, leaves 3. "
     "That is not more than half of 7 lived or living experience seats. Those seats vote once more, alone."),
    (4, 5, NINE, MAJORITY, Result.NOT_ADOPTED, SecondCheck.NOT_NEEDED, "The board did not say yes."),
    (5, 4, FIVE_AND_FOUR, MAJORITY, Result.NEEDS_SECOND_BALLOT, SecondCheck.NOT_SHOWN, "leaves 1."),
    (7, 2, FIVE_AND_FOUR, MAJORITY, Result.ADOPTED, SecondCheck.PASSED, "leaves 3."),
    (6, 3, NINE, TWO_THIRDS, Result.ADOPTED, SecondCheck.PASSED, "2/3 or more of yes and no together must be yes"),
    (5, 3, NINE, TWO_THIRDS, Result.NOT_ADOPTED, SecondCheck.NOT_NEEDED, "5 yes, 3 no, 0 did not choose."),
    (2, 1, NINE, MAJORITY, Result.NOT_ADOPTED, SecondCheck.NOT_NEEDED, "at least 3 yes"),
    (2, 0, Roll(classes(7, 1, 1), classes(2)), MAJORITY, Result.NO_QUORUM, SecondCheck.NOT_NEEDED,
     "At least 5 must be here. 2 are here."),
    (5, 0, Roll(classes(4, 3, 3), classes(2, 3, 0)), MAJORITY, Result.NO_QUORUM, SecondCheck.NOT_NEEDED,
     "More than half of those here must hold lived or living experience seats. 2 of 5 do."),
]  # fmt: skip


@pytest.mark.parametrize(("yes", "no", "roll", "rule", "result", "check", "line"), RESULTS)
def test_a_result_shows_every_sum_that_led_to_it(
    yes: int, no: int, roll: Roll, rule: YesNo, result: Result, check: SecondCheck, line: str
) -> None:
    found = vote(yes, no, roll, rule)
    assert (found.result, found.second_check) == (result, check)
    assert line in " ".join(str(sentence) for sentence in found.in_words)


def test_an_item_that_is_not_about_participants_needs_no_second_check() -> None:
    found = vote(5, 4, NINE, check=False)
    assert (found.result, found.second_check) == (Result.ADOPTED, SecondCheck.NOT_NEEDED)


def carried(check: bool) -> Iterator[tuple[int, int, int]]:
    """Try every vote of every board; yield the lived seats, those in favour and the other seats of what was adopted.

    The rules see the box and the roll, the test sees who voted what.
    """
    for lived, others in product(range(1, 8), range(5)):
        roll = Roll(active=classes(7, 4), passes=classes(lived, others))
        for lived_yes, others_yes in product(range(lived + 1), range(others + 1)):
            yes = lived_yes + others_yes
            for no in range(lived + others - yes + 1):
                found = vote(yes, no, roll, abstain=lived + others - yes - no, check=check)
                if found.result is Result.ADOPTED:
                    yield lived, lived_yes, others


def test_whatever_each_person_voted_nothing_about_participants_passes_without_most_of_their_votes() -> None:
    adopted = list(carried(check=True))
    assert adopted
    assert all(2 * in_favour > lived > others for lived, in_favour, others in adopted)


def test_without_the_second_check_others_could_carry_it() -> None:
    """The control: the majority of seats and of those here is not enough, as the other seats may tip the scales."""
    assert any(2 * in_favour <= lived for lived, in_favour, _ in carried(check=False))


@pytest.mark.parametrize(
    ("yes", "no", "result"),
    [(4, 3, Result.ADOPTED), (3, 4, Result.NOT_ADOPTED), (3, 0, Result.NOT_ADOPTED)],
)
def test_the_second_ballot_belongs_to_their_seats_alone(yes: int, no: int, result: Result) -> None:
    tally = counted(MAJORITY, yes=yes, no=no)
    found = second_ballot_outcome(tally, Roll(active=classes(7, 1, 1), passes=classes(7)), MAJORITY, CHARTER)
    assert found.result is result
    assert str(found.in_words[0]).startswith(
        f"Lived or living experience seats alone: 7 active seats, 7 took part, {yes} in favour."
    )


def test_a_second_ballot_that_few_take_part_in_decides_nothing() -> None:
    tally = counted(MAJORITY, yes=3)
    found = second_ballot_outcome(tally, Roll(active=classes(7, 1, 1), passes=classes(3)), MAJORITY, CHARTER)
    assert found.result is Result.NO_QUORUM
