"""A count as people read it: nothing is lost on the way from the account to the table, the picture and the words."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.counting.budget import Budget
from governance.counting.choosing import Approval, Phragmen, Plurality
from governance.counting.grouped import Ballots
from governance.counting.irv import InstantRunoff
from governance.counting.judgment import MajorityJudgment
from governance.counting.meek import MeekStv
from governance.counting.ranked_pairs import RankedPairs
from governance.counting.rule import Rule
from governance.counting.schulze import Schulze
from governance.counting.scoring import Score, Star
from governance.counting.scottish import ScottishStv
from governance.counting.telling import chart, numbers, tables, ties
from tests.counting.elections import LOT, NAMES, ranked, scored

BY_STEPS: list[Rule] = [InstantRunoff(), ScottishStv(seats=2), MeekStv(seats=2)]
SOME = st.integers(0, 10**6)


def account_of(rule: Rule, ballots: Ballots) -> dict[str, Any]:
    return rule.count(ballots, LOT).to_json()


def drawn(account: dict[str, Any]) -> chart.Chart:
    groups = chart.groups(account, dict.fromkeys(account["choices"], 1))
    return chart.measured([(str(g.name), [(str(bar.label), bar.number) for bar in g.values]) for g in groups])


@given(st.fractions(-1000, 1000))
def test_a_number_is_cut_never_rounded_up_and_says_when_something_is_left_out(value: Fraction) -> None:
    shown = Fraction(numbers.cut(value).replace(numbers.MINUS, "-"))
    assert 0 <= abs(value) - abs(shown) < Fraction(1, 100)
    assert numbers.is_cut(value) == (shown != value)
    assert numbers.cut("4.25000") == "4.25"
    assert (numbers.cut(120), numbers.cut("2/3"), numbers.cut(0)) == ("120", "0.66", "0")
    assert (numbers.change(3, 5), numbers.change(5, 3), numbers.change(2, "2.00000")) == ("+2", "\u22122", "")


@given(SOME)
def test_each_step_of_a_runoff_adds_up_to_all_the_ballots(seed: int) -> None:
    ballots = ranked(seed)
    table = tables.steps(account_of(InstantRunoff(), ballots))
    for column in range(len(table.heads)):
        cells = [row.cells[column].number for row in (*table.rows, *table.foot)]
        assert sum(int(each) for each in cells if each != tables.NO_NUMBER) == ballots.total


@pytest.mark.parametrize("rule", BY_STEPS, ids=lambda rule: rule.name)
@given(seed=SOME)
def test_who_won_and_who_went_out_stands_in_words_once_and_nothing_follows_a_way_out(rule: Rule, seed: int) -> None:
    ballots = ranked(seed)
    if len(ballots.choices) < 2:
        return
    account = account_of(rule, ballots)
    table = tables.steps(account)
    assert [row.name for row in table.rows][: len(account["winners"])] == account["winners"]
    for row in table.rows:
        fates = [cell.fate for cell in row.cells]
        assert fates.count(tables.Fate.WON) == (row.name in account["winners"])
        if tables.Fate.OUT in fates:
            after = row.cells[fates.index(tables.Fate.OUT) + 1 :]
            assert all(cell == tables.Cell(tables.NO_NUMBER) for cell in after)


@pytest.mark.parametrize("rule", [*BY_STEPS, Schulze(), RankedPairs()], ids=lambda rule: rule.name)
@given(seed=SOME)
def test_the_picture_names_everybody_and_stays_within_its_frame(rule: Rule, seed: int) -> None:
    account = account_of(rule, ranked(seed))
    found = drawn(account)
    names = " ".join(text.words for text in found.texts if text.strong)
    assert all(name in names for name in account["choices"])
    assert all(bar.width >= 0 and bar.number.x <= chart.WIDTH - 40 for bar in found.bars)
    below = [bar.y for bar in found.bars]
    assert below == sorted(set(below))
    assert all(bar.y + chart.BAR <= found.height for bar in found.bars)


@given(st.text(min_size=1, max_size=100))
def test_a_long_name_is_broken_into_lines_that_fit_and_loses_no_letter(name: str) -> None:
    lines = chart.wrapped(name)
    assert all(len(line) <= chart.LETTERS for line in lines)
    assert "".join("".join(lines).split()) == "".join(name.split())


@pytest.mark.parametrize("rule", [Schulze(), RankedPairs()], ids=lambda rule: rule.name)
@given(seed=SOME)
def test_each_against_each_says_who_is_ahead_and_never_both(rule: Rule, seed: int) -> None:
    account = account_of(rule, ranked(seed))
    table = tables.pairs(account)
    assert table
    names = [str(row.name) for row in table.rows]
    for row in table.rows:
        for other, cell in zip(names, row.cells, strict=True):
            if other == row.name:
                assert cell.number == tables.NO_NUMBER
                continue
            matrix = account["details"]["pairwise"]
            assert cell.number == str(matrix[row.name][other])
            assert (cell.fate is tables.Fate.AHEAD) == (matrix[row.name][other] > matrix[other][row.name])


@given(SOME)
def test_every_tie_is_told_and_the_lot_is_explained_once_when_it_was_drawn(seed: int) -> None:
    account = account_of(InstantRunoff(), ranked(seed))
    told = [str(each) for each in ties.told(account)]
    lots = [tie for tie in account["ties"] if tie["broken_by"] == "lot"]
    assert told.count(ties.LOT_IN_WORDS) == bool(lots)
    assert bool(told) == bool(account["ties"])
    for tie in lots:
        assert any(name in line for line in told for name in tie["between"])


def test_those_who_had_nothing_are_told_in_one_sentence_however_many_they_are() -> None:
    names = ("Bread", "Cake", "Figs", "Milk", "Rice", "Soup")
    account = account_of(InstantRunoff(stop="two_left"), Ballots.of(names, [(0,), (0,), (1,)]))
    assert len(account["ties"]) == 3
    told = [str(each) for each in ties.told(account)]
    assert told == ["Figs, Milk, Rice, Soup had 0. A lot said in which order they went out.", ties.LOT_IN_WORDS]


MIDDLE = "Score in the middle"
TEA = Ballots.of(("Soup", "Tea", "Bread"), [(0,), (0, 2), (0, 2), (1,)])


def test_money_says_what_is_paid_what_is_not_and_what_is_left() -> None:
    account = account_of(Budget(budget=70, costs=(("Bread", 30), ("Soup", 50), ("Tea", 20))), TEA)
    table = tables.totals(account, {"Soup": 3, "Tea": 1, "Bread": 2})
    assert [(row.name, row.cells[0].number, row.cells[1].number, row.cells[1].fate) for row in table.rows] == [
        ("Soup", "50", "3", tables.Fate.PAID),
        ("Tea", "20", "1", tables.Fate.PAID),
        ("Bread", "30", "2", tables.Fate.NOT_PAID),
    ]
    assert str(tables.money_left(account)) == "Of 70, 70 is spent and 0 is left."
    assert tables.money_left(account_of(Approval(), TEA)) is None


@pytest.mark.parametrize(
    ("rule", "ballots", "heads", "first"),
    [
        (Approval(), TEA, ["Marks"], ("Soup", ["3"])),
        (Phragmen(seats=2), TEA, ["Marks"], ("Soup", ["3"])),
        (Score(), scored(7), ["Points"], None),
        (Star(), scored(7), ["Points", "Liked more of the last two"], None),
        (MajorityJudgment(highest=1), scored(7, 1), [MIDDLE, "How many gave 1", "How many gave 0"], None),
    ],
    ids=lambda each: getattr(each, "name", ""),
)  # fmt: skip
def test_each_other_rule_has_its_own_columns(rule: Rule, ballots: Ballots, heads: list[str], first: Any) -> None:
    account = account_of(rule, ballots)
    table = tables.totals(account, {"Soup": 3, "Tea": 1, "Bread": 2} if ballots is TEA else {})
    assert list(map(str, table.heads)) == heads
    assert sorted(str(row.name) for row in table.rows) == sorted(ballots.choices)
    assert [row.name for row in table.rows][: len(account["winners"])] == account["winners"]
    if first:
        assert (table.rows[0].name, [cell.number for cell in table.rows[0].cells]) == first
    assert drawn(account).bars


@pytest.mark.parametrize("rule", [*BY_STEPS, Schulze(), Approval()], ids=lambda rule: rule.name)
def test_where_no_ballot_counts_the_page_still_has_its_names(rule: Rule) -> None:
    account = account_of(rule, Ballots.of(NAMES[:3], []))
    table = (
        tables.steps(account)
        if account["rule"] in tables.BY_STEPS
        else tables.totals(account, dict.fromkeys(NAMES[:3], 0))
    )
    assert [row.name for row in table.rows] == list(NAMES[:3])
    assert tables.pairs(account) is None
    assert ties.told(account) == []
    assert len(drawn(account).texts) >= 3


TIES = [
    ("1 scores", "runoff", "best scores", "Ann, Ben were equal. Who got the best score most often came first."),
    ("1 scores", "runoff", "head to head", "Ann, Ben were equal. Who lost to fewest of the others came first."),
    ("4 exclusion", "exclusion", "stage 2", "Ann, Ben were equal. How they stood in step 2 broke the tie."),
    ("pairs", "lock", "lot", "Some wins were equal. A lot said which of them counts first."),
    ("1 elected", "elected", "lot", "Ann, Ben were equal. A lot put Ben first."),
]


@pytest.mark.parametrize(("stage", "purpose", "how", "words"), TIES)
def test_a_tie_says_what_broke_it(stage: str, purpose: str, how: str, words: str) -> None:
    tie = {"stage": stage, "purpose": purpose, "between": ["Ann", "Ben"], "broken_by": how, "order": ["Ben", "Ann"]}
    after = [ties.LOT_IN_WORDS] if how == "lot" else []
    assert [str(each) for each in ties.told({"ties": [tie], "stages": []})] == [words, *after]


def test_what_it_took_to_win_is_said_where_there_is_such_a_number() -> None:
    ballots = Ballots.of(NAMES[:3], [(0,), (0,), (1, 0), (2,)])
    alone, together = account_of(InstantRunoff(), ballots), account_of(ScottishStv(seats=2), ballots)
    assert str(tables.needed(alone)).startswith("To win took more than half of what still counts: ")
    assert str(tables.needed(together)) == "To be sure of a seat took 2."
    assert tables.needed(account_of(Schulze(), ballots)) is None


def test_of_fixed_words_it_is_told_and_drawn_how_often_each_was_marked() -> None:
    words, counts = {"yes": "Yes", "no": "No"}, {"yes": 4, "no": 2}
    table = tables.marked(words, counts)
    assert [(str(row.name), row.cells[0].number) for row in table.rows] == [("Yes", "4"), ("No", "2")]
    assert [(str(each.name), each.values[0].number) for each in chart.of_words(words, counts)] == [
        ("Yes", 4), ("No", 2),
    ]  # fmt: skip


def test_a_lot_among_those_who_had_nothing_decides_nothing() -> None:
    """Two of whom nobody wanted either go out by lot, and no winner hangs on it."""
    names = ("Figs", "Milk", "Rice", "Soup", "Tea")
    clear = InstantRunoff().count(Ballots(names, (((0,), 3), ((1,), 2), ((2,), 1))), LOT).to_json()
    assert any(tie["broken_by"] == "lot" for tie in clear["ties"])
    assert not ties.lot_decided(clear)
    level = Plurality().count(Ballots(("Figs", "Milk"), (((0,), 1), ((1,), 1))), LOT).to_json()
    assert ties.lot_decided(level)
    assert not ties.lot_decided({})


def test_of_two_who_went_out_at_once_whoever_had_more_before_stands_first() -> None:
    stages = [
        {"tallies": {"Ann": 5, "Ben": 1, "Cas": 2}, "excluded": []},
        {"tallies": {"Ann": 8}, "excluded": ["Ben", "Cas"]},
    ]
    account = {"choices": ["Ann", "Ben", "Cas"], "winners": ["Ann"], "stages": stages}
    assert tables.in_order(account) == ["Ann", "Cas", "Ben"]
