"""CSV of ballots, with a header row, one ballot a row. Separated by commas, semicolons or tabs. Two shapes.

**A column for each rank**, named `1`, `2` …, `rank 1`, `choice 1`, `1st choice`, `first choice`, or `vote` alone; a
cell holds the name of an option, `Ann=Ben` puts two equal, an empty cell is a rank left out. As scanners write it,
`skipped` and `undervote` are ranks left out too, and `overvote` (two marks, nobody knows whose) ends the ballot.
`Marks` may say otherwise, and what is read where RCTab wrote two names on two lines of a cell, or a name stands again:

    weight,rank 1,rank 2
    3,Ann,Ben

ES&S puts the contest around the rank (`Mayor Choice 1 of 3`), a form its question before it (`Rank them [1st choice]`).
Of several contests `Marks.contest` says which.

**A column for each option**, named after it; a cell holds its rank (1 is first; `1st choice` in a form), or its score,
or a mark (`1`, `x`, `yes`; empty, `0`, `no`), whichever the rule counts; an empty cell says nothing about the option,
nor do the `-` and `No opinion` of CIVS. Marks alone are first choices where ranks are counted:

    Ann,Ben,Cas
    1,2,

The first columns may be a `weight`, `ballots` or `count`, how many ballots are like this (before ranks also `votes` or
`n`), and what is passed over by its name (`header.PASSED_OVER`): ids, precincts, the timestamp of a form. After ranks
they may stand last. Commas at the end of every row are passed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from governance.counting.files import dominion, plain_rows
from governance.counting.files.csv_rows import Key, Rows
from governance.counting.files.header import CODE, Header, ordinal, understood
from governance.counting.files.in_one_cell import list_among, of_several
from governance.counting.files.look_alikes import check_names
from governance.counting.files.source import Election, Malformed, Marks, Watch, excerpt
from governance.counting.grouped import Ballots, Paper

LEFT_OUT = frozenset({"", "skipped", "undervote", "skippedrank", "under"})
OVERVOTE = frozenset({"overvote", "over"})
WHOLE = re.compile(r"[0-9]{1,9}")
MARKED, UNMARKED = frozenset({"1", "x", "yes", "y", "true", "✓"}), frozenset({"", "0", "no", "n", "false"})
LETTERS = MARKED - {"1"}
SPOKEN = {"stand aside": "aside", "agree with worry": "worry", "agree with a worry": "worry"}
MOST_RANKS = 10_000
TOTALS = frozenset({"total", "totals", "sum", "sums", "average", "mean"})  # Of a sheet that adds up; no option.


def read(text: str, papers: str, watch: Watch, marks: Marks) -> Election:
    """Return the election in *text*; *papers* says what cells hold. Raises Malformed."""
    rows = Rows(text)
    if dominion.is_header(rows.first_rows):
        return dominion.read(rows, papers, watch, marks)
    header = understood(rows.at, rows.header, marks.contest)
    if header.by_rank and papers == "scores":
        raise Malformed(header.line, "a column for each option, as this rule counts scores")
    if papers == "scores" and header.columns[-1].casefold() in TOTALS:
        raise Malformed(header.line, f"no column {excerpt(header.columns[-1])}: take out what adds up the others")
    by_name = header.by_rank and papers != "words" and not header.coded
    if by_name and (at_once := _uncut(rows, header)):
        return at_once
    folded = rows.folded(header)
    if by_name and (at_once := _put_together(rows, header, folded)):
        return at_once
    names: dict[str, int] = {} if header.by_rank else {name: number for number, name in enumerate(header.columns)}
    first: dict[str, Key] = {}  # Where each name stands first, to be told.
    grouped: dict[Paper, int] = {}
    numbers, codes = _Numbers(header, papers), dict[tuple[int, str], str]()
    for key, weight in watch(folded.items()):
        known = len(names)
        plain = rows.all_known(key, header, names) if header.by_rank else None
        if plain is not None and weight:
            grouped[plain] = grouped.get(plain, 0) + weight
            continue
        try:
            cells = rows.cells(key, header)
            if header.coded:
                cells = _without_codes(cells, codes)
            numbers.see(cells)
            paper = _by_rank(_words(cells, papers), names, marks) if header.by_rank else _by_option(cells, papers)
        except Malformed as wrong:
            raise Malformed(rows.line_of(key, header), wrong.expected) from None
        if len(names) > known:
            first |= dict.fromkeys(list(names)[known:], key)
        if weight:
            grouped[paper] = grouped.get(paper, 0) + weight
    _check(header, rows, names, first)
    numbers.check()
    all_plain = header.by_rank and not any(isinstance(rank, tuple) for paper in grouped for rank in paper)
    return Election(Ballots(tuple(names), tuple(grouped.items()), plain=all_plain))


def _without_codes(cells: Sequence[str], codes: dict[tuple[int, str], str]) -> list[str]:
    """Return *cells* without the numbers behind the options. *codes*: what stood for each option at each rank."""
    found = []
    for rank, cell in enumerate(cells):
        name = CODE.sub("", cell)
        before = codes.setdefault((rank, name), cell)
        if before != cell:
            raise Malformed(0, f"one number behind an option at a rank, not {excerpt(before)} and {excerpt(cell)}")
        found.append(name)
    return found


def _uncut(rows: Rows, header: Header) -> Election | None:
    """Return the election where most rows differ and every row is plain, else None."""
    blocks = rows.mostly_differing(header)
    if blocks is None:
        return None
    width = header.width - header.offset
    return _plain(plain_rows.uncut(blocks, rows.delimiter, header.offset, width, _is_one_name), header)


def _put_together(rows: Rows, header: Header, folded: Mapping[Key, int]) -> Election | None:
    """Return the election where every row is plain, else None. *folded*: the rows, put together."""
    return _plain(plain_rows.columns(folded, rows.delimiter, header.width - header.offset, _is_one_name), header)


def _plain(found: plain_rows.Read | None, header: Header) -> Election | None:
    """Return the election where every row was plain, and all names can be told apart; else None."""
    if found is None or set(found[0]) <= {"x", "X", "✓"}:
        return None
    names, rankings = found
    try:
        check_names(enumerate(names))
    except Malformed:
        return None
    if list_among(names, alone=len(header.columns) == 1) or _of_totals(header, names) is not None:
        return None
    return Election(Ballots(tuple(names), rankings, plain=True))


def _is_one_name(cell: str) -> bool:
    """Whether *cell* holds a name as it is, and neither a mark nor two that are put equal."""
    return cell == cell.strip() and "=" not in cell and cell.casefold() not in LEFT_OUT | OVERVOTE


class _Numbers:
    """Whether the first column numbers the rows or the voters: then it is no option, whatever it is called.

    As ranks, numbers that are all different in more rows than there are options go beyond the last rank. Scores may,
    so there it takes numbers that follow each other.
    """

    def __init__(self, header: Header, papers: str) -> None:
        self.header, self.may_skip = header, papers != "scores"
        self.seen: set[int] | None = None if header.by_rank else set()

    def see(self, cells: Sequence[str]) -> None:
        """Look at a row."""
        if self.seen is not None:
            number = int(cells[0]) if WHOLE.fullmatch(cells[0]) else None
            if number is None or number in self.seen:
                self.seen = None
            else:
                self.seen.add(number)

    def check(self) -> None:
        """Raise Malformed where it does."""
        if self.seen is None or len(self.seen) <= len(self.header.columns):
            return
        if self.may_skip or max(self.seen) - min(self.seen) < len(self.seen):
            shown = excerpt(self.header.columns[0])
            raise Malformed(
                self.header.line, f"id in place of {shown}, as that column numbers the rows and is no option"
            )


def _check(header: Header, rows: Rows, names: dict[str, int], first: dict[str, Key]) -> None:
    """Refuse names that cannot be told apart, or none at all."""
    if header.by_rank and names and names.keys() <= {"x", "X", "✓"}:
        raise Malformed(header.line, "names of options below ranks, or a column named after each option for marks")
    if not names:
        raise Malformed(header.line, "at least one ballot that names an option")
    try:
        check_names(enumerate(first))
    except Malformed:
        check_names(sorted((rows.line_of(key, header), name) for name, key in first.items()))
    if (several := list_among(first, alone=len(header.columns) == 1)) is not None:
        raise of_several(rows.line_of(first[several], header), several)
    if (total := _of_totals(header, first)) is not None:
        raise Malformed(
            rows.line_of(first[total], header), f"no row {excerpt(total)}: take out what adds up the others"
        )


def _of_totals(header: Header, names: Iterable[str]) -> str | None:
    """Return the name of a row that adds up the weights of the others, if there is one."""
    if header.weight_at is None:
        return None
    return next((name for name in names if name.casefold() in TOTALS), None)


def whole(cell: str, expected: str) -> int:
    """Return the number in *cell*. Raises Malformed."""
    if not WHOLE.fullmatch(cell):
        raise Malformed(0, f"{expected}, not {excerpt(cell)}")
    return int(cell)


def _words(cells: Sequence[str], papers: str) -> Sequence[str]:
    """Where options are words of the rule, Yes is yes."""
    return [SPOKEN.get(cell.casefold(), cell.casefold()) for cell in cells] if papers == "words" else cells


def _by_rank(cells: Sequence[str], names: dict[str, int], marks: Marks) -> Paper:
    """A ranking from cells that hold names; a name met for the first time is a new option."""
    ranks: list[object] = []
    named: set[int] = set()
    for cell in cells:
        if cell.casefold() in OVERVOTE or "\n" in cell:
            if marks.overvote == "refuse" or ("\n" in cell and not marks.overvote):
                raise Malformed(
                    0, f"one name at a rank, not {excerpt(cell)}. Say --overvote, or Ann=Ben for equal ranks"
                )
            if marks.overvote == "pass_over":
                ranks.append(())
                continue
            break
        together = [] if cell.casefold() in LEFT_OUT else [each.strip() for each in cell.split("=")]
        if not all(together):
            raise Malformed(0, "a name on both sides of =")
        numbers = [names.setdefault(each, len(names)) for each in together]
        if len(set(numbers)) < len(numbers):
            raise Malformed(0, "each option at most once at a rank")
        if not named.isdisjoint(numbers):
            if marks.repeated == "refuse":
                raise Malformed(0, f"each option at most once on a ballot, not {excerpt(cell)} again. Say --repeated")
            if marks.repeated == "stop":
                break
            numbers = [each for each in numbers if each not in named]
        named.update(numbers)
        ranks.append(numbers[0] if len(numbers) == 1 else tuple(sorted(numbers)))
    while ranks and ranks[-1] == ():
        ranks.pop()
    return tuple(ranks)


def _by_option(cells: Sequence[str], papers: str) -> Paper:
    """Read a row with a cell for each option: marks, scores or ranks."""
    if papers == "approvals":
        for cell in cells:
            if cell.casefold() not in MARKED | UNMARKED:
                raise Malformed(0, f"a mark (1, x, yes) or nothing, not {excerpt(cell)}")
        return tuple(option for option, cell in enumerate(cells) if cell.casefold() in MARKED)
    if papers == "scores":
        return tuple(whole(cell, "a score, a whole number from 0") if cell else None for cell in cells)
    marks = [cell.casefold() for cell in cells]
    if LETTERS & set(marks) and set(marks) <= MARKED | UNMARKED:
        cells = ["1" if mark in MARKED else "" for mark in marks]  # Marks and no ranks: first choices.
    at_rank: dict[int, list[int]] = {}
    for option, cell in enumerate(cells):
        said = "" if cell == "-" or cell.casefold() == "no opinion" else ordinal(cell)
        rank = whole(said, "a rank, 1 for the first choice") if said else 0
        if rank > MOST_RANKS:
            raise Malformed(0, f"a rank of at most {MOST_RANKS}")
        if rank:
            at_rank.setdefault(rank, []).append(option)
    deepest = max(at_rank, default=0)
    ranks = [tuple(at_rank.get(rank, ())) for rank in range(1, deepest + 1)]
    return tuple(rank[0] if len(rank) == 1 else rank for rank in ranks)
