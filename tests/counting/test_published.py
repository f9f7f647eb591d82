"""A count that was published comes to the same bytes for ever: who checks it in ten years recounts it with this code.

Each line is a rule, its settings, and the digest of 40 small elections full of ties. A digest that changes means that
bundles already published no longer check out: give the changed rule a new name, and leave the old one as it was.
"""

from __future__ import annotations

import hashlib
import json
import random
from typing import Any

import pytest

from governance.counting import RULES, Rule
from governance.counting.grouped import Ballots
from tests.counting.elections import LOT, NAMES, ranked, scored

COSTS = dict(zip(NAMES, (7, 3, 2, 3, 1, 5, 4), strict=True))
SHARES = {"budget": 11, "method": "equal_shares"}

PUBLISHED: list[tuple[str, dict[str, Any], str]] = [
    ("consent", {"blocks_allowed": 1, "objections_at_most": "1/3", "at_least_consent": 2}, "442956f76f22fc9b"),
    ("consensus", {"at_least_agree": 2}, "9824f15f04a0ffe3"),
    ("plurality", {"equal": "pass_over", "skipped": "stop"}, "1f8c449d3b5f8061"),
    ("consent", {}, "37c0cd9e98336037"),
    ("consensus", {}, "0a3f3fc3539e39fb"),
    ("yes-no", {}, "6c6517075e01ff82"),
    ("yes-no", {"threshold": "2/3", "at_least_yes": 2}, "70a1c25ede922c17"),
    ("sense-check", {}, "6d94ecfaa779117b"),
    ("plurality", {}, "c7b3ee58c8429ac2"),
    ("plurality", {"seats": 2}, "9e448ce3604c9251"),
    ("approval", {"seats": 2}, "74781267a77aea26"),
    ("score", {}, "8da720ffc0af86da"),
    ("score", {"seats": 2}, "6ab7e5555981d76b"),
    ("star", {}, "4b69252dbd228cf7"),
    ("majority-judgment", {}, "f2089f40db7496cc"),
    ("dots", {}, "fa7fe93514719409"),
    ("dots", {"dots": 4}, "6324a87faa45311e"),
    ("budget", {"budget": 11}, "8760561127f9672e"),
    ("budget", {"budget": 11, "method": "equal_shares"}, "12a89fd438a0ff8c"),
    (
        "budget",
        {"budget": 11, "method": "equal_shares", "satisfaction": "votes", "completion": "none"},
        "cc27259e988976b2",
    ),
    ("budget", {"budget": 11, "method": "equal_shares", "paper": "scores"}, "d6fbe4404a8ff03f"),
    (
        "budget",
        {"budget": 11, "method": "equal_shares", "paper": "scores", "satisfaction": "votes", "completion": "none"},
        "f6f71a3dbb43059c",
    ),
    ("irv", {}, "e488d02d3425cdd2"),
    ("irv", {"stop": "two_left", "last": "all"}, "05cc7ef76f1f4cb0"),
    ("schulze", {}, "0c0060faae9d5bb5"),
    ("schulze", {"seats": 3, "measure": "margins", "unranked": "no_opinion"}, "de30b99d2313f96d"),
    ("ranked-pairs", {}, "0e57332cfb323d72"),
    ("ranked-pairs", {"seats": 3, "ties": "lot"}, "8c4fd01ea34b31a7"),
    ("scottish-stv", {}, "64cf9708f809c616"),
    ("scottish-stv", {"seats": 3}, "817d7fb33fba1fe0"),
    ("scottish-stv", {"seats": 2, "precision": 0}, "e7668155ecf5b44d"),
    ("meek-stv", {}, "e5870cb32e6b2694"),
    ("meek-stv", {"seats": 3}, "9fd27e24cf3ffbbd"),
    ("meek-stv", {"seats": 2, "precision": 0, "omega": 0}, "cb9d792c5cd5e590"),
    ("meek-stv", {"seats": 3, "precision": 2, "omega": 1}, "4179b90c259f40fb"),
    ("phragmen", {}, "4cfbcd1497d669c6"),
    ("phragmen", {"seats": 3}, "fcabc45a6e1ce430"),
]


@pytest.mark.parametrize(("name", "settings", "digest"), PUBLISHED)
def test_a_count_comes_to_the_bytes_that_were_published(name: str, settings: dict[str, Any], digest: str) -> None:
    assert digest_of(name, settings) == digest


def digest_of(name: str, settings: dict[str, Any]) -> str:
    """Return the first 16 letters of the digest of 40 accounts."""
    whole = hashlib.sha256()
    for number in range(40):
        ballots = election(name, settings, number)
        costs = {"costs": {each: COSTS[each] for each in ballots.choices}} if name == "budget" else {}
        seats = {"seats": min(settings["seats"], len(ballots.choices))} if "seats" in settings else {}
        account = RULES[name](**{**settings, **costs, **seats}).count(ballots, LOT)
        whole.update(json.dumps(account.to_json(), sort_keys=True).encode())
    return whole.hexdigest()[:16]


def election(name: str, settings: dict[str, Any], number: int) -> Ballots:
    """An election that suits the rule; in each fifth one the first option has stepped back."""
    rule: type[Rule] = RULES[name]
    if hasattr(rule, "words"):
        chance = random.Random(number)
        words = rule(**settings).words
        return Ballots.of(words, [(chance.randrange(len(words)),) for _ in range(chance.randint(0, 9))])
    scores = settings.get("paper", rule.papers) == "scores"
    ballots = scored(number) if scores else ranked(number)
    gone = frozenset({0} if number % 5 == 4 and len(ballots.choices) > 2 else ())
    return Ballots(ballots.choices, ballots.groups, gone)
