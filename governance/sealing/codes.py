"""Follow-up codes: five words or twenty digits of the same number, 64.6 bits, stored nowhere.

A code is derived from the form's single-use token, so that a double click shows the same code. What is stored is
found and unlocked by what the code stretches to, and a third part of it tags the message.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from governance.sealing.passphrases import (
    LANGUAGES,
    LIST_LENGTH,
    WORDS_ON_A_CARD,
    expand,
    normal,
    salt_for,
    stretch_raw,
    word_list,
)

SPACE = LIST_LENGTH**WORDS_ON_A_CARD
DIGITS = 20


class CodeUnreadable(Exception):
    """What was typed is not a code. *position* is the first word that is not on a list (from 1), or 0."""

    def __init__(self, position: int = 0) -> None:
        super().__init__(f"word {position}" if position else "not a code")
        self.position = position


@dataclass(frozen=True)
class Code:
    """A follow-up code, as it is shown once."""

    number: int = field(repr=False)
    words: str = field(repr=False)
    digits: str = field(repr=False)


@dataclass(frozen=True)
class CodeKeys:
    """What a code stretches to: *find* finds its row, *unlock* opens it, *tag* leads to its message."""

    find: bytes = field(repr=False)
    unlock: bytes = field(repr=False)
    tag: bytes = field(repr=False)


def code_from_token(token: bytes, pepper: bytes, language: str) -> Code:
    """Return the code that belongs to a form's *token*, in the words of *language*."""
    drawn = HKDF(algorithm=hashes.SHA256(), length=32, salt=pepper, info=b"follow-up code").derive(token)
    number = int.from_bytes(drawn, "big") % SPACE
    return Code(number, in_words(number, language), in_digits(number))


def in_words(number: int, language: str) -> str:
    """Return *number* as five words of *language*."""
    words, chosen = word_list(language), []
    for _ in range(WORDS_ON_A_CARD):
        number, at = divmod(number, LIST_LENGTH)
        chosen.append(words[at])
    return " ".join(reversed(chosen))


def in_digits(number: int) -> str:
    """Return *number* as twenty digits in groups of four."""
    digits = f"{number:0{DIGITS}}"
    return " ".join(digits[at : at + 4] for at in range(0, DIGITS, 4))


def read_code(typed: str) -> int:
    """Return the number of a typed code: words of any list, or digits; spaces, case and accents do not matter.

    Raises CodeUnreadable with the position of the first word that is on no list.
    """
    if len(typed.split()) > DIGITS:  # Neither five words nor twenty digits: what people write is mostly this.
        raise CodeUnreadable
    parts = normal(typed[:400]).split()
    joined = "".join(parts)
    if joined.isdecimal() and joined.isascii():
        if len(joined) != DIGITS or int(joined) >= SPACE:
            raise CodeUnreadable
        return int(joined)
    if len(parts) != WORDS_ON_A_CARD:
        raise CodeUnreadable
    lists = [_positions(language) for language in LANGUAGES]
    best = max(lists, key=lambda known: sum(part in known for part in parts))
    number = 0
    for position, part in enumerate(parts, 1):
        if part not in best:
            raise CodeUnreadable(position)
        number = number * LIST_LENGTH + best[part]
    return number


@cache
def _positions(language: str) -> dict[str, int]:
    return {word: at for at, word in enumerate(word_list(language))}


def code_keys(number: int, pepper: bytes) -> CodeKeys:
    """Return what a code stretches to: one Argon2id run under the pepper, then HKDF. Run it before any query."""
    root = stretch_raw(number.to_bytes(9, "big"), salt_for(pepper, "follow-up code"))
    return CodeKeys(expand(root, b"find"), expand(root, b"unlock"), expand(root, b"tag"))
