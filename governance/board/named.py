"""Whether a name stands in what somebody wrote. Pure.

Names of members are often words of every day: small letters ("teal walls") are left alone, or half of what people write
would be refused. Marks that nobody sees, and how many spaces stand between two words, hide no name.
"""

from __future__ import annotations

import re
import unicodedata

SHORTEST_IN_CAPITALS = 3  # letters: "IT" and "US" in capitals are seldom somebody's name.


def stands_in(name: str, text: str) -> bool:
    """Whether *name* stands in *text*, with no letter or digit right before or after it.

    As its owner writes it; all in capitals; with a digit, or where it has no capital itself, in any letters; of several
    words, in any letters but small ones alone.
    """
    name, text = as_seen(name), as_seen(text)
    if not name:
        return False
    written = f"{re.escape(name)}|{re.escape(name.upper())}|{re.escape(name.lower())}"
    found = re.finditer(rf"(?<![^\W_])(?:{written})(?![^\W_])", text, re.IGNORECASE)
    return any(_is_it(name, each[0]) for each in found)


def as_seen(text: str) -> str:
    """Return *text* as it looks: without marks that nobody sees, and with one space between words."""
    seen = "".join(letter for letter in unicodedata.normalize("NFKC", text) if unicodedata.category(letter) != "Cf")
    return " ".join(unicodedata.normalize("NFKC", seen).split())


def _is_it(name: str, found: str) -> bool:
    if found == name or name == name.lower() or any(letter.isdigit() for letter in name):
        return True
    if found == found.upper() and len(name) >= SHORTEST_IN_CAPITALS:
        return True
    return " " in name and found != found.lower()
