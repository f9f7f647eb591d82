"""What was shown once is typed back in part: it shows that somebody has it on paper before it is gone here. Pure."""

from __future__ import annotations

import unicodedata

LOOK_ALIKE = str.maketrans({"0": "O", "1": "I", "8": "B"})  # As `sealing.Share.from_text` forgives them.


def has_words(words: str, typed: str) -> bool:
    """Whether *typed* is the first and the last of *words*, or all of them, whatever the case and signs between."""
    wanted, said = _words_of(words), _words_of(typed)
    return said in (wanted, [wanted[0], wanted[-1]])


def _words_of(text: str) -> list[str]:
    letters = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter if letter.isalnum() else " " for letter in letters).split()


def has_share(text: str, typed: str) -> bool:
    """Whether *typed* is the first and the last group of the share *text*, or all of it."""
    groups = text.split()
    return _plain(typed) in (_plain(text), _plain(groups[0] + groups[-1]))


def _plain(typed: str) -> str:
    return "".join(sign for sign in typed.upper() if sign.isalnum()).translate(LOOK_ALIKE)
