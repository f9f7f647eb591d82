"""Elections counted by hand, and the well-known public ones, with the numbers each must give."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from governance.counting import RULES, rule_from
from governance.counting.account import Account
from governance.counting.explained import explained
from governance.counting.grouped import Ballots
from governance.counting.scoring import Star
from tests.counting.elections import LOT

CITIES = ("Memphis", "Nashville", "Chattanooga", "Knoxville")
TENNESSEE = Ballots(CITIES, (((0, 1, 2, 3), 42), ((1, 2, 3, 0), 26), ((2, 3, 1, 0), 15), ((3, 2, 1, 0), 17)))


def count(name: str, ballots: Ballots, **parameters: object) -> Account:
    return RULES[name](**parameters).count(ballots, LOT)


def letters(groups: dict[str, int], names: str) -> Ballots:
    """Rankings written as words: `ACB` puts A first."""
    return Ballots(tuple(names), tuple((tuple(names.index(each) for each in word), n) for word, n in groups.items()))


@pytest.mark.parametrize(
    ("name", "winner"),
    [("plurality", "Memphis"), ("irv", "Knoxville"), ("schulze", "Nashville"), ("ranked-pairs", "Nashville")],
)
def test_the_capital_of_tennessee(name: str, winner: str) -> None:
    assert count(name, TENNESSEE).winners == (winner,)


def test_the_rounds_of_instant_runoff() -> None:
    account = count("irv", TENNESSEE)
    rounds = [[stage.tallies[each] for each in range(4)] for stage in account.stages]
    assert rounds == [[42, 26, 15, 17], [42, 26, 0, 32], [42, 0, 0, 58]]
    assert [stage.to_json(1, CITIES, 1)["excluded"] for stage in account.stages] == [[], ["Chattanooga"], ["Nashville"]]
    assert account.quota == 51


def test_instant_runoff_ends_at_a_majority_or_with_two() -> None:
    ballots = letters({"A": 6, "B": 3, "CB": 2}, "ABC")
    assert len(count("irv", ballots).stages) == 1
    assert len(count("irv", ballots, stop="two_left").stages) == 2
    assert count("irv", letters({"A": 3, "B": 2, "C": 2, "DA": 1}, "ABCD"), last="all").stages[2].excluded == (1, 2)


SCHULZE = {"ACBED": 5, "ADECB": 5, "BEDAC": 8, "CABED": 3, "CAEBD": 7, "CBADE": 2, "DCEBA": 7, "EBADC": 8}


def test_the_example_of_the_schulze_paper() -> None:
    ballots = letters(SCHULZE, "ABCDE")
    account = count("schulze", ballots, seats=5)
    assert "".join(account.winners) == "EACBD"
    assert account.details["pairwise"]["A"] == {"B": 20, "C": 26, "D": 30, "E": 22}
    assert account.details["paths"]["E"] == {"A": 25, "B": 28, "C": 28, "D": 31}
    assert not account.ties


def test_the_measure_of_a_win_decides_when_rankings_are_cut_short() -> None:
    ballots = letters({"A": 26, "BC": 25, "CB": 3, "CA": 20, "AB": 12}, "ABC")
    winning = count("schulze", ballots, measure="winning")
    assert winning.details["pairwise"]["A"]["B"] == 58
    assert count("schulze", ballots, unranked="no_opinion").details["pairwise"]["A"]["B"] == 12


def test_ranked_pairs_keeps_the_strong_and_drops_what_closes_a_circle() -> None:
    account = count("ranked-pairs", letters({"ABC": 7, "BCA": 5, "CAB": 4}, "ABC"), seats=3)
    assert account.winners == ("A", "B", "C")
    assert [(pair["winner"], pair["loser"], pair["strength"], pair["kept"]) for pair in account.details["pairs"]] == [
        ("B", "C", 8, True), ("A", "B", 6, True), ("C", "A", 2, False),
    ]  # fmt: skip


def test_scottish_stv_to_the_fifth_place() -> None:
    """100 papers, 2 seats: 100 // 3 + 1 = 34. A's surplus 8 of 42: 8 / 42 = 0.190476…, so 0.19047 a paper."""
    account = count("scottish-stv", TENNESSEE, seats=2).to_json()
    first, surplus, exclusion = account["stages"]
    assert account["quota"] == "34.00000"
    assert first["elected"] == ["Memphis"]
    assert surplus["transfers"] == {"Nashville": "7.99974", "Chattanooga": "0.00000", "Knoxville": "0.00000"}
    assert surplus["tallies"]["Memphis"] == "34.00000"
    assert surplus["lost_to_rounding"] == "0.00026"
    assert exclusion["of"] == ["Chattanooga"]
    assert exclusion["tallies"]["Knoxville"] == "32.00000"
    assert exclusion["excluded"] == ["Chattanooga", "Knoxville"]
    assert account["winners"] == ["Memphis", "Nashville"]


