"""Sentences made by rules: plain English now, translated by the page that shows them.

Rules use the standard library alone, so they cannot call gettext. `N_` marks a string for the
catalogue; `Sentence` keeps the values apart from the words so that the page can translate first.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import Self


def N_(text: str) -> str:
    """Mark *text* for the catalogue and return it unchanged."""
    return text


class Worded(StrEnum):
    """A closed list whose members bring their words: `TEST = "test", N_("It was a test")`."""

    words: str

    def __new__(cls, value: str, words: str = "") -> Self:
        """Make a member; a look-up by value gives none of its words."""
        member = str.__new__(cls, value)
        member._value_, member.words = value, words
        return member


class Sentence:
    """A sentence with values in it: `Sentence(N_("{n} days late"), n=3)`."""

    def __init__(self, template: str, **values: object) -> None:
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return self.template.format(**{name: str(value) for name, value in self.values.items()})

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sentence | str) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __repr__(self) -> str:
        return f"Sentence({str(self)!r})"

    def translated(self, gettext: Callable[[str], str]) -> str:
        """Return the sentence in the reader's language; values that are sentences are translated too."""
        values = {
            name: value.translated(gettext) if isinstance(value, Sentence) else str(value)
            for name, value in self.values.items()
        }
        return gettext(self.template).format(**values)


def together(sentences: Sequence[Sentence | str]) -> Sentence:
    """Return several sentences as one, in a row, each still to be translated by itself."""
    parts = {f"s{n}": each if isinstance(each, Sentence) else Sentence(each) for n, each in enumerate(sentences)}
    return Sentence(" ".join(f"{{{name}}}" for name in parts), **parts)


def to_json(sentence: Sentence | str) -> object:
    """Return *sentence* as plain data, to be stored and translated later."""
    if isinstance(sentence, str):
        return sentence
    return {"template": sentence.template, "values": {name: _kept(value) for name, value in sentence.values.items()}}


def _kept(value: object) -> object:
    if isinstance(value, date):
        return {"day": value.isoformat()}  # So that the page can write it as its reader does.
    return to_json(value) if isinstance(value, Sentence) else {"text": str(value)}


def from_json(stored: object) -> Sentence | str:
    """Return the sentence that `to_json` stored."""
    if not isinstance(stored, dict):
        return str(stored)
    return Sentence(stored["template"], **{name: _again(value) for name, value in stored["values"].items()})


def _again(value: dict[str, str]) -> object:
    if "day" in value:
        return date.fromisoformat(value["day"])
    return value["text"] if "text" in value else from_json(value)
