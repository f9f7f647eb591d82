"""BLT, the format of Hill, Wichmann and Woodall (1987), with the additions of OpenSTV that are in use.

    4 2                 four options, two seats
    -2                  option 2 withdrew (as many as need be; the line may be missing)
    3 1 3 4 0           three ballots: 1 first, then 3, then 4; a weight is a whole number
    1 2=3 - 4 0         2 and 3 equal first, the second rank left out, then 4
    1 (2 3) - 4 0       the same, as Hill writes it
    (A7) 1 2 0          a ballot with an id in parentheses, which is not kept; its weight of 1 follows
    1 0                 a ballot that ranks nobody
    0                   the end of the ballots
    "Ann"               the names in order, one or several on a line, then the title, which may be missing
    "Title"

A quotation mark inside a name is written twice, or as it is when the name has a line of its own. The machines of the
Scottish elections write the party after the name, in the same quotes or in its own: then every option has a line.

`#` begins a comment outside a name, blank lines are passed over. Several ballots may share a line, and the whole file
may be one; a ballot ends on the line it begins on, as nothing else tells it from two whose 0 was lost. Where no line at
all has its 0, as OpenTally writes, each line is a ballot. Some programs write a rank left out as `0`: a file is read
so, a ballot on each line, when a line makes no sense as several ballots. What OpaVote exports is plain BLT.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from governance.counting.files import plainest
from governance.counting.files.blt_names import bare, names_and_title
from governance.counting.files.blt_words import NUMBER, carefully, check_ranks, rank
from governance.counting.files.source import Election, Malformed, Watch, excerpt
from governance.counting.grouped import Ballots, Paper

MOST_OPTIONS = 10_000
LONGEST_HEAD = 10_000  # Signs in which the lines before the ballots are looked for first.
SAYS_SOMETHING = re.compile(r"^[ \t]*[^\s#][^\n]*", re.MULTILINE)
LEADING_ID = re.compile(r"^\([^()\n]*\)[ \t]*", re.MULTILINE)
ONE_LINE = re.compile(r'(\s*[0-9]+\s+[0-9]+(?:\s+-[0-9]+)*)\s+([^"#]*\s0)\s+0\s*(".*)?')

Found = tuple[Sequence[tuple[Paper, int]], bool, int]  # Groups, whether they are plain, the line from 0 after them.


def looks_like(text: str) -> bool:
    """Return whether the first line that says anything begins with two numbers, and has no cells of a table."""
    first = SAYS_SOMETHING.search(text)
    words = bare(first[0]).split() if first else []
    are_numbers = len(words) >= 2 and all(NUMBER.fullmatch(each) for each in words[:2])
    return first is not None and are_numbers and not set(",;\t") & set(first[0])


def read(text: str, watch: Watch) -> Election:
    """Return the election in *text*. Raises Malformed."""
    at_once = _at_once(text)
    if at_once:
        return at_once
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if bare(line).strip()), 0)
    whole = ONE_LINE.fullmatch(lines[first])
    if not whole:
        return _by_line(lines, watch, several=False)
    laid_out = [*lines[:first], whole[1], whole[2], "0", whole[3] or "", *lines[first + 1 :]]
    try:
        return _by_line(laid_out, watch, several=True)
    except Malformed as wrong:
        raise Malformed(min(max(first + 1, wrong.line - 3), len(lines)), wrong.expected) from None


def _by_line(lines: list[str], watch: Watch, several: bool) -> Election:
    start, options, seats, withdrawn = _head(lines)
    lines = _each_with_its_end(lines, start)
    found = _quickly(lines, start, options, watch)
    if not found:
        careful, end = carefully(lines, start, options, watch, several)
        found = careful, False, end
    groups, plain, end = found
    names, title = names_and_title(lines, end, options)
    return Election(Ballots(tuple(names), groups, frozenset(withdrawn), plain=plain), seats, title)


def _at_once(text: str) -> Election | None:
    """Read a file whose ballots are written in the plainest way, without cutting it into lines; None for any other."""
    first = text[:LONGEST_HEAD].split("\n")
    try:
        start, options, seats, withdrawn = _head(first)
        begin = sum(len(line) + 1 for line in first[:start])
        end = text.find("\n0\n", begin) + 1
        body = text[begin:end]
        if start >= len(first) or not end or not body.isascii():
            return None
        names, title = names_and_title(text[end:].split("\n"), 1, options)
    except Malformed:  # It is told with the line it is in, by whoever reads more slowly.
        return None
    ids = 0
    if body.startswith("("):
        body, ids = LEADING_ID.subn("", body)
        if not ids == body.count("\n") == body.startswith("1 ") + body.count("\n1 "):
            return None
    groups = plainest.columns(body.encode(), options)
    if ids and groups and not any(0 in column for column in groups.columns):
        return None  # The numbers after the ids may be weights or first choices.
    return Election(Ballots(tuple(names), groups, frozenset(withdrawn), plain=True), seats, title) if groups else None


def _head(lines: Sequence[str]) -> tuple[int, int, int, list[int]]:
    """Return the line from 0 where the ballots begin, the number of options, the seats, and who withdrew."""
    line = next((number for number, each in enumerate(lines) if bare(each).strip()), 0)
    words = bare(lines[line]).split()
    if len(words) < 2 or not all(NUMBER.fullmatch(each) for each in words[:2]) or not all(map(int, words[:2])):
        raise Malformed(line + 1, "the number of options and the number of seats, like: 4 2")
    options, seats = int(words[0]), int(words[1])
    if options > MOST_OPTIONS:
        raise Malformed(line + 1, f"at most {MOST_OPTIONS} options")
    rest = words[2:]
    withdrawn: list[int] = []
    if rest and not all(re.fullmatch(r"-[0-9]{1,12}", each) for each in rest):
        raise Malformed(line + 1, "nothing more on the line with the options and the seats")
    while True:
        for word in rest:
            if not 1 <= -int(word) <= options:
                raise Malformed(line + 1, f"the number of an option that withdrew, from -1 to -{options}")
            withdrawn.append(-int(word) - 1)
        line += 1
        rest = bare(lines[line]).split() if line < len(lines) else []
        if rest and rest[0].startswith("["):
            raise Malformed(
                line + 1, "ballots, not an option in square brackets. Take it out, and say it when you count"
            )
        if rest and re.fullmatch(r"-[0-9]{1,12}", rest[0]):
            wrong = next((each for each in rest if not re.fullmatch(r"-[0-9]{1,12}", each)), None)
            if wrong:
                raise Malformed(line + 1, f"only options that withdrew on this line, not {excerpt(wrong)}")
        elif rest or line >= len(lines):
            return line, options, seats, withdrawn


def _quickly(lines: list[str], start: int, options: int, watch: Watch) -> Found | None:
    """Read a file with one ballot on each line, equal lines once; None when it is not so simple, or wrong."""
    try:
        end = lines.index("0", start)
    except ValueError:
        return None
    number_of = {str(each + 1): each for each in range(options)}.__getitem__
    groups: list[tuple[Paper, int]] = []  # The same ranking with two weights is in it twice, which costs nothing.
    plain = True
    for line, times in watch(Counter(lines[start:end]).items()):
        words = line.split()
        if len(words) < 2 or words[-1] != "0":
            if words:
                return None
            continue
        weight = words[0]
        if weight != "1":
            if weight == "0" or not NUMBER.fullmatch(weight):
                return None
            times *= int(weight)
        ranking: Paper | None
        try:
            ranking = tuple(map(number_of, words[1:-1]))
            if len(set(ranking)) < len(ranking):
                return None
        except KeyError:
            ranking, plain = _with_gaps_and_equals(words[1:-1], options), False
        if ranking is None:
            return None
        groups.append((ranking, times))
    return tuple(groups), plain, end + 1


def _with_gaps_and_equals(words: Sequence[str], options: int) -> Paper | None:
    """The ranks of one ballot, or None when *words* are not just that."""
    if "0" in words:
        return None
    try:
        ranks = [rank(0, word, options) for word in words]
        check_ranks(0, ranks)
    except Malformed:
        return None
    return tuple(ranks)


def _each_with_its_end(lines: list[str], start: int) -> list[str]:
    """Return *lines* with a 0 after each ballot where none at all has one, so that each line is a ballot."""
    for number in range(start, len(lines)):
        words = bare(lines[number]).split()
        if words == ["0"]:
            ballots = [f"{bare(line)} 0" if bare(line).strip() else line for line in lines[start:number]]
            return [*lines[:start], *ballots, *lines[number:]]
        if "0" in words or (words and words[0].startswith('"')):
            break
    return lines
