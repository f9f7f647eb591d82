"""One small count, told to the last number: each cell of its table, each bar of its picture, and where it stands."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from governance.counting.account import Account
from governance.counting.grouped import Ballots
from governance.counting.irv import InstantRunoff
from governance.counting.meek import MeekStv
from governance.counting.rule import Rule
from governance.counting.scottish import ScottishStv
from governance.counting.telling import chart, numbers, tables, ties
from tests.counting.elections import LOT
from tests.counting.test_worked import CITIES, COSTS, MARKS, SCORES, TENNESSEE, count

RUNOFF, SCOTTISH, MEEK = InstantRunoff(stop="two_left"), ScottishStv(seats=2), MeekStv(seats=2)


def account_of(rule: Rule) -> dict[str, Any]:
    return rule.count(TENNESSEE, LOT).to_json()


def line(row: tables.TableRow) -> str:
    """A row as a line: `17 32(+15) 58(+26)won`."""
    cells = (f"{each.number}{f'({each.change})' * bool(each.change)}{each.fate or ''}" for each in row.cells)
    return f"{row.name}: {' '.join(cells)}".replace(numbers.MINUS, "-").replace(tables.NO_NUMBER, "none")


@pytest.mark.parametrize(
    ("rule", "rows", "cut"),
    [
        (
            RUNOFF,
            [
                "Knoxville: 17 32(+15) 58(+26)won", "Memphis: 42 42 42", "Nashville: 26 26 0(-26)out",
                "Chattanooga: 15 0(-15)out none", "With no one any more: 0 0 0",
            ],
            False,
        ),
        (
            SCOTTISH,
            [
                "Memphis: 42won 34(-8)moved_on 34", "Nashville: 26 33.99(+7.99) 33.99won",
                "Knoxville: 17 17 32(+15)out", "Chattanooga: 15 15 0(-15)out", "With no one any more: 0 0 0",
            ],
            True,
        ),
        (
            MEEK,
            [
                "Memphis: 42won 33.33(-8.66)", "Nashville: 26 34.66(+8.66)won", "Knoxville: 17 17",
                "Chattanooga: 15 15", "With no one any more: 0 0", "Needed for a seat: 33.33 33.33",
            ],
            True,
        ),
    ],
)  # fmt: skip
def test_each_step_stands_in_the_table_with_how_it_moved(rule: Rule, rows: list[str], cut: bool) -> None:
    table = tables.steps(account_of(rule))
    assert [line(row) for row in (*table.rows, *table.foot)] == rows
    assert table.has_cut == cut
    assert [str(each) for each in table.heads] == [f"Step {each + 1}" for each in range(len(table.rows[0].cells))]


def test_what_it_took_is_said_as_the_rule_means_it() -> None:
    told = [str(tables.needed(account_of(rule))) for rule in (RUNOFF, SCOTTISH, MEEK)]
    assert told == [
        "To win took more than half of what still counts: 51.", "To be sure of a seat took 34.",
        "To be sure of a seat took 33.33.",
    ]  # fmt: skip
    assert tables.needed({"quota": None}) is None


@pytest.mark.parametrize(
    ("rule", "bars"),
    [
        (
            RUNOFF,
            [
                "Knoxville: won in step 3 | Step 1 17, Step 2 32, Step 3 58", "Memphis | Steps 1–3 42",
                "Nashville: went out in step 3 | Steps 1–2 26", "Chattanooga: went out in step 2 | Step 1 15",
            ],
        ),
        (
            SCOTTISH,
            [
                "Memphis: won in step 1 | Step 1 42, Steps 2–3 34",
                "Nashville: won in step 3 | Step 1 26, Steps 2–3 33.99",
                "Knoxville: went out in step 3 | Steps 1–2 17, Step 3 32",
                "Chattanooga: went out in step 3 | Steps 1–2 15",
            ],
        ),
    ],
)  # fmt: skip
def test_steps_that_changed_nothing_share_a_bar(rule: Rule, bars: list[str]) -> None:
    drawn = chart.groups(account_of(rule), {})
    found = [
        f"{each.name} | {', '.join(f'{bar.label} {numbers.cut(bar.number)}' for bar in each.values)}" for each in drawn
    ]
    assert found == bars


def test_the_picture_is_measured_to_the_unit() -> None:
    """Bars are 16 high and 4 apart, 300 less 82 for the words before and 52 for the number behind at their longest."""
    long = "A very long name that needs a second line here"
    drawn = chart.measured([("Ann", [("Step 1", 4), ("Steps 2-3", "2.50")]), (long, [("", 1)]), ("Nil", [("", 0)])])
    assert drawn.height == 194
    assert [(each.x, each.y, each.words) for each in drawn.texts if each.strong] == [
        (0, 15, "Ann"), (0, 91, "A very long name that needs a"), (0, 111, "second line here"), (0, 167, "Nil"),
    ]  # fmt: skip
    assert [each for each in drawn.texts if not each.strong] == [
        chart.Text(0, 35, "Step 1"), chart.Text(0, 55, "Steps 2-3"),
    ]  # fmt: skip
    assert drawn.bars == (
        chart.Bar(82, 22, 166, chart.Text(254, 35, "4")),
        chart.Bar(82, 42, 103, chart.Text(191, 55, "2.5")),
        chart.Bar(0, 118, 62, chart.Text(68, 131, "1")),
        chart.Bar(0, 174, 0, chart.Text(6, 187, "0")),
    )
    nothing = chart.measured([("Ann", [("", 0)])])
    assert (nothing.height, nothing.bars[0].width) == (42, 0)
    assert chart.measured([]) == chart.Chart(1, (), ())


def test_a_line_has_32_letters_or_16_wide_ones() -> None:
    assert chart.wrapped("ab" * 20) == ["ab" * 16, "ab" * 4]
    assert chart.wrapped("字" * 20) == ["字" * 16, "字" * 4]
    assert chart.wrapped("字a" * 10) == ["字a" * 10], "half of them wide are not most of them"
    assert chart.wrapped("") == [""]


def test_a_number_below_nothing_keeps_its_sign_only_where_something_is_left_of_it() -> None:
    minus = numbers.MINUS
    assert [numbers.cut(each) for each in ("-1/2", "-1/1000", "1/1000", "5.05", "-3")] == [
        f"{minus}0.5", "0", "0", "5.05", f"{minus}3",
    ]  # fmt: skip
    assert [numbers.is_cut(each) for each in (Fraction(1, 4), Fraction(1, 8), "0.01", "0.001")] == [
        False, True, False, True,
    ]  # fmt: skip
    assert numbers.change(1, Fraction(3, 2)) == "+0.5"


def tie(stage: str, purpose: str, broken_by: str, order: str) -> dict[str, Any]:
    return {
        "stage": stage, "purpose": purpose, "broken_by": broken_by, "order": list(order), "between": sorted(order),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (tie("1 exclusion", "exclusion", "lot", "BA"), ["A, B had 0. A lot said in which order they went out."]),
        (tie("2 exclusion", "exclusion", "lot", "BA"), ["A, B were equal, and one had to go out. By lot it was A."]),
        (tie("1 elected", "elected", "lot", "BA"), ["A, B were equal. A lot put B first."]),
        (tie("pairs", "order", "lot", "BA"), ["Some wins were equal. A lot said which of them counts first."]),
        (
            tie("1 exclusion", "exclusion", "stage 1", "BA"),
            ["A, B were equal. How they stood in step 1 broke the tie."],
        ),
        (
            tie("1 scores", "runoff", "best scores", "BA"),
            ["A, B were equal. Who got the best score most often came first."],
        ),
    ],
)
def test_a_tie_says_what_broke_it(found: dict[str, Any], said: list[str]) -> None:
    """At step 1 both have nothing; at step 2 A has a vote."""
    stages = [{"tallies": {"A": 0, "C": 3}}, {"tallies": {"A": 1, "B": 0}}]
    lot = [ties.LOT_IN_WORDS] if found["broken_by"] == "lot" else []
    assert [str(each) for each in ties.told({"ties": [found], "stages": stages})] == [*said, *lot]


ON_BALLOTS = {name: number for number, name in enumerate(CITIES, 1)}


@pytest.mark.parametrize(
    ("account", "heads", "rows"),
    [
        (
            count("star", SCORES),
            ["Points", "Liked more of the last two"],
            ["Nashville: 293 68won", "Chattanooga: 237 32", "Memphis: 210 none", "Knoxville: 171 none"],
        ),
        (
            count("majority-judgment", SCORES),
            ["Score in the middle", *[f"How many gave {each}" for each in (5, 4, 3, 2, 1, 0)]],
            [
                "Nashville: 2won 26 0 15 59 0 0", "Chattanooga: 2 15 17 0 26 42 0",
                "Knoxville: 1 17 15 0 0 26 42", "Memphis: 0 42 0 0 0 0 58",
            ],
        ),
        (
            count("schulze", TENNESSEE),
            ["Ahead of how many others"],
            ["Nashville: 3won", "Chattanooga: 2", "Knoxville: 1", "Memphis: 0"],
        ),
        (
            count("phragmen", TENNESSEE),
            ["Marks"],
            ["Chattanooga: 3won", "Knoxville: 4", "Nashville: 2", "Memphis: 1"],
        ),
        (
            count("plurality", Ballots(CITIES, ())),
            ["Ballots"],
            ["Knoxville: 4", "Chattanooga: 3", "Nashville: 2", "Memphis: 1"],
        ),
        (
            count("budget", MARKS, budget=100, costs=COSTS),
            ["Price", "Marks"],
            ["Park: 70 6paid", "Kits: 20 4paid", "Van: 30 3not_paid", "Food: 30 0not_paid"],
        ),
    ],
    ids=lambda each: getattr(each, "rule", ""),
)  # fmt: skip
def test_each_total_stands_beside_its_name(account: Account, heads: list[str], rows: list[str]) -> None:
    told, marks = account.to_json(), {"Park": 6, "Van": 3, "Kits": 4, **ON_BALLOTS}
    table = tables.totals(told, marks)
    assert ([str(each) for each in table.heads], [line(row) for row in table.rows]) == (heads, rows)
    first = 1 if account.rule == "budget" else 0
    drawn = [
        f"{str(each.name).split(':')[0]}: {numbers.cut(each.values[0].number)}" for each in chart.groups(told, marks)
    ]
    shown = [f"{row.name}: {row.cells[first].number}" for row in table.rows]
    assert drawn == shown
    said = {str(each.name).partition(": ")[2] for each in chart.groups(told, marks)}
    assert said - {""} == ({"is paid"} if first else {"won"} if account.winners else set())


def test_who_is_ahead_of_whom_stands_in_their_order() -> None:
    table = tables.pairs(count("schulze", TENNESSEE).to_json())
    assert table
    assert [line(row) for row in table.rows] == [
        "Nashville: none 68ahead 68ahead 58ahead", "Chattanooga: 32 none 83ahead 58ahead",
        "Knoxville: 32 17 none 58ahead", "Memphis: 42 42 42 none",
    ]  # fmt: skip
    assert str(table.heads[0]) == "above Nashville"


def test_money_left_is_said_where_there_was_a_budget() -> None:
    told = count("budget", MARKS, budget=100, costs=COSTS).to_json()
    assert str(tables.money_left(told)) == "Of 100, 90 is spent and 10 is left."
    assert tables.money_left({**told, "details": {}}) is None


def test_who_stepped_back_stands_last_with_nothing() -> None:
    ballots = Ballots(("Ann", "Ben", "Cas", "Dee"), (((1, 0), 3), ((2,), 2), ((3, 2), 1)), frozenset({0}))
    told = MeekStv(seats=2).count(ballots, LOT).to_json()
    rows = [line(row) for row in tables.steps(told).rows]
    assert rows == ["Ben: 3won 2(-0.99)", "Cas: 2 2won", "Dee: 1 1", "Ann: 0 0"]
    assert [each.values[-1].number for each in chart.groups(told, {})] == [Fraction("2.000000001"), 2, 1, 0]
    assert tables.highest_first(told | {"winners": []}, {"Ben": 3, "Cas": 2, "Dee": 1})[-2:] == ["Dee", "Ann"]


def test_one_alone_meets_nobody_at_the_end() -> None:
    table = tables.totals(count("star", Ballots(("Ann",), (((5,), 2),))).to_json(), {})
    assert [str(each) for each in table.heads] == ["Points"]
