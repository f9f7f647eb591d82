"""PrefLib's files of rankings: `.soc`, `.soi` (strict), `.toc`, `.toi` (with ties); complete or incomplete.

    # TITLE: Lunch                    lines that begin with # say what the file is
    # DATA TYPE: toi
    # NUMBER ALTERNATIVES: 3
    # NUMBER VOTERS: 5
    # ALTERNATIVE NAME 1: Soup
    # ALTERNATIVE NAME 2: Bread
    # ALTERNATIVE NAME 3: Rice
    4: 1,{2,3}                        four ballots: Soup first, then Bread and Rice, equal
    1: 3

The format is that of 2022 and later (preflib.org/format); `preflib_before` makes one of an older file. The number of
voters is held against the ballots.
"""

from __future__ import annotations

import re

from governance.counting.columns import END, Columns
from governance.counting.files import plainest
from governance.counting.files.blt_words import check_ranks
from governance.counting.files.look_alikes import check_names, shows
from governance.counting.files.preflib_before import as_today
from governance.counting.files.source import Election, Malformed, Watch, excerpt
from governance.counting.grouped import Ballots, Paper

ENDINGS = (".soc", ".soi", ".toc", ".toi")
ABOUT = re.compile(r"#\s*([A-Z][A-Z ]*?)(?:\s+([0-9]{1,9}))?\s*:\s*(.*?)\s*")
BALLOTS = re.compile(r"\s*([0-9]{1,12})\s*:\s*(.*?)\s*")
RANK = re.compile(r"\s*(?:([0-9]{1,9})|\{\s*([0-9]{1,9}(?:\s*,\s*[0-9]{1,9})*)\s*\})\s*(?:,|$)")
SAID = ("FILE NAME", "TITLE", "DATA TYPE", "NUMBER ALTERNATIVES", "ALTERNATIVE NAME")
MOST_OPTIONS = 10_000
UNSAID = (0, "")
ONE_DIGIT = tuple(f"{each}: " for each in range(1, 10))

Said = dict[str, tuple[int, str]]  # What is said of the file, each with its line.


def looks_like(text: str) -> bool:
    """Return whether the first line says what such a file says."""
    about = ABOUT.fullmatch(text[: max(0, text.find("\n"))] or text)
    return about is not None and about[1] in SAID


def read(text: str, watch: Watch, name: str = "") -> Election:
    """Return the election in *text*, a file that is called *name*. Raises Malformed."""
    if name.endswith(ENDINGS):
        text = as_today(text, name[-4:])
    return _at_once(text) or _by_line(text, watch)


def _at_once(text: str) -> Election | None:
    """Read a file whose ballots are lines like `1: 3,1,2` below all that is said of it; None for any other."""
    begin = text.find("\n", text.rfind("\n#") + 1) + 1
    body = text[begin:]
    lines = body.count("\n")
    if not begin or not body.isascii() or not body.endswith("\n"):
        return None
    begun = sum(body.startswith(each) + body.count("\n" + each) for each in ONE_DIGIT)
    if not begun == lines == body.count(":") == body.count(" "):
        return None
    try:
        said, names, rows = _lines(text[:begin])
        options = _options(said, names)
        groups = plainest.columns(_as_blt(body.encode()), len(options))
        if rows or groups is None or (_is_complete(said) and not _all_named(groups)):
            return None
        _check_number(said, sum(groups.weights))
        return Election(Ballots(tuple(options), groups, plain=True), None, _title(said))
    except Malformed:  # It is told with the line it is in, by whoever reads more slowly.
        return None


def _as_blt(body: bytes) -> bytes:
    return body.replace(b":", b"").replace(b",", b" ").replace(b"\n", b" 0\n")


def _all_named(groups: Columns) -> bool:
    """Whether each ranking names all options."""
    return len(groups.columns) == groups.options and not any(END in column for column in groups.columns)


