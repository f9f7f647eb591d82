"""Blind signatures: an issuer signs a member's token without seeing it (RFC 9474, RSABSSA).

Whoever holds every blinded message and every signature still cannot match them: blindness rests on no assumption.
A key signs for one election, one purpose and one variant, and nothing else (RFC 9474, section 6.2, asks for the last).
All members must be shown the same key, the one of the manifest: by another key an issuer could mark a member.
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import os
import secrets
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_der_private_key,
    load_der_public_key,
)

# 3072 bits are as strong as the X25519 and Ed25519 keys beside them (NIST SP 800-57 part 1, table 2). One signature
# takes 23 ms with Python's own pow and 3.5 ms with gmpy2, so a board of thirty never notices.
DEFAULT_BITS = 3072
LEAST_BITS = 2048
PUBLIC_EXPONENT = 65537
PREFIX_BYTES = 32
HASH_BYTES = 48  # SHA-384


class NotBlindlySigned(Exception):
    """A blind signature did not come out right. It never says why."""


@dataclass(frozen=True)
class Variant:
    """One of the named variants of RFC 9474, section 5. All hash with SHA-384."""

    name: str
    salt_bytes: int
    randomized: bool


PSS_RANDOMIZED = Variant("RSABSSA-SHA384-PSS-Randomized", HASH_BYTES, True)
PSSZERO_RANDOMIZED = Variant("RSABSSA-SHA384-PSSZERO-Randomized", 0, True)
PSS_DETERMINISTIC = Variant("RSABSSA-SHA384-PSS-Deterministic", HASH_BYTES, False)
PSSZERO_DETERMINISTIC = Variant("RSABSSA-SHA384-PSSZERO-Deterministic", 0, False)
VARIANTS = {
    variant.name: variant for variant in (PSS_RANDOMIZED, PSSZERO_RANDOMIZED, PSS_DETERMINISTIC, PSSZERO_DETERMINISTIC)
}
# The random prefix keeps even an issuer's key made in bad faith from learning what it signs (section 7.3, message
# entropy), and without a salt one source of chance fewer has to be trusted.
PASSES = PSSZERO_RANDOMIZED


@dataclass(frozen=True)
class IssuerPair:
    """The halves of an issuer's RSA key as DER: PKCS #8 and SubjectPublicKeyInfo."""

    private: bytes = field(repr=False)
    public: bytes


@dataclass(frozen=True)
class Blinded:
    """What goes to the issuer, and the inverse that takes the blind off again; the second stays with the member."""

    message: bytes
    inverse: bytes = field(repr=False)


def new_issuer(bits: int = DEFAULT_BITS) -> IssuerPair:
    """Return a fresh issuer key of *bits*. Raises ValueError below 2048."""
    if bits < LEAST_BITS:
        raise ValueError(f"An issuer's key has {LEAST_BITS} bits or more.")
    private = rsa.generate_private_key(PUBLIC_EXPONENT, bits)
    return IssuerPair(
        private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    )


def public_half(private: bytes) -> bytes:
    """Return the public half, as DER, of an issuer's private one."""
    key = load_der_private_key(private, None, unsafe_skip_rsa_key_validation=True)  # The key is our own.
    return key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def prepare(message: bytes, variant: Variant = PASSES) -> bytes:
    """Return what is signed in place of *message*: with a random prefix, or as it is (section 4.1)."""
    return os.urandom(PREFIX_BYTES) + message if variant.randomized else message


def blind(public: bytes, prepared: bytes, variant: Variant = PASSES) -> Blinded:
    """Return *prepared*, encoded and blinded for the issuer with this key (section 4.2)."""
    n = _public_key(public).public_numbers().n
    while True:
        r = secrets.randbelow(n - 1) + 1
        try:
            inverse = pow(r, -1, n)
        except ValueError:  # It shares a factor with n: whoever met this would have broken the key.
            continue
        return blind_with(public, prepared, os.urandom(variant.salt_bytes), inverse)


def blind_with(public: bytes, prepared: bytes, salt: bytes, inverse: int) -> Blinded:
    """Do what `blind` does with a given salt and inverse. Only test vectors have those to give."""
    numbers = _public_key(public).public_numbers()
    n, e = numbers.n, numbers.e
    encoded = int.from_bytes(_encoded(prepared, n.bit_length() - 1, salt), "big")
    blinded = encoded * pow(pow(inverse, -1, n), e, n) % n
    return Blinded(blinded.to_bytes(_bytes_of(n), "big"), inverse.to_bytes(_bytes_of(n), "big"))


