"""A proof that two things were made with one private key, which it does not tell: equal discrete logarithms.

Whoever opens the box shows with it what X25519 gives for the counting key and the key of one sealed ballot, and that
they did not make that up. Sources: D. Chaum and T. Pedersen, Wallet Databases with Observers (CRYPTO 1992); the lot is
drawn by a hash of everything that is claimed (A. Fiat and A. Shamir, CRYPTO 1986).

X25519 multiplies by a number that 8 divides, so here everything is said of points taken eight times, and of an eighth
of that number: those points lie in the group whose order is prime, whatever somebody sent. The verifier in one file
holds this; the same in the browser is static/sealing/same-key.js.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from governance.sealing.edwards import (
    BYTES,
    EIGHT_TIMES_BASE,
    ORDER,
    Point,
    add,
    decoded,
    encoded,
    from_montgomery,
    has_its_order,
    minus,
    times,
    to_montgomery,
)
from governance.sealing.raw import public_bytes

PROOF_BYTES = 3 * BYTES  # What is shown, the lot, and the answer to it.
LABEL = b"real-voice same key v1\x00"
DRAWING = b"real-voice same key v1 drawn\x00"  # Another, so that what is drawn is never hashed as a lot is.
DRAWN_BYTES = 64

Prover = Callable[[bytes, bytes], bytes]


class NotProved(Exception):
    """A proof does not hold. It does not say which part."""


def prover(private: bytes) -> Prover:
    """Return what shows, with this X25519 key, what it has in common with another key.

    It takes the other key, as Ed25519 writes it, and what the proof is *about*, to which it is bound. It raises
    ValueError for what is no key.
    """
    public = public_bytes(X25519PrivateKey.from_private_bytes(private).public_key())
    secret = _secret(private, public)

    def proved(key: bytes, about: bytes) -> bytes:
        eight_times = times(8, decoded(key))
        # Another number with the same remainder each time, so that how long it takes tells little of the secret.
        shown = encoded(times(secret + ORDER * int.from_bytes(os.urandom(8), "big"), eight_times))
        nonce = _nonce(secret, key, about)
        began = (times(nonce, EIGHT_TIMES_BASE), times(nonce, eight_times))
        lot = _lot(about, public, key, shown, began)
        return shown + _written(lot) + _written((nonce + lot * secret) % ORDER)

    return proved


def shared_in(proof: bytes, public: bytes, key: bytes, about: bytes) -> bytes:
    """Return what X25519 gives for the private half of *public* and for *key*, once its proof holds.

    Raises NotProved.
    """
    shown, lot, answer = proof[:BYTES], _read(proof[BYTES:-BYTES]), _read(proof[-BYTES:])
    try:
        point, own, eight_times = decoded(shown), from_montgomery(public), times(8, decoded(key))
    except ValueError as wrong:
        raise NotProved from wrong
    if len(proof) != PROOF_BYTES or max(lot, answer) >= ORDER or not has_its_order(point):
        raise NotProved
    began = (
        add(times(answer, EIGHT_TIMES_BASE), minus(times(lot, own))),
        add(times(answer, eight_times), minus(times(lot, point))),
    )
    if _lot(about, public, key, shown, began) != lot:
        raise NotProved
    return to_montgomery(shown)


def _secret(private: bytes, public: bytes) -> int:
    """Return an eighth of what X25519 multiplies by, turned round where *public* is read as the other point."""
    eighth = (int.from_bytes(private, "little") & (1 << 254) - 8 | 1 << 254) >> 3
    is_other = encoded(times(eighth, EIGHT_TIMES_BASE)) != encoded(from_montgomery(public))
    return (-eighth if is_other else eighth) % ORDER


def _nonce(secret: int, key: bytes, about: bytes) -> int:
    """Return a number that nobody can guess: from the system's chance, and from the secret should that fail."""
    drawn = b"".join((DRAWING, _written(secret), os.urandom(DRAWN_BYTES), key, about))
    return int.from_bytes(hashlib.sha512(drawn).digest(), "little") % ORDER


def _lot(about: bytes, public: bytes, key: bytes, shown: bytes, began: tuple[Point, Point]) -> int:
    parts = (len(about).to_bytes(4, "big"), about, public, key, shown, *map(encoded, began))
    return int.from_bytes(hashlib.sha512(LABEL + b"".join(parts)).digest(), "little") % ORDER


def _written(number: int) -> bytes:
    return number.to_bytes(BYTES, "little")


def _read(raw: bytes) -> int:
    return int.from_bytes(raw, "little")