def test_all_papers_of_an_elected_one_go_on_weighted_by_the_value_they_came_at() -> None:
    """24 papers, 3 seats: the quota is 7. A has 10: surplus 3, each paper 3 x 1 / 10 = 0.3; B gets 2.4 on 8 papers.

    B then has 6 + 2.4 = 8.4: surplus 1.4. A first choice is worth 1.4 x 1 / 8.4 = 0.16666, one of A's papers
    1.4 x 0.3 / 8.4 = 0.05. So C gets 6 x 0.16666 + 8 x 0.05 = 1.39996.
    """
    ballots = letters({"ABC": 8, "AD": 2, "BC": 6, "C": 3, "D": 4, "E": 1}, "ABCDE")
    account = count("scottish-stv", ballots, seats=3)
    stages = account.to_json()["stages"]
    assert account.to_json()["quota"] == "7.00000"
    assert stages[1]["transfers"] == {"B": "2.40000", "C": "0.00000", "D": "0.60000", "E": "0.00000"}
    assert stages[1]["elected"] == ["B"]
    assert stages[2]["of"] == ["B"]
    assert stages[2]["transfers"] == {"C": "1.39996", "D": "0.00000", "E": "0.00000"}
    assert stages[2]["lost_to_rounding"] == "0.00004"
    assert stages[3]["of"] == ["E"]
    assert stages[3]["non_transferable"] == "1.00000"
    assert account.winners == ("A", "B", "D")
    assert not account.ties


def test_the_largest_surplus_goes_first_and_elected_ones_receive_nothing() -> None:
    ballots = letters({"ABC": 9, "BAD": 12, "C": 2, "D": 1, "E": 3}, "ABCDE")
    account = count("scottish-stv", ballots, seats=3)
    assert [account.choices[stage.of[0]] for stage in account.stages[1:3]] == ["B", "A"]
    assert set(account.stages[1].transfers) == {2, 3, 4}
    assert account.stages[0].elected == (1, 0)


def test_an_earlier_stage_breaks_a_tie_the_latest_first() -> None:
    """C and D have 3 each after stage 2; at stage 1 they had 2 and 3, so C goes."""
    ballots = letters({"A": 5, "B": 4, "C": 2, "D": 3, "EC": 1}, "ABCDE")
    account = count("irv", ballots)
    assert [tie.to_json() for tie in account.ties] == [
        {
            "stage": "2 exclusion",
            "purpose": "exclusion",
            "between": ["C", "D"],
            "broken_by": "stage 1",
            "order": ["D", "C"],
        }
    ]
    assert account.stages[2].excluded == (2,)


ABOUT_NOTHING = [
    ("plurality", {}, [(0,), (0,), (0,), (1,), (1,), (2,), (2,)]),
    ("plurality", {"seats": 3}, [(0,), (0,), (0,), (1,), (1,), (2,), (2,)]),
    ("approval", {}, [(0,), (0, 1), (0, 2)]),
    ("score", {}, [(5, 1, 1), (5, 2, 2)]),
    ("score", {"seats": 2}, [(5, 5, 1), (5, 5, 2)]),
    ("dots", {}, [(3, 1, 1), (3, 1, 1)]),
    ("majority-judgment", {}, [(5, 1, 1), (5, 2, 2)]),
    ("star", {}, [(5, 4, 0), (5, 4, 0), (1, 3, 0)]),
    ("budget", {"budget": 4, "costs": {"A": 2, "B": 2, "C": 9}}, [(0, 1), (2,)]),
    ("budget", {"budget": 4, "costs": {"A": 9, "B": 9, "C": 3}}, [(2,), (2, 0, 1)]),
]


