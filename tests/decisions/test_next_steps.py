"""What may I do now, once a vote has decided."""

import pytest

from governance.decisions.next_steps import after_the_count


@pytest.mark.parametrize("runs_board", [False, True])
def test_a_record_that_is_there_is_to_be_read_by_everyone(*, runs_board: bool) -> None:
    said, read = after_the_count(7, record="2026-001", writes=runs_board)
    assert said.words == "It is counted, and the decision is written down."
    assert (read.words, read.page, read.at) == ("Read the decision", "decisions.show", {"number": "2026-001"})
    assert read.is_main


def test_without_one_the_facilitator_goes_and_writes_it() -> None:
    said, go = after_the_count(7, record=None, writes=True)
    assert said.words == "It is counted. Next comes the record of the decision."
    assert (go.words, go.page, go.at, go.is_main) == ("Go to the record", "decisions.draft", {"number": 7}, True)


def test_without_one_everybody_else_waits() -> None:
    assert len(after_the_count(7, record=None, writes=False)) == 1


def test_a_seat_that_the_vote_gave_comes_before_reading() -> None:
    _, give, read = after_the_count(7, record="2026-001", writes=True, seats=[(4, "Seat 4")])
    assert (str(give.words), give.page, give.at, give.is_main) == (
        "Give Seat 4 to who was chosen", "board.seat", {"seat_id": 4}, True,
    )  # fmt: skip
    assert not read.is_main
    assert len(after_the_count(7, record=None, writes=True, seats=[(4, "Seat 4")])) == 2, "the record comes first"


def test_a_role_that_the_vote_gave_comes_before_reading() -> None:
    _, give, read = after_the_count(7, record="2026-001", writes=False, gives_role=True)
    assert (give.words, give.page, give.is_main) == ("Give the role to who was chosen", "board.roles", True)
    assert not read.is_main
    assert len(after_the_count(7, record=None, writes=False, gives_role=True)) == 1, "the record comes first"
