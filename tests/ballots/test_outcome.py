"""What a count comes to when it is not a plain yes or no. The table of cases is promise 10's."""

import pytest

from governance.ballots.result.outcome import Result, SecondCheck, outcome, second_ballot_outcome, second_check
from governance.ballots.rules import Roll
from governance.board.charter import Charter
from governance.board.rules import SeatClass
from governance.counting.account import Account
from governance.counting.choosing import Approval, Plurality
from governance.counting.decided import Consensus
from governance.counting.equal import counted as counted_or_equal
from governance.counting.grouped import Ballots
from governance.counting.lot import EARLIER_THEN_TALK, Lot
from governance.ruling.errors import RuleRefused
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


@pytest.mark.parametrize(
    ("yes", "others", "lived", "shown"),
    [(6, 2, 7, True), (5, 2, 6, False), (6, 2, 6, True), (9, 0, 9, True), (2, 2, 7, False), (1, 2, 0, False)],
)
def test_the_second_check_takes_the_worst_case(yes: int, others: int, lived: int, shown: bool) -> None:
    roll = Roll(active=ALL, passes={SeatClass.LIVED: lived, SeatClass.FAMILY: others})
    assert second_check(yes, roll) is (SecondCheck.PASSED if shown else SecondCheck.NOT_SHOWN)


def test_the_second_check_is_told_with_its_sum() -> None:
    for yes, told in [
        (8, "8 in favour, less 2 from other seats at most, leaves 6. That is more than half of 7"),
        (5, "less 2 from other seats at most, leaves 3. That is not more than half of 7"),
    ]:
        found = outcome(counted(MAJORITY, yes=yes), ROLL, MAJORITY, CHARTER, second_check_applies=True)
        assert told in " ".join(map(str, found.in_words))


@pytest.mark.parametrize(
    ("passes", "yes", "block", "result", "check"),
    [
        (7, 4, 0, Result.ADOPTED, SecondCheck.PASSED),
        (6, 3, 0, Result.NOT_ADOPTED, SecondCheck.NOT_SHOWN),
        (7, 6, 1, Result.NOT_ADOPTED, SecondCheck.NOT_SHOWN),
        (1, 1, 0, Result.NO_QUORUM, SecondCheck.NOT_SHOWN),
    ],
)
def test_the_second_ballot_takes_more_than_half_of_the_lived_seats_and_no_block(
    passes: int, yes: int, block: int, result: Result, check: SecondCheck
) -> None:
    roll = Roll(active=ALL, passes={SeatClass.LIVED: passes, SeatClass.FAMILY: 1}, stepped_out={})
    found = second_ballot_outcome(stands(agree=yes, block=block), roll, CONSENSUS, CHARTER)
    assert (found.result, found.second_check, found.quorum_met) == (result, check, result is not Result.NO_QUORUM)
    seats = f"alone: 7 active seats, {passes} took part, {yes} in favour."
    assert seats in str(found.in_words[0])


def test_who_stepped_out_is_no_active_seat_of_the_second_ballot() -> None:
    roll = Roll(active=ALL, passes={SeatClass.LIVED: 5}, stepped_out={SeatClass.LIVED: 2})
    found = second_ballot_outcome(stands(agree=5), roll, CONSENSUS, CHARTER)
    assert "alone: 5 active seats, 5 took part" in str(found.in_words[0])


def test_papers_that_do_not_count_use_up_a_pass_all_the_same() -> None:
    papers = [(0,)] * 5 + [()] * 5
    account = MAJORITY.count(Ballots.of(MAJORITY.words, papers), Lot(b"\x07" * 32, "given"))
    with pytest.raises(RuleRefused, match="more ballots than names"):
        outcome(account, ROLL, MAJORITY, CHARTER)


def test_what_was_equal_goes_back_to_the_talk_unless_nobody_wanted_any() -> None:
    rule, many = Plurality(ties=EARLIER_THEN_TALK), Approval(ties=EARLIER_THEN_TALK)
    alike = counted_or_equal(rule, Ballots.of(("Soup", "Tea"), [(0,)] * 4 + [(1,)] * 4), Lot(b"\x07" * 32))
    assert outcome(alike, ROLL, rule, CHARTER).result is Result.EQUAL
    none = counted_or_equal(many, Ballots.of(("Soup", "Tea"), [()] * 8), Lot(b"\x07" * 32))
    assert outcome(none, ROLL, many, CHARTER).result is Result.NOT_ADOPTED


@pytest.mark.parametrize(("ballots", "result"), [(2, Result.NO_QUORUM), (3, Result.CHOSEN)])
def test_to_choose_takes_as_many_ballots_as_a_yes(ballots: int, result: Result) -> None:
    assert CHARTER.least_yes == 3
    rule = Plurality()
    account = rule.count(Ballots.of(("Soup", "Tea"), [(0,)] * ballots), Lot(b"\x07" * 32, "given"))
    told = "To choose takes 3 ballots or more."
    found = outcome(account, ROLL, rule, CHARTER)
    assert found.result is result
    assert (told in map(str, found.in_words)) == (result is Result.NO_QUORUM)
    assert told not in map(str, outcome(account, ROLL, rule, CHARTER, binding=False).in_words)
    assert told not in map(str, outcome(counted(MAJORITY, yes=1), ROLL, MAJORITY, CHARTER).in_words)


def test_a_second_ballot_of_yes_and_no_has_nothing_to_block_it() -> None:
    found = second_ballot_outcome(counted(MAJORITY, yes=4, no=3), ROLL, MAJORITY, CHARTER)
    assert found.result is Result.ADOPTED


def test_when_the_other_seats_could_be_the_whole_yes_nothing_is_left_for_the_lived_seats() -> None:
    mixed = {SeatClass.LIVED: 5, SeatClass.FAMILY: 2, SeatClass.HEALTH: 2}
    found = outcome(counted(MAJORITY, yes=4, no=3), Roll(mixed, mixed), MAJORITY, CHARTER, second_check_applies=True)
    assert any("4 from other seats at most, leaves 0." in str(line) for line in found.in_words)
