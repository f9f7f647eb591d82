"""The puzzle of a page, where a flood or wrong tries ask for one. Nothing of it is kept, and it is bound to nobody.

Its challenge is a hash under a key of the day (HMAC), over what it is for and a number drawn for this page. So nobody
knows it beforehand, and any process of this program works it out again from its name. A name of the right shape gets
one, whoever made it up: it takes the same work, and counts once. What it is for and how hard it is are in it: an answer
fits nothing else. The name of one that a page draws anew says its hour as well. It counts in that hour and in
the next, and for so long each process remembers which answers were used.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from flask import current_app, request

from governance import sealing
from governance.frame import cookie

INFO = b"real-voice puzzle of "
FIELD, NAME_FIELD = "puzzle", "puzzle_name"
NAME = re.compile(r"([0-9]{1,8})\.[0-9a-f]{32}\.([0-9]{1,2})", re.ASCII)  # The hour, what was drawn, the bits.
AN_HOUR = 3600  # seconds
HARD = range(sealing.EASIEST, sealing.HARDEST + 1)
_used: dict[int, set[str]] = {}  # By the hour in which they were made: the challenges whose answers were used.
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


def new(now: datetime, purpose: str, bits: int) -> Puzzle | None:
    """Return a fresh puzzle for *purpose*; None where *bits* is 0."""
    return _named(f"{_hour(now)}.{secrets.token_hex(16)}.{bits}", purpose, bits) if bits else None


def brought(now: datetime, purpose: str) -> Puzzle | None:
    """Return the puzzle that came with this request, made for *purpose*, with its answer as far as that is right.

    None where none came, where it was made before the last hour, and where its answer was used.
    """
    name = NAME.fullmatch(request.form.get(NAME_FIELD, ""))
    if name is None or int(name[1]) not in (_hour(now), _hour(now) - 1) or int(name[2]) not in HARD:
        return None
    asked, answer = _named(name[0], purpose, int(name[2])), request.form.get(FIELD, "")
    fits = sealing.PUZZLE_ANSWER.fullmatch(answer) and all(
        sealing.zero_bits(asked.challenge, part, number) >= asked.bits for part, number in enumerate(answer.split("."))
    )
    return None if _was_used(asked) else replace(asked, answer=answer if fits else "")


@contextmanager
def used_up(task: Puzzle | None, now: datetime) -> Iterator[int]:
    """Give how hard *task* was, if it is solved and nobody uses its answer meanwhile; else 0. From then on it is used.

    Where the block fails nothing was looked at, and the answer is as good as before.
    """
    first = task is not None and task.is_solved and _first_time(task, now)
    try:
        yield task.bits if task and first else 0
    except BaseException:
        if task and first:
            _give_back(task)
        raise


def _named(name: str, purpose: str, bits: int) -> Puzzle:
    day = datetime.fromtimestamp(int(name.partition(".")[0]) * AN_HOUR, UTC).date()
    return Puzzle(challenge(day, purpose, name.encode(), bits), bits, name=name)


def _hour(now: datetime) -> int:
    return int(now.timestamp()) // AN_HOUR


def _made_in(task: Puzzle) -> int:
    return int(task.name.partition(".")[0])


def _was_used(task: Puzzle) -> bool:
    with _using:
        return task.challenge in _used.get(_made_in(task), ())


def _first_time(task: Puzzle, now: datetime) -> bool:
    with _using:
        for hour in [each for each in _used if each < _hour(now) - 1]:  # No puzzle of that hour counts any more.
            del _used[hour]
        of_its_hour = _used.setdefault(_made_in(task), set())
        if task.challenge in of_its_hour:
            return False
        of_its_hour.add(task.challenge)
    return True


def _give_back(task: Puzzle) -> None:
    with _using:
        _used.get(_made_in(task), set()).discard(task.challenge)
