"""Each kind of vote with each thing that goes wrong ends in a state from which somebody can go on.

More ballots than names, and none at all, are told kind by kind in test_no_vote_is_stuck.py.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.calling.kinds import Kind
from governance.ballots.next_steps import next_steps
from governance.ballots.now.facts import Facts
from governance.ballots.result.outcome import DECIDED
from governance.ballots.rules import TO_COUNT, Stage
from governance.decisions import service as decisions
from governance.keys.keyfolder import KeyFolder
from governance.proposals.rules import OPEN_TO_TALK, Status
from tests.ballots.factories import AFTER, CLOSES, VOTING, Vote
from tests.ballots.test_every_kind import first
from tests.ballots.test_no_vote_is_stuck import CHOICES, FACILITATOR, KINDS, hand_in, of_kind
from tests.pairs import pairs

pytestmark = pytest.mark.of_one_database  # The statements are those of test_every_kind.py, which runs on both.

# What ties with `CHOICES`, as many of each.
OTHERS: dict[Kind, Any] = {
    Kind.MAJORITY: "no", Kind.TWO_THIRDS: "no", Kind.CONSENSUS: "aside", Kind.CONSENT: "object",
    Kind.SENSE_CHECK: "concern", Kind.CHOOSE_ONE: "1", Kind.CHOOSE_SEVERAL: {"o1": "1"}, Kind.SCORE: {"o1": "5"},
    Kind.DOTS: {"o1": "5"}, Kind.BUDGET: {"o2": "1"}, Kind.RANKED: first(1), Kind.ELECT: first(1),
}  # fmt: skip
MUCH_LATER = CLOSES + TO_COUNT
WHY = "It cannot be counted."


def tied(vote: Vote, kind: Kind) -> None:
    vote.cast(*[CHOICES[kind], OTHERS[kind]] * 2)
    vote.count()


def lost_teller(vote: Vote, kind: Kind) -> None:
    """One part is in, and the other teller is gone with the board's shares."""
    vote.cast(*[CHOICES[kind]] * 5)
    hand_in(vote)
    service.end_without_result(vote.session, vote.keys, vote.ballot, WHY, MUCH_LATER)


def lost_share(vote: Vote, kind: Kind) -> None:
    """No part of the key comes in at all."""
    vote.cast(*[CHOICES[kind]] * 5)
    service.end_without_result(vote.session, vote.keys, vote.ballot, WHY, MUCH_LATER)


def called_off(vote: Vote, kind: Kind) -> None:
    vote.cast(CHOICES[kind])
    service.cancel(vote.session, vote.keys, vote.ballot, WHY, VOTING)


def extended(vote: Vote, kind: Kind) -> None:
    service.extend(vote.session, vote.ballot, CLOSES + timedelta(minutes=30), VOTING)
    vote.cast(*[CHOICES[kind]] * 5)
    vote.count()


GOES_WRONG: dict[str, Callable[[Vote, Kind], None]] = {
    each.__name__: each for each in (tied, lost_teller, lost_share, called_off, extended)
}


def can_go_on(vote: Vote) -> bool:
    """Whether somebody has a next step: a record to begin, the words in the talk again, or a step on its page."""
    ballot, proposal, session = vote.ballot, vote.proposal, vote.session
    if service.stage_of(session, ballot, MUCH_LATER) is Stage.CANCELLED:
        return proposal.status in (OPEN_TO_TALK if only_asked(vote) else {Status.DISCUSSION})
    count = service.count_of(session, ballot)
    assert count
    result = count.result
    if result in DECIDED and ballot.binding:
        return ballot in decisions.without_a_record(session)
    facts = Facts(ballot.number, proposal.number, Stage.OPENED, FACILITATOR, result=result, words_wait=True)
    follows = service.waits_for_next_ballot(session, proposal) == ballot
    return follows or any(step.page for step in next_steps(facts))


def only_asked(vote: Vote) -> bool:
    """Whether the vote only asked: then fixed words stay fixed, and the vote on them can be called."""
    return not vote.ballot.binding


@pytest.mark.parametrize(("kind", "wrong"), pairs(KINDS, sorted(GOES_WRONG)))
def test_it_ends_where_somebody_can_go_on(session: Session, keys: KeyFolder, kind: Kind, wrong: str) -> None:
    vote = of_kind(session, keys, kind)
    GOES_WRONG[wrong](vote, kind)
    assert can_go_on(vote)


def test_a_vote_that_nobody_ended_is_found(session: Session, keys: KeyFolder) -> None:
    """The control: closed, and neither counted nor ended, it has no result to go on from."""
    vote = of_kind(session, keys, Kind.MAJORITY)
    vote.cast("yes", "yes", "yes")
    assert service.stage_of(session, vote.ballot, AFTER) is Stage.CLOSED
    assert vote.proposal.status is Status.BALLOT
    assert vote.ballot not in decisions.without_a_record(session)
