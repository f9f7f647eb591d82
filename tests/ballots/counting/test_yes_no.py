"""Majority and two thirds, as examples and as properties."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ballots.counting.yes_no import MAJORITY, TWO_THIRDS, Choice, YesNoRule

CASES = [
    # rule, yes, no, abstain, passed
    (MAJORITY, 3, 2, 0, True),
    (MAJORITY, 3, 3, 0, False),
    (MAJORITY, 2, 0, 7, False),
    (MAJORITY, 3, 0, 6, True),
    (MAJORITY, 3, 2, 4, True),
    (MAJORITY, 0, 0, 0, False),
    (TWO_THIRDS, 4, 2, 0, True),
    (TWO_THIRDS, 5, 3, 0, False),
    (TWO_THIRDS, 6, 3, 0, True),
    (TWO_THIRDS, 2, 1, 0, False),
    (YesNoRule(Fraction(3, 4)), 6, 2, 1, True),
    (YesNoRule(Fraction(3, 4)), 5, 2, 1, False),
]


def ballots(yes: int, no: int, abstain: int) -> list[Choice]:
    return [Choice.NO] * no + [Choice.ABSTAIN] * abstain + [Choice.YES] * yes


@pytest.mark.parametrize(("rule", "yes", "no", "abstain", "passed"), CASES)
def test_what_passes(rule: YesNoRule, yes: int, no: int, abstain: int, passed: bool) -> None:
    tally = rule.count(ballots(yes, no, abstain))
    assert tally.passed is passed
    assert tally.counts == {"yes": yes, "no": no, "abstain": abstain}
    assert not tally.blocked


def test_the_account_counts_everyone_in_words() -> None:
    assert [str(line) for line in MAJORITY.count(ballots(5, 3, 1)).account] == ["5 yes, 3 no, 1 did not choose."]
    assert str(MAJORITY.in_words).startswith("To pass: more yes than no, and at least 3 yes.")
    assert "2/3 or more" in str(TWO_THIRDS.in_words)


@pytest.mark.parametrize(("threshold", "least"), [(Fraction(1, 3), 3), (Fraction(4, 3), 3), (Fraction(1, 2), 0)])
def test_a_rule_that_lets_fewer_than_half_decide_cannot_be_made(threshold: Fraction, least: int) -> None:
    with pytest.raises(ValueError, match="threshold"):
        YesNoRule(threshold, least)


NUMBERS = st.integers(0, 40)
RULES = st.sampled_from([MAJORITY, TWO_THIRDS, YesNoRule(Fraction(60, 100)), YesNoRule(Fraction(3, 4), 5)])


@given(RULES, NUMBERS, NUMBERS, NUMBERS, st.randoms(use_true_random=False))
def test_order_and_abstaining_change_nothing(rule: YesNoRule, yes: int, no: int, abstain: int, chance: object) -> None:
    shuffled = ballots(yes, no, abstain)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    tally = rule.count(shuffled)
    assert tally == rule.count(ballots(yes, no, abstain))
    assert tally.passed == rule.count(ballots(yes, no, 0)).passed
    assert tally.ballots == yes + no + abstain


@given(RULES, NUMBERS, NUMBERS)
def test_one_more_yes_never_hurts_and_one_more_no_never_helps(rule: YesNoRule, yes: int, no: int) -> None:
    if rule.passes(yes, no):
        assert rule.passes(yes + 1, no)
    else:
        assert not rule.passes(yes, no + 1)


@given(NUMBERS, NUMBERS)
def test_two_thirds_is_at_least_as_hard_as_a_majority(yes: int, no: int) -> None:
    assert MAJORITY.passes(yes, no) or not TWO_THIRDS.passes(yes, no)
    assert TWO_THIRDS.passes(yes, no) == (yes >= 3 and 3 * yes >= 2 * (yes + no))
