"""The tables of a result: the steps of a ranked count, the totals of every other one, and who is ahead of whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from governance.counting.telling.numbers import change, cut, exact, is_cut
from governance.ruling.sentences import N_, Sentence

Data = Mapping[str, Any]
Words = Sentence | str  # A sentence is translated; plain text is a name, and stays as it is.
BY_STEPS = frozenset({"irv", "scottish-stv", "meek-stv"})
NO_NUMBER = "\u2013"


class Fate(StrEnum):
    """What became of an option in one step, as a word beside its number."""

    WON = "won"
    OUT = "out"
    MOVED_ON = "moved_on"
    PAID = "paid"
    NOT_PAID = "not_paid"
    AHEAD = "ahead"


FATE_WORDS = {
    Fate.WON: N_("Won"),
    Fate.OUT: N_("Went out"),
    Fate.MOVED_ON: N_("The rest moved on"),
    Fate.PAID: N_("Is paid"),
    Fate.NOT_PAID: N_("Is not paid"),
    Fate.AHEAD: N_("Ahead"),
}


@dataclass(frozen=True)
class Cell:
    """One number, how it moved since the step before, and what became of its option there."""

    number: str
    change: str = ""
    fate: Fate | None = None


@dataclass(frozen=True)
class TableRow:
    """One option, or one sum at the foot of a table."""

    name: Words
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A caption, the heads of its columns, a row for each option, and the sums below them."""

    caption: Sentence
    heads: tuple[Sentence, ...]
    rows: tuple[TableRow, ...]
    foot: tuple[TableRow, ...] = ()
    has_cut: bool = False


def step(number: int) -> Sentence:
    """Return the head of one step."""
    return Sentence(N_("Step {number}"), number=number)


# The steps of a ranked count


def in_order(account: Data) -> list[str]:
    """Return the options, the winners first in their order, then who stayed longest, then who had most at the end."""
    names, winners = list(account["choices"]), list(account["winners"])
    stages = account["stages"]
    went = {name: at for at, stage in enumerate(stages) for name in stage["excluded"]}

    def place(name: str) -> tuple[Any, ...]:
        if name in winners:
            return (0, winners.index(name))
        at = went.get(name, len(stages))
        last = stages[min(at, len(stages)) - 1]["tallies"] if stages else {}
        return (1, -at, -exact(last.get(name, 0)), names.index(name))

    return sorted(names, key=place)


def steps(account: Data) -> Table:
    """Return the table of a count by steps: a column for each step, a row for each option."""
    stages: Sequence[Data] = account["stages"]
    rows = tuple(TableRow(name, tuple(_cells(name, stages))) for name in in_order(account))
    foot = [TableRow(Sentence(N_("With no one any more")), tuple(Cell(cut(each["with_nobody"])) for each in stages))]
    if account["rule"] == "meek-stv":
        foot.append(TableRow(Sentence(N_("Needed for a seat")), tuple(Cell(cut(each["quota"])) for each in stages)))
    values = [value for each in stages for value in (*each["tallies"].values(), each["with_nobody"])]
    heads = tuple(step(number) for number in range(1, len(stages) + 1))
    return Table(Sentence(N_("Step by step")), heads, rows, tuple(foot), any(map(is_cut, values)))


def _cells(name: str, stages: Sequence[Data]) -> list[Cell]:
    cells: list[Cell] = []
    gone = False
    for at, stage in enumerate(stages):
        value = stage["tallies"].get(name, 0)
        moved = change(stages[at - 1]["tallies"].get(name, 0), value) if at else ""
        cells.append(Cell(NO_NUMBER) if gone else Cell(cut(value), moved, _fate(name, stage)))
        gone = gone or name in stage["excluded"]
    return cells


def _fate(name: str, stage: Data) -> Fate | None:
    if name in stage["elected"]:
        return Fate.WON
    if name in stage["excluded"]:
        return Fate.OUT
    return Fate.MOVED_ON if stage["action"] == "surplus" and name in stage["of"] else None


def needed(account: Data) -> Sentence | None:
    """Return in words what it took to win, or None where there is no such number."""
    if account["quota"] is None:
        return None
    if account["rule"] == "irv":
        return Sentence(N_("To win took more than half of what still counts: {quota}."), quota=cut(account["quota"]))
    return Sentence(N_("To be sure of a seat took {quota}."), quota=cut(account["quota"]))


# Totals

ONE_NUMBER = {
    "plurality": N_("Ballots"),
    "approval": N_("Marks"),
    "score": N_("Points"),
    "dots": N_("Dots"),
    "phragmen": N_("Marks"),
    "schulze": N_("Ahead of how many others"),
    "ranked-pairs": N_("Ahead of how many others"),
}


