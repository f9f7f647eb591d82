"""A picture of a count: under the name of each option its bars, one for each step, with the number beside it.

The page draws it as SVG, 300 units wide, so that it can be read on a phone: nothing in it is small, and no color says
what a word does not. Here it is only measured: where each line of text and each bar goes.
"""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import groupby
from typing import Any

from governance.counting.telling.numbers import cut, exact
from governance.counting.telling.tables import BY_STEPS, Data, Words, highest_first, in_order
from governance.ruling.sentences import N_, Sentence

WIDTH = 300
LINE = 20
BAR = 16
GAP = 14
LABEL = 82  # Room for "Steps 1-3" before a bar.
NUMBER = 52  # Room for a number behind the longest bar.
LETTERS = 32  # Letters of a name that fit on a line; a wide letter counts twice.


@dataclass(frozen=True)
class Value:
    """One bar before it is measured: the words before it, and its number."""

    label: Words
    number: Any


@dataclass(frozen=True)
class Group:
    """One option before it is measured: its name with what became of it, and its bars."""

    name: Words
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Text:
    """A line of text, by its baseline."""

    x: int
    y: int
    words: str
    strong: bool = False


@dataclass(frozen=True)
class Bar:
    """A bar."""

    x: int
    y: int
    width: int
    number: Text


@dataclass(frozen=True)
class Chart:
    """Everything that is drawn."""

    height: int
    texts: tuple[Text, ...]
    bars: tuple[Bar, ...]


def groups(account: Data, marks: Mapping[str, int]) -> list[Group]:
    """Return what is drawn of a count. *marks*: on how many ballots each option stands, where there are no sums."""
    if account["rule"] in BY_STEPS:
        return [_by_steps(name, account["stages"]) for name in in_order(account)]
    stages = account["stages"]
    values = marks if not stages or account["rule"] in ("phragmen", "budget") else stages[0]["tallies"]
    names = highest_first(account, values)
    return [Group(_with_fate(name, account), (Value("", values.get(name, 0)),)) for name in names]


def of_words(words: Mapping[str, str], counts: Mapping[str, int]) -> list[Group]:
    """Return what is drawn of a vote with fixed *words*: one bar for each."""
    return [Group(Sentence(words[each]), (Value("", number),)) for each, number in counts.items()]


def _with_fate(name: str, account: Data) -> Words:
    if name not in account["winners"]:
        return name
    return Sentence(N_("{name}: is paid") if account["rule"] == "budget" else N_("{name}: won"), name=name)


def _by_steps(name: str, stages: Sequence[Data]) -> Group:
    """Return the bars of one option to the step it went out in; steps that changed nothing share a bar."""
    won = next((at for at, stage in enumerate(stages, 1) if name in stage["elected"]), 0)
    out = next((at for at, stage in enumerate(stages, 1) if name in stage["excluded"]), 0)
    numbers = [exact(stage["tallies"].get(name, 0)) for stage in stages[: out or len(stages)]]
    if out and not numbers[-1]:
        numbers.pop()  # What it had has moved on in that step.
    values, at = [], 1
    for number, same in groupby(numbers):
        last = at + len(list(same)) - 1
        label = Sentence(N_("Step {first}") if last == at else N_("Steps {first}\u2013{last}"), first=at, last=last)
        values.append(Value(label, number))
        at = last + 1
    words: Words = name
    if won:
        words = Sentence(N_("{name}: won in step {step}"), name=name, step=won)
    elif out:
        words = Sentence(N_("{name}: went out in step {step}"), name=name, step=out)
    return Group(words, tuple(values))


def measured(drawn: Sequence[tuple[str, Sequence[tuple[str, Any]]]]) -> Chart:
    """Return where everything goes. *drawn*: for each option its name, and the label and the number of each bar."""
    most = max((exact(number) for _, bars in drawn for _, number in bars), default=Fraction(0))
    texts: list[Text] = []
    bars: list[Bar] = []
    y = 0
    for name, values in drawn:
        for line in wrapped(name):
            y += LINE
            texts.append(Text(0, y - 5, line, strong=True))
        y += 2
        for label, number in values:
            start = LABEL if label else 0
            width = int((WIDTH - start - NUMBER) * exact(number) / most) if most else 0
            bars.append(Bar(start, y, width, Text(start + width + 6, y + BAR - 3, cut(number))))
            texts += [Text(0, y + BAR - 3, label)] if label else []
            y += BAR + 4
        y += GAP
    return Chart(max(y - GAP, 1), tuple(texts), tuple(bars))


def wrapped(name: str) -> list[str]:
    """Return a name in lines that fit, broken between words where that can be."""
    wide = sum(unicodedata.east_asian_width(letter) in "WF" for letter in name)
    return textwrap.wrap(name, LETTERS // 2 if 2 * wide > len(name) else LETTERS) or [""]
