"""What a ballot may say, form by form, and what comes of it; rankings that show only their start."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.ballots.papers import ranking
from governance.ballots.papers.choices import PaperAsks, fields, form_of, paper, ranked
from governance.counting import RULES
from governance.counting.budget import Budget
from governance.counting.choosing import Approval, Plurality
from governance.counting.decided import Consensus, YesNo
from governance.counting.irv import InstantRunoff
from governance.counting.rule import Rule
from governance.counting.scoring import Dots, Score
from governance.ruling.errors import RuleRefused

FOOD = ["Soup", "Tea", "Bread"]
LEVELS = ["agree", "worry", "aside", "block"]
BLOCK = {"choice": "block", "ground": "harm", "named": "Nights."}


@pytest.mark.parametrize(
    ("rule", "options", "choice", "counted"),
    [
        (YesNo(), ["yes", "no", "abstain"], {"choice": "no"}, (1,)),
        (Consensus(), LEVELS, BLOCK, (3,)),
        (Consensus(), LEVELS, {"choice": "agree", "ground": "", "named": ""}, (0,)),
        (Plurality(), FOOD, {"choice": "2"}, (2,)),
        (Approval(), FOOD, {"o0": "1", "o2": "1"}, (0, 2)),
        (Approval(), FOOD, {"none": "1"}, ()),
        (Budget(budget=9, costs=(("Soup", 1), ("Tea", 2), ("Bread", 3))), FOOD, {"o1": "1"}, (1,)),
        (Score(), FOOD, {"o0": "5", "o1": "", "o2": "0"}, (5, None, 0)),
        (Dots(dots=5), FOOD, {"o0": "2", "o2": "3"}, (2, None, 3)),
        (InstantRunoff(), FOOD, {"p1": "2", "p2": "0"}, (2, 0)),
        (InstantRunoff(), FOOD, {"p1": "1", "p2": "", "p3": "0"}, (1, 0)),
    ],
)
def test_a_choice_becomes_what_is_counted(
    rule: Rule, options: list[str], choice: dict[str, str], counted: tuple[int | None, ...]
) -> None:
    assert paper(rule, options, choice) == counted
    assert set(choice) <= set(fields(rule, options))


@pytest.mark.parametrize(
    ("rule", "options", "choice", "why"),
    [
        (YesNo(), ["yes", "no", "abstain"], {}, "Mark one"),
        (YesNo(), ["yes", "no", "abstain"], {"choice": "perhaps"}, "Mark one"),
        (YesNo(), ["yes", "no", "abstain"], {"choice": "yes", "more": "no"}, "cannot be counted"),
        (YesNo(), ["yes", "no", "abstain"], {"choice": 1}, "cannot be counted"),
        (Consensus(), LEVELS, {"choice": "block"}, "Or stand aside"),
        (Consensus(), LEVELS, {**BLOCK, "named": "  "}, "Or stand aside"),
        (Consensus(), LEVELS, {**BLOCK, "ground": "mood"}, "Or stand aside"),
        (Plurality(), FOOD, {"choice": "3"}, "Mark one"),
        (Plurality(), FOOD, {"choice": "01"}, "Mark one"),
        (Plurality(), FOOD, {"choice": "-1"}, "Mark one"),
        (Approval(), FOOD, {}, "none of these"),
        (Approval(), FOOD, {"o1": "1", "none": "1"}, "Take one of the two away"),
        (Approval(), FOOD, {"o1": "Call me at noon"}, "cannot be counted"),
        (Score(), FOOD, {"o0": "05"}, "from 0 to 5"),
        (Score(), FOOD, {}, "one option or more"),
        (Score(), FOOD, {"o0": "6"}, "from 0 to 5"),
        (Score(), FOOD, {"o0": "+1"}, "from 0 to 5"),
        (Dots(dots=5), FOOD, {"o0": "3", "o1": "3"}, "5 dots in all"),
        (InstantRunoff(), FOOD, {}, "first choice"),
        (InstantRunoff(), FOOD, {"p1": "0", "p2": "0"}, "in two places"),
        (InstantRunoff(), FOOD, {"p1": "9"}, "Mark one"),
        (InstantRunoff(), FOOD, {"p4": "0"}, "cannot be counted"),
    ],
)
def test_what_cannot_be_counted_is_refused_with_what_to_do(
    rule: Rule, options: list[str], choice: dict[str, str], why: str
) -> None:
    with pytest.raises(RuleRefused, match=why):
        paper(rule, options, choice)


def test_every_rule_has_a_form() -> None:
    forms = {name: form_of(rule()) for name, rule in RULES.items()}
    assert {forms[name] for name in ("irv", "schulze", "ranked-pairs", "scottish-stv", "meek-stv")} == {PaperAsks.RANKS}
    assert {forms[name] for name in ("yes-no", "consensus", "consent", "sense-check")} == {PaperAsks.WORDS}
    assert set(forms.values()) == set(PaperAsks)


def test_the_order_of_the_fields_is_not_that_of_the_places() -> None:
    assert ranked({"p10": "9", "p2": "4", "p1": "7", "p3": ""}) == ["7", "4", "9"]


ORDERS = st.permutations([str(each) for each in range(6)]).flatmap(
    lambda order: st.integers(1, 6).map(lambda length: order[:length])
)


@given(ORDERS, st.integers(0, 8))
def test_the_start_of_a_ranking_proves_itself_and_hides_the_rest(order: list[str], depth: int) -> None:
    whole = ranking.links(order)
    shown = ranking.cut(whole, depth)
    assert ranking.head(shown) == ranking.head(whole)
    assert ranking.has_form(shown)
    assert ranking.ranked(shown) == order[:depth]
    assert ranking.is_whole(shown) == (depth > len(order))
    hidden = {link[1] for link in whole[depth:]}
    assert not hidden & {text for link in shown for text in link}


@given(ORDERS)
def test_no_other_start_has_the_same_head(order: list[str]) -> None:
    whole = ranking.links(order)
    head = ranking.head(whole)
    assert ranking.head([["5" if whole[0][0] != "5" else "0", whole[0][1]], *whole[1:]]) != head
    assert ranking.head(whole[:-1]) != head
    assert ranking.head(ranking.links(order)) != head


@pytest.mark.parametrize("chain", [
    [], "ranks", [[]], [["1", "00"]], [["", "0" * 32], ["", "0" * 32]], [["1", "0" * 32]], [["0" * 63]],
    [["0" * 64], ["", "0" * 32]], [["x", "0" * 32], ["", "0" * 32]], [[1, "0" * 32], ["", "0" * 32]], [None],
])  # fmt: skip
def test_what_is_no_chain_is_seen(chain: object) -> None:
    assert not ranking.has_form(chain)
