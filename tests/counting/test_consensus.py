"""Consensus, worries, standing aside, and blocks; consent with objections; a sense check."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.counting.decided import Consensus, Consent, SenseCheck
from governance.counting.explained import explained
from tests.counting.elections import counted

RULE = Consensus(at_least_agree=3)


def test_with_no_block_there_is_consensus_and_worries_stay_in_the_account() -> None:
    found = counted(RULE, agree=4, worry=1, aside=2)
    assert found.passed
    assert not found.blocked
    assert found.in_favour == 5
    assert str(explained(found)[0]) == "4 agree, 1 agree with a worry, 2 stand aside, 0 block."


def test_one_block_is_enough() -> None:
    found = counted(RULE, agree=8, block=1)
    assert found.blocked
    assert not found.passed


def test_a_board_that_stands_aside_as_one_has_not_agreed() -> None:
    found = counted(RULE, agree=2, aside=5)
    assert not found.passed
    assert not found.blocked


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 3))
def test_consensus_is_no_block_and_three_who_agree(agree: int, worry: int, aside: int, block: int) -> None:
    found = counted(RULE, agree=agree, worry=worry, aside=aside, block=block)
    assert found.passed == (block == 0 and agree + worry >= 3)
    assert found.ballots == agree + worry + aside + block


@pytest.mark.parametrize(
    ("counts", "passed", "blocked"),
    [
        ({"consent": 8}, True, False),
        ({"consent": 8, "object": 2}, True, False),
        ({"consent": 7, "object": 2}, False, False),
        ({"consent": 9, "block": 1}, False, True),
        ({"consent": 2, "abstain": 6}, False, False),
    ],
)
def test_consent_bears_a_part_that_objects_and_no_block(counts: dict[str, int], passed: bool, blocked: bool) -> None:
    found = counted(Consent(objections_at_most=Fraction(1, 5), at_least_consent=3), **counts)
    assert (found.passed, found.blocked) == (passed, blocked)
    assert ("at most 1/5" in str(Consent(objections_at_most=Fraction(1, 5)).in_words)) is True


def test_a_sense_check_passes_nothing_and_refuses_nothing() -> None:
    found = counted(SenseCheck(), good=4, unsure=1, concern=2)
    assert found.passed is None
    assert (found.winners, found.blocked) == ((), False)
    assert [str(each) for each in explained(found)] == ["4 say it looks good, 1 are not sure, 2 have a concern."]
