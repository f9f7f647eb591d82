"""What two people may still do once a vote is over, and when: its mark taken back, and its end without a result."""

from dataclasses import replace
from datetime import timedelta

import pytest

from governance.ballots.facts import Asked, Facts, Looker
from governance.ballots.late_acts import (
    LateAct,
    check_is_somebody_else,
    check_may_end_without_result,
    check_may_take_mark_back,
)
from governance.ballots.next_steps import next_steps
from governance.ballots.rules import TO_COUNT, Stage, check_no_more_ballots_than_names
from governance.errors import RuleRefused

MOMENT = timedelta(microseconds=1)


def test_tellers_have_three_days_before_a_vote_can_end_without_a_result() -> None:
    assert timedelta(days=3) == TO_COUNT
    check_may_end_without_result(Stage.CLOSED, TO_COUNT)
    with pytest.raises(RuleRefused, match="in 3 days"):
        check_may_end_without_result(Stage.CLOSED, TO_COUNT - MOMENT)


@pytest.mark.parametrize(("waited", "offered"), [(timedelta(0), False), (TO_COUNT - MOMENT, False), (TO_COUNT, True)])
def test_the_end_is_offered_from_the_moment_it_is_allowed(waited: timedelta, offered: bool) -> None:
    for looker, sees in ((Looker(runs_board=True), offered), (Looker(votes=True), False)):
        steps = next_steps(Facts(7, 4, Stage.CLOSED, looker, uncounted_for=waited))
        assert ("ballots.call_off" in [step.page for step in steps]) is sees
    steps = next_steps(Facts(7, 4, Stage.CLOSED, Looker(runs_board=True)))
    assert "ballots.call_off" not in [step.page for step in steps]


def test_a_mark_is_taken_back_only_where_a_name_is_one_too_many() -> None:
    check_may_take_mark_back(Stage.CLOSED, box_is_shut=False, names=5, ballots=4)
    with pytest.raises(RuleRefused, match="a ballot for each name"):
        check_may_take_mark_back(Stage.CLOSED, box_is_shut=False, names=5, ballots=5)
    with pytest.raises(RuleRefused, match="so is the sheet"):
        check_may_take_mark_back(Stage.CLOSED, box_is_shut=True, names=5, ballots=4)


def test_a_box_with_a_ballot_too_many_is_not_shut() -> None:
    check_no_more_ballots_than_names(5, 5)
    with pytest.raises(RuleRefused, match="more ballots than names"):
        check_no_more_ballots_than_names(6, 5)


def test_nobody_agrees_with_themselves() -> None:
    check_is_somebody_else(1, 2)
    with pytest.raises(RuleRefused, match="You asked for this yourself"):
        check_is_somebody_else(2, 2)


@pytest.mark.parametrize("act", LateAct)
def test_what_one_asked_for_stands_on_the_vote_and_another_one_agrees(act: LateAct) -> None:
    asked = Asked(act, about=3, by="Mali", whose="Teal", reason="Lost.", is_mine=False)
    for looker, agrees in ((Looker(opens_boxes=True), True), (Looker(runs_board=True), False)):
        steps = next_steps(Facts(1, 1, Stage.CLOSED, looker, asked=(asked,)))
        asks = {LateAct.TAKE_MARK_BACK: "take Teal off the sheet", LateAct.END_WITHOUT_RESULT: "Why: Lost."}
        assert str(steps[0].words).startswith("Mali asks to")
        assert asks[act] in str(steps[0].words)
        assert any(step.page == "ballots.agree" for step in steps) is agrees
    own = next_steps(Facts(1, 1, Stage.CLOSED, Looker(opens_boxes=True), asked=(replace(asked, is_mine=True),)))
    assert not any(step.page == "ballots.agree" for step in own)
