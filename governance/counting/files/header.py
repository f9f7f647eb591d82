"""The header row of a CSV file: which columns are passed over, which is the weight, and what the others hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from governance.counting.files.look_alikes import check_names
from governance.counting.files.source import Malformed, excerpt

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
RANK_COLUMN = re.compile(
    r"(?:rank|choice|preference)?[ _#-]*([0-9]{1,5})(?:st|nd|rd|th)?(?:[ _-]*(?:choice|preference))?|vote|choice"
    rf"|({'|'.join(ORDINALS)})(?:[ _-]*(?:choice|preference))?",
    re.IGNORECASE,
)
IN_BRACKETS = re.compile(r"(.*?)\s*\[(.+)\]")  # Google Forms: the question, and its row.
OF_A_CONTEST = re.compile(  # ES&S: the contest, the rank, and what follows it.
    r"(.*?\S)[ _-]+(?:(?:rank|choice|preference)[ _#-]*([0-9]{1,5})(?:\s+of\s+[0-9]+)?"
    r"|([0-9]{1,5})(?:st|nd|rd|th)[ _-]+(?:choice|preference))(\b.*)?",
    re.IGNORECASE,
)
WEIGHT = frozenset({"weight", "weights", "ballots", "count", "votes", "n"})
PASSED_OVER = frozenset({
    "id", "ballot", "ballot id", "ballot style", "ballot type", "box", "cast vote record", "cvr", "email",
    "email address", "marca temporal", "precinct", "remade", "timestamp", "username", "voter", "voter id",
})  # fmt: skip
MAY_BE_AN_OPTION = frozenset({"votes", "n", "ballot", "voter", "box", "email"})  # Where each option has a column.


@dataclass(frozen=True)
class Header:
    """*offset*: how many columns come before those that say how people voted; *weight_at* is one of these, or None."""

    line: int
    width: int
    offset: int
    weight_at: int | None
    columns: tuple[str, ...]
    by_rank: bool


def understood(line: int, cells: Sequence[str]) -> Header:
    """Return what the header row in *line* says. Raises Malformed."""
    width = max((place for place, cell in enumerate(cells, 1) if cell), default=0)
    offset, weight_at = _before_the_options(line, cells[:width])
    columns = _bare(line, cells[offset:width])
    if not columns or not all(columns):
        raise Malformed(line, "a header row with a name for each column")
    ranks = [_rank(each) for each in columns]
    if None not in ranks:
        if ranks not in ([*range(len(ranks))], [*range(1, len(ranks) + 1)]):
            raise Malformed(line, "columns in the order of their ranks, none missing or twice: rank 1, rank 2 …")
        return Header(line, width, offset, weight_at, tuple(columns), True)
    said = [each for each, rank in zip(columns, ranks, strict=True) if rank is not None and not each.isdigit()]
    if said:
        other = columns[ranks.index(None)]
        raise Malformed(
            line, f"{excerpt(other)} to be a rank as {excerpt(said[0])} is. Take out columns that are neither"
        )
    check_names((line, each) for each in columns)
    return Header(line, width, offset, weight_at, tuple(columns), False)


def _rank(column: str) -> int | None:
    found = RANK_COLUMN.fullmatch(column)
    if not found:
        return None
    return int(found[1]) if found[1] else ORDINALS.index(found[2].casefold()) + 1 if found[2] else 1


def ordinal(cell: str) -> str:
    """Return the number in `1st choice` or `Second`; any other cell as it is."""
    rank = _rank(cell) if cell and not cell.isdigit() else None
    return cell if rank is None or cell.casefold() in ("vote", "choice") else str(rank)


def _plain(column: str) -> str:
    return re.sub(r"[ _-]+", " ", column.casefold())


def _before_the_options(line: int, cells: Sequence[str]) -> tuple[int, int | None]:
    """Return how many columns come before those that say how people voted, and which of them is the weight."""
    by_rank = bool(cells) and any(_rank(each) for each in _unbracketed(cells[-1:]))
    offset, weight_at = 0, None
    while offset < len(cells):
        name = _plain(cells[offset])
        if name not in WEIGHT | PASSED_OVER and not (name == "" and offset == 0 and by_rank):
            break
        if name in MAY_BE_AN_OPTION and not by_rank:
            if cells[offset] != name:
                break
            raise Malformed(line, f"weight or id in place of {excerpt(name)}, or Option {name} if it is one")
        if name in WEIGHT and weight_at is not None:
            raise Malformed(
                line, f"one column of weights, not {excerpt(cells[weight_at])} and {excerpt(cells[offset])}"
            )
        weight_at = offset if name in WEIGHT else weight_at
        offset += 1
    return offset, weight_at


def _unbracketed(cells: Sequence[str]) -> list[str]:
    """What stands for each column: the row of a question, or the rank in a contest, where all ask the same."""
    for shape in (IN_BRACKETS, OF_A_CONTEST):
        found = [shape.fullmatch(each) for each in cells]
        if all(found):
            return [(each[2] or each[3]) if shape is OF_A_CONTEST else each[2] for each in found if each]
    return list(cells)


def _bare(line: int, cells: Sequence[str]) -> list[str]:
    if all(RANK_COLUMN.fullmatch(each) for each in cells):
        return list(cells)
    for shape in (IN_BRACKETS, OF_A_CONTEST):
        found = [shape.fullmatch(each) for each in cells]
        asked = {(each[1], each[4] if shape is OF_A_CONTEST else "") for each in found if each}
        if all(found) and len(asked) > 1:
            one, other = sorted(before for before, _ in asked)[:2]
            raise Malformed(
                line, f"one contest in a file, not {excerpt(one)} and {excerpt(other)}. Keep the columns of one"
            )
    return _unbracketed(cells)
