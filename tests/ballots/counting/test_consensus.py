"""Consensus, worries, standing aside, and blocks that say what they stand on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ballots.counting.consensus import ConsensusRule, Ground, Level, Stand, check_stand
from governance.errors import RuleRefused

RULE = ConsensusRule()
HARM = Stand(Level.BLOCK, Ground.HARM, "People would share pipes again.")


def stands(agree: int = 0, worry: int = 0, aside: int = 0) -> list[Stand]:
    return [Stand(Level.AGREE)] * agree + [Stand(Level.WORRY)] * worry + [Stand(Level.ASIDE)] * aside


def test_with_no_block_there_is_consensus_and_worries_stay_in_the_account() -> None:
    tally = RULE.count(stands(agree=4, worry=1, aside=2))
    assert tally.passed
    assert not tally.blocked
    assert tally.in_favour == 5
    assert [str(line) for line in tally.account] == ["4 agree, 1 agree with a worry, 2 stand aside, 0 block."]


def test_one_block_is_enough() -> None:
    tally = RULE.count([*stands(agree=8), HARM])
    assert tally.blocked
    assert not tally.passed


def test_a_board_that_stands_aside_as_one_has_not_agreed() -> None:
    tally = RULE.count(stands(agree=2, aside=5))
    assert not tally.passed
    assert not tally.blocked


NAMES_NOTHING = [
    Stand(Level.BLOCK),
    Stand(Level.BLOCK, Ground.HARM, "  "),
    Stand(Level.BLOCK, None, "I do not like it"),
]


@pytest.mark.parametrize("stand", NAMES_NOTHING)
def test_a_block_must_name_a_harm_or_a_rule(stand: Stand) -> None:
    with pytest.raises(RuleRefused, match="Or stand aside"):
        check_stand(stand)
    tally = RULE.count([*stands(agree=3), stand])
    assert tally.passed
    assert tally.counts["aside"] == 1
    assert str(tally.account[1]) == "Counted as standing aside, as they named no harm and no rule: 1."


def test_every_other_stand_is_fine_as_it_is() -> None:
    for level in set(Level) - {Level.BLOCK}:
        check_stand(Stand(level))
    check_stand(HARM)


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 3))
def test_consensus_is_no_block_and_three_who_agree(agree: int, worry: int, aside: int, block: int) -> None:
    tally = RULE.count([*stands(agree, worry, aside), *[HARM] * block])
    assert tally.passed == (block == 0 and agree + worry >= 3)
    assert tally.ballots == agree + worry + aside + block
