"""Fewer rows of a list: those in one state, and those in which the words stand that somebody looks for. Pure.

Every list of the work pages is narrowed by this one rule (`frame/narrowed.py` asks for it, `_narrow.html` draws it).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass

LONGEST = 100  # So many letters are looked for. A longer one is cut.
OFFERED_FROM = 6  # A shorter list is seen at once, and has nothing to look through.
LOOKED_THROUGH = 1000  # So many rows of a list that goes on for ever, the newest first.


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for in a list: *words*, all of which must stand there, and the *state* of a row or ''."""

    words: str = ""
    state: str = ""

    def __bool__(self) -> bool:
        return bool(self.words.split() or self.state)

    def fits(self, text: str, states: Collection[str] = ()) -> bool:
        """Whether a row that says *text* and is in these *states* is wanted."""
        if self.state and self.state not in states:
            return False
        there = folded(text)
        return all(word in there for word in folded(self.words).split())


def folded(text: str) -> str:
    """Return *text* as it is compared: without case, and without the marks on letters, which many do not type."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in apart if not unicodedata.combining(letter))
