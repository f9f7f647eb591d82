"""Puzzles: a sum that a device works out by itself while somebody types, so that a flood costs whoever makes it.

A puzzle has PARTS small parts. Each asks for a number which, hashed with the challenge, gives so many zero bits
(SHA-256). Many small parts in place of a large one: how long a large one takes is luck, and a slow phone with bad luck
would work for a minute. Sources: Dwork and Naor, Pricing via Processing (1992); Back, Hashcash (2002); Juels and
Brainard, Client Puzzles (1999), for the parts.
"""

from __future__ import annotations

import hashlib
import re

PARTS = 8
EASIEST, HARDEST = 6, 10  # Zero bits of each part: 512 to 8,192 hashes in all. An old phone does about 2,000 a second.
PUZZLE_ANSWER = re.compile(rf"[0-9]{{1,9}}(\.[0-9]{{1,9}}){{0,{PARTS - 1}}}", re.ASCII)


def bits_for(load: int, calm: int) -> int:
    """Return how hard a puzzle is under *load*: 0, which is none, as far as *calm*; then one bit more each doubling.

    It never grows beyond HARDEST, so nobody's device works for longer than a few seconds.
    """
    if load <= max(calm, 0):
        return 0
    return min(HARDEST, EASIEST + (load // max(calm, 1)).bit_length() - 1)


def is_solved(challenge: str, bits: int, answer: str) -> bool:
    """Whether *answer*, numbers with dots between, solves all parts of a puzzle. Eight hashes at most. Never fails."""
    numbers = answer.split(".") if PUZZLE_ANSWER.fullmatch(answer) else []
    if bits < EASIEST or len(numbers) != PARTS:
        return False
    return all(zero_bits(challenge, part, number) >= bits for part, number in enumerate(numbers))


def zero_bits(challenge: str, part: int, number: str) -> int:
    """Return with how many zero bits the hash of one part begins, for a *number* as it is written."""
    digest = hashlib.sha256(f"{challenge}.{part}.{number}".encode()).digest()
    return 8 * len(digest) - int.from_bytes(digest, "big").bit_length()