def totals(account: Data, marks: Mapping[str, int]) -> Table:
    """Return what each option came to. *marks*: on how many ballots each one stands, where the account has no sums."""
    if account["rule"] == "budget":
        return _money(account, marks)
    columns = _columns(account, marks)
    names = highest_first(account, columns[0][1])
    rows = [TableRow(name, tuple(_total(name, values, each) for _, values, each in columns)) for name in names]
    return Table(Sentence(N_("What each one got")), tuple(head for head, _, _ in columns), tuple(rows))


Column = tuple[Sentence, Mapping[str, Any], Sequence[str]]


def _total(name: str, values: Mapping[str, Any], winners: Sequence[str]) -> Cell:
    return Cell(cut(values[name]) if name in values else NO_NUMBER, fate=Fate.WON if name in winners else None)


def _columns(account: Data, marks: Mapping[str, int]) -> list[Column]:
    """Return the columns: a head, the numbers by option, and who is said to have won there."""
    rule, stages, winners = account["rule"], account["stages"], account["winners"]
    if not stages or rule == "phragmen":
        return [(Sentence(ONE_NUMBER.get(rule, N_("Ballots"))), marks, winners)]
    if rule == "star":
        last_two: list[Column] = [(Sentence(N_("Liked more of the last two")), stages[-1]["tallies"], winners)]
        points: Column = (Sentence(N_("Points")), stages[0]["tallies"], [])
        return [points, *(last_two if len(stages) > 1 else [])]
    if rule == "majority-judgment":
        grades: Mapping[str, Sequence[int]] = stages[0]["grades"]
        best = len(next(iter(grades.values())))
        middle: Column = (Sentence(N_("Score in the middle")), stages[0]["tallies"], winners)
        each: list[Column] = [
            (Sentence(N_("How many gave {score}"), score=at), {name: given[at] for name, given in grades.items()}, [])
            for at in reversed(range(best))
        ]
        return [middle, *each]
    return [(Sentence(ONE_NUMBER[rule]), stages[0]["tallies"], winners)]


def highest_first(account: Data, values: Mapping[str, Any]) -> list[str]:
    """Return the options, the winners first in their order, then the highest of *values*."""
    names, winners = list(account["choices"]), list(account["winners"])

    def place(name: str) -> tuple[Any, ...]:
        won = winners.index(name) if name in winners else len(winners)
        return (won, -exact(values.get(name, 0)), names.index(name))

    return sorted(names, key=place)


def _money(account: Data, marks: Mapping[str, int]) -> Table:
    """Return what each option costs, on how many ballots it stands, and whether there was money for it."""
    costs: Mapping[str, int] = account["parameters"]["costs"]
    paid = account["winners"]
    rows = tuple(
        TableRow(name, (Cell(str(costs[name])), Cell(str(marks.get(name, 0)), fate=_paid(name, paid))))
        for name in highest_first(account, marks)
    )
    return Table(Sentence(N_("What is paid")), (Sentence(N_("Price")), Sentence(N_("Marks"))), rows)


def _paid(name: str, paid: Sequence[str]) -> Fate:
    return Fate.PAID if name in paid else Fate.NOT_PAID


def money_left(account: Data) -> Sentence | None:
    """Return how much of a budget is spent and how much is left, or None for other counts."""
    if account["rule"] != "budget" or "left" not in account["details"]:
        return None
    details, budget = account["details"], account["parameters"]["budget"]
    return Sentence(N_("Of {budget}, {spent} is spent and {left} is left."), budget=budget, **details)


def marked(words: Mapping[str, str], counts: Mapping[str, int]) -> Table:
    """Return how often each of the fixed *words* was marked."""
    rows = tuple(TableRow(Sentence(words[each]), (Cell(str(number)),)) for each, number in counts.items())
    return Table(Sentence(N_("How many of each")), (Sentence(N_("Ballots")),), rows)


# Who is ahead of whom


def pairs(account: Data) -> Table | None:
    """Return on how many ballots each option stands above each other one, or None where nothing was so compared."""
    matrix: Mapping[str, Mapping[str, int]] | None = account["details"].get("pairwise")
    if not matrix:
        return None
    names = [name for name in in_order(account) if name in matrix]
    rows = tuple(TableRow(name, tuple(_against(matrix, name, other) for other in names)) for name in names)
    heads = tuple(Sentence(N_("above {option}"), option=name) for name in names)
    return Table(Sentence(N_("Each against each")), heads, rows)


def _against(matrix: Mapping[str, Mapping[str, int]], one: str, other: str) -> Cell:
    if one == other:
        return Cell(NO_NUMBER)
    ahead = matrix[one][other] > matrix[other][one]
    return Cell(str(matrix[one][other]), fate=Fate.AHEAD if ahead else None)
