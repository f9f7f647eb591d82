"""A second, independent reading of RFC 9180: base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-GCM.

Written from the RFC with nothing but HMAC, X25519 and AES-GCM, so that the product's seals can be checked
against something other than the library that made them. Only tests use it.
"""

from __future__ import annotations

import hmac

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

AES_128_GCM, AES_256_GCM = 1, 2
KEY_BYTES = {AES_128_GCM: 16, AES_256_GCM: 32}
KEM_SUITE = b"KEM\x00\x20"


def labeled_extract(salt: bytes, label: bytes, material: bytes, suite: bytes) -> bytes:
    """RFC 9180, section 4."""
    return hmac.digest(salt, b"HPKE-v1" + suite + label + material, "sha256")


def labeled_expand(key: bytes, label: bytes, info: bytes, length: int, suite: bytes) -> bytes:
    """RFC 9180, section 4, with HKDF-Expand of RFC 5869; never more than one block is needed here."""
    labeled = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(key, labeled + b"\x01", "sha256")[:length]


def key_and_nonce(exchanged: bytes, enc: bytes, receiver: bytes, info: bytes, aead: int) -> tuple[bytes, bytes]:
    """RFC 9180, sections 4.1 (the shared secret) and 5.1 (the key schedule)."""
    prk = labeled_extract(b"", b"eae_prk", exchanged, KEM_SUITE)
    shared = labeled_expand(prk, b"shared_secret", enc + receiver, 32, KEM_SUITE)
    suite = b"HPKE\x00\x20\x00\x01" + aead.to_bytes(2, "big")
    psk_id_hash = labeled_extract(b"", b"psk_id_hash", b"", suite)
    schedule = b"\x00" + psk_id_hash + labeled_extract(b"", b"info_hash", info, suite)
    secret = labeled_extract(shared, b"secret", b"", suite)
    key = labeled_expand(secret, b"key", schedule, KEY_BYTES[aead], suite)
    return key, labeled_expand(secret, b"base_nonce", schedule, 12, suite)


def seal(public: bytes, plain: bytes, info: bytes, aad: bytes, aead: int, ephemeral: bytes) -> tuple[bytes, bytes]:
    """Return enc and ciphertext of the first message."""
    sender = X25519PrivateKey.from_private_bytes(ephemeral)
    enc = sender.public_key().public_bytes_raw()
    exchanged = sender.exchange(X25519PublicKey.from_public_bytes(public))
    key, nonce = key_and_nonce(exchanged, enc, public, info, aead)
    return enc, AESGCM(key).encrypt(nonce, plain, aad)


def open_first(private: bytes, enc: bytes, ciphertext: bytes, info: bytes, aad: bytes, aead: int) -> bytes:
    """Return the first message."""
    receiver = X25519PrivateKey.from_private_bytes(private)
    exchanged = receiver.exchange(X25519PublicKey.from_public_bytes(enc))
    key, nonce = key_and_nonce(exchanged, enc, receiver.public_key().public_bytes_raw(), info, aead)
    return AESGCM(key).decrypt(nonce, ciphertext, aad)
