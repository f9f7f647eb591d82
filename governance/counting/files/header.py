"""The header row of a CSV file: which columns are passed over, which is the weight, and what the others hold."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from governance.counting.files.look_alikes import check_names
from governance.counting.files.source import Malformed, excerpt

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
RANK_COLUMN = re.compile(
    r"(?:rank|choice|preference)?[ _#-]*([0-9]{1,5})(?:st|nd|rd|th)?(?:[ _-]*(?:choice|preference))?|vote|choice"
    rf"|({'|'.join(ORDINALS)})(?:[ _-]*(?:choice|preference))?",
    re.IGNORECASE,
)
IN_BRACKETS = re.compile(r"(.*?)\s*\[(.+)\]")  # Google Forms: the question, and its row.
OF_A_CONTEST = re.compile(  # ES&S: the contest, the rank, and what follows it. Minneapolis: the rank, and the contest.
    r"(.*?\S)[ _-]+(?:(?:rank|choice|preference)[ _#-]*([0-9]{1,5})(?:\s+of\s+[0-9]+)?"
    r"|([0-9]{1,5})(?:st|nd|rd|th)[ _-]+(?:choice|preference))(\b.*)?"
    r"|([0-9]{1,5})(?:st|nd|rd|th)[ _-]+(?:choice|preference)(\s.*)",
    re.IGNORECASE,
)
CODE = re.compile(r"\s*\([0-9]{1,9}\)\s*$")  # ES&S: the number of a contest, or of an option, in brackets after it.
WEIGHT = frozenset({"weight", "weights", "ballots", "count", "votes", "n"})
CONTEST = frozenset({"contest", "contestid"})  # Passed over where all rows say the same.
PASSED_OVER = CONTEST | {
    "id", "ballot", "ballotid", "ballotnumber", "ballotstyle", "ballottype", "batch", "batchid", "box",
    "castvoterecord", "completiontime", "countinggroup", "cvr", "cvrid", "cvrnumber", "cvrprovider", "datesubmitted",
    "email", "lastmodifiedtime", "name", "pollid", "precinct", "precinctportion", "recordid", "remade", "respondent",
    "respondentid", "responseid", "rownumber", "sourcefilepath", "starttime", "submittedat", "tabulator",
    "tabulatorid", "timestamp", "username", "voter", "voterid", "votetime",
    "#", "ballotno", "ballotno.", "memberno", "memberno.", "membernumber", "no.", "nr.", "rowno", "rowno.",
    "sequencenumber", "voterno", "voterno.", "voternumber",
    "emailaddress", "adresseemail", "direccióndecorreoelectrónico", "endereçodeemail", "nomd'utilisateur",
    "carimbodedata/hora", "horodateur", "informazionicronologiche", "marcatemporal", "zeitstempel",
}  # fmt: skip
MAY_BE_AN_OPTION = frozenset({"votes", "n", "ballot", "voter", "box", "email", "name", "batch", "respondent"})


@dataclass(frozen=True)
class Header:
    """*offset*: how many columns come before those that say how people voted; *end* is where these end.

    *weight_at* is the column of weights, or None; *same_at* those that must say the same in every row. *coded*: each
    rank is numbered as a contest of its own, and so each option at each rank, with the number after its name.
    """

    line: int
    width: int
    offset: int
    weight_at: int | None
    columns: tuple[str, ...]
    by_rank: bool
    end: int
    same_at: tuple[int, ...] = ()
    coded: bool = False

    @property
    def is_last(self) -> bool:
        """Whether the weight stands before the options, if there is one, and nothing is passed over behind them."""
        return self.end == self.width and not self.same_at


def understood(line: int, cells: Sequence[str], contest: str = "") -> Header:
    """Return what the header row in *line* says; of several contests, what it says of *contest*. Raises Malformed."""
    width = max((place for place, cell in enumerate(cells, 1) if cell), default=0)
    end = _end_of_the_options(cells[:width])
    by_rank = any(_rank(each) for each in _unbracketed(cells[end - 1 : end]))
    end = end if by_rank else width
    before = _before_the_options(line, cells[:end], by_rank)
    offset, end = _of_one_contest(line, cells, before, end, contest)
    columns = _unbracketed(cells[offset:end])
    if not columns or not all(columns):
        raise Malformed(line, "a header row with a name for each column")
    passed = [(place, _plain(cells[place])) for place in (*range(before), *range(end if by_rank else width, width))]
    header = Header(
        line, width, offset, _weight_at(line, cells, passed), tuple(columns), True, end,
        tuple(place for place, name in passed if name in CONTEST), _coded(cells[offset:end]),
    )  # fmt: skip
    ranks = [_rank(each) for each in columns]
    if None not in ranks:
        if ranks not in ([*range(len(ranks))], [*range(1, len(ranks) + 1)]):
            raise Malformed(line, "columns in the order of their ranks, none missing or twice: rank 1, rank 2 …")
        return header
    said = [each for each, rank in zip(columns, ranks, strict=True) if rank is not None and not each.isdigit()]
    if said:
        other = columns[ranks.index(None)]
        raise Malformed(
            line, f"{excerpt(other)} to be a rank as {excerpt(said[0])} is. Take out columns that are neither"
        )
    check_names((line, each) for each in columns)
    return replace(header, by_rank=False, coded=False)


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
    return re.sub(r"[ _-]+", "", column.casefold())


def _end_of_the_options(cells: Sequence[str]) -> int:
    """Return where the columns end that say how people voted, if these are ranks."""
    end = len(cells)
    while end and _plain(cells[end - 1]) in WEIGHT | PASSED_OVER:
        end -= 1
    return end


def _before_the_options(line: int, cells: Sequence[str], by_rank: bool) -> int:
    """Return how many columns come before those that say how people voted."""
    offset = 0
    while offset < len(cells):
        name = _plain(cells[offset])
        if name not in WEIGHT | PASSED_OVER and not (name == "" and offset == 0 and by_rank):
            break
        if name in MAY_BE_AN_OPTION and not by_rank:
            if cells[offset] != name:
                break
            raise Malformed(line, f"weight or id in place of {excerpt(name)}, or Option {name} if it is one")
        offset += 1
    return offset


def _weight_at(line: int, cells: Sequence[str], passed: Sequence[tuple[int, str]]) -> int | None:
    """Return the column of weights among those that are *passed* over."""
    weights = [place for place, name in passed if name in WEIGHT]
    if len(weights) > 1:
        one, other = (excerpt(cells[place]) for place in weights[:2])
        raise Malformed(line, f"one column of weights, not {one} and {other}")
    return weights[0] if weights else None


def _asked(cells: Sequence[str]) -> list[str | None]:
    """Return the question or the contest of each column, without its number; None where there is none."""
    for shape in (IN_BRACKETS, OF_A_CONTEST):
        found = [shape.fullmatch(each) for each in cells]
        if any(found) and not all(RANK_COLUMN.fullmatch(each) for each in cells):
            if shape is IN_BRACKETS:
                return [each[1] if each else None for each in found]
            return [
                CODE.sub("", f"{each[1] or ''}{each[4] or each[6] or ''}").strip() if each else None for each in found
            ]
    return [None] * len(cells)


def _of_one_contest(line: int, cells: Sequence[str], offset: int, end: int, contest: str) -> tuple[int, int]:
    """Return where the columns of the one contest begin and end. Raises Malformed where that is not clear."""
    asked = _asked(cells[offset:end])
    several = list(dict.fromkeys(each for each in asked if each is not None))
    if contest:
        return _of_the_contest(line, asked, several, offset, contest)
    if None in asked and len(asked) - asked.count(None) > len(several):
        other = cells[offset + asked.index(None)]
        raise Malformed(line, f"{excerpt(other)} to be asked as the others are. Take it out, or say --contest")
    if None not in asked and len(several) > 1:
        one, other = (excerpt(each) for each in several[:2])
        raise Malformed(line, f"one contest in a file, not {one} and {other}. Say which with --contest")
    return offset, end


def _of_the_contest(
    line: int, asked: Sequence[str | None], several: Sequence[str], offset: int, contest: str
) -> tuple[int, int]:
    name = one_named(line, several, contest)
    begin, many = asked.index(name), asked.count(name)
    if asked[begin : begin + many] != [name] * many:
        raise Malformed(line, f"the columns of {excerpt(name)} side by side")
    return offset + begin, offset + begin + many


def one_named(line: int, several: Sequence[str], contest: str) -> str:
    """Return the one of *several* contests that is called *contest*, or has its words in its name. Raises Malformed.

    Whole words: `Ward 1` is not `Ward 12`.
    """
    said, words = contest.casefold(), re.compile(rf"(?<!\w){re.escape(contest)}(?!\w)", re.IGNORECASE)
    found = [each for each in several if said == each.casefold()] or [each for each in several if words.search(each)]
    if len(found) == 1:
        return found[0]
    shown = ", ".join(excerpt(each) for each in (found or several)[:5])
    there = f"there is {shown}" if shown else "none has a name here"
    raise Malformed(line, f"one contest with {excerpt(contest)} in its name, as --contest says; {there}")


def _unbracketed(cells: Sequence[str]) -> list[str]:
    """What stands for each column: the row of a question, or the rank in a contest, where all ask the same."""
    if all(RANK_COLUMN.fullmatch(each) for each in cells):
        return list(cells)
    for shape in (IN_BRACKETS, OF_A_CONTEST):
        found = [shape.fullmatch(each) for each in cells]
        if all(found):
            return [each[2] if shape is IN_BRACKETS else each[2] or each[3] or each[5] for each in found if each]
    return list(cells)


def _coded(cells: Sequence[str]) -> bool:
    """Whether each rank has a number of its own after it, in brackets."""
    codes = [found[0].strip() for each in cells if (found := CODE.search(each))]
    return len(codes) == len(cells) == len(set(codes)) > 1
