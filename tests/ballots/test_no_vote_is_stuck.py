"""No vote is lost: whatever goes wrong around it, it ends in a state from which somebody can go on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots import service
from governance.ballots.calling.kinds import Kind
from governance.ballots.models import Roll
from governance.ballots.next_steps import next_steps
from governance.ballots.now.facts import Facts, Looker
from governance.ballots.result.outcome import DECIDED, Result
from governance.ballots.rules import TO_COUNT, Stage
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.proposals.rules import Status
from governance.ruling.errors import RuleRefused
from tests.ballots.factories import AFTER, CLOSES, VOTING, Vote, a_vote
from tests.ballots.test_every_kind import THREE, first
from tests.people.factories import open_with

CHOICES: dict[Kind, Any] = {
    Kind.MAJORITY: "yes", Kind.TWO_THIRDS: "yes", Kind.CONSENSUS: "agree", Kind.CONSENSUS_THEN_VOTE: "agree",
    Kind.CONSENT: "consent", Kind.SENSE_CHECK: "good", Kind.CHOOSE_ONE: "0", Kind.CHOOSE_SEVERAL: {"o0": "1"},
    Kind.SCORE: {"o0": "5"}, Kind.DOTS: {"o0": "5"}, Kind.BUDGET: {"o1": "1"}, Kind.RANKED: first(0),
    Kind.ELECT: first(0),
}  # fmt: skip
# A consensus that a vote follows comes after a round of consensus, and is counted by the same rule.
KINDS = [kind for kind in Kind if kind is not Kind.CONSENSUS_THEN_VOTE]
FACILITATOR = Looker(runs_board=True)
MUCH_LATER = CLOSES + TO_COUNT


def of_kind(session: Session, keys: KeyFolder, kind: Kind) -> Vote:
    return a_vote(session, keys, kind, **({} if kind in list(Kind)[:6] else {"settings": THREE}))


def steps_of(vote: Vote, **facts: Any) -> list[str]:
    known = Facts(vote.ballot.number, vote.proposal.number, Stage.CLOSED, FACILITATOR, **facts)
    return [step.page for step in next_steps(known) if step.page]


def hand_in(vote: Vote) -> Any:
    return service.hand_in_part(
        vote.session, vote.keys, vote.ballot, open_with(vote.session, vote.keys, vote.tellers[0]), AFTER
    )


@pytest.mark.parametrize("kind", KINDS)
def test_more_ballots_than_names_shuts_no_box_and_a_name_makes_it_whole(
    session: Session, keys: KeyFolder, kind: Kind
) -> None:
    vote = of_kind(session, keys, kind)
    vote.cast(*[CHOICES[kind]] * 4)
    said = CHOICES[kind] if isinstance(CHOICES[kind], dict) else {"choice": CHOICES[kind]}
    service.drop(session, keys, vote.ballot, vote.cards.pop(), said, VOTING)  # Drawn, and not marked.

    with pytest.raises(RuleRefused, match="more ballots than names"):
        hand_in(vote)
    assert vote.ballot.box_leaf is None
    assert "ballots.roll" in steps_of(vote)
    service.sign_for(session, vote.ballot, vote.members[4], AFTER, at_the_table=True)
    assert vote.count().result in DECIDED | {Result.HEARD}


@pytest.mark.parametrize("kind", KINDS)
def test_a_vote_without_a_ballot_is_counted_and_goes_on(session: Session, keys: KeyFolder, kind: Kind) -> None:
    vote = of_kind(session, keys, kind)
    count = vote.count()
    assert count.result in {Result.NO_QUORUM, Result.HEARD}
    after = Facts(1, 1, Stage.OPENED, FACILITATOR, result=count.result, words_wait=True)
    assert [step.page for step in next_steps(after) if step.page] in (["ballots.back"], ["proposals.work"])


def take_back(vote: Vote, member: int, at: datetime = AFTER) -> None:
    """What is done once two people agreed: test_two_people.py."""
    service.take_mark_back(vote.session, vote.ballot, member, at)


@pytest.mark.on_both
def test_a_mark_is_taken_back_after_the_end_and_before_the_box_is_shut(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    vote.cast("yes", "yes", "yes", "yes", None)
    mistaken = vote.members[4]
    with pytest.raises(RuleRefused, match="still open"):
        take_back(vote, mistaken, VOTING)
    for nobody in (vote.tellers[0].account_id, 99_999):
        with pytest.raises(RuleRefused, match="not marked on the sheet"):
            take_back(vote, nobody)
    take_back(vote, mistaken)
    row = session.scalars(select(Roll).where(Roll.account_id == mistaken)).one()
    assert (row.has_pass, row.issued, vote.ballot.marks_back) == (False, None, 1)
    assert _corrections(session) == [(vote.ballot.number, 1)]
    with pytest.raises(RuleRefused, match="a ballot for each name"):
        take_back(vote, vote.members[3])
    assert hand_in(vote) is None
    with pytest.raises(RuleRefused, match="so is the sheet"):
        take_back(vote, vote.members[3])


def _corrections(session: Session) -> list[tuple[int, int]]:
    entries = [entry for _number, entry in ledger.leaves(session, "decisions") if entry["kind"] == "correction"]
    entries = [entry for entry in entries if "marks_back" in entry]
    return [(entry["ballot"], entry["marks_back"]) for entry in entries]


@pytest.mark.parametrize("kind", [Kind.MAJORITY, Kind.ELECT])
@pytest.mark.parametrize("part_is_in", [False, True])
def test_a_vote_that_nobody_can_count_is_ended_and_goes_back_to_the_talk(
    session: Session, keys: KeyFolder, kind: Kind, part_is_in: bool
) -> None:
    vote, why = of_kind(session, keys, kind), "Both cards are lost."
    vote.cast(*[CHOICES[kind]] * 5)
    if part_is_in:  # The other teller, and the board's shares, are lost.
        hand_in(vote)
    with pytest.raises(RuleRefused, match="in 3 days"):
        service.end_without_result(session, keys, vote.ballot, why, MUCH_LATER - timedelta(minutes=1))
    assert "ballots.end_without_result" not in steps_of(vote)
    assert "ballots.end_without_result" in steps_of(vote, uncounted_for=TO_COUNT)
    with pytest.raises(RuleRefused):
        service.cancel(session, keys, vote.ballot, why, MUCH_LATER)

    assert service.stage_of(session, vote.ballot, MUCH_LATER) is Stage.CLOSED
    service.end_without_result(session, keys, vote.ballot, why, MUCH_LATER)
    assert service.stage_of(session, vote.ballot, MUCH_LATER) is Stage.CANCELLED
    assert vote.proposal.status is Status.DISCUSSION
    over = replace(Facts(1, 1, Stage.CANCELLED, FACILITATOR), why_cancelled=why)
    assert why in str(next_steps(over)[0].words)


def test_a_vote_made_longer_is_called_off_or_counted_like_every_other(session: Session, keys: KeyFolder) -> None:
    vote = a_vote(session, keys)
    service.extend(session, vote.ballot, CLOSES + timedelta(minutes=30), VOTING)
    vote.cast(*["yes"] * 5)
    with pytest.raises(RuleRefused, match="in 3 days"):
        service.cancel(session, keys, vote.ballot, "Late.", AFTER)
    assert vote.count().result is Result.ADOPTED
