"""The puzzle of a page, where a flood or wrong tries ask for one. Nothing of it is kept, and it is bound to nobody.

Its challenge is a hash under a key of the day (HMAC), over what it is for and a number drawn for this page. Only this
program can make one, any of its processes knows it again, and after two days none does. What it is for and how hard it
is are in the challenge: an answer fits nothing else. Answers that were used are remembered in memory, as far as MOST.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app, request

from governance import sealing
from governance.frame import cookie

INFO = b"real-voice puzzle of "
FIELD, NAME_FIELD = "puzzle", "puzzle_name"
MOST = 10_000  # Answers remembered in each process, so that none is used twice. The oldest goes first.
_used: dict[str, None] = {}
_using = threading.Lock()


@dataclass(frozen=True)
class Puzzle:
    """What a page asks a browser to work out, and how far that has come (*answer*). *name*: what brings it back."""

    challenge: str
    bits: int
    answer: str = ""
    name: str = ""
    parts: int = sealing.PARTS

    @property
    def is_solved(self) -> bool:
        """Whether the answer is whole and right."""
        return sealing.is_solved(self.challenge, self.bits, self.answer)


def challenge(day: date, purpose: str, about: bytes, bits: int) -> str:
    """Return the challenge of a puzzle made on *day*, in hexadecimal. *purpose* holds no zero byte; *about* may."""
    key = cookie.key_from(current_app.config["SETTINGS"].secret, INFO + day.isoformat().encode())
    return hmac.digest(key, f"{bits}\0{purpose}\0".encode() + about, hashlib.sha256).hex()[:32]


def new(day: date, purpose: str, bits: int) -> Puzzle | None:
    """Return a fresh puzzle for *purpose*; None where *bits* is 0."""
    if not bits:
        return None
    drawn = secrets.token_hex(16)
    return Puzzle(challenge(day, purpose, drawn.encode(), bits), bits, name=f"{drawn}.{bits}")


def brought_bits(day: date, purpose: str) -> int:
    """Return how hard the puzzle was whose answer came with this request, made for *purpose* today or yesterday.

    0 where none came solved. An answer counts once.
    """
    answer, name = request.form.get(FIELD, ""), request.form.get(NAME_FIELD, "")
    drawn, _, written = name.partition(".")
    bits = int(written) if written.isascii() and written.isdigit() and len(written) < 3 else 0
    days = (day, day - timedelta(days=1))
    tasks = [challenge(each, purpose, drawn.encode(), bits) for each in days] if bits else []
    solved = next((each for each in tasks if sealing.is_solved(each, bits, answer)), None)
    return bits if solved and _first_time(solved) else 0


def _first_time(solved: str) -> bool:
    with _using:
        if solved in _used:
            return False
        _used[solved] = None
        if len(_used) > MOST:
            del _used[next(iter(_used))]
    return True
