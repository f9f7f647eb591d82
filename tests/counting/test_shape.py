"""Every rule: parameters are data, none is implied, accounts hold no float, what cannot be counted is refused."""

from __future__ import annotations

import json

import pytest

from governance.counting import RULES, Rule, rule_from
from governance.counting.explained import explained
from governance.counting.grouped import Ballots
from governance.ruling.errors import RuleRefused
from tests.counting.elections import LOT, NAMES, ranked, scored

COSTS = {"budget": {"budget": 10, "costs": dict.fromkeys(NAMES[:4], 3)}}


def made(name: str) -> Rule:
    return RULES[name](**COSTS.get(name, {}))


def ballots_for(rule: Rule, number: int = 4) -> Ballots:
    if hasattr(rule, "words"):
        return Ballots(rule.words, tuple(((each,), each + 1) for each in range(len(rule.words))))
    ballots = scored(number) if rule.papers == "scores" else ranked(number)
    return Ballots(
        NAMES[:4],
        tuple(
            ((paper + (0,) * 4)[:4] if rule.papers == "scores" else tuple(each for each in paper if each < 4), n)
            for paper, n in ballots.groups
        ),
    )


@pytest.mark.parametrize("name", list(RULES))
def test_a_rule_comes_back_from_its_manifest_and_counts_the_same(name: str) -> None:
    rule = made(name)
    manifest = json.loads(json.dumps(rule.to_manifest()))
    assert rule_from(manifest) == rule
    assert rule_from(manifest).to_manifest() == rule.to_manifest()
    ballots = ballots_for(rule)
    account = rule.count(ballots, LOT)
    written = json.dumps(account.to_json(), sort_keys=True)
    assert "." not in "".join(str(each) for each in numbers_in(account.to_json()))
    assert written == json.dumps(rule_from(manifest).count(ballots, LOT).to_json(), sort_keys=True)
    assert account.parameters == manifest
    assert [str(each) for each in explained(account)]


def numbers_in(data: object) -> list[object]:
    if isinstance(data, dict):
        return [each for value in data.values() for each in numbers_in(value)]
    if isinstance(data, list | tuple):
        return [each for value in data for each in numbers_in(value)]
    return [] if isinstance(data, str) else [data]


@pytest.mark.parametrize("name", list(RULES))
def test_a_manifest_that_leaves_something_out_or_adds_something_is_refused(name: str) -> None:
    manifest = made(name).to_manifest()
    for parameter in set(manifest) - {"rule"}:
        with pytest.raises(RuleRefused):
            rule_from({key: value for key, value in manifest.items() if key != parameter})
        with pytest.raises(RuleRefused):
            rule_from({**manifest, parameter: object()})
    with pytest.raises(RuleRefused, match="missing or not known: colour"):
        rule_from({**manifest, "colour": "red"})


def test_what_cannot_be_counted_is_refused_in_a_sentence() -> None:
    rule = RULES["scottish-stv"](seats=3)
    for choices, words in ((["A", "B"], "more seats"), ([], "an option"), (["A", "A", "B"], "same name")):
        with pytest.raises(RuleRefused, match=words):
            rule.check(choices)
    with pytest.raises(RuleRefused, match="must have a cost"):
        made("budget").check(["Ann"])
    with pytest.raises(RuleRefused, match="way to count are: yes, no, abstain"):
        made("yes-no").check(["yes", "maybe"])
    with pytest.raises(RuleRefused, match="not known"):
        rule_from({"rule": "astrology"})
    with pytest.raises(RuleRefused, match="from 0 to 5"):
        made("score").count(Ballots(("A", "B"), (((6, 0), 1),)), LOT)
    with pytest.raises(RuleRefused, match="a place for each"):
        made("score").count(Ballots(("A", "B"), (((1,), 1),)), LOT)
    with pytest.raises(RuleRefused, match="one at each rank"):
        RULES["irv"](equal="refuse").count(Ballots(("A", "B"), ((((0, 1),), 1),)), LOT)


@pytest.mark.parametrize("name", list(RULES))
def test_where_nobody_voted_nobody_wins(name: str) -> None:
    rule = made(name)
    account = rule.count(Ballots(ballots_for(rule).choices, ()), LOT)
    assert (account.ballots, account.winners, account.lot, account.passed in (None, False)) == (0, (), None, True)
    said = [str(each) for each in explained(account)]
    outcome = [] if name == "sense-check" else ["It did not pass." if hasattr(rule, "words") else "Nothing won."]
    assert said == ["There were no ballots to count.", *outcome]
    assert json.loads(json.dumps(account.to_json()))["winners"] == []
