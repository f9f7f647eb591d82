"""What comes next: every state of a proposal, for everyone who looks at its page."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from governance.ballots.next_steps import to_a_vote
from governance.proposals.next_steps import Facts, next_steps
from governance.proposals.rules import Status
from governance.ruling.sentences import Sentence
from governance.ruling.steps import StepKind

LOOKERS = {
    "reader": {},
    "member": {"writes": True},
    "writer": {"writes": True, "mine": True},
    "facilitator": {"writes": True, "runs_board": True},
}


def facts(status: Status, who: str, *missing: str) -> Facts:
    votes = to_a_vote(4, status, runs_board=who == "facilitator")
    return Facts(number=4, status=status, missing=missing, votes=votes, **LOOKERS[who])


def can_do(asked: Facts) -> list[str]:
    """What can be pressed, in its order; the main action with a star."""
    row = [each for step in next_steps(asked) for each in step.row if each.kind in (StepKind.LINK, StepKind.POST)]
    return [f"{'* ' if each.is_main else ''}{each.words}" for each in row]


DOES = [
    (Status.DRAFT, "reader", []),
    (Status.DRAFT, "member", []),
    (Status.DRAFT, "writer", ["* Put it to the board", "Take it back"]),
    (Status.DRAFT, "facilitator", ["* Put it to the board", "Take it back"]),
    (Status.DISCUSSION, "reader", []),
    (Status.DISCUSSION, "member", []),
    (Status.DISCUSSION, "writer", ["Take it back"]),
    (Status.DISCUSSION, "facilitator", ["* Fix the words", "Ask how people feel", "Park it", "Take it back"]),
    (Status.FROZEN, "writer", []),
    (Status.FROZEN, "facilitator", ["* Call the vote", "Back to the talk"]),
    (Status.BALLOT, "facilitator", []),
    (Status.PARKED, "member", []),
    (Status.PARKED, "writer", ["Take it back"]),
    (Status.PARKED, "facilitator", ["Back to the talk", "Take it back"]),
    (Status.DECIDED, "facilitator", []),
    (Status.WITHDRAWN, "facilitator", []),
]


@pytest.mark.parametrize(("status", "who", "steps"), DOES)
def test_each_state_says_what_whoever_looks_can_do(status: Status, who: str, steps: list[str]) -> None:
    assert can_do(facts(status, who)) == steps


@pytest.mark.parametrize(
    ("status", "who", "steps"),
    [
        (Status.DRAFT, "writer", ["Take it back"]),
        (Status.DISCUSSION, "facilitator", ["Ask how people feel", "Park it", "Take it back"]),
        (Status.FROZEN, "facilitator", ["* Call the vote", "Back to the talk"]),
    ],
)
def test_while_something_is_missing_the_next_state_waits(status: Status, who: str, steps: list[str]) -> None:
    assert can_do(facts(status, who, "Give it a short title.")) == steps


@pytest.mark.parametrize(
    ("status", "title"),
    [(Status.DRAFT, "Before the talk can begin"), (Status.DISCUSSION, "Before the words can be fixed")],
)
def test_what_is_missing_is_listed(status: Status, title: str) -> None:
    first = next_steps(facts(status, "reader", "Give it a short title.", "Say what you ask for."))[0]
    assert (first.kind, first.words) == (StepKind.LIST, title)
    assert [each.words for each in first.beside] == ["Give it a short title.", "Say what you ask for."]


def test_who_wrote_it_takes_it_back_only_while_their_role_lets_them_write() -> None:
    assert can_do(Facts(number=4, status=Status.PARKED, mine=True)) == []


def test_every_state_says_where_the_proposal_stands_and_has_one_main_action_at_most() -> None:
    said = set()
    for status, who, missing in product(Status, LOOKERS, ((), ("Say what you ask for.",))):
        steps = next_steps(facts(status, who, *missing))
        assert sum(each.is_main for step in steps for each in step.row) <= 1
        assert steps[0].kind in (StepKind.NOTE, StepKind.LIST)
        said.add(steps[0].words)
    assert len(said) == len(Status) + 2


def test_taking_it_back_is_the_one_quiet_way() -> None:
    row = [each for step in next_steps(facts(Status.DISCUSSION, "writer")) for each in step.row]
    assert [str(each.words) for each in row if each.is_quiet] == ["Take it back"]


def test_what_holds_up_its_vote_is_said_and_stands_where_its_place_does() -> None:
    held = Sentence("One member has a concern.")
    asked = replace(facts(Status.FROZEN, "facilitator"), held=held)
    assert [step.words for step in next_steps(asked) if step.kind is StepKind.NOTE] == [held]
    assert held not in [step.words for step in next_steps(facts(Status.FROZEN, "facilitator"))]
