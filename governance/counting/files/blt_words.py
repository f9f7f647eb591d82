"""The ballots of a BLT file, word by word: for those that have more than numbers, and for what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Sequence

from governance.counting.files.blt_names import bare
from governance.counting.files.source import Malformed, Watch, excerpt
from governance.counting.grouped import Paper

NUMBER = re.compile(r"[0-9]{1,12}")
RANK = re.compile(r"[0-9]{1,12}(=[0-9]{1,12})*")
WORD = re.compile(r"\([^()]*\)|[^\s()]+|[()]")
TWO_WAYS = (
    "a weight of 1 between each id and its first choice, like (a7) 1 2 3 0. Nobody who has an id ranks option 1, so "
    "the first number after an id may be either. Take out the ids, and write the weights"
)


def words_of(line: str) -> list[str]:
    """The words of a line of ballots; what stands in brackets is one."""
    return WORD.findall(re.sub(r"\s*=\s*", "=", bare(line)))


def carefully(
    lines: Sequence[str], start: int, options: int, watch: Watch, several: bool
) -> tuple[tuple[tuple[Paper, int], ...], int]:
    """Return the groups, and the line from 0 after the ballots. *several*: ballots share a line, so no 0 is a gap."""
    zero_is_a_gap = not several and _zeros_are_gaps(lines, start)
    grouped: dict[Paper, int] = {}
    id_at, id_is_sure, at = 0, False, start + 1
    for number in watch(range(start, len(lines))):
        words = words_of(lines[number])
        at = number + 1 if words else at
        place = 0
        while place < len(words):
            has_id = words[place].startswith("(") and words[place].endswith(")") and place + 1 < len(words)
            place += has_id
            weight = _weight(at, words[place], has_id)
            if not weight:
                if place + 1 < len(words):
                    raise Malformed(at, "nothing after the 0 that ends the ballots")
                if id_at and not id_is_sure:
                    raise Malformed(id_at, TWO_WAYS)
                return tuple(grouped.items()), at
            last = len(words) - 1 if zero_is_a_gap else _next_zero(at, words, place + 1)
            if words[last] != "0":
                raise Malformed(at, "a 0 that ends this ballot, at the end of its line")
            paper = tuple(rank(at, word, options) for word in words[place + 1 : last])
            named = check_ranks(at, paper)
            if has_id:
                id_at, id_is_sure = id_at or at, id_is_sure or 0 in named
            grouped[paper] = grouped.get(paper, 0) + weight
            place = last + 1
    raise Malformed(at, "a 0 that ends the ballots")


def _next_zero(at: int, words: Sequence[str], start: int) -> int:
    try:
        return words.index("0", start)
    except ValueError:
        raise Malformed(at, "a 0 that ends this ballot, at the end of its line") from None


def _weight(at: int, word: str, has_id: bool) -> int:
    if not NUMBER.fullmatch(word):
        if re.fullmatch(r"[0-9]*\.[0-9]+|[0-9]+/[0-9]+", word):
            raise Malformed(
                at, f"a whole number of ballots, not {excerpt(word)}. Write every weight as many times larger"
            )
        raise Malformed(at, f"a number of ballots, or the 0 that ends them, not {excerpt(word)}")
    if has_id and int(word) != 1:
        raise Malformed(at, f"a weight of 1 after the id of a ballot, like (a7) 1 2 3 0, not {excerpt(word)}")
    return int(word)


def rank(at: int, word: str, options: int) -> int | tuple[int, ...]:
    """What stands at one rank: an option from 0, several that are equal, or nothing. Raises Malformed."""
    if word in ("-", "0"):
        return ()
    if word.startswith("("):
        equal = re.split(r"[\s,=]+", word.strip("() "))
        if len(equal) < 2 or not all(NUMBER.fullmatch(each) and 1 <= int(each) <= options for each in equal):
            raise Malformed(
                at,
                f"equal ranks in brackets, like (1 2), with options from 1 to {options}, not {excerpt(word)}."
                " The id of a ballot stands before its weight",
            )
        return tuple(sorted(int(each) - 1 for each in equal))
    if not RANK.fullmatch(word) or not all(1 <= int(each) <= options for each in word.split("=")):
        raise Malformed(
            at, f"the number of an option from 1 to {options}, or 0 at the end of a ballot, not {excerpt(word)}"
        )
    ranked = tuple(int(each) - 1 for each in word.split("="))
    return ranked[0] if len(ranked) == 1 else tuple(sorted(ranked))


def check_ranks(at: int, ranks: Sequence[object]) -> set[object]:
    """Return the options that are named. Raises Malformed when one is named twice."""
    named = [each for rank in ranks for each in (rank if isinstance(rank, tuple) else (rank,))]
    if len(set(named)) < len(named):
        twice = next(each for each in named if named.count(each) > 1)
        raise Malformed(at, f"each option at most once on a ballot, but {int(str(twice)) + 1} is there twice")
    return set(named)


def _zeros_are_gaps(lines: Sequence[str], start: int) -> bool:
    """Whether some line makes sense only as one ballot with ranks left out: see the top of `blt`."""
    before: list[str] = []
    for number in range(start, len(lines)):
        row = words_of(lines[number])
        row = row[1:] if row and row[0].startswith("(") else row
        if not row:
            continue
        if before and _with_gaps(before, row):
            return True
        if row == ["0"] or row[0].startswith('"'):
            return False
        before = row
    return bool(before) and _with_gaps(before, ['"'])


def _with_gaps(row: Sequence[str], following: Sequence[str]) -> bool:
    ends_here = list(row[-2:]) == ["0", "0"] and not NUMBER.fullmatch(following[0])
    return row[-1] == "0" and _is_one_ballot(row[:-1] if ends_here else row)


def _is_one_ballot(row: Sequence[str]) -> bool:
    """Whether *row*, read as several ballots, would hold a weight of 0, or one that ranks nobody among others."""
    weight, ranks = True, 0
    for word in row:
        if word != "0":
            ranks = 0 if weight else ranks + 1
            weight = False
        elif weight or (not ranks and len(row) > 2):
            return True
        else:
            weight = True
    return False
