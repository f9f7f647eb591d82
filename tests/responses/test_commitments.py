"""What becomes of an answer: done is said by the board, and a no can be looked at again."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.permissions.roles import Role
from governance.responses.commitments import (
    STEPS,
    Commitment,
    Level,
    check_may_give_second_look,
    check_may_mark_done,
    count_commitments,
    second_look_due,
    second_look_goes_to,
    second_look_needs_two_thirds,
)
from governance.responses.rules import Calendar, Clocks
from governance.ruling.errors import RuleRefused

TODAY = date(2026, 11, 23)


def test_nothing_is_done_before_staff_report_it_and_the_board_looks() -> None:
    assert [here for here in Commitment if Commitment.DONE in STEPS[here]] == [Commitment.REPORTED_DONE]
    assert Commitment.PROMISED in STEPS[Commitment.REPORTED_DONE]


@given(st.frozensets(st.sampled_from(Role)))
def test_only_the_board_marks_done_and_nobody_who_is_staff(roles: frozenset[Role]) -> None:
    board = {Role.MEMBER, Role.BOARD_READER}
    staff = {Role.STAFF_READER, Role.RESPONDER, Role.MANAGER, Role.DIRECTOR}
    if roles & board and not roles & staff:
        check_may_mark_done(roles)
    else:
        with pytest.raises(RuleRefused, match="Only a board member"):
            check_may_mark_done(roles)


def test_a_commitment_is_late_from_the_day_after_its_day_and_stays_late_when_done_late() -> None:
    counts = count_commitments(
        [
            (TODAY, None),
            (date(2026, 11, 22), None),
            (date(2026, 11, 1), date(2026, 11, 1)),
            (date(2026, 11, 1), date(2026, 11, 2)),
            (date(2026, 12, 1), date(2026, 11, 9)),
        ],
        TODAY,
    )
    assert (counts.kept, counts.late, counts.still_open) == (2, 2, 1)


@given(st.lists(st.tuples(st.dates(), st.none() | st.dates())))
def test_every_commitment_is_counted_once(commitments: list[tuple[date, date | None]]) -> None:
    counts = count_commitments(commitments, TODAY)
    assert counts.kept + counts.late + counts.still_open == len(commitments)


def test_a_second_look_goes_one_level_up_until_there_is_none() -> None:
    assert second_look_goes_to(Level.MANAGER) is Level.DIRECTOR
    assert second_look_goes_to(Level.DIRECTOR) is Level.DIRECTORS_BOARD
    with pytest.raises(RuleRefused, match="ask anew"):
        second_look_goes_to(Level.DIRECTORS_BOARD)


def test_asking_above_the_director_takes_two_thirds() -> None:
    assert [level for level in Level if second_look_needs_two_thirds(level)] == [Level.DIRECTORS_BOARD]


def test_a_second_look_is_owed_in_twenty_working_days() -> None:
    assert second_look_due(TODAY, Calendar(), Clocks()) == date(2026, 12, 21)


def test_nobody_looks_twice() -> None:
    check_may_give_second_look(took_part_in_first=False)
    with pytest.raises(RuleRefused, match="Someone else"):
        check_may_give_second_look(took_part_in_first=True)
