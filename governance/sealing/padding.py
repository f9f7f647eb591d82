"""Filling up what is sealed to one of a few sizes, so that a tap with no words and a short story look alike.

Standard library alone: the verifier in one file holds it.
"""

from __future__ import annotations

LENGTH_BYTES = 4
BUCKETS = (512, 2048, 8192, 16384)  # Bytes after padding.


class SealBroken(Exception):
    """Something did not open. It never says why: wrong key, wrong context and a changed byte look alike."""


def padded(plain: bytes) -> bytes:
    """Return *plain* with its length before it and zeros behind it, filling the smallest bucket it fits.

    Raises ValueError when it is larger than the largest bucket.
    """
    needed = LENGTH_BYTES + len(plain)
    for bucket in BUCKETS:
        if needed <= bucket:
            return (len(plain).to_bytes(LENGTH_BYTES, "big") + plain).ljust(bucket, b"\x00")
    raise ValueError(f"This is {len(plain)} bytes long. At most {BUCKETS[-1] - LENGTH_BYTES} fit.")


def unpadded(filled: bytes) -> bytes:
    """Return what `padded` was given. Raises SealBroken when the padding is not as it makes it."""
    length = int.from_bytes(filled[:LENGTH_BYTES], "big")
    plain, rest = filled[LENGTH_BYTES : LENGTH_BYTES + length], filled[LENGTH_BYTES + length :]
    if len(filled) not in BUCKETS or len(plain) != length or rest.strip(b"\x00"):
        raise SealBroken
    return plain
