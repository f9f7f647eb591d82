"""Which secrets somebody could guess, however long they are."""

from __future__ import annotations

import re
from itertools import pairwise

SHORTEST_SECRET = 32  # Characters. As hexadecimal digits that is 128 bits.
LONGEST_PART_TWICE = 8  # Characters. Random text of this length repeats a part so long once in ten thousand times.
KINDS = ("[a-z]", "[A-Z]", "[0-9]", ".")
FEWEST_TO_AND_FRO = 10  # Of 43 random characters about 26 are of another kind than the one before; words change seldom.
# Steps of one letter or digit after another. Random hexadecimal text takes seven in a million times one.
LONGEST_ROW = 7


def weakness(secret: str) -> str:
    """Return what is wrong with *secret*, as the end of a sentence, or "" when nobody could guess it.

    Words, dates and repeated parts are short to guess, however long they are. Random text goes to and fro between
    capital letters, small letters and digits, or is hexadecimal.
    """
    if not secret:
        return "is missing"
    kinds = [next(n for n, kind in enumerate(KINDS) if re.match(kind, each)) for each in secret if each.isalnum()]
    hexadecimal = re.fullmatch("[0-9a-fA-F]+", secret) and len(set(kinds)) > 1
    to_and_fro = sum(before != after for before, after in pairwise(kinds))
    random = hexadecimal or to_and_fro >= FEWEST_TO_AND_FRO
    guessed = _repeats(secret) or _runs_on(secret) or re.search(r"\s", secret) or not random
    return "is too weak" if guessed or len(secret) < SHORTEST_SECRET else ""


def _repeats(text: str) -> bool:
    parts = [text[at : at + LONGEST_PART_TWICE] for at in range(len(text) - LONGEST_PART_TWICE + 1)]
    return len(set(parts)) < len(parts) or len(set(text)) < LONGEST_PART_TWICE


def _runs_on(text: str) -> bool:
    """Whether letters or digits follow each other, up or down, as in 123456 and fedcba."""
    steps = [ord(after) - ord(before) for before, after in pairwise(text)]
    rows = [steps[at : at + LONGEST_ROW] for at in range(len(steps) - LONGEST_ROW + 1)]
    return any(set(row) in ({1}, {-1}, {0}) for row in rows)
