"""The end of a BLT file: the names of the options and the title."""

from __future__ import annotations

import re
from collections.abc import Sequence

from governance.counting.files.look_alikes import check_names, shows
from governance.counting.files.source import Malformed, excerpt

QUOTED = re.compile(r'\s*"((?:[^"]|"")*)"(?=[\s#]|$)\s*')
ONLY_NUMBERS = re.compile(r"\s*[0-9]+(\s+[-0-9=()]+)*\s*")


def bare(line: str) -> str:
    """The line without its comment, where it holds no name."""
    return line.partition("#")[0]


def names_and_title(lines: Sequence[str], start: int, options: int) -> tuple[list[str], str | None]:
    """Read the names and the title. A source and a comment may stand after the title, and numbers may not."""
    rows: list[list[tuple[int, str]]] = []
    number = start
    for number in range(start, len(lines)):
        row = [(number + 1, name) for name in _names_in(number + 1, lines[number])]
        rows += [row] if row else []
        with_parties = 1 < options < len(rows) and all(len(each) == 2 for each in rows[:options])
        if with_parties:  # A name and its party on each line, then the title.
            rows = [each[:1] for each in rows]
        if sum(map(len, rows)) > options and (len(rows) > options or any(len(each) != 2 for each in rows)):
            break
    _one_way(rows, options, sum(line.lstrip().startswith('"') for line in lines[number + 1 :]))
    found = [each for row in rows for each in row]
    if len(found) < options:
        at = found[-1][0] + 1 if found else start + 1
        raise Malformed(min(at, len(lines)), f"{options} names of options in quotes; there are {len(found)}")
    check_names(found[:options])
    title = found[options][1] if len(found) > options else None
    if title and not shows(title):
        raise Malformed(found[options][0], f"a title without signs that control a screen, not {excerpt(title)}")
    _nothing_more(lines, number + 1)
    return [name for _, name in found[:options]], title


def _one_way(rows: Sequence[Sequence[tuple[int, str]]], options: int, more: int) -> None:
    """Refuse names of which some have a party beside them and some have none: a party would be an option.

    *more*: how many rows of names follow. Where there are no more rows than names need, each stands for itself.
    """
    widths = [len(row) for row in rows[:options]]
    if options < len(rows) + more and set(widths) == {1, 2}:
        other = next(row for row in rows if len(row) != widths[0])
        raise Malformed(other[0][0], "a name on each line, or a name and its party on each")


def _nothing_more(lines: Sequence[str], start: int) -> None:
    for number in range(start, len(lines)):
        if ONLY_NUMBERS.fullmatch(lines[number]):
            raise Malformed(number + 1, "no more ballots after the title. Put a second election in a file of its own")


def _names_in(number: int, line: str) -> list[str]:
    """Return the quoted names of a line; one that was not quoted well is taken whole."""
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
        return [bare(line).strip()]
    raise Malformed(number, f"a name in quotes, not {excerpt(line)}")