def _by_line(text: str, watch: Watch) -> Election:
    """Read line by line. Raises Malformed."""
    said, names, rows = _lines(text)
    options = _options(said, names)
    grouped: dict[Paper, int] = {}
    for ranking, (line, many) in watch(rows.items()):
        paper = _paper(line, ranking, len(options), _is_complete(said))
        grouped[paper] = grouped.get(paper, 0) + many
    _check_number(said, sum(grouped.values()))
    return Election(Ballots(tuple(options), tuple(grouped.items())), None, _title(said))


def _lines(text: str) -> tuple[Said, dict[int, tuple[int, str]], dict[str, tuple[int, int]]]:
    """Return what is said of the file, the names, and for each ranking its first line and how many ballots say it."""
    said: Said = {}
    names: dict[int, tuple[int, str]] = {}
    rows: dict[str, tuple[int, int]] = {}
    for line, row in enumerate(text.split("\n"), 1):
        about, ballots = ABOUT.fullmatch(row), BALLOTS.fullmatch(row)
        if about and about[1] == "ALTERNATIVE NAME" and about[2]:
            if int(about[2]) in names:
                raise Malformed(
                    line, f"one name for option {about[2]}, which has one in line {names[int(about[2])][0]}"
                )
            names[int(about[2])] = line, about[3]
        elif about:
            said[about[1]] = line, about[3]
        elif ballots:
            first, many = rows.get(ballots[2], (line, 0))
            rows[ballots[2]] = first, many + int(ballots[1])
        elif row.strip() and not row.startswith("#"):
            raise Malformed(line, f"a number of ballots and a ranking, like 4: 1,{{2,3}}, not {excerpt(row)}")
    return said, names, rows


def _is_complete(said: Said) -> bool:
    return said.get("DATA TYPE", UNSAID)[1].lower() in ("soc", "toc")


def _title(said: Said) -> str | None:
    line, title = said.get("TITLE", UNSAID)
    if not shows(title):
        raise Malformed(line, f"a title without signs that control a screen, not {excerpt(title)}")
    return title or None


def _options(said: Said, names: dict[int, tuple[int, str]]) -> list[str]:
    """Return the names of the options, by number. *names*: by number, line and name. Raises Malformed."""
    line, number = said.get("NUMBER ALTERNATIVES", (1, ""))
    if not re.fullmatch(r"[1-9][0-9]{0,4}", number) or int(number) > MOST_OPTIONS:
        raise Malformed(
            line, f"a line with how many options there are, like # NUMBER ALTERNATIVES: 3, {MOST_OPTIONS} at most"
        )
    wanted = range(1, int(number) + 1)
    missing = next((each for each in wanted if each not in names), None)
    if missing:
        raise Malformed(line, f"a line with the name of each option; there is no # ALTERNATIVE NAME {missing}")
    if len(names) > len(wanted):
        other = next(each for each in names if each not in wanted)
        raise Malformed(names[other][0], f"names of options from 1 to {number}, not of {other}")
    check_names(names[each] for each in wanted)
    return [names[each][1] for each in wanted]


def _paper(line: int, ranking: str, options: int, complete: bool) -> Paper:
    """Read one ranking, in which braces hold the options at one place."""
    ranks: list[object] = []
    place = 0
    while place < len(ranking):
        rank = RANK.match(ranking, place)
        if not rank:
            raise Malformed(line, f"options by number, like 1,{{2,3}}, not {excerpt(ranking[place:])}")
        equal = [int(each) - 1 for each in (rank[1] or rank[2]).split(",")]
        if not all(0 <= each < options for each in equal):
            raise Malformed(line, f"numbers of options from 1 to {options}, not {excerpt(rank[0])}")
        ranks.append(equal[0] if len(equal) == 1 else tuple(sorted(equal)))
        place = rank.end()
    if ranking.endswith(","):
        raise Malformed(line, "a ranking that does not end in a comma. Look whether something is lost")
    if len(check_ranks(line, ranks)) < options and complete:
        raise Malformed(line, f"all {options} options, as the file says that its rankings are complete")
    return tuple(ranks)


def _check_number(said: Said, total: int) -> None:
    line, number = said.get("NUMBER VOTERS", UNSAID)
    if line and number != str(total):
        raise Malformed(
            line, f"as many voters as there are ballots, {total}, not {excerpt(number)}. Look whether some are lost"
        )
