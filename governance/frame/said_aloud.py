"""What can be said aloud of what a participant sees: the lines that stand on pages word for word, in one language.

A line is known by its language and its very words: once a translation is mended, the sound of the old words is no
longer played. `static/frame/aloud.js` works out the same key from what stands on the screen.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from babel.messages.catalog import Message
from babel.messages.pofile import read_po

from governance.frame import checked
from governance.frame.languages import LANGUAGES

KEY = re.compile("[0-9a-f]{16}")
FILLED_IN = re.compile(r"[%{<]")  # What a page fills in, or marks up within the line.


def key_of(language: str, words: str) -> str:
    """Return the key of a line: two sums over its letters, as UTF-16 counts them, of 32 bits each."""
    tag = LANGUAGES[language].tag
    one, other = 0xDEADBEEF, 0x41C6CE57
    letters = f"{tag}\n{words}".encode("utf-16-le")
    for at in range(0, len(letters), 2):
        letter = letters[at] | letters[at + 1] << 8
        one = (one ^ letter) * 2654435761 & 0xFFFFFFFF
        other = (other ^ letter) * 1597334677 & 0xFFFFFFFF
    return f"{one:08x}{other:08x}"


def lines(language: str, of_the_site: Iterable[str]) -> dict[str, str]:
    """Return every line of a *language* by its key: what the site wrote itself, then what the program says."""
    return _by_key(language, of_the_site) | of_the_program(language)


@cache
def of_the_program(language: str) -> dict[str, str]:
    """Return the lines that the program says to participants, by their keys."""
    return _by_key(language, (words for _english, words in _said(language)))


@cache
def in_english(language: str) -> dict[str, str]:
    """Return what each of the lines of the program is in English, by its key in a *language*."""
    return {key: english for english, words in _said(language) for key in _by_key(language, [words])}


def _said(language: str) -> list[tuple[str, str]]:
    """Return each line of the program in English and in a *language*.

    A catalogue of a language that is theirs alone holds all that participants see, and no others.
    """
    theirs = next(each.code for each in LANGUAGES.values() if not each.everywhere)
    known = {str(message.id): str(message.id) for message in _messages(theirs)}
    said = known if language == "en" else {e.id: str(e.string) for e in _messages(language) if e.id in known}
    return [(english, words) for english, words in said.items() if not FILLED_IN.search(words)]


def _by_key(language: str, words: Iterable[str]) -> dict[str, str]:
    shown = (" ".join(each.split()) for each in words)
    return {key_of(language, each): each for each in shown if each}


def _messages(language: str) -> list[Message]:
    with checked.path_of(language).open("rb") as file:
        return [message for message in read_po(file) if message.id and isinstance(message.id, str)]
