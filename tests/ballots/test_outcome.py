"""What a count comes to when it is not a plain yes or no. The table of cases is promise 10's."""

import pytest

from governance.ballots.outcome import Result, SecondCheck, outcome, second_ballot_outcome
from governance.ballots.rules import Roll
from governance.board.charter import Charter
from governance.board.rules import SeatClass
from governance.counting.account import Account
from governance.counting.choosing import Approval, Plurality
from governance.counting.decided import Consensus
from governance.counting.grouped import Ballots
from governance.counting.lot import Lot
from governance.errors import RuleRefused
from tests.counting.elections import MAJORITY, TWO_THIRDS, counted

CHARTER = Charter()
ALL = {SeatClass.LIVED: 7, SeatClass.FAMILY: 1, SeatClass.HEALTH: 1}
ROLL = Roll(active=ALL, passes=ALL)
CONSENSUS = Consensus(at_least_agree=3)


def stands(agree: int = 0, worry: int = 0, aside: int = 0, block: int = 0) -> Account:
    return counted(CONSENSUS, agree=agree, worry=worry, aside=aside, block=block)


def test_a_block_sends_it_to_a_small_group() -> None:
    found = outcome(stands(agree=8, block=1), ROLL, CONSENSUS, CHARTER, second_check_applies=True)
    assert found.result is Result.BLOCKED
    assert str(found.in_words[-1]) == "Someone blocked it. A small group works on it. It comes back once."


def test_consensus_goes_through_the_second_check_too() -> None:
    found = outcome(stands(agree=4, aside=5), ROLL, CONSENSUS, CHARTER, second_check_applies=True)
    assert (found.result, found.second_check) == (Result.NEEDS_SECOND_BALLOT, SecondCheck.NOT_SHOWN)


def test_a_block_without_a_quorum_decides_nothing_either() -> None:
    few = Roll(active=ALL, passes={SeatClass.LIVED: 1})
    found = outcome(stands(block=1), few, CONSENSUS, CHARTER, second_check_applies=False)
    assert found.result is Result.NO_QUORUM
    assert not found.quorum_met


def test_more_ballots_than_passes_is_never_a_result() -> None:
    with pytest.raises(RuleRefused, match="more ballots than names"):
        outcome(counted(MAJORITY, yes=10), ROLL, MAJORITY, CHARTER, second_check_applies=False)
    with pytest.raises(RuleRefused, match="more ballots than names"):
        second_ballot_outcome(counted(MAJORITY, yes=8), ROLL, MAJORITY, CHARTER)


def test_a_count_by_another_rule_than_the_one_fixed_before_is_refused() -> None:
    with pytest.raises(RuleRefused, match="another rule"):
        outcome(counted(MAJORITY, yes=5), ROLL, TWO_THIRDS, CHARTER, second_check_applies=False)


def test_passes_that_were_never_used_count_against_the_second_check() -> None:
    found = outcome(counted(MAJORITY, yes=5), ROLL, MAJORITY, CHARTER, second_check_applies=True)
    assert found.result is Result.NEEDS_SECOND_BALLOT


def test_a_consensus_that_a_vote_follows_is_put_to_the_vote_when_it_fails() -> None:
    for failed in (stands(agree=8, block=1), stands(agree=2, aside=6)):
        found = outcome(failed, ROLL, CONSENSUS, CHARTER, vote_follows=True)
        assert found.result is Result.NEEDS_VOTE
    assert outcome(stands(agree=9), ROLL, CONSENSUS, CHARTER, vote_follows=True).result is Result.ADOPTED


def test_a_vote_that_only_asks_decides_nothing_whoever_took_part() -> None:
    few = Roll(active=ALL, passes={SeatClass.LIVED: 1})
    for roll in (few, ROLL):
        found = outcome(counted(MAJORITY, yes=1), roll, MAJORITY, CHARTER, second_check_applies=True, binding=False)
        assert (found.result, found.second_check) == (Result.HEARD, SecondCheck.NOT_NEEDED)


def test_what_was_chosen_stands_in_the_last_sentence() -> None:
    rule = Plurality()
    account = rule.count(Ballots.of(("Tea", "Soup"), [(1,)] * 5 + [(0,)] * 3), Lot(b""))
    found = outcome(account, ROLL, rule, CHARTER)
    assert (found.result, str(found.in_words[-1])) == (Result.CHOSEN, "The board chose: Soup.")
    many = Approval()
    nothing = many.count(Ballots.of(("Tea", "Soup"), [()] * 5), Lot(b""))
    assert outcome(nothing, ROLL, many, CHARTER).result is Result.NOT_ADOPTED, "none of these, said all"
    few = rule.count(Ballots.of(("Tea", "Soup"), []), Lot(b""))
    assert outcome(few, ROLL, rule, CHARTER).result is Result.NO_QUORUM
