"""What two people may still do once a vote is over, and when: its mark taken back, and its end without a result."""

from dataclasses import replace
from datetime import timedelta

import pytest

from governance.ballots.box.forgetting import END, TAKE_MARK_BACK
from governance.ballots.next_steps import next_steps
from governance.ballots.now.facts import Facts, HalfAgreed, Looker
from governance.ballots.rules import (
    TO_COUNT,
    Stage,
    check_may_end_without_result,
    check_may_take_mark_back,
    check_no_more_ballots_than_names,
)
from governance.gates import GATES
from governance.people.gates import Act, check_may_ask, may_be_second
from governance.permissions.roles import Role
from governance.ruling.errors import RuleRefused

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
        assert ("ballots.end_without_result" in [step.page for step in steps]) is sees
    steps = next_steps(Facts(7, 4, Stage.CLOSED, Looker(runs_board=True)))
    assert "ballots.end_without_result" not in [step.page for step in steps]


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


@pytest.mark.parametrize("stage", [Stage.SCHEDULED, Stage.OPEN, Stage.CLOSED])
@pytest.mark.parametrize("named", [False, True])
def test_what_one_asked_for_stands_on_the_vote_and_leads_whoever_may_agree_to_it(stage: Stage, named: bool) -> None:
    waits = HalfAgreed("Vote 1 ends without a result: Lost.", by="Mali", mine_to_agree=True)
    for looker, beside in ((Looker(opens_boxes=True), ["ballots.roll"]), (Looker(votes=True), [])):
        first, second, *_ = next_steps(Facts(1, 1, stage, looker, named=named, half_agreed=(waits,)))
        assert str(first.words) == "Mali asks for this: Vote 1 ends without a result: Lost."
        assert (second.page, [step.page for step in second.beside]) == ("people.asked", beside)
    for own, words in ((True, "It waits for a second yes."), (False, "Nothing has changed yet.")):
        seen = replace(waits, mine_to_agree=False, is_mine=own)
        _, second, *rest = next_steps(Facts(1, 1, stage, Looker(), named=named, half_agreed=(seen,)))
        assert str(second.words) == words
        assert "people.asked" not in [step.page for step in rest]


@pytest.mark.parametrize("stage", [Stage.OPENED, Stage.CANCELLED])
def test_what_is_settled_is_asked_for_by_nobody(stage: Stage) -> None:
    waits = HalfAgreed("Vote 1 ends without a result: Lost.", by="Mali", mine_to_agree=True)
    assert not any("Mali" in str(step.words) for step in next_steps(Facts(1, 1, stage, half_agreed=(waits,))))


LATE = [GATES[act] for act in (END, TAKE_MARK_BACK)]


@pytest.mark.parametrize("act", LATE)
def test_who_runs_the_board_asks_and_who_opens_boxes_agrees_never_the_other_way(act: Act) -> None:
    runs, opens, both = {Role.FACILITATOR}, {Role.TELLER}, {Role.FACILITATOR, Role.TELLER}
    assert may_be_second(act, runs, opens)
    assert may_be_second(act, both, opens)
    assert may_be_second(act, both, both)
    for second in (runs, {Role.MEMBER}, {Role.BOARD_READER}, {Role.ADMIN}):
        assert not may_be_second(act, both, second), "a second one who opens no box"
    assert not may_be_second(act, opens, runs)
    assert not may_be_second(act, opens, both)
    check_may_ask(act, runs)
    with pytest.raises(RuleRefused):
        check_may_ask(act, opens)
    assert may_be_second(replace(act, in_order=False), opens, runs), "the control: an act that goes either way"
    check_may_ask(replace(act, in_order=False), opens)
