"""Cast-vote records of Dominion's machines as CSV: one contest, or the one that `Marks` names.

There is a column for each option, or for each option at each rank.

    Town 2026,5.17.17.1
    ,,,,"Mayor (Number of positions=1, Number of ranks=2)", … the same in each column
    ,,,,Ann(1),Ben(1),Ann(2),Ben(2)
    CvrNumber,TabulatorNum,ImprintedId,BallotType,DEM,REP,,
    1,105,105-1-165,9,1,0,0,1

A row whose cells are all empty is a ballot without this contest; one of zeros is a blank ballot. Two options at a rank
are an overvote (`Marks`). Without ranks (`Vote For=2`) marks are equal first choices, or approvals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from governance.counting.files.csv_rows import Rows
from governance.counting.files.header import Header, one_named
from governance.counting.files.look_alikes import check_names
from governance.counting.files.source import Election, Malformed, Marks, Watch, excerpt
from governance.counting.grouped import Ballots, Paper

RANKED = re.compile(r"(.+?)\s*\(([0-9]{1,4})\)")
SEATS = re.compile(r"\((?:Number of positions|Vote For)\s*=\s*([0-9]{1,4})", re.IGNORECASE)
FirstRows = Sequence[tuple[int, list[str]]]


def is_header(first_rows: FirstRows) -> bool:
    """Whether one of the first rows has the columns of such a file, with the options above."""
    return any(row[0].casefold() == "cvrnumber" for _, row in first_rows[2:])


def read(rows: Rows, papers: str, watch: Watch, marks: Marks) -> Election:
    """Return the election in *rows*. Raises Malformed."""
    at = next(place for place, (_, row) in enumerate(rows.first_rows) if row[0].casefold() == "cvrnumber")
    (asked_line, contests), (names_line, options), (line, _) = rows.first_rows[at - 2 : at + 1]
    width = len(options)
    while width and not options[width - 1]:
        width -= 1
    offset = next((place for place, cell in enumerate(options) if cell), 0)
    offset, end = _of_one(asked_line, contests, offset, width, marks.contest)
    asked = dict.fromkeys(contests[offset:end])
    if papers == "scores":
        raise Malformed(line, "a file of scores, as this rule counts scores and a cast-vote record holds marks")
    if not offset or len(asked) != 1 or len(contests) < width:
        shown = " and ".join(map(excerpt, list(asked)[:2]))
        raise Malformed(asked_line, f"one contest in a file, not {shown}. Say which with --contest")
    columns, names = _columns(names_line, options[offset:end])
    header = Header(line, width, offset, None, tuple(options[offset:end]), True, end)
    grouped: dict[Paper, int] = {}
    for key, many in watch(rows.folded(header).items()):
        try:
            paper = _paper(rows.cells(key, header), columns, marks)
        except Malformed as wrong:
            raise Malformed(rows.line_of(key, header), wrong.expected) from None
        if paper is not None:
            grouped[paper] = grouped.get(paper, 0) + many
    (contest,) = asked
    seats = SEATS.search(contest)
    title = contest.partition("(")[0].strip() or None
    return Election(Ballots(tuple(names), tuple(grouped.items())), int(seats[1]) if seats else None, title)


def _of_one(line: int, contests: Sequence[str], offset: int, width: int, contest: str) -> tuple[int, int]:
    """Return where the columns of *contest* begin and end; of all, where none is named."""
    if not contest:
        return offset, width
    name = one_named(line, [each for each in dict.fromkeys(contests[offset:width]) if each], contest)
    begin, many = contests.index(name), contests.count(name)
    if list(contests[begin : begin + many]) != [name] * many:
        raise Malformed(line, f"the columns of {excerpt(name)} side by side")
    return begin, begin + many


def _columns(line: int, cells: Sequence[str]) -> tuple[list[tuple[int, int]], list[str]]:
    """Return the option and the rank, both from 0, of each column, and the names of the options."""
    ranked = [RANKED.fullmatch(each) for each in cells]
    said = [(each[1], int(each[2]) - 1) for each in ranked if each] if all(ranked) else [(each, 0) for each in cells]
    names = list(dict.fromkeys(name for name, _ in said))
    check_names((line, name) for name in names)
    if len(set(said)) < len(said) or any(rank < 0 for _, rank in said):
        raise Malformed(line, "a column for each option at each rank, each once, like Ann(1) and Ann(2)")
    return [(names.index(name), rank) for name, rank in said], names


def _paper(cells: Sequence[str], columns: Sequence[tuple[int, int]], marks: Marks) -> Paper | None:
    wrong = next((cell for cell in cells if cell not in ("", "0", "1")), None)
    if wrong is not None:
        raise Malformed(0, f"1 for a mark or 0 for none, not {excerpt(wrong)}")
    if not any(cells):
        return None
    depth = max(rank for _, rank in columns) + 1
    at: list[list[int]] = [[] for _ in range(depth)]
    for cell, (option, rank) in zip(cells, columns, strict=True):
        if cell == "1":
            at[rank].append(option)
    if depth == 1:
        return tuple(at[0]) if len(at[0]) < 2 else (tuple(at[0]),)
    return _ranking(at, marks)


def _ranking(at: Sequence[Sequence[int]], marks: Marks) -> Paper:
    """Read the options marked at each rank; *marks* says what two at one rank, or one at two, come to."""
    ranks: list[object] = []
    named: set[int] = set()
    for options in at:
        again = not named.isdisjoint(options)
        if len(options) > 1 and marks.overvote == "refuse":
            raise Malformed(0, "one option at a rank, and this ballot marks several. Say --overvote")
        if again and marks.repeated == "refuse":
            raise Malformed(0, "each option at one rank, and this ballot marks one again. Say --repeated")
        if (len(options) > 1 and marks.overvote != "pass_over") or (again and marks.repeated == "stop"):
            break
        one = () if len(options) != 1 or again else options[0]
        named.update(options if len(options) == 1 else ())
        ranks.append(one)
    while ranks and ranks[-1] == ():
        ranks.pop()
    return tuple(ranks)
