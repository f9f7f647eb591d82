"""A language that is none: each string of the catalogue comes with its number, so that a page tells what it shows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

import flask_babel
from babel.support import NullTranslations

MARK = re.compile(r"⟦(\d+)·")


class Marked(NullTranslations):
    """Answers every string with itself between marks, and knows each by its number."""

    def __init__(self) -> None:
        super().__init__()
        self.numbers: dict[str, int] = {}

    def ugettext(self, message: str) -> str:
        """Return *message* between marks."""
        return f"⟦{self.numbers.setdefault(message, len(self.numbers))}·{message}⟧"

    def ungettext(self, singular: str, plural: str, num: int) -> str:
        """Return the form for *num* between marks."""
        return self.ugettext(singular if num == 1 else plural)

    def shown_on(self, html: str) -> set[str]:
        """Return the strings of the catalogue that stand on a page."""
        known = list(self.numbers)
        return {known[int(number)] for number in MARK.findall(html)}


@contextmanager
def marked() -> Iterator[Marked]:
    """Have every page speak the marked language."""
    language = Marked()
    with patch.object(flask_babel.Domain, "get_translations", lambda domain: language):
        yield language
