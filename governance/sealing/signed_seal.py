"""A seal that its own key signs: whoever made it shows, outside of it, that they drew that key themselves.

It is HPKE (RFC 9180, base mode, X25519, HKDF-SHA256, AES-256-GCM), and its key for one use is an Ed25519 key (RFC 8032)
read as one of X25519 (RFC 7748, section 4.1): the same secret number. An Ed25519 signature proves that its maker knows
that number, and is bound to every byte of the seal and to the token it is dropped under. So what the private key of the
box has in common with it can be shown to anybody: its maker knew that already, and nobody else's seal opens by it.

Version 2, key, mark of the token, ciphertext, signature. The verifier in one file holds this; the same in the browser
is static/sealing/signed-seal.js.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from governance.sealing import same_key
from governance.sealing.edwards import is_small, to_montgomery
from governance.sealing.padding import SealBroken, padded, unpadded
from governance.sealing.raw import private_bytes, public_bytes

SIGNED_V2 = b"\x02"
SIGNATURE = b"real-voice signed seal v2\x00"
TOKEN = b"real-voice sealed under v2\x00"
KEY_BYTES, MARK_BYTES, SIGNATURE_BYTES = 32, 32, 64
KEM = b"KEM\x00\x20"  # DHKEM(X25519, HKDF-SHA256): RFC 9180, sections 4.1 and 7.1.
SUITE = b"HPKE\x00\x20\x00\x01\x00\x02"  # With HKDF-SHA256 and AES-256-GCM: sections 5.1, 7.2 and 7.3.


@dataclass(frozen=True)
class SignedSeal:
    """A seal whose signature holds. *key*: of Ed25519. *digest*: SHA-256 of the whole seal."""

    key: bytes
    mark: bytes
    inside: bytes
    digest: bytes

    def is_under(self, token: bytes) -> bool:
        """Whether its maker sealed it to be dropped under this token."""
        return hmac.compare_digest(self.mark, _mark(token, self.key))


def seal(public: bytes, plain: bytes, info: bytes, token: bytes) -> bytes:
    """Return *plain*, padded, sealed to *public* and signed, to be dropped under *token*.

    Raises ValueError for a key that nothing can be sealed to, and for what is too long.
    """
    signer = Ed25519PrivateKey.generate()
    key = public_bytes(signer.public_key())
    ours = X25519PrivateKey.from_private_bytes(hashlib.sha512(private_bytes(signer)).digest()[:KEY_BYTES])
    shared = ours.exchange(X25519PublicKey.from_public_bytes(public))
    secret, nonce = _key_and_nonce(shared, to_montgomery(key), public, info)
    body = SIGNED_V2 + key + _mark(token, key) + AESGCM(secret).encrypt(nonce, padded(plain), None)
    return body + signer.sign(_to_sign(body, info))


def read(whole: bytes, info: bytes) -> SignedSeal:
    """Return a seal once its signature holds. Raises SealBroken for anything else, whatever it is."""
    body, signature = whole[:-SIGNATURE_BYTES], whole[-SIGNATURE_BYTES:]
    key, rest = body[1 : 1 + KEY_BYTES], body[1 + KEY_BYTES :]
    if body[:1] != SIGNED_V2 or is_small(key):
        raise SealBroken
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, _to_sign(body, info))
    except (InvalidSignature, ValueError) as broken:
        raise SealBroken from broken
    return SignedSeal(key, rest[:MARK_BYTES], rest[MARK_BYTES:], hashlib.sha256(whole).digest())


def opener(private: bytes, info: bytes) -> Callable[[bytes], bytes]:
    """Return what opens the signed seals of one key and one context. It raises SealBroken, as this does for no key."""
    try:
        ours = X25519PrivateKey.from_private_bytes(private)
    except ValueError as broken:
        raise SealBroken from broken
    public = public_bytes(ours.public_key())

    def opened(whole: bytes) -> bytes:
        found = read(whole, info)
        try:
            shared = ours.exchange(X25519PublicKey.from_public_bytes(to_montgomery(found.key)))
        except ValueError as broken:
            raise SealBroken from broken
        return _opened_by(shared, found, public, info)

    return opened


def prover(private: bytes, info: bytes) -> Callable[[bytes], bytes]:
    """Return what proves of one seal what is in it, or that nothing is: b"" for one whose signature does not hold.

    Of such a one nothing may be shown: its key may be somebody else's, multiplied, and would open that ballot.
    """
    proved = same_key.prover(private)

    def shown(whole: bytes) -> bytes:
        try:
            found = read(whole, info)
        except SealBroken:
            return b""
        return proved(found.key, info + found.digest)

    return shown


def open_proved(found: SignedSeal, proof: bytes, public: bytes, info: bytes) -> bytes:
    """Return what is in a seal, by the *proof* of who has the key.

    Raises SealBroken when it is shown that nothing opens it, NotProved when that is not shown.
    """
    return _opened_by(same_key.shared_in(proof, public, found.key, info + found.digest), found, public, info)


def _opened_by(shared: bytes, found: SignedSeal, public: bytes, info: bytes) -> bytes:
    """Return what is in a seal, by what X25519 gives for its key and for the one it is sealed to. Raises SealBroken."""
    secret, nonce = _key_and_nonce(shared, to_montgomery(found.key), public, info)
    try:
        return unpadded(AESGCM(secret).decrypt(nonce, found.inside, None))
    except (InvalidTag, ValueError) as broken:
        raise SealBroken from broken


def _mark(token: bytes, key: bytes) -> bytes:
    """Return what binds a seal to the token it is dropped under, and does not tell it."""
    return hashlib.sha256(TOKEN + key + token).digest()


def _to_sign(body: bytes, info: bytes) -> bytes:
    return SIGNATURE + hashlib.sha256(body).digest() + info


def _key_and_nonce(shared: bytes, sent: bytes, receiver: bytes, info: bytes) -> tuple[bytes, bytes]:
    """Return the key and the nonce of a seal (RFC 9180, sections 4.1 and 5.1)."""
    both = _expanded(KEM, _extracted(KEM, b"", b"eae_prk", shared), b"shared_secret", sent + receiver, KEY_BYTES)
    hashes = (_extracted(SUITE, b"", b"psk_id_hash", b""), _extracted(SUITE, b"", b"info_hash", info))
    context = b"\x00" + b"".join(hashes)
    secret = _extracted(SUITE, both, b"secret", b"")
    return _expanded(SUITE, secret, b"key", context, 32), _expanded(SUITE, secret, b"base_nonce", context, 12)


def _extracted(suite: bytes, salt: bytes, label: bytes, material: bytes) -> bytes:
    """LabeledExtract (RFC 9180, section 4)."""
    return hmac.digest(salt, b"HPKE-v1" + suite + label + material, "sha256")


def _expanded(suite: bytes, secret: bytes, label: bytes, info: bytes, length: int) -> bytes:
    """LabeledExpand (RFC 9180, section 4). One block is enough for all that is asked here."""
    told = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(secret, told + b"\x01", "sha256")[:length]
