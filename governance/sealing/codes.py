"""Follow-up codes: five words or twenty digits of the same number, 64.6 bits, stored nowhere.

A code is derived from the form's single-use token, so that a double click shows the same code. What is stored is
found and unlocked by what the code stretches to, and a third part of it tags the message.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate, combinations, count
from string import ascii_lowercase

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
LONGEST_WORD = 8


class CodeUnreadable(Exception):
    """What was typed is not a code; `kind` says why, and nothing of it tells which codes there are.

    words, digits: too few, and more words, more digits: too many; *typed* of them. word: the one at *position* (from 1)
    is on no list, and *near* it is one that is, or "". together: where one word ends cannot be seen. none: it is not
    like a code at all.
    """

    def __init__(
        self, kind: str = "none", *, typed: int = 0, position: int = 0, word: str = "", near: str = ""
    ) -> None:
        super().__init__(f"word {position}" if position else kind)
        self.kind, self.typed, self.position = kind, typed, position
        self.word, self.near = word, near


@dataclass(frozen=True)
class Code:
    """A follow-up code, as it is shown once, with the *language* its words are of."""

    number: int = field(repr=False)
    words: str = field(repr=False)
    digits: str = field(repr=False)
    language: str = "en"


@dataclass(frozen=True)
class CodeKeys:
    """What a code stretches to: *find* finds its row, *unlock* opens it, *tag* leads to its message."""

    find: bytes = field(repr=False)
    unlock: bytes = field(repr=False)
    tag: bytes = field(repr=False)


def code_from_token(token: bytes, pepper: bytes, language: str) -> Code:
    """Return the code that belongs to a form's *token*, in the words of *language*.

    One whose words could be taken for another code is drawn again: typed without spaces, or with some left out.
    """
    drawn = (_drawn(token, pepper, draw) for draw in count())
    number = next(each for each in drawn if _is_read_in_one_way(in_words(each, language)))
    return Code(number, in_words(number, language), in_digits(number), language if language in LANGUAGES else "en")


def _drawn(token: bytes, pepper: bytes, draw: int) -> int:
    info = b"follow-up code" + (str(draw).encode() if draw else b"")
    drawn = int.from_bytes(HKDF(hashes.SHA256(), length=32, salt=pepper, info=info).derive(token), "big")
    number: int = drawn % SPACE
    return number


def _is_read_in_one_way(words: str) -> bool:
    """Whether *words* can be taken apart in one way alone, and are no code where one or two of them are forgotten.

    "Bracelet" is also "brace" and "let": four words with it would be read as five of another code.
    """
    lists, typed = [_positions(each) for each in LANGUAGES], words.split()
    fewer = [left for number in (3, 4) for left in combinations(typed, number)]
    return bool(_taken_apart(["".join(typed)], lists)) and not any(_taken_apart(left, lists) for left in fewer)


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
    """Return the number of a typed code: words of any list, or digits of any script.

    Case, accents, commas, numbers before the words, and spaces or none between them do not matter.
    Raises CodeUnreadable with what is wrong.
    """
    if len(typed.split()) > DIGITS:  # Neither five words nor twenty digits: what people write is mostly this.
        raise CodeUnreadable
    parts = normal(typed[:400]).split()
    joined = "".join(parts)
    if joined.isdecimal():
        return _number_of(str(unicodedata.decimal(digit)) for digit in joined)
    bare = ("".join(sign for sign in part if not sign.isdecimal()) for part in parts)
    words = [part for part in bare if part]
    lists = [_positions(language) for language in LANGUAGES]
    best = max(lists, key=lambda known: sum(word in known for word in words))
    if len(words) != WORDS_ON_A_CARD or not all(word in best for word in words):
        words = _taken_apart(words, lists) or words
        best = next((known for known in lists if all(word in known for word in words)), best)
    _check_words(words, best)
    number = 0
    for word in words:
        number = number * LIST_LENGTH + best[word]
    return number


def _number_of(digits: Iterable[str]) -> int:
    joined = "".join(digits)
    if len(joined) != DIGITS:
        raise CodeUnreadable("more digits" if len(joined) > DIGITS else "digits", typed=len(joined))
    if int(joined) >= SPACE:
        raise CodeUnreadable
    return int(joined)


def _check_words(words: Sequence[str], known: Collection[str]) -> None:
    if len(words) != WORDS_ON_A_CARD:
        if any(len(word) > LONGEST_WORD for word in words):
            raise CodeUnreadable("together")
        kind = "more words" if len(words) > WORDS_ON_A_CARD else "words" if words else "none"
        raise CodeUnreadable(kind, typed=len(words))
    for position, word in enumerate(words, 1):
        if word not in known:
            raise CodeUnreadable("word", position=position, word=word, near=_near(word, known))


def _taken_apart(parts: Sequence[str], lists: Sequence[Collection[str]]) -> list[str] | None:
    """Return the five words that *parts* are when spaces are missing or stand in a wrong place; None when unsure.

    A way that keeps the typed spaces goes before one that does not.
    """
    joined = "".join(parts)
    found = [split for known in lists for split in _splits(joined, known, WORDS_ON_A_CARD)]
    gaps = set(accumulate(map(len, parts)))
    keeping = [split for split in found if gaps <= set(accumulate(map(len, split)))]
    sure = keeping or found
    return sure[0] if len(sure) == 1 else None


def _splits(joined: str, known: Collection[str], number: int) -> Iterator[list[str]]:
    """Return every way to read *joined* as this *number* of words."""
    if number == 0 or not joined:
        yield from [] if joined or number else [[]]
        return
    for end in range(1, min(len(joined), LONGEST_WORD) + 1):
        if joined[:end] in known:
            yield from ([joined[:end], *rest] for rest in _splits(joined[end:], known, number - 1))


def _near(word: str, known: Collection[str]) -> str:
    """Return the word of the list that is one slip of the hand away: a letter more, less, other or turned round."""
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    slips = [before + after[1:] for before, after in cuts]
    slips += [before + after[1:2] + after[:1] + after[2:] for before, after in cuts]
    slips += [before + letter + after[rest:] for before, after in cuts for letter in ascii_lowercase for rest in (1, 0)]
    return next((slip for slip in slips if slip in known), "")


@cache
def _positions(language: str) -> dict[str, int]:
    return {word: at for at, word in enumerate(word_list(language))}


def code_keys(number: int, pepper: bytes) -> CodeKeys:
    """Return what a code stretches to: one Argon2id run under the pepper, then HKDF. Run it before any query."""
    root = stretch_raw(number.to_bytes(9, "big"), salt_for(pepper, "follow-up code"))
    return CodeKeys(expand(root, b"find"), expand(root, b"unlock"), expand(root, b"tag"))
