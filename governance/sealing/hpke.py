"""Sealing to a reader's key, locking under a shared key, signing, commitments.

HPKE is RFC 9180 in base mode with X25519, HKDF-SHA256 and AES-256-GCM: what browsers' WebCrypto can do too.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from governance.sealing.padding import SealBroken, padded, unpadded

SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)
SEALED_V1 = b"\x01"
LOCKED_V1 = b"\x11"
KEY_BYTES = 32
NONCE_BYTES = 12


@dataclass(frozen=True)
class Pair:
    """The raw halves of a key pair, 32 bytes each. The private half stays out of every printed form."""

    private: bytes = field(repr=False)
    public: bytes


def new_key() -> bytes:
    """Return a fresh 32-byte key."""
    return os.urandom(KEY_BYTES)


def new_pair() -> Pair:
    """Return a fresh X25519 pair, for sealing (RFC 7748)."""
    private = X25519PrivateKey.generate()
    return Pair(private.private_bytes_raw(), private.public_key().public_bytes_raw())


def pair_from(secret: bytes, purpose: bytes) -> Pair:
    """Return the X25519 pair that *secret* has for one *purpose* (HKDF-SHA256, RFC 5869): the same each time."""
    private = HKDF(algorithm=hashes.SHA256(), length=KEY_BYTES, salt=None, info=purpose).derive(secret)
    return Pair(private, public_of(private))


def new_signer() -> Pair:
    """Return a fresh Ed25519 pair, for signing (RFC 8032)."""
    private = Ed25519PrivateKey.generate()
    return Pair(private.private_bytes_raw(), private.public_key().public_bytes_raw())


def sign(private: bytes, message: bytes) -> bytes:
    """Return the Ed25519 signature of *message*, 64 bytes."""
    return Ed25519PrivateKey.from_private_bytes(private).sign(message)


def signature_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether *signature* is *public*'s over *message*. Anything malformed counts as no."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def context(programme: str, period: str, audience: str, kind: str, version: int = 1) -> bytes:
    """Return the `info` a seal is bound to. Each part carries its length, so no two contexts look alike."""
    parts = [part.encode() for part in ("real-voice", programme, period, audience, kind, str(version))]
    return b"".join(len(part).to_bytes(2, "big") + part for part in parts)


def seal(public: bytes, plain: bytes, info: bytes) -> bytes:
    """Return *plain*, padded and sealed to *public*: version byte, encapsulated key, ciphertext (RFC 9180 6.1)."""
    return SEALED_V1 + SUITE.encrypt(padded(plain), X25519PublicKey.from_public_bytes(public), info=info)


def public_of(private: bytes) -> bytes:
    """Return the public half of a private one. Raises ValueError for what is none."""
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def open_sealed(private: bytes, sealed: bytes, info: bytes) -> bytes:
    """Return what was sealed. Raises SealBroken for a wrong key, another context, or any changed byte."""
    return opener(private, info)(sealed)


def opener(private: bytes, info: bytes) -> Callable[[bytes], bytes]:
    """Return what opens seals of one key and one context, as `open_sealed` does; the key is made ready once."""
    try:
        key = X25519PrivateKey.from_private_bytes(private)
    except ValueError as broken:
        raise SealBroken from broken

    def opened(sealed: bytes) -> bytes:
        if sealed[:1] != SEALED_V1:
            raise SealBroken
        try:
            return unpadded(SUITE.decrypt(sealed[1:], key, info=info))
        except (InvalidTag, ValueError) as broken:
            raise SealBroken from broken

    return opened


def lock(key: bytes, plain: bytes, info: bytes) -> bytes:
    """Return *plain* under *key* (32 bytes): version byte, nonce, AES-256-GCM with *info* as associated data."""
    nonce = os.urandom(NONCE_BYTES)
    return LOCKED_V1 + nonce + AESGCM(key).encrypt(nonce, plain, LOCKED_V1 + info)


def unlock(key: bytes, locked: bytes, info: bytes) -> bytes:
    """Return what was locked. Raises SealBroken for a wrong key, another context, or any changed byte."""
    nonce, body = locked[1 : 1 + NONCE_BYTES], locked[1 + NONCE_BYTES :]
    if locked[:1] != LOCKED_V1 or len(nonce) != NONCE_BYTES:
        raise SealBroken
    try:
        return AESGCM(key).decrypt(nonce, body, LOCKED_V1 + info)
    except (InvalidTag, ValueError) as broken:
        raise SealBroken from broken


def commitment(salt: bytes, digest: bytes) -> bytes:
    """Return the public commitment to a sealed message: SHA-256 of a mark, its salt and its digest, 32 bytes."""
    return hashlib.sha256(b"real-voice message\x00" + salt + digest).digest()


def dummy_commitment(salt: bytes) -> bytes:
    """Return a commitment to nothing. Its mark differs, so a message can never be passed off as padding."""
    return hashlib.sha256(b"real-voice padding\x00" + salt).digest()
