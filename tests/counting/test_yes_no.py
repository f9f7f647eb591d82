"""Majority and two thirds, as examples and as properties."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.counting.decided import YesNo
from governance.counting.explained import explained
from governance.counting.grouped import Ballots
from tests.counting.elections import LOT, MAJORITY, TWO_THIRDS, counted

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
    (YesNo(threshold=Fraction(3, 4), at_least_yes=3), 6, 2, 1, True),
    (YesNo(threshold=Fraction(3, 4), at_least_yes=3), 5, 2, 1, False),
]


@pytest.mark.parametrize(("rule", "yes", "no", "abstain", "passed"), CASES)
def test_what_passes(rule: YesNo, yes: int, no: int, abstain: int, passed: bool) -> None:
    tally = counted(rule, yes=yes, no=no, abstain=abstain)
    assert tally.passed is passed
    assert tally.counts == {"yes": yes, "no": no, "abstain": abstain}
    assert not tally.blocked


def test_the_account_counts_everyone_in_words() -> None:
    told = [str(line) for line in explained(counted(MAJORITY, yes=5, no=3, abstain=1))]
    assert told == ["5 yes, 3 no, 1 did not choose.", "It passed."]
    assert str(MAJORITY.in_words).startswith("To pass: more yes than no, and at least 3 yes.")
    assert "2/3 or more" in str(TWO_THIRDS.in_words)


@pytest.mark.parametrize(("threshold", "least"), [(Fraction(1, 3), 3), (Fraction(4, 3), 3), (Fraction(1, 2), 0)])
def test_a_rule_that_lets_fewer_than_half_decide_cannot_be_made(threshold: Fraction, least: int) -> None:
    with pytest.raises(ValueError, match="threshold"):
        YesNo(threshold=threshold, at_least_yes=least)


NUMBERS = st.integers(0, 40)
RULES = st.sampled_from(
    [MAJORITY, TWO_THIRDS, YesNo(threshold=Fraction(60, 100)), YesNo(threshold=Fraction(3, 4), at_least_yes=5)]
)


@given(RULES, NUMBERS, NUMBERS, NUMBERS, st.randoms(use_true_random=False))
def test_order_and_abstaining_change_nothing(rule: YesNo, yes: int, no: int, abstain: int, chance: object) -> None:
    papers = [(0,)] * yes + [(1,)] * no + [(2,)] * abstain
    chance.shuffle(papers)  # type: ignore[attr-defined]
    tally = rule.count(Ballots.of(rule.words, papers), LOT)
    assert tally.to_json() == counted(rule, yes=yes, no=no, abstain=abstain).to_json()
    assert tally.passed == counted(rule, yes=yes, no=no).passed
    assert tally.ballots == yes + no + abstain


def passes(rule: YesNo, yes: int, no: int) -> bool:
    return rule.passes({"yes": yes, "no": no})


@given(RULES, NUMBERS, NUMBERS)
def test_one_more_yes_never_hurts_and_one_more_no_never_helps(rule: YesNo, yes: int, no: int) -> None:
    if passes(rule, yes, no):
        assert passes(rule, yes + 1, no)
    else:
        assert not passes(rule, yes, no + 1)


@given(NUMBERS, NUMBERS)
def test_two_thirds_is_at_least_as_hard_as_a_majority(yes: int, no: int) -> None:
    assert passes(MAJORITY, yes, no) or not passes(TWO_THIRDS, yes, no)
    assert passes(TWO_THIRDS, yes, no) == (yes >= 3 and 3 * yes >= 2 * (yes + no))
