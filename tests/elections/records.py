"""Cast-vote records of others, made BLT by the rule of their election: what is left out, what ends a ballot.

A scanner writes down what is on the paper, mistakes too. What a mistake means is in the law of that election, not in
the file, so `facts.toml` says it for each.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from typing import Any


def as_blt(content: bytes, seats: int, how: dict[str, Any]) -> bytes:
    """Return the record in *content* as BLT.

    *how*: `layout` (`names`: a name in each cell; `preferences`: BLT with commas; `profile`: VoteKit's own), `columns`
    before the first rank, `blank` words for a rank left out, `overvote` (the word that ends a ballot), `gap` (how many
    ranks in a row may be left out before the ballot ends), `withdrawn` names. A name met again on a ballot is passed
    over.
    """
    text = content.decode("utf-8-sig")
    if how["layout"] == "preferences":
        return _preferences(text)
    rows, names = _profile(text) if how["layout"] == "profile" else (list(csv.reader(io.StringIO(text)))[1:], {})
    ballots: Counter[tuple[int, ...]] = Counter()
    for row in rows:
        ballots[_ballot(row[how.get("columns", 0) :], names, how)] += 1
    lines = [f"{len(names)} {seats}", *(f"-{names[each]}" for each in how.get("withdrawn", ()))]
    lines += [" ".join(map(str, (many, *ranks, 0))) for ranks, many in ballots.items()]
    quoted = ['"' + name.replace('"', '""') + '"' for name in names]
    return "\n".join([*lines, "0", *quoted, ""]).encode()


def _ballot(cells: list[str], names: dict[str, int], how: dict[str, Any]) -> tuple[int, ...]:
    ranks: list[int] = []
    gap = 0
    for cell in map(str.strip, cells):
        if not cell or cell in how.get("blank", ()):
            gap += 1
            if gap > how.get("gap", len(cells)):
                break
            continue
        if cell == how.get("overvote"):
            break
        gap = 0
        option = names.setdefault(cell, len(names) + 1)
        if option not in ranks:
            ranks.append(option)
    return tuple(ranks)


def _profile(text: str) -> tuple[list[list[str]], dict[str, int]]:
    """VoteKit's RankProfile: the names with a short one each, then the short ones in braces."""
    short = {key: name for name, key in re.findall(r"\(([^():]+):([^()]*)\)", text.split("\n", 3)[2])}
    body = text[text.index("\nRanking_1") + 1 :].split("\n")[1:]
    rows = [[short[each] for each in re.findall(r"\{'([^']*)'\}", line)] for line in body if line]
    return rows, {name: number for number, name in enumerate(short.values(), 1)}


def _preferences(text: str) -> bytes:
    """How many, then the options in order; at the end a row for each option, its name in the second cell."""
    lines = [line.strip() for line in text.split("\n") if line.strip()]
    ballots = [line.replace(",", " ").strip() for line in lines if line[0].isdigit()]
    names = [next(csv.reader([line]))[1] for line in lines if line.startswith('"Candidate ')]
    return "\n".join(
        [ballots[0], *(f"{each} 0" for each in ballots[1:]), "0", *(f'"{name}"' for name in names), ""]
    ).encode()
