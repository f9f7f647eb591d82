"""The kinds of vote: which an item may have, what they need, and how each is counted unless told otherwise."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from governance.ballots.calling.kinds import (
    ASK_YES_OR_NO,
    COUNT_BY_WORDS,
    KIND_WORDS,
    LONGEST_OPTION,
    MOST_DOTS,
    MOST_OPTIONS,
    MOST_SEATS,
    RULES_OF,
    Kind,
    Settings,
    check_settings,
    kind_named,
    options_in,
    rule_for,
)
from governance.ballots.calling.rules import KindFacts, check_kind_fits
from governance.ballots.papers.choices import options_of
from governance.board.charter import Charter, Method
from governance.counting import rule_from
from governance.counting.lot import EARLIER_THEN_TALK
from governance.ruling.errors import RuleRefused
from tests.let_through import let_through

CHARTER = Charter()
FOOD = Settings(options=("Soup", "Tea", "Bread"), prices=(50, 20, 30), budget=70)


def test_a_rule_takes_its_numbers_from_the_charter() -> None:
    charter = replace(CHARTER, least_yes=4)
    assert "at least 4 yes" in str(rule_for(Kind.MAJORITY, charter, Settings()).in_words)
    assert "2/3 or more" in str(rule_for(Kind.TWO_THIRDS, charter, Settings()).in_words)
    assert "4 or more must agree" in str(rule_for(Kind.CONSENSUS, charter, Settings()).in_words)
    assert "4 or more can live with it" in str(rule_for(Kind.CONSENT, charter, Settings()).in_words)
    with pytest.raises(RuleRefused, match="Choose one on the list"):
        kind_named("loudest")


@pytest.mark.parametrize("kind", Kind)
def test_every_way_to_count_of_every_kind_goes_through_the_manifest_and_counts(kind: Kind) -> None:
    asked = Settings(objections=Fraction(1, 5)) if kind in ASK_YES_OR_NO else FOOD
    for count_by in ("", *RULES_OF[kind]):
        rule = rule_for(kind, CHARTER, replace(asked, count_by=count_by))
        rule.check(options_of(rule, asked.options))
        assert rule_from(rule.to_manifest()) == rule
    assert kind in KIND_WORDS
    assert len(RULES_OF[kind]) == 1 or set(RULES_OF[kind]) <= set(COUNT_BY_WORDS)


@pytest.mark.parametrize(
    ("kind", "asked", "why"),
    [
        (Kind.RANKED, replace(FOOD, options=("Soup",)), "two options or more"),
        (Kind.RANKED, replace(FOOD, options=tuple(map(str, range(21)))), "20 at most"),
        (Kind.CHOOSE_ONE, replace(FOOD, options=("Soup", "soup")), "the same name"),
        (Kind.CHOOSE_ONE, replace(FOOD, options=("Soup", "T" * 101)), "100 letters at most"),
        (Kind.ELECT, replace(FOOD, seats=3), "more options than can win"),
        (Kind.RANKED, replace(FOOD, seats=2), "one option wins"),
        (Kind.SCORE, replace(FOOD, seats=2, count_by="star"), "one option wins"),
        (Kind.SCORE, replace(FOOD, highest=7), "how high a score"),
        (Kind.DOTS, replace(FOOD, dots=0), "how many dots"),
        (Kind.BUDGET, replace(FOOD, prices=(50, 20)), "needs a price"),
        (Kind.BUDGET, replace(FOOD, budget=10), "too little money"),
        (Kind.RANKED, replace(FOOD, count_by="dots"), "does not go with this kind"),
    ],
)
def test_settings_that_cannot_be_counted_are_refused_with_what_to_do(kind: Kind, asked: Settings, why: str) -> None:
    with pytest.raises(RuleRefused, match=why):
        rule_for(kind, CHARTER, asked)


@pytest.mark.parametrize("other", ["Soup\u200b", "\u202eSoup", "ＳＯＵＰ", " soup ", "S\u043eup"])
def test_two_options_that_look_the_same_are_refused(other: str) -> None:
    with pytest.raises(RuleRefused, match="the same name"):
        rule_for(Kind.CHOOSE_ONE, CHARTER, Settings(options=("Soup", other)))
    with pytest.raises(RuleRefused, match="two options or more"):
        rule_for(Kind.CHOOSE_ONE, CHARTER, Settings(options=("Soup", "\u200b")))


@pytest.mark.parametrize(("one", "other"), [("Room 10", "Room lO"), ("Plan I", "Plan 1"), ("Bill", "BiII")])
def test_two_options_that_are_drawn_the_same_are_refused_as_in_a_file(one: str, other: str) -> None:
    """By no sign the same, and by no eye told apart."""
    with pytest.raises(RuleRefused, match="the same name"):
        rule_for(Kind.CHOOSE_ONE, CHARTER, Settings(options=(one, other)))
    assert rule_for(Kind.CHOOSE_ONE, CHARTER, Settings(options=(one, f"{other}.")))


def test_options_are_read_one_on_each_line_with_their_prices() -> None:
    assert options_in(" New  chairs \n\nTea = hot\n", priced=False) == (("New chairs", "Tea = hot"), ())
    assert options_in("New chairs = 200\nTea=20", priced=True) == (("New chairs", "Tea"), (200, 20))
    for text in ("Tea", "Tea = many", "= 20", "Tea = -1", "Tea = 20.5", "Soup = 200\nTea"):
        with pytest.raises(RuleRefused, match="needs a price"):
            options_in(text, priced=True)


BIG = KindFacts("two_thirds")
PEOPLE = KindFacts("majority", second_check=True)
ORDINARY = KindFacts("majority")
OWN_HOUSE = KindFacts("majority", own_house=True)
VOTE_ONLY, CONSENSUS_ONLY = (replace(CHARTER, method=each) for each in (Method.VOTE_ONLY, Method.CONSENSUS_ONLY))


@pytest.mark.parametrize(
    ("kind", "asked", "charter", "why"),
    [
        *((kind, BIG, CHARTER, "two thirds, or consensus") for kind in (Kind.MAJORITY, Kind.CONSENT, Kind.DOTS)),
        *((kind, PEOPLE, CHARTER, "takes a yes or a no") for kind in (Kind.RANKED, Kind.CHOOSE_ONE, Kind.BUDGET)),
        *((kind, OWN_HOUSE, CHARTER, "takes a yes or a no") for kind in (Kind.RANKED, Kind.CHOOSE_ONE, Kind.ELECT)),
        (Kind.CONSENSUS, ORDINARY, VOTE_ONLY, "says that we vote"),
        (Kind.MAJORITY, ORDINARY, CONSENSUS_ONLY, "a yes from all"),
        (Kind.RANKED, ORDINARY, CONSENSUS_ONLY, "a yes from all"),
        (Kind.CONSENSUS_THEN_VOTE, ORDINARY, CONSENSUS_ONLY, "a yes from all"),
        (Kind.CONSENSUS_THEN_VOTE, ORDINARY, CHARTER, "2 rounds of consensus"),
    ],
)
def test_no_kind_is_weaker_than_the_item_or_the_charter_asks(
    kind: Kind, asked: KindFacts, charter: Charter, why: str
) -> None:
    with pytest.raises(RuleRefused, match=why):
        check_kind_fits(kind, asked, charter)
    if kind is not Kind.CONSENSUS_THEN_VOTE:
        check_kind_fits(kind, replace(asked, binding=False), charter)


def test_what_fits() -> None:
    with let_through():
        for kind in (Kind.TWO_THIRDS, Kind.CONSENSUS, Kind.SENSE_CHECK):
            check_kind_fits(kind, BIG, CHARTER)
        for kind in set(Kind) - {Kind.CONSENSUS_THEN_VOTE}:
            check_kind_fits(kind, ORDINARY, CHARTER)
        for kind in ASK_YES_OR_NO - {Kind.CONSENSUS_THEN_VOTE}:
            check_kind_fits(kind, PEOPLE, CHARTER)
        check_kind_fits(Kind.CONSENSUS_THEN_VOTE, replace(ORDINARY, rounds=1), CHARTER)


MANY = tuple(f"Option {number}" for number in range(MOST_OPTIONS))
LONG = "a" * LONGEST_OPTION
RICH = 10**9 - 1


@pytest.mark.parametrize(
    ("kind", "asked", "one_more"),
    [
        (Kind.ELECT, Settings(options=MANY), {"options": (*MANY, "One more")}),
        (Kind.ELECT, Settings(options=("A", "B")), {"options": ("A",)}),
        (Kind.ELECT, Settings(options=(LONG, "B")), {"options": (LONG + "a", "B")}),
        (Kind.ELECT, Settings(options=MANY, seats=MOST_SEATS), {"seats": MOST_SEATS + 1}),
        (Kind.ELECT, Settings(options=("A", "B", "C"), seats=2), {"seats": 3}),
        (Kind.DOTS, Settings(options=("A", "B"), dots=1), {"dots": 0}),
        (Kind.DOTS, Settings(options=("A", "B"), dots=MOST_DOTS), {"dots": MOST_DOTS + 1}),
        (Kind.BUDGET, replace(FOOD, budget=20), {"budget": 19}),
        (Kind.BUDGET, replace(FOOD, budget=RICH), {"budget": RICH + 1}),
        (Kind.BUDGET, replace(FOOD, prices=(1, RICH, 1)), {"prices": (1, RICH + 1, 1)}),
        (Kind.BUDGET, replace(FOOD, prices=(1, 1, 1)), {"prices": (0, 1, 1)}),
    ],
)
def test_each_number_has_its_last_good_value(kind: Kind, asked: Settings, one_more: dict[str, object]) -> None:
    check_settings(kind, asked)
    with pytest.raises(RuleRefused):
        check_settings(kind, replace(asked, **one_more))


def test_a_score_goes_up_to_three_five_or_ten() -> None:
    goes = []
    for highest in range(12):
        try:
            check_settings(Kind.SCORE, replace(FOOD, highest=highest))
        except RuleRefused:
            continue
        goes.append(highest)
    assert goes == [3, 5, 10]


def test_what_is_equal_goes_back_to_the_talk_only_where_the_board_chose_so_among_options() -> None:
    options = ("Soup", "Tea")
    chosen = Settings(options=options, equal_to_talk=True)
    assert rule_for(Kind.CHOOSE_ONE, CHARTER, chosen).ties == EARLIER_THEN_TALK
    assert rule_for(Kind.CHOOSE_ONE, CHARTER, Settings(options=options)).ties != EARLIER_THEN_TALK
    assert rule_for(Kind.MAJORITY, CHARTER, Settings(equal_to_talk=True)).ties != EARLIER_THEN_TALK