@pytest.mark.parametrize(("name", "settings", "papers"), ABOUT_NOTHING)
def test_no_lot_is_drawn_where_it_would_decide_nothing(
    name: str, settings: dict[str, Any], papers: list[tuple[int, ...]]
) -> None:
    account = RULES[name](**settings).count(Ballots(("A", "B", "C"), tuple((paper, 1) for paper in papers)), LOT)
    assert (account.ties, account.lot) == ((), None)


def test_of_three_tied_for_two_places_in_a_runoff_the_one_goes_who_loses_most() -> None:
    """Six ballots on which the first of the protocol's steps decides (starvoting.org/ties)."""
    names = ("Dee", "Eli", "Gus", "Ben", "Fay", "Ann", "Cas")
    papers = ("1113213", "4104222", "4234353", "3221312", "2033222", "3242513")
    account = Star().count(Ballots.of(names, [tuple(map(int, paper)) for paper in papers]), LOT)
    assert sorted(account.stages[0].notes["finalists"]) == ["Ben", "Dee"]
    told = [(tie.stage, tie.broken_by, tie.order[-1]) for tie in account.ties if tie.stage == "1 scores"]
    assert told == [("1 scores", "head to head", "Fay")]


def test_papers_without_a_first_choice_are_not_valid_and_withdrawn_ones_are_passed_over() -> None:
    groups = (((), 5), (((0, 1), 2), 2), ((0, 2), 3), ((3, 1), 4), (((), 1), 1))
    ballots = Ballots(("A", "B", "C", "D"), groups, frozenset({3}))
    account = count("scottish-stv", ballots)
    assert (account.ballots, account.invalid) == (8, 7)
    assert account.stages[0].tallies == {0: 300000, 1: 500000, 2: 0}
    assert account.winners == ("B",)
    assert count("scottish-stv", ballots, equal="pass_over").ballots == 10
    assert count("scottish-stv", ballots, skipped="stop").ballots == 7


def test_meek_keeps_its_last_quota_when_the_rest_are_elected_without_it() -> None:
    """Once as many are left as there are seats the reference rule goes from B.1 to C; no quota is set in between."""
    account = count("meek-stv", letters({"AB": 4, "C": 2}, "ABC"), seats=2)
    assert account.winners == ("A", "C")
    assert account.to_json()["quota"] == "2.000000001"
    everybody = count("meek-stv", letters({"AB": 4, "C": 2}, "ABC"), seats=3)
    assert everybody.to_json()["quota"] == "1.500000001"


def test_meek_reads_no_further_behind_one_who_keeps_the_whole_paper() -> None:
    """In whole votes the quota is 11 // 4 + 1 = 3. A has just that, and B's share is rounded up to the whole."""
    ballots = letters({"AC": 3, "BDC": 5, "C": 2, "D": 1}, "ABCD")
    account = count("meek-stv", ballots, seats=3, precision=0, omega=0)
    assert (account.winners, account.depth_read) == (("B", "A", "C"), (1, 1, 1, 2))


def test_meek_gives_the_parts_algorithm_123_gives() -> None:
    """8 of 12 papers for A, 2 seats: the quota is 4. A keeps half, so 3 of the 6 ABs go to B, who then has 4."""
    account = count("meek-stv", letters({"AB": 6, "AC": 2, "B": 1, "C": 2, "D": 1}, "ABCD"), seats=2)
    assert account.winners == ("A", "B")
    assert account.stages[0].tallies[0] == 8 * account.unit
    last = account.stages[-1].tallies
    assert all(abs(last[each] - 4 * account.unit) < 20 for each in (0, 1))
    keep = account.stages[-1].notes["keep_factors"]["A"]
    assert str(keep).startswith("0.50000000")


SCORES = Ballots(CITIES, (((5, 2, 1, 0), 42), ((0, 5, 2, 1), 26), ((0, 3, 5, 4), 15), ((0, 2, 4, 5), 17)))


def test_scores_and_star_and_the_middle_grade() -> None:
    assert [count("score", SCORES).stages[0].tallies[each] for each in range(4)] == [210, 293, 237, 171]
    star = count("star", SCORES)
    assert star.stages[0].notes["finalists"] == ["Nashville", "Chattanooga"]
    assert dict(star.stages[1].tallies) == {1: 68, 2: 32}
    assert star.winners == ("Nashville",)
    judged = count("majority-judgment", SCORES)
    assert dict(judged.stages[0].tallies) == {0: 0, 1: 2, 2: 2, 3: 1}
    assert judged.winners == ("Nashville",)


