"""CSV of ballots, with a header row, one ballot a row. Separated by commas, semicolons or tabs. Two shapes.

**A column for each rank**, named `1`, `2` …, `rank 1`, `choice 1`, `1st choice`, `first choice`, or `vote` alone; a
cell holds the name of an option, `Ann=Ben` puts two equal, an empty cell is a rank left out. As scanners write it,
`skipped` and `undervote` are ranks left out too, and `overvote` (two marks, nobody knows whose) ends the ballot:

    weight,rank 1,rank 2
    3,Ann,Ben

**A column for each option**, named after it; a cell holds its rank (1 is first), or its score, or a mark (`1`, `x`,
`yes`; empty, `0`, `no`), whichever the rule counts; an empty cell says nothing about the option. Marks alone are first
choices where ranks are counted:

    Ann,Ben,Cas
    1,2,

A first column named `weight`, `ballots` or `count` says how many ballots are like this, before ranks also `votes` or
`n`; one named `id`, `ballot id`, `voter id` or `precinct` is passed over, before ranks also `ballot` or `voter`. Commas
at the end of every row are passed over.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence

from governance.counting.files.source import Election, Malformed, Watch, excerpt
from governance.counting.grouped import Ballots, Paper

RANK_COLUMN = re.compile(
    r"(rank|choice|preference)?[ _#-]*([0-9]{1,5})(st|nd|rd|th)?([ _-]*(choice|preference))?|vote|choice"
    r"|(first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth)([ _-]*(choice|preference))?",
    re.IGNORECASE,
)
WEIGHT = frozenset({"weight", "weights", "ballots", "count", "votes", "n"})
PASSED_OVER = frozenset({"id", "ballot", "ballot_id", "ballot id", "voter", "voter_id", "voter id", "precinct"})
MAY_BE_AN_OPTION = frozenset({"votes", "n", "ballot", "voter"})  # Where each option has a column, one may be called so.
LEFT_OUT, OVERVOTE = frozenset({"", "skipped", "undervote"}), "overvote"
LINE = re.compile(r"[^\n]*\n|[^\n]+")
WHOLE = re.compile(r"[0-9]{1,9}")
MARKED, UNMARKED = frozenset({"1", "x", "yes", "y", "true", "✓"}), frozenset({"", "0", "no", "n", "false"})
LETTERS = MARKED - {"1"}
SPOKEN = {"stand aside": "aside", "agree with worry": "worry", "agree with a worry": "worry"}
MOST_RANKS = 10_000

Rows = list[tuple[int, list[str], int]]  # The line a row first stands in, its cells, and how many rows are like it.


def read(text: str, papers: str, watch: Watch) -> Election:
    """Return the election in *text*; *papers* says what cells hold. Raises Malformed."""
    at, header, rows = _rows(text)
    offset, weight_at = _before_the_options(at, header)
    columns = header[offset:]
    if not columns or not all(columns):
        raise Malformed(at, "a header row with a name for each column")
    by_rank = all(RANK_COLUMN.fullmatch(each) for each in columns)
    if by_rank and papers == "scores":
        raise Malformed(at, "a column for each option, as this rule counts scores")
    if len({each.casefold() for each in columns}) < len(columns):
        raise Malformed(at, "a different name for each column")
    names: dict[str, int] = {} if by_rank else {name: number for number, name in enumerate(columns)}
    grouped: dict[Paper, int] = {}
    for line, row, times in watch(rows):
        if len(row) != len(header):
            raise Malformed(line, f"{len(header)} cells, as in the header row, but there are {len(row)}")
        weight = 1 if weight_at is None else _whole(line, row[weight_at], "a whole number of ballots")
        cells = row[offset:]
        if by_rank and papers == "words":
            # These options are words of the rule: Yes is yes.
            cells = [SPOKEN.get(cell.casefold(), cell.casefold()) for cell in cells]
        paper = _by_rank(line, cells, names) if by_rank else _by_option(line, cells, papers)
        if weight:
            grouped[paper] = grouped.get(paper, 0) + weight * times
    if names and by_rank and names.keys() <= {"x", "X", "✓"}:
        raise Malformed(at, "names of options below ranks, or a column named after each option for marks")
    if not names:
        raise Malformed(at, "at least one ballot that names an option")
    return Election(Ballots(tuple(names), tuple(grouped.items())))


def _before_the_options(at: int, header: Sequence[str]) -> tuple[int, int | None]:
    """Return how many columns come before those that say how people voted, and which of them is the weight."""
    offset, weight_at = 0, None
    while offset < 2 and offset < len(header) and header[offset].casefold() in WEIGHT | PASSED_OVER:
        name = header[offset]
        if name.casefold() in MAY_BE_AN_OPTION and not RANK_COLUMN.fullmatch(header[-1]):
            if name != name.casefold():
                break
            raise Malformed(at, f"weight or id in place of {excerpt(name)}, or Option {name} if it is one")
        weight_at = offset if name.casefold() in WEIGHT else weight_at
        offset += 1
    return offset, weight_at


def _rows(text: str) -> tuple[int, list[str], Rows]:
    """Return the line of the header row, its cells, and the rows after it, those that are alike once."""
    first = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = max(",;\t", key=first.count)
    lines = (line[0] for line in LINE.finditer(text))  # An io.StringIO would take four bytes for each sign.
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True, strict=True)
    line_of: dict[tuple[str, ...], int] = {}
    times: dict[tuple[str, ...], int] = {}
    header, at = None, 1
    try:
        for cells in reader:
            row = tuple(cells)
            if row in times:
                times[row] += 1
            elif len(row) > 1 or (row and row[0].strip()):
                if header is None:
                    header, at = _stripped(row), reader.line_num
                else:
                    times[row], line_of[row] = 1, reader.line_num
    except csv.Error:
        raise Malformed(max(1, reader.line_num), "a row of cells, with a closing quote for each opening one") from None
    if header is None:
        raise Malformed(1, "a header row, and a ballot on each row after it")
    width = max((place for place, cell in enumerate(header, 1) if cell), default=0)
    return at, header[:width], [(line_of[row], _cut(_stripped(row), width), many) for row, many in times.items()]


def _cut(row: list[str], width: int) -> list[str]:
    """*row* without empty cells past *width*; whatever else stands there stays, to be told."""
    return row if any(row[width:]) else row[:width]


def _stripped(row: Sequence[str]) -> list[str]:
    return [cell.strip() for cell in row]


def _whole(line: int, cell: str, expected: str) -> int:
    if not WHOLE.fullmatch(cell):
        raise Malformed(line, f"{expected}, not {excerpt(cell)}")
    return int(cell)


def _by_rank(line: int, cells: Sequence[str], names: dict[str, int]) -> Paper:
    """A ranking from cells that hold names; a name met for the first time is a new option."""
    ranks: list[object] = []
    named: list[int] = []
    for cell in cells:
        if cell.casefold() == OVERVOTE:
            break
        together = [] if cell.casefold() in LEFT_OUT else [each.strip() for each in cell.split("=")]
        if not all(together):
            raise Malformed(line, "a name on both sides of =")
        numbers = [names.setdefault(each, len(names)) for each in together]
        named += numbers
        ranks.append(numbers[0] if len(numbers) == 1 else tuple(sorted(numbers)))
    if len(set(named)) < len(named):
        raise Malformed(line, "each option at most once on a ballot")
    while ranks and ranks[-1] == ():
        ranks.pop()
    return tuple(ranks)


def _by_option(line: int, cells: Sequence[str], papers: str) -> Paper:
    if papers == "approvals":
        for cell in cells:
            if cell.casefold() not in MARKED | UNMARKED:
                raise Malformed(line, f"a mark (1, x, yes) or nothing, not {excerpt(cell)}")
        return tuple(option for option, cell in enumerate(cells) if cell.casefold() in MARKED)
    if papers == "scores":
        return tuple(_whole(line, cell, "a score, a whole number from 0") if cell else None for cell in cells)
    marks = [cell.casefold() for cell in cells]
    if LETTERS & set(marks) and set(marks) <= MARKED | UNMARKED:
        cells = ["1" if mark in MARKED else "" for mark in marks]  # Marks and no ranks: first choices.
    at_rank: dict[int, list[int]] = {}
    for option, cell in enumerate(cells):
        rank = _whole(line, cell, "a rank, 1 for the first choice") if cell else 0
        if rank > MOST_RANKS:
            raise Malformed(line, f"a rank of at most {MOST_RANKS}")
        if rank:
            at_rank.setdefault(rank, []).append(option)
    deepest = max(at_rank, default=0)
    ranks = [tuple(at_rank.get(rank, ())) for rank in range(1, deepest + 1)]
    return tuple(rank[0] if len(rank) == 1 else rank for rank in ranks)
