"""What a count comes to when it is not a plain yes or no. The table of cases is promise 10's."""

import pytest

from governance.ballots.counting.consensus import ConsensusRule, Ground, Level, Stand
from governance.ballots.counting.yes_no import MAJORITY, TWO_THIRDS, Choice
from governance.ballots.outcome import Result, SecondCheck, outcome, second_ballot_outcome
from governance.ballots.rules import Roll
from governance.board.charter import Charter
from governance.board.rules import SeatClass
from governance.errors import RuleRefused

CHARTER = Charter()
ALL = {SeatClass.LIVED: 7, SeatClass.FAMILY: 1, SeatClass.HEALTH: 1}
ROLL = Roll(active=ALL, passes=ALL)
CONSENSUS = ConsensusRule()


def test_a_block_sends_it_to_a_small_group() -> None:
    block = Stand(Level.BLOCK, Ground.CHARTER_RULE, "Bans need an end date.")
    found = outcome(
        CONSENSUS.count([Stand(Level.AGREE)] * 8 + [block]), ROLL, CONSENSUS, CHARTER, second_check_applies=True
    )
    assert found.result is Result.BLOCKED
    assert str(found.in_words[-1]) == "Someone blocked it. A small group works on it. It comes back once."


def test_consensus_goes_through_the_second_check_too() -> None:
    stands = [Stand(Level.AGREE)] * 4 + [Stand(Level.ASIDE)] * 5
    found = outcome(CONSENSUS.count(stands), ROLL, CONSENSUS, CHARTER, second_check_applies=True)
    assert (found.result, found.second_check) == (Result.NEEDS_SECOND_BALLOT, SecondCheck.NOT_SHOWN)


def test_a_block_without_a_quorum_decides_nothing_either() -> None:
    few = Roll(active=ALL, passes={SeatClass.LIVED: 1})
    stands = [Stand(Level.BLOCK, Ground.HARM, "It would hurt people.")]
    found = outcome(CONSENSUS.count(stands), few, CONSENSUS, CHARTER, second_check_applies=False)
    assert found.result is Result.NO_QUORUM
    assert not found.quorum_met


def test_more_ballots_than_passes_is_never_a_result() -> None:
    with pytest.raises(RuleRefused, match="more ballots than names"):
        outcome(MAJORITY.count([Choice.YES] * 10), ROLL, MAJORITY, CHARTER, second_check_applies=False)
    with pytest.raises(RuleRefused, match="more ballots than names"):
        second_ballot_outcome(MAJORITY.count([Choice.YES] * 8), ROLL, MAJORITY, CHARTER)


def test_a_count_by_another_rule_than_the_one_fixed_before_is_refused() -> None:
    with pytest.raises(RuleRefused, match="another rule"):
        outcome(MAJORITY.count([Choice.YES] * 5), ROLL, TWO_THIRDS, CHARTER, second_check_applies=False)


def test_passes_that_were_never_used_count_against_the_second_check() -> None:
    found = outcome(MAJORITY.count([Choice.YES] * 5), ROLL, MAJORITY, CHARTER, second_check_applies=True)
    assert found.result is Result.NEEDS_SECOND_BALLOT