def blind_sign(private: bytes, blinded: bytes) -> bytes:
    """Return the issuer's signature of a blinded message (section 4.3). Raises ValueError when it is none.

    The base is blinded against timing, and the result is checked, so that a faulty chip gives no factor away.
    """
    key = load_der_private_key(private, None, unsafe_skip_rsa_key_validation=True)  # The key is our own.
    if not isinstance(key, rsa.RSAPrivateKey):
        raise ValueError("This is no issuer's key.")
    numbers = key.private_numbers()
    n, e = numbers.public_numbers.n, numbers.public_numbers.e
    message = int.from_bytes(blinded, "big")
    if len(blinded) != _bytes_of(n) or message >= n:
        raise ValueError("This is no blinded message for this issuer.")
    cover = secrets.randbelow(n - 2) + 2
    signed = _crt(message * pow(cover, e, n) % n, numbers) * pow(cover, -1, n) % n
    if pow(signed, e, n) != message:
        raise NotBlindlySigned
    return signed.to_bytes(_bytes_of(n), "big")


def finalize(
    public: bytes, prepared: bytes, blind_signature: bytes, inverse: bytes, variant: Variant = PASSES
) -> bytes:
    """Return the signature over *prepared*, its blind taken off (section 4.4). Raises NotBlindlySigned."""
    n = _public_key(public).public_numbers().n
    if not len(blind_signature) == len(inverse) == _bytes_of(n):
        raise NotBlindlySigned
    signed = int.from_bytes(blind_signature, "big") * int.from_bytes(inverse, "big") % n
    signature = signed.to_bytes(_bytes_of(n), "big")
    if not verify(public, prepared, signature, variant):
        raise NotBlindlySigned
    return signature


def verify(public: bytes, prepared: bytes, signature: bytes, variant: Variant = PASSES) -> bool:
    """Whether *signature* is the issuer's over *prepared*: plain RSA-PSS (section 4.5). Anything malformed is a no.

    The library also takes a signature whose leading zeros were left out; RFC 8017, section 8.1.2, does not.
    """
    try:
        key = _public_key(public)
        if len(signature) != _bytes_of(key.public_numbers().n):
            return False
        scheme = padding.PSS(padding.MGF1(hashes.SHA384()), variant.salt_bytes)
        key.verify(signature, prepared, scheme, hashes.SHA384())
    except (InvalidSignature, ValueError, UnsupportedAlgorithm):
        return False
    return True


def grant(prepared: bytes, signature: bytes) -> bytes:
    """Return what a member keeps and shows of a signature: the random prefix and, behind it, the signature."""
    return prepared[:PREFIX_BYTES] + signature


def grant_holds(public: bytes, message: bytes, shown: bytes) -> bool:
    """Whether *shown*, as `grant` makes it, proves that the issuer signed *message*. Anything malformed is a no."""
    return verify(public, shown[:PREFIX_BYTES] + message, shown[PREFIX_BYTES:])


def check_key(public: bytes) -> None:
    """Raise ValueError unless *public* is an issuer's: RSA of 2,048 bits or more, with the usual exponent, as DER."""
    try:
        _public_key(public)
    except UnsupportedAlgorithm as strange:
        raise ValueError("This is no issuer's key.") from strange


def _public_key(public: bytes) -> rsa.RSAPublicKey:
    key = load_der_public_key(public)
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size < LEAST_BITS:
        raise ValueError("This is no issuer's key.")
    if key.public_numbers().e != PUBLIC_EXPONENT:
        raise ValueError("This is no issuer's key.")
    return key


def _bytes_of(n: int) -> int:
    return (n.bit_length() + 7) // 8


def _crt(message: int, numbers: rsa.RSAPrivateNumbers) -> int:
    """RSASP1 with the Chinese remainder theorem (RFC 8017, section 5.2.1, step 2.b)."""
    first = _secret_power(message % numbers.p, numbers.dmp1, numbers.p)
    second = _secret_power(message % numbers.q, numbers.dmq1, numbers.q)
    return second + numbers.q * (numbers.iqmp * (first - second) % numbers.p)


def _secret_power(base: int, exponent: int, modulus: int) -> int:
    """Return the power; with gmpy2, where somebody installed it, six times faster and in even time."""
    if importlib.util.find_spec("gmpy2"):
        return int(importlib.import_module("gmpy2").powmod_sec(base, exponent, modulus))
    return pow(base, exponent, modulus)


def _encoded(message: bytes, bits: int, salt: bytes) -> bytes:
    """EMSA-PSS-ENCODE with SHA-384 and MGF1 (RFC 8017, section 9.1.1)."""
    length = (bits + 7) // 8
    digest = hashlib.sha384(bytes(8) + hashlib.sha384(message).digest() + salt).digest()
    block = bytes(length - len(salt) - HASH_BYTES - 2) + b"\x01" + salt
    masked = int.from_bytes(block, "big") ^ int.from_bytes(_mask(digest, len(block)), "big")
    masked &= (1 << (8 * len(block) - (8 * length - bits))) - 1
    return masked.to_bytes(len(block), "big") + digest + b"\xbc"


def _mask(seed: bytes, length: int) -> bytes:
    """MGF1 (RFC 8017, appendix B.2.1)."""
    blocks = range(-(-length // HASH_BYTES))
    return b"".join(hashlib.sha384(seed + at.to_bytes(4, "big")).digest() for at in blocks)[:length]
