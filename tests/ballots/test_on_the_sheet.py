"""What whoever runs the board may do with a name on the sheet of a vote."""

from dataclasses import replace

import pytest

from governance.ballots.passes.on_the_sheet import Sheet, of_name
from governance.ballots.rules import Stage

SHEET = Sheet(7, Stage.OPEN, is_shut=False, runs_board=True)
MARK, BACK = "Drew a card: Mo", "Take back: Mo"


@pytest.mark.parametrize("stage", list(Stage))
def test_a_card_is_marked_until_the_box_is_opened_and_a_mark_taken_back_once_it_is_closed(stage: Stage) -> None:
    sheet = replace(SHEET, stage=stage)
    marked = [str(step.words) for step in of_name(sheet, 5, "Mo", has_one=False)]
    assert marked == ([MARK] if stage in (Stage.SCHEDULED, Stage.OPEN, Stage.CLOSED) else [])
    assert [str(step.words) for step in of_name(sheet, 5, "Mo", has_one=True)] == [BACK] * (stage is Stage.CLOSED)


@pytest.mark.parametrize("change", [{"is_shut": True}, {"runs_board": False}])
@pytest.mark.parametrize("has_one", [False, True])
def test_a_shut_sheet_stays_and_others_only_read_it(change: dict[str, bool], *, has_one: bool) -> None:
    assert of_name(replace(SHEET, stage=Stage.CLOSED, **change), 5, "Mo", has_one=has_one) == []
