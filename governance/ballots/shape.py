"""How a result bundle must be built, so that it can be written in one way alone: which parts, which lists, plain hex.

What follows from this: whoever changes any sign of a bundle, even to one that would mean the same, is told so.
Standard library alone; the verifier in one file holds it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_LEDGER_ENTRY = frozenset({"number", "proof"})
_ALWAYS = frozenset({"v", "kind", "manifest", "ledger", "box_root", "issued_root", "result"})
WHOLE = _ALWAYS | {
    "cards", "sealed", "ballots", "closed", "superseded", "invalid", "roll", "counts", "account", "in_words",
}  # fmt: skip
OUTCOME = _ALWAYS | {"whole"}
LEDGER = frozenset({"manifest", "box", "checkpoint", "key"})
CARDS = frozenset({"drops", "keys", "voided"})
ROLL = frozenset({"active", "passes", "stepped_out", "salt", "issued"})


def check(read: Mapping[str, Any]) -> None:
    """Pass over a bundle that has the parts it must have and no other. Raises ValueError, TypeError or KeyError."""
    whole = read["kind"] == "bundle"
    if type(read["v"]) is not int:
        raise ValueError("The version is a whole number.")
    _exactly(read, WHOLE if whole else OUTCOME)
    _exactly(read["ledger"], LEDGER)
    for entry in ("manifest", "box"):
        _exactly(read["ledger"][entry], _LEDGER_ENTRY)
    if whole:
        _exactly(read["cards"], CARDS)
        _exactly(read["roll"], ROLL)
        for side in ("active", "passes", "stepped_out"):
            if any(type(number) is not int for number in read["roll"][side].values()):
                raise ValueError("The roll holds whole numbers.")
        for each in (read["superseded"], read["invalid"], read["cards"]["voided"]):
            if isinstance(each, str | Mapping):
                raise ValueError("This part is a list.")


def raw(word: str) -> bytes:
    """Return the bytes of a word in small hexadecimal digits with nothing between them. Raises ValueError."""
    found = bytes.fromhex(word)
    if found.hex() != word:
        raise ValueError("Bytes are written in small hexadecimal digits.")
    return found


def in_order(hashes: Iterable[bytes]) -> bool:
    """Whether each is greater than the one before, so that none is there twice."""
    before = None
    for each in hashes:
        if before is not None and each <= before:
            return False
        before = each
    return True


def _exactly(part: Mapping[str, Any], names: frozenset[str]) -> None:
    if part.keys() != names:
        raise ValueError("A part is missing, or one is too many.")
