"""Names of options as an eye sees them: two that read the same would split one option's votes between them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from governance.counting.files.source import Malformed, excerpt

# Cyrillic and Greek letters that are drawn like a Latin one, each above the letter it is taken for.
DRAWN_ALIKE = str.maketrans(
    "АВЕКМНОРСТУХаеорсухіјѕІЈЅԁԛԝΑΒΕΖΗΙΚΜΝΟΡΤΥΧονρ",
    "ABEKMHOPCTYXaeopcyxijsIJSdqwABEZHIKMNOPTYXovp",
)
STROKES = str.maketrans("I1|0", "lllO")
TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # They turn the text that follows round.


def seen_as(name: str) -> str:
    """Return *name* without what an eye passes over: case, width, spaces, signs that do not show, alphabets."""
    shown = "".join(sign for sign in name if unicodedata.category(sign) not in ("Cf", "Cc"))
    letters = unicodedata.normalize("NFKC", shown).translate(DRAWN_ALIKE)
    return " ".join(unicodedata.normalize("NFKC", letters.casefold()).split())


def taken_for(name: str) -> tuple[str, str]:
    """Return *name* as it is read and as it is drawn: two names with one of these the same are taken for each other."""
    drawn = unicodedata.normalize("NFKC", name).translate(DRAWN_ALIKE).translate(STROKES)
    return "read " + seen_as(name), "drawn " + drawn


def shows(name: str) -> bool:
    """Whether *name* is one line of text, without signs that control a screen."""
    return not any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") or sign in TURNING for sign in name)


def check_names(found: Iterable[tuple[int, str]]) -> None:
    """Refuse a name that cannot be shown or told from another; *found* are the names, each with its line from 1.

    Raises Malformed, with both names where there are two.
    """
    seen: dict[str, tuple[int, str]] = {}
    for line, name in found:
        if not seen_as(name):
            raise Malformed(line, "a name that is not empty")
        if not shows(name):
            raise Malformed(line, f"a name on one line, without signs that control a screen, not {excerpt(name)}")
        for key in taken_for(name):
            first_line, first = seen.setdefault(key, (line, name))
            if first_line == line and first is name:
                continue
            same = "that is there already" if first == name else f"that looks like {excerpt(first)}"
            raise Malformed(
                line,
                f"a name that no other option has, not {excerpt(name)}, {same} in line {first_line}. "
                "Write one option in one way everywhere, and two so that they can be told apart",
            )