def test_star_asks_who_loses_the_fewest_head_to_head_and_even_is_not_lost() -> None:
    """All have 5. B beats A, C beats B, A and C are even: only C has lost to nobody, and B is ahead of A."""
    even = Ballots(("A", "B", "C"), (((1, 2, 0), 1), ((2, 0, 1), 1), ((1, 1, 2), 1), ((1, 2, 2), 1)))
    account = count("star", even, highest=3)
    assert account.stages[0].notes["finalists"] == ["C", "B"]
    assert (account.winners, account.lot) == (("C",), None)


def test_nobody_is_for_it_where_a_rule_has_no_words_for_that() -> None:
    assert count("plurality", TENNESSEE).in_favour == 0


def test_dots_over_the_limit_are_not_valid() -> None:
    account = count("dots", Ballots(("A", "B"), (((3, 2), 2), ((5, 1), 4), ((None, 1), 1))))
    assert (account.ballots, account.invalid) == (3, 4)
    assert account.stages[0].tallies == {0: 6, 1: 5}


MARKS = Ballots(("Park", "Van", "Kits", "Food"), (((0,), 6), ((1, 2), 3), ((2, 3), 1)))
COSTS = {"Park": 70, "Van": 30, "Kits": 20, "Food": 30}


def test_a_budget_spent_greedily() -> None:
    account = count("budget", MARKS, budget=100, costs=COSTS)
    assert account.winners == ("Park", "Kits")
    assert account.details == {"spent": 90, "left": 10}


def test_equal_shares_let_a_minority_spend_its_part() -> None:
    """Ten each. The park costs 70 and its six have 60. Kits: 20 among 4; the van: 30 among 3, who have 5 each left."""
    account = count(
        "budget", MARKS, budget=100, costs=COSTS, method="equal_shares", satisfaction="cost", completion="none"
    )
    assert account.winners == ("Kits",)
    assert account.stages[1].tallies == {1: Fraction(1, 3), 2: Fraction(1, 4)}
    done = count("budget", MARKS, budget=100, costs=COSTS, method="equal_shares")
    assert done.winners == ("Kits", "Park")


def test_phragmen_shares_the_work() -> None:
    ballots = Ballots(("A", "B", "C", "D"), (((0, 1), 6), ((2,), 3), ((3,), 1)))
    account = count("phragmen", ballots, seats=3)
    assert sorted(account.winners[:2]) == ["A", "B"]
    assert account.winners[2] == "C"
    assert [min(stage.tallies.values()) for stage in account.stages] == [Fraction(1, 6), Fraction(1, 3), Fraction(1, 3)]


@pytest.mark.parametrize(
    ("name", "parameters", "votes", "passed"),
    [
        ("yes-no", {"threshold": "2/3"}, {"yes": 4, "no": 2}, True),
        ("yes-no", {"threshold": "2/3"}, {"yes": 5, "no": 3}, False),
        ("yes-no", {"at_least_yes": 3}, {"yes": 2, "no": 1}, False),
        ("consensus", {}, {"agree": 3, "worry": 1, "aside": 4}, True),
        ("consensus", {}, {"agree": 9, "block": 1}, False),
        ("consent", {}, {"consent": 5, "abstain": 3}, True),
        ("consent", {}, {"consent": 9, "object": 1}, False),
        ("consent", {"objections_at_most": "1/10"}, {"consent": 9, "object": 1}, True),
        ("consent", {"objections_at_most": "1/10"}, {"consent": 9, "block": 1}, False),
        ("consent", {"objections_at_most": "1/10", "blocks_allowed": 1}, {"consent": 9, "block": 1}, True),
    ],
)
def test_rules_that_answer_yes_or_no(name: str, parameters: dict, votes: dict[str, int], passed: bool) -> None:
    rule = RULES[name](**parameters)
    words = rule.words
    ballots = Ballots(words, tuple(((words.index(word),), number) for word, number in votes.items()))
    account = rule_from(rule.to_manifest()).count(ballots, LOT)
    assert account.passed is passed
    assert account.winners == (words[:1] if passed else ())
    assert str(explained(account)[-1]) == ("It passed." if passed else "It did not pass.")
