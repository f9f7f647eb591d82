"""Splitting a secret among people, so that any few of them together hold it and fewer hold nothing.

Shamir's scheme (Communications of the ACM 22, 1979) over GF(256) with the polynomial of FIPS 197 (0x11b).
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

CHECK_BYTES = 4
LOOK_ALIKE = str.maketrans({"0": "O", "1": "I", "8": "B"})


def _multiply(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a = (a << 1) ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def _inverse(a: int) -> int:
    result, power = 1, a  # a**254 is the inverse, since a**255 is 1 for every a but 0.
    for _ in range(7):
        power = _multiply(power, power)
        result = _multiply(result, power)
    return result


@dataclass(frozen=True)
class Share:
    """One person's part. It says nothing alone; *number* is from 1."""

    number: int
    body: bytes = field(repr=False)

    @property
    def text(self) -> str:
        """The part as it is printed: groups of four letters and digits, with a check at the end."""
        raw = bytes([self.number]) + self.body
        letters = base64.b32encode(raw + _check(raw)).decode().rstrip("=")
        return " ".join(letters[at : at + 4] for at in range(0, len(letters), 4))

    @classmethod
    def from_text(cls, typed: str) -> Share:
        """Return the share that was printed as *typed*, forgiving spaces, case, O for 0 and I for 1.

        Raises ValueError with a sentence when something was mistyped.
        """
        letters = "".join(sign for sign in typed.upper() if sign.isalnum()).translate(LOOK_ALIKE)
        try:
            raw = base64.b32decode(letters + "=" * (-len(letters) % 8))
        except ValueError as error:
            raise ValueError("This share has a sign that does not belong. Check it against the paper.") from error
        raw, check = raw[:-CHECK_BYTES], raw[-CHECK_BYTES:]
        if len(raw) < 2 or check != _check(raw):
            raise ValueError("This share does not add up. Check each group against the paper.")
        return cls(raw[0], raw[1:])


def _check(raw: bytes) -> bytes:
    return hashlib.sha256(b"real-voice share" + raw).digest()[:CHECK_BYTES]


def split_secret(secret: bytes, shares: int = 3, needed: int = 2) -> list[Share]:
    """Return *shares* parts of *secret*, of which any *needed* bring it back. A check travels inside."""
    if not 2 <= needed <= shares <= 255:
        raise ValueError("Split among 2 to 255 people, and ask for at least 2 of them.")
    whole = secret + _check(secret)
    polynomials = [bytes([byte]) + os.urandom(needed - 1) for byte in whole]
    return [Share(x, bytes(_value(coefficients, x) for coefficients in polynomials)) for x in range(1, shares + 1)]


def _value(coefficients: bytes, x: int) -> int:
    result = 0
    for coefficient in reversed(coefficients):
        result = _multiply(result, x) ^ coefficient
    return result


def join_secret(shares: Sequence[Share]) -> bytes:
    """Return the secret. Raises ValueError with a sentence when the parts do not belong together or are too few."""
    numbers = [share.number for share in shares]
    if len(set(numbers)) != len(numbers) or len(shares) < 2:
        raise ValueError("Give two or more different shares.")
    if len({len(share.body) for share in shares}) != 1:
        raise ValueError("These shares do not belong together.")
    weights = [_weight(x, numbers) for x in numbers]
    whole = bytes(
        _sum(_multiply(weight, share.body[at]) for weight, share in zip(weights, shares, strict=True))
        for at in range(len(shares[0].body))
    )
    secret, check = whole[:-CHECK_BYTES], whole[-CHECK_BYTES:]
    if check != _check(secret):
        raise ValueError("These shares do not bring back a secret. Check who holds which.")
    return secret


def _weight(x: int, numbers: Sequence[int]) -> int:
    """Lagrange's weight of the share at *x* for the value at 0; in GF(256) minus is exclusive or."""
    weight = 1
    for other in numbers:
        if other != x:
            weight = _multiply(weight, _multiply(other, _inverse(other ^ x)))
    return weight


def _sum(parts: Iterable[int]) -> int:
    total = 0
    for part in parts:
        total ^= part
    return total
