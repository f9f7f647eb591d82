"""The last good value of each setting of a rule, and the first that is refused; what a rule says of itself."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from governance.counting import RULES, Rule, rule_from
from governance.counting.explained import explained
from governance.counting.grouped import Ballots
from governance.ruling.errors import RuleRefused
from tests.counting.elections import LOT

GOOD_AND_BAD: list[tuple[str, str, list[Any], list[Any]]] = [
    ("scottish-stv", "precision", [0, 18], [-1, 19, True]),
    ("meek-stv", "precision", [6, 18], [5, 19, True]),
    ("meek-stv", "omega", [0, 9], [-1, 10, True]),
    ("yes-no", "threshold", ["1/2", "1"], ["49/100", "101/100", "many"]),
    ("consent", "objections_at_most", ["0", "99/100"], ["-1/100", "1"]),
    ("consent", "blocks_allowed", [0, 3], [-1]),
    ("score", "highest", [1, 5], [0, True]),
    ("irv", "stop", ["majority", "two_left"], ["never"]),
    ("budget", "budget", [0, 7], [-1, "7", True]),
    ("budget", "costs", [{"A": 1}, {}], [{"A": 0}, {"A": "1"}, {"A": True}]),
]


@pytest.mark.parametrize(("name", "setting", "good", "bad"), GOOD_AND_BAD)
def test_each_setting_has_its_bounds(name: str, setting: str, good: list[Any], bad: list[Any]) -> None:
    manifest = RULES[name]().to_manifest()
    for value in good:
        assert rule_from({**manifest, setting: value}).to_manifest()[setting] == value
    for value in bad:
        with pytest.raises(RuleRefused):
            rule_from({**manifest, setting: value})


def test_each_cost_belongs_to_an_option() -> None:
    with pytest.raises(RuleRefused, match="Each option must have a cost"):
        RULES["budget"](budget=3, costs={"A": 1}).check(["A", "B"])  # type: ignore[call-arg]


@pytest.mark.parametrize("name", list(RULES))
def test_each_rule_says_what_it_does(name: str) -> None:
    assert str(RULES[name]().in_words).endswith(".")


def test_a_consent_that_allows_objections_says_how_many() -> None:
    strict, mild = (str(RULES["consent"](objections_at_most=part).in_words) for part in (0, Fraction(1, 4)))  # type: ignore[call-arg]
    assert "no one objects or blocks" in strict
    assert "1/4" in mild


TIED = Ballots(("Ann", "Ben", "Cas"), (((0,), 2), ((1,), 2), ((2, 0), 1)))


def test_a_count_is_told_step_by_step() -> None:
    told = [str(each) for each in explained(RULES["irv"]().count(TIED, LOT))]
    assert told[:3] == [
        "Ballots that count: 5.", "To win takes this many votes: 3.", "Step 1: Ann 2, Ben 2, Cas 1.",
    ]  # fmt: skip
    assert told[-2:] == ["Step 2: Ann won.", "The outcome: Ann."]
    seats = [str(each) for each in explained(RULES["scottish-stv"]().count(TIED, LOT))]
    assert seats[1] == "To be sure of a seat takes this many votes: 3.00000."


def test_a_tie_is_told_with_what_broke_it() -> None:
    even = Ballots(("Ann", "Ben"), (((0,), 2), ((1,), 2)))
    told = " ".join(str(each) for each in explained(RULES["plurality"]().count(even, LOT)))
    assert "There was a tie: Ann, Ben. A lot that anyone can draw again broke it." in told
    nobody = " ".join(str(each) for each in explained(RULES["yes-no"]().count(Ballots(("yes", "no"), (((), 2),)), LOT)))
    assert "There were no ballots to count." in nobody
    assert "Ballots with no clear choice: 2." in nobody


def test_options_that_stand_together_are_each_behind_the_others() -> None:
    """Two put Ann and Ben side by side before Cas; one has Cas alone. Side by side, none is ahead of the other."""
    together = Ballots(("Ann", "Ben", "Cas"), ((((0, 1), 2), 2), ((2,), 1)))
    account = RULES["schulze"](measure="margins").count(together, LOT)  # type: ignore[call-arg]
    assert account.details["pairwise"] == {
        "Ann": {"Ben": 0, "Cas": 2}, "Ben": {"Ann": 0, "Cas": 2}, "Cas": {"Ann": 1, "Ben": 1},
    }  # fmt: skip
    assert account.ballots == 3


@pytest.mark.parametrize("rule", [RULES["dots"](), RULES["budget"](costs={"A": 1}, paper="scores")])  # type: ignore[call-arg]
def test_points_have_a_bound(rule: Rule) -> None:
    assert rule.count(Ballots(("A",), (((10**9,), 1),)), LOT).choices == ("A",)
    with pytest.raises(RuleRefused, match="from 0 to 1000000000"):
        rule.count(Ballots(("A",), (((10**9 + 1,), 1),)), LOT)


def test_without_money_nothing_is_paid() -> None:
    shares = RULES["budget"](costs={"A": 1}, method="equal_shares")  # type: ignore[call-arg]
    assert shares.count(Ballots(("A",), (((0,), 1),)), LOT).winners == ()
