"""How a result bundle must be built, so that it can be written in one way alone: which parts, which lists, plain hex.

What follows from this: what is counted, and all that the ledger or a signature holds, can be written in one way, and
the lists in one order. What the box alone knows a check cannot tell: which ballots were replaced and are left out, and
why one did not open. The digest of the whole bundle in the ledger's result holds those too; so compare it. Where the
seals are signed a check can tell the second (`left_out.py`). The verifier in one file holds this.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any

from governance.ballots.papers import envelope

_LEDGER_ENTRY = frozenset({"number", "proof"})
_ALWAYS = frozenset({"v", "kind", "manifest", "ledger", "box_root", "issued_root", "result"})
WHOLE = _ALWAYS | {
    "cards", "sealed", "ballots", "closed", "superseded", "invalid", "roll", "counts", "account", "in_words",
}  # fmt: skip
OUTCOME = _ALWAYS | {"whole"}
LEDGER = frozenset({"manifest", "box", "checkpoint", "key"})
CARDS = frozenset({"drops", "keys", "voided"})
SUMS, SUMS_SALT = frozenset({"sums"}), frozenset({"sums_salt"})  # Absent where the box was closed without them.
VOIDED = frozenset({"voided"})  # Opened by the salt of the sums; absent where the seals are plain.
INVALID = frozenset({"sealed", "reason"})
SHOWN = frozenset({"sealed", "ballot", "proof"})  # Of a vote whose seals are signed.
TWIN = frozenset({"twin"})  # Only where a ballot is there twice.
REPLACED = frozenset({"replaced"})
ROLL = frozenset({"active", "passes", "stepped_out", "salt", "issued"})


def check(read: Mapping[str, Any]) -> None:
    """Pass over a bundle that has the parts it must have and no other. Raises ValueError, TypeError or KeyError."""
    whole = read["kind"] == "bundle"
    if type(read["v"]) is not int:
        raise ValueError("The version is a whole number.")
    if read["v"] != envelope.seal_of(read["manifest"]):
        raise ValueError("The version is the one of the seals.")
    has_sums = "sums" in read
    is_signed = read["v"] == envelope.SIGNED_SEAL
    more = (SUMS if has_sums else frozenset()) | (REPLACED if whole and is_signed else frozenset())
    more |= VOIDED if is_signed and has_sums and "voided" in read else frozenset()
    _exactly(read, (WHOLE if whole else OUTCOME) | more)
    _exactly(read["ledger"], LEDGER)
    for entry in ("manifest", "box"):
        _exactly(read["ledger"][entry], _LEDGER_ENTRY)
        if type(read["ledger"][entry]["number"]) is not int:
            raise ValueError("The number of an entry is a whole number.")
    _signed_once(read["ledger"]["checkpoint"])
    if whole:
        _signed_once(read["closed"])
        _exactly(read["cards"], CARDS)
        _exactly(read["roll"], ROLL | (SUMS_SALT if has_sums else frozenset()))
        for side in ("active", "passes", "stepped_out"):
            if any(type(number) is not int or number < 1 for number in read["roll"][side].values()):
                raise ValueError("The roll holds whole numbers, and a class with nobody is left out.")
        for each in (read["superseded"], read["invalid"], read["cards"]["voided"], read.get("replaced", [])):
            if isinstance(each, str | Mapping):
                raise ValueError("This part is a list.")
        for each in read["invalid"]:
            _invalid(each, is_signed=is_signed)
        for each in read["replaced"] if is_signed else ():
            _shown(each)


def _invalid(each: Mapping[str, Any], *, is_signed: bool) -> None:
    if not is_signed:
        _exactly(each, INVALID)
        return
    _exactly(each, INVALID | SHOWN | TWIN if "twin" in each else INVALID | SHOWN)
    _shown({name: each[name] for name in SHOWN})
    if "twin" in each:
        _shown(each["twin"])  # A twin has no twin, and no reason: what may stand there unread would be anybody's.


def _shown(each: Mapping[str, Any]) -> None:
    """Refuse a sealed ballot whose parts are not as the bundle has them, each written in its one way."""
    _exactly(each, SHOWN)
    raw(each["proof"])
    if b64encode(b64decode(each["ballot"], validate=True)).decode() != each["ballot"]:
        raise ValueError("Bytes in base64 are written in one way.")


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


def _signed_once(note: str) -> None:
    """Refuse a signed note with more lines than its one signature: what no key we know holds, anybody could add."""
    _, blank, signatures = note.rpartition("\n\n")
    if blank and signatures.count("\n") > 1:  # What is no note at all is told where it is opened.
        raise ValueError("A signed note in a bundle bears one signature.")


def _exactly(part: Mapping[str, Any], names: frozenset[str]) -> None:
    if part.keys() != names:
        raise ValueError("A part is missing, or one is too many.")
