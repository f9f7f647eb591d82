"""What may be done with the words of a proposal, in its talk, and by who has a tie to it: every state, every looker."""

from __future__ import annotations

import pytest

from governance.proposals.next_steps import Facts, RemarkFacts, about_a_tie, steps_of_remark, to_change_words, to_speak
from governance.proposals.rules import BEFORE_THE_VOTE, OPEN_TO_TALK, UNTIL_DECIDED, RemarkKind, Status
from governance.ruling.steps import Step

EVERY = sorted(Status)
FACILITATOR = {"writes": True, "runs_board": True, "may_vote": True}


def where(known: object) -> set[Status]:
    """In which states *known*, a rule over a state, gives any step."""
    return {status for status in EVERY if known(status)}


def words(steps: list[Step]) -> list[str]:
    return [str(each.words) for step in steps for each in step.row]


# The talk


def test_a_member_speaks_while_the_talk_is_open_unless_they_stepped_out() -> None:
    assert where(lambda status: to_speak(Facts(4, status, writes=True))) == OPEN_TO_TALK
    assert where(lambda status: to_speak(Facts(4, status))) == set()
    assert where(lambda status: to_speak(Facts(4, status, writes=True, stepped_out=True))) == set()


def test_the_step_leads_to_the_form_on_this_page() -> None:
    (step,) = to_speak(Facts(4, Status.DISCUSSION, writes=True))
    assert (step.here, step.page) == ("say", "")


@pytest.mark.parametrize(
    ("known", "states"),
    [
        ({}, set()),
        ({"mine": True, "runs_board": True}, set()),
        ({"writes": True}, {Status.DISCUSSION}),
        ({"writes": True, "mine": True}, {Status.DRAFT, Status.DISCUSSION}),
        ({"writes": True, "runs_board": True}, {Status.DRAFT, Status.DISCUSSION}),
    ],
)
def test_a_draft_is_its_writers_and_in_the_talk_the_words_are_everybodys(
    known: dict[str, bool], states: set[Status]
) -> None:
    assert where(lambda status: to_change_words(Facts(4, status, **known))) == states


# A concern

MINE, NOT_MINE = RemarkFacts(9, RemarkKind.CONCERN, mine=True), RemarkFacts(9, RemarkKind.CONCERN)
MET_FOR_ME = RemarkFacts(9, RemarkKind.CONCERN, mine=True, met=True, by_another=True)


def test_who_raised_a_concern_says_that_it_is_met_and_the_facilitator_for_them_while_the_talk_is_open() -> None:
    assert where(lambda status: steps_of_remark(Facts(4, status), MINE)) == set(EVERY)
    assert where(lambda status: steps_of_remark(Facts(4, status), NOT_MINE)) == set()
    assert where(lambda status: steps_of_remark(Facts(4, status, **FACILITATOR), NOT_MINE)) == OPEN_TO_TALK


def test_the_facilitator_says_it_once() -> None:
    again = RemarkFacts(9, RemarkKind.CONCERN, by_another=True)
    assert steps_of_remark(Facts(4, Status.DISCUSSION, **FACILITATOR), again) == []
    assert words(
        steps_of_remark(Facts(4, Status.DISCUSSION), RemarkFacts(9, RemarkKind.CONCERN, mine=True, by_another=True))
    )


def test_what_another_called_met_can_be_raised_again_by_its_own_until_all_is_decided() -> None:
    assert where(lambda status: steps_of_remark(Facts(4, status), MET_FOR_ME)) == UNTIL_DECIDED
    (row,) = steps_of_remark(Facts(4, Status.BALLOT), MET_FOR_ME)
    assert [each.page for each in row.row] == ["proposals.settle", "proposals.raise_again"]
    assert all(each.at == {"number": 4, "remark_id": 9} and each.is_small for each in row.row)


def test_with_a_thought_and_with_what_is_met_nothing_is_to_do() -> None:
    at = Facts(4, Status.DISCUSSION, **FACILITATOR)
    for said in (
        RemarkFacts(9, RemarkKind.REMARK, mine=True),
        RemarkFacts(9, RemarkKind.CONCERN, mine=True, met=True),
        RemarkFacts(9, RemarkKind.CONCERN, met=True, by_another=True),
    ):
        assert steps_of_remark(at, said) == []


# A tie


def tied(status: Status, **known: bool) -> list[str]:
    return words(list(about_a_tie(Facts(4, status, **known))))


def test_a_voter_steps_out_and_back_in_before_the_vote() -> None:
    assert where(lambda status: tied(status, may_vote=True)) == BEFORE_THE_VOTE
    assert where(lambda status: tied(status)) == set()
    assert tied(Status.DRAFT, may_vote=True) == ["I have a tie. I step out"]
    assert tied(Status.DRAFT, may_vote=True, stepped_out=True) == ["I am back in"]


def test_the_facilitator_calls_in_an_alternate_where_there_is_one() -> None:
    assert tied(Status.FROZEN, runs_board=True, alternates=True) == ["Call in"]
    assert tied(Status.FROZEN, alternates=True) == tied(Status.FROZEN, runs_board=True) == []
