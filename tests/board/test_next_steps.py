"""What may be done with an item of the agenda: each move that a page offers is one its life cycle has."""

import pytest

from governance.board.next_steps import to_move, to_write
from governance.board.rules import AGENDA_STEPS, AgendaKind, AgendaState

TODAY, WAITING, PARKED, CLOSED = AgendaState.TODAY, AgendaState.WAITING, AgendaState.PARKED, AgendaState.CLOSED


@pytest.mark.parametrize(
    ("state", "there"),
    [
        (WAITING, [TODAY, PARKED, CLOSED]),
        (TODAY, [WAITING, PARKED, CLOSED]),
        (PARKED, [TODAY, CLOSED]),
        (CLOSED, [WAITING]),
    ],
)
def test_who_runs_the_board_moves_an_item(state: AgendaState, there: list[AgendaState]) -> None:
    steps = to_move(4, state, "Hours", runs_board=True, at_a_vote=False)
    assert [step.sends["state"] for step in steps] == there
    assert set(there) <= AGENDA_STEPS[state]
    assert {(step.page, step.at["item_id"], step.about) for step in steps} == {("board.move", 4, "Hours")}
    assert to_move(4, state, "Hours", runs_board=False, at_a_vote=False) == []


@pytest.mark.parametrize("kind", list(AgendaKind))
def test_a_proposal_is_written_from_what_people_brought(kind: AgendaKind) -> None:
    steps = to_write(kind, "7", "Hours", writes=True)
    assert [step.at for step in steps] == ([{"theme": "7"}] if kind is AgendaKind.THEME else [])
    assert to_write(kind, "7", "Hours", writes=False) == []


def test_an_item_that_is_voted_on_stays_on_the_agenda() -> None:
    steps = to_move(4, TODAY, "Hours", runs_board=True, at_a_vote=True)
    assert [step.sends["state"] for step in steps] == [WAITING]


def test_each_move_stands_in_the_line_of_its_item() -> None:
    moves = to_move(3, AgendaState.WAITING, "Hours", runs_board=True, at_a_vote=False)
    assert [step.is_small for step in moves] == [True] * len(moves) != []
