"""Rows of names read by one sign of each name, where each name has a sign that no other one has.

With Ann, Ben and Cas, of `Ben,Ann,Cas` only `eAC` is left once all other signs are taken out: a byte for each cell, in
one step for many rows. That the rows said nothing else is proved by writing them out again from what is left: they are
taken only where that comes to the text itself, letter for letter.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from governance.counting.columns import END

BREAK = ord("\n")
EMPTY = 0xFF  # No text has the byte 0xFF; it stands for a cell that is empty.


class Signs:
    """What reads rows of *width* cells. A cell holds one of *names*, or is empty and has nothing after it."""

    def __init__(self, names: Sequence[str], delimiter: str, width: int) -> None:
        self.width, before = width, delimiter.encode()
        own = _own_signs([name.encode() for name in names])
        self.work = len(own) == len(names)
        self.numbers = bytearray([END] * 256)
        self.written = [b""] * 256
        self.written[BREAK], self.written[EMPTY] = b"\n", before
        for number, (sign, name) in enumerate(zip(own, names, strict=False)):
            self.numbers[sign], self.written[sign] = number, before + name.encode()
        self.others = bytes({*range(256)} - {*own, BREAK})

    def read(self, rows: bytes) -> bytes | None:
        """Return a byte for each cell, and END after each row, or None where the *rows* are not so plain.

        Each of the *rows* begins with the delimiter.
        """
        if not self.work:
            return None
        width = self.width
        left = rows.translate(None, self.others)
        many = left.count(b"\n") + 1
        if len(left) < many * (width + 1) - 1:
            left = b"\n".join([row.ljust(width, bytes([EMPTY])) for row in left.split(b"\n")])
        if len(left) != many * (width + 1) - 1 or left[width :: width + 1].count(b"\n") != many - 1:
            return None
        same = b"".join(map(self.written.__getitem__, left)) == rows
        return left.translate(self.numbers) + bytes([END]) if same else None


def _own_signs(names: Sequence[bytes]) -> list[int]:
    """Return for each name a sign that is in it once and in no other, up to the first that has none."""
    found = []
    within = Counter(sign for name in names for sign in name)
    for name in names:
        own = [sign for sign in name if within[sign] == 1]
        if not own:
            break
        found.append(own[0])
    return found
