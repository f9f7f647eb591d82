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

The format is that of 2022 and later (preflib.org/format); the number of voters is held against the ballots.
"""

from __future__ import annotations

import re

from governance.counting.files.blt_words import check_ranks
from governance.counting.files.look_alikes import check_names, shows
from governance.counting.files.source import Election, Malformed, Watch, excerpt
from governance.counting.grouped import Ballots, Paper

ENDINGS = (".soc", ".soi", ".toc", ".toi")
ABOUT = re.compile(r"#\s*([A-Z][A-Z ]*?)(?:\s+([0-9]{1,9}))?\s*:\s*(.*?)\s*")
BALLOTS = re.compile(r"\s*([0-9]{1,12})\s*:\s*(.*?)\s*")
RANK = re.compile(r"\s*(?:([0-9]{1,9})|\{\s*([0-9]{1,9}(?:\s*,\s*[0-9]{1,9})*)\s*\})\s*(?:,|$)")
SAID = ("FILE NAME", "TITLE", "DATA TYPE", "NUMBER ALTERNATIVES", "ALTERNATIVE NAME")
MOST_OPTIONS = 10_000
UNSAID = (0, "")


def looks_like(text: str) -> bool:
    """Return whether the first line says what such a file says."""
    about = ABOUT.fullmatch(text.partition("\n")[0])
    return bool(about) and about is not None and about[1] in SAID


def read(text: str, watch: Watch) -> Election:
    """Return the election in *text*. Raises Malformed."""
    said: dict[str, tuple[int, str]] = {}
    names: dict[int, tuple[int, str]] = {}
    rows: dict[str, tuple[int, int]] = {}  # What a line of ballots says: the first such line, and how many ballots.
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
    options = _options(said, names)
    complete = said.get("DATA TYPE", UNSAID)[1].lower() in ("soc", "toc")
    grouped: dict[Paper, int] = {}
    for ranking, (line, many) in watch(rows.items()):
        paper = _paper(line, ranking, len(options), complete)
        grouped[paper] = grouped.get(paper, 0) + many
    _check_number(said, sum(grouped.values()))
    title_line, title = said.get("TITLE", UNSAID)
    if not shows(title):
        raise Malformed(title_line, f"a title without signs that control a screen, not {excerpt(title)}")
    return Election(Ballots(tuple(options), tuple(grouped.items())), None, title or None)


def _options(said: dict[str, tuple[int, str]], names: dict[int, tuple[int, str]]) -> list[str]:
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


def _check_number(said: dict[str, tuple[int, str]], total: int) -> None:
    line, number = said.get("NUMBER VOTERS", UNSAID)
    if line and number != str(total):
        raise Malformed(
            line, f"as many voters as there are ballots, {total}, not {excerpt(number)}. Look whether some are lost"
        )
