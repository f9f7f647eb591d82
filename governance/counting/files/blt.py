"""BLT, the format of Hill, Wichmann and Woodall (1987), with the additions of OpenSTV that are in use.

    4 2                 four options, two seats
    -2                  option 2 withdrew (as many as need be; the line may be missing)
    3 1 3 4 0           three ballots: 1 first, then 3, then 4; a weight is a whole number
    1 2=3 - 4 0         2 and 3 equal first, the second rank left out, then 4
    (A7) 1 2 0          a ballot with an id in parentheses, which is not kept
    1 0                 a ballot that ranks nobody
    0                   the end of the ballots
    "Ann"               the names in order, one or several on a line, then the title, which may be missing
    "Title"

A quotation mark inside a name is written twice, or as it is when the name has a line of its own. The machines of the
Scottish elections write the party after the name, in the same quotes or in its own: then every option has a line.

A line end means no more than a space, `#` begins a comment outside a name, blank lines are passed over. Some programs
write a rank left out as `0`: a file is read so, a ballot on each line, when a line makes no sense as several ballots.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from governance.counting.files import plainest
from governance.counting.files.source import Election, Malformed, Watch, excerpt
from governance.counting.grouped import Ballots, Paper

MOST_OPTIONS = 10_000
LONGEST_HEAD = 10_000  # Signs in which the lines before the ballots are looked for first.
NUMBER = re.compile(r"[0-9]{1,12}")
QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"(?=[\s#]|$)\s*')
RANK = re.compile(r"[0-9]{1,12}(=[0-9]{1,12})*")
ID = re.compile(r"\([^()]*\)")

Numbered = tuple[int, str]
Found = tuple[Sequence[tuple[Paper, int]], bool, int]  # Groups, whether they are plain, the line from 0 after them.


def looks_like(text: str) -> bool:
    """Return whether the first line that says anything holds two numbers and nothing else."""
    for line in text.split("\n"):
        words = _bare(line).split()
        if words:
            return len(words) >= 2 and all(NUMBER.fullmatch(each) for each in words[:2]) and "," not in line
    return False


def read(text: str, watch: Watch) -> Election:
    """Return the election in *text*. Raises Malformed."""
    at_once = _at_once(text)
    if at_once:
        return at_once
    lines = text.split("\n")
    start, options, seats, withdrawn = _head(lines)
    found = _quickly(lines, start, options, watch) or _carefully(lines, start, options, watch)
    groups, plain, end = found
    names, title = _names(lines, end, options)
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
        names, title = _names(text[end:].split("\n"), 1, options)
    except Malformed:  # It is told with the line it is in, by whoever reads more slowly.
        return None
    groups = plainest.columns(body.encode(), options)
    return Election(Ballots(tuple(names), groups, frozenset(withdrawn), plain=True), seats, title) if groups else None


def _bare(line: str) -> str:
    """The line without its comment, where it holds no name."""
    return line.partition("#")[0]


def _words(lines: Sequence[str], start: int) -> Iterator[Numbered]:
    """Yield the words of the ballots with their line number from 1."""
    for number in range(start, len(lines)):
        line = re.sub(r"\s*=\s*", "=", ID.sub(_apart, _bare(lines[number])))
        for word in line.split():
            yield number + 1, word


def _apart(ballot_id: re.Match[str]) -> str:
    return f" {ballot_id[0].replace(' ', '_')} "


def _head(lines: Sequence[str]) -> tuple[int, int, int, list[int]]:
    """Return the line from 0 where the ballots begin, the number of options, the seats, and who withdrew."""
    line = next((number for number, each in enumerate(lines) if _bare(each).strip()), 0)
    words = _bare(lines[line]).split()
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
        rest = _bare(lines[line]).split() if line < len(lines) else []
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
        ranks = [_rank(0, word, options) for word in words]
        _check_ranks(0, ranks, options)
    except Malformed:
        return None
    return tuple(ranks)


def _carefully(lines: Sequence[str], start: int, options: int, watch: Watch) -> Found:
    """Read word by word."""
    grouped: dict[Paper, int] = {}
    ranks: list[object] = []
    weight: int | None = None
    at = start + 1
    words = list(_words(lines, start))
    zero_is_a_gap = _zeros_are_gaps(words)
    last_of_line = [place + 1 == len(words) or words[place + 1][0] != words[place][0] for place in range(len(words))]
    for (at, word), last in zip(watch(words), last_of_line, strict=True):
        if ID.fullmatch(word):
            continue
        if weight is None:
            weight = _weight(at, word)
            if not weight:
                if not last:
                    raise Malformed(at, "nothing after the 0 that ends the ballots")
                return tuple(grouped.items()), False, at
        elif word == "0" and (last or not zero_is_a_gap):
            _check_ranks(at, ranks, options)
            paper = tuple(ranks)
            grouped[paper] = grouped.get(paper, 0) + weight
            ranks, weight = [], None
        else:
            ranks.append(_rank(at, word, options))
    raise Malformed(at, "a 0 that ends the ballots" if weight is None else "a 0 that ends this ballot")


def _weight(at: int, word: str) -> int:
    if not NUMBER.fullmatch(word):
        if re.fullmatch(r"[0-9]*\.[0-9]+|[0-9]+/[0-9]+", word):
            raise Malformed(at, f"a whole number of ballots, not {excerpt(word)}")
        raise Malformed(at, f"a number of ballots, or the 0 that ends them, not {excerpt(word)}")
    return int(word)


def _rank(at: int, word: str, options: int) -> int | tuple[int, ...]:
    if word in ("-", "0"):
        return ()
    if not RANK.fullmatch(word) or not all(1 <= int(each) <= options for each in word.split("=")):
        raise Malformed(
            at, f"the number of an option from 1 to {options}, or 0 at the end of a ballot, not {excerpt(word)}"
        )
    ranked = tuple(int(each) - 1 for each in word.split("="))
    return ranked[0] if len(ranked) == 1 else tuple(sorted(ranked))


def _check_ranks(at: int, ranks: Sequence[object], options: int) -> None:
    named = [each for rank in ranks for each in (rank if isinstance(rank, tuple) else (rank,))]
    if len(set(named)) < len(named):
        twice = next(each for each in named if named.count(each) > 1)
        raise Malformed(at, f"each option at most once on a ballot, but {int(str(twice)) + 1} is there twice")


def _zeros_are_gaps(words: Sequence[Numbered]) -> bool:
    """Whether some line makes sense only as one ballot with ranks left out: see the top of this file."""
    lines: dict[int, list[str]] = {}
    for number, word in words:
        if not ID.fullmatch(word):
            lines.setdefault(number, []).append(word)
    rows = list(lines.values())
    for row, following in zip(rows, [*rows[1:], ['"']], strict=False):
        if row == ["0"] or row[0].startswith('"'):
            return False
        ends_here = row[-2:] == ["0", "0"] and not NUMBER.fullmatch(following[0])
        if row[-1] == "0" and _is_one_ballot(row[:-1] if ends_here else row):
            return True
    return False


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


def _names(lines: Sequence[str], start: int, options: int) -> tuple[list[str], str | None]:
    """Read the names and the title. What stands after the title (a source, a comment) is passed over."""
    rows: list[list[Numbered]] = []
    for number in range(start, len(lines)):
        row = [(number + 1, name) for name in _names_in(number + 1, lines[number])]
        rows += [row] if row else []
        with_parties = 1 < options < len(rows) and all(len(each) == 2 for each in rows[:options])
        if with_parties:  # A name and its party on each line, then the title.
            rows = [each[:1] for each in rows]
        if sum(map(len, rows)) > options and (len(rows) > options or any(len(each) != 2 for each in rows)):
            break
    found = [each for row in rows for each in row]
    if len(found) < options:
        at = found[-1][0] + 1 if found else start + 1
        raise Malformed(min(at, len(lines)), f"{options} names of options in quotes; there are {len(found)}")
    seen: set[str] = set()
    for number, name in found[:options]:
        if not name or name in seen:
            raise Malformed(number, "a name that no other option has" if name else "a name that is not empty")
        seen.add(name)
    return [name for _, name in found[:options]], (found[options][1] if len(found) > options else None)


def _names_in(number: int, line: str) -> list[str]:
    line = line.strip()
    names, place = [], 0
    while place < len(line) and line[place] != "#":
        quoted = QUOTED.match(line, place)
        if not quoted:
            break
        names.append(quoted[1].replace('""', '"').strip())
        place = quoted.end()
    if place == len(line) or line[place] == "#":
        return names
    whole = re.fullmatch(r'"(.*)"\s*(#[^"]*)?', line)
    if whole:
        return [whole[1].strip()]
    if '"' not in line and line[0].isalpha():
        return [_bare(line).strip()]
    raise Malformed(number, f"a name in quotes, not {excerpt(line)}")
