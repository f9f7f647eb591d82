"""Blind signatures: RFC 9474's own vectors, and that a signature is for one message, one key and one blind alone."""

from __future__ import annotations

import json
import sys
from functools import cache
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from governance.sealing import blind

PUBLISHED = json.loads((Path(__file__).parent / "rfc9474.json").read_text(encoding="ascii"))
MESSAGE = b"a token nobody else has seen"


@cache
def issuer() -> blind.IssuerPair:
    """One key for all tests, at the least size: making one takes longer than using it."""
    return blind.new_issuer(blind.LEAST_BITS)


@cache
def published_issuer() -> blind.IssuerPair:
    """The key of appendix A."""
    p, q, e = (int(PUBLISHED[name], 16) for name in "pqe")
    d = rsa.rsa_recover_private_exponent(e, p, q)
    public = rsa.RSAPublicNumbers(e, p * q)
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
    )
    return blind.IssuerPair(
        numbers.private_key().private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        public.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    )


@pytest.mark.parametrize("vector", PUBLISHED["vectors"], ids=lambda vector: vector["name"])
def test_the_vectors_of_rfc_9474(vector: dict[str, Any]) -> None:
    """Appendix A: all four variants, every step."""
    variant, pair = blind.VARIANTS[vector["name"]], published_issuer()
    fact = {name: bytes.fromhex(vector[name]) for name in vector if name != "name"}
    assert variant.salt_bytes == len(fact["salt"])
    assert variant.randomized == bool(fact["msg_prefix"])
    prepared = fact["msg_prefix"] + fact["msg"]
    blinded = blind.blind_with(pair.public, prepared, fact["salt"], int.from_bytes(fact["inv"], "big"))
    assert blinded == blind.Blinded(fact["blinded_msg"], fact["inv"])
    assert blind.blind_sign(pair.private, blinded.message) == fact["blind_sig"]
    signature = blind.finalize(pair.public, prepared, fact["blind_sig"], fact["inv"], variant)
    assert signature == fact["sig"]
    assert blind.verify(pair.public, prepared, signature, variant)


@pytest.mark.parametrize("variant", blind.VARIANTS.values(), ids=lambda variant: variant.name)
def test_what_was_signed_unseen_holds(variant: blind.Variant) -> None:
    prepared = blind.prepare(MESSAGE, variant)
    assert prepared.endswith(MESSAGE)
    assert len(prepared) - len(MESSAGE) == (32 if variant.randomized else 0)
    blinded = blind.blind(issuer().public, prepared, variant)
    signed = blind.blind_sign(issuer().private, blinded.message)
    signature = blind.finalize(issuer().public, prepared, signed, blinded.inverse, variant)
    assert blind.verify(issuer().public, prepared, signature, variant)
    assert not blind.verify(issuer().public, prepared + b".", signature, variant)
    assert not blind.verify(issuer().public, prepared, signature[:-1] + bytes([signature[-1] ^ 1]), variant)
    assert not blind.verify(issuer().public, prepared, signature[1:], variant)
    assert not blind.verify(published_issuer().public, prepared, signature, variant)


def test_a_signature_is_as_long_as_its_key() -> None:
    """One in 256 begins with a zero; without it the number is the same, and one signature would have two spellings."""
    pair, variant, message = published_issuer(), blind.PSSZERO_DETERMINISTIC, b"38"
    signature = blind.blind_sign(pair.private, blind.blind_with(pair.public, message, b"", 1).message)
    assert signature[0] == 0, "this message was looked for until its signature began with a zero"
    assert blind.verify(pair.public, message, signature, variant)
    assert not blind.verify(pair.public, message, signature[1:], variant)
    assert not blind.verify(pair.public, message, b"\0" + signature, variant)


def test_the_same_message_never_looks_the_same_to_the_issuer() -> None:
    prepared = blind.prepare(MESSAGE)
    seen = {blind.blind(issuer().public, prepared).message for _ in range(20)}
    assert len(seen) == 20


def test_a_grant_carries_its_prefix_and_is_for_its_message() -> None:
    prepared = blind.prepare(MESSAGE)
    blinded = blind.blind(issuer().public, prepared)
    signed = blind.blind_sign(issuer().private, blinded.message)
    shown = blind.grant(prepared, blind.finalize(issuer().public, prepared, signed, blinded.inverse))
    assert blind.grant_holds(issuer().public, MESSAGE, shown)
    assert not blind.grant_holds(issuer().public, MESSAGE + b"!", shown)
    assert not blind.grant_holds(issuer().public, MESSAGE, shown[1:])
    assert not blind.grant_holds(issuer().public, MESSAGE, b"")


def test_only_the_one_who_blinded_can_take_the_blind_off() -> None:
    prepared = blind.prepare(MESSAGE)
    blinded, other = blind.blind(issuer().public, prepared), blind.blind(issuer().public, prepared)
    signed = blind.blind_sign(issuer().private, blinded.message)
    for signature, inverse in ((signed, other.inverse), (signed[1:], blinded.inverse), (signed, b"")):
        with pytest.raises(blind.NotBlindlySigned):
            blind.finalize(issuer().public, prepared, signature, inverse)


def test_the_issuer_signs_only_what_is_below_its_modulus_and_of_its_length() -> None:
    length = blind.LEAST_BITS // 8
    for wrong in (b"", b"\x00" * (length - 1), b"\x00" * (length + 1), b"\xff" * length):
        with pytest.raises(ValueError, match="no blinded message"):
            blind.blind_sign(issuer().private, wrong)


def test_a_fault_while_signing_gives_nothing_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """One wrong half of the remainder theorem and the signature would tell a factor of the key (Boneh and others)."""
    right = blind._secret_power
    p = int(PUBLISHED["p"], 16)
    monkeypatch.setattr(blind, "_secret_power", lambda b, e, m: right(b, e, m) ^ (1 if m == p else 0))
    blinded = blind.blind(published_issuer().public, blind.prepare(MESSAGE))
    with pytest.raises(blind.NotBlindlySigned):
        blind.blind_sign(published_issuer().private, blinded.message)


def test_small_keys_are_refused() -> None:
    with pytest.raises(ValueError, match="2048"):
        blind.new_issuer(1024)
    small = rsa.generate_private_key(65537, 1024)
    public = small.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert not blind.verify(public, MESSAGE, b"\x00" * 128)
    assert blind.DEFAULT_BITS == 3072


def test_keys_with_another_exponent_are_refused() -> None:
    odd = rsa.generate_private_key(3, 2048).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(ValueError, match="no issuer's key"):
        blind.blind(odd, MESSAGE)


def other_kind_of_key() -> tuple[bytes, bytes]:
    """A key of another family, private and public."""
    key = ed25519.Ed25519PrivateKey.generate()
    return (
        key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()),
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    )


def test_only_an_issuers_key_is_one() -> None:
    private, public = other_kind_of_key()
    with pytest.raises(ValueError, match="no issuer's key"):
        blind.blind_sign(private, b"x" * 256)
    with pytest.raises(ValueError, match="no issuer's key"):
        blind.check_key(public)
    blind.check_key(issuer().public)
    assert blind.public_half(issuer().private) == issuer().public


def test_a_key_that_is_too_short_or_has_another_exponent_is_no_issuers() -> None:
    with pytest.raises(ValueError, match="2048 bits or more"):
        blind.new_issuer(blind.LEAST_BITS - 1)
    for weak in (rsa.generate_private_key(65537, 1024), rsa.generate_private_key(3, 2048)):
        public = weak.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        with pytest.raises(ValueError, match="no issuer's key"):
            blind.check_key(public)


def test_a_key_of_a_family_nobody_knows_is_no_issuers() -> None:
    unknown = bytes.fromhex("300b300506032a030403020000")  # The algorithm 1.2.3.4, and an empty key.
    with pytest.raises(ValueError, match="no issuer's key"):
        blind.check_key(unknown)


def test_a_blinding_that_cannot_be_undone_is_drawn_again(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = published_issuer()
    draws = iter([int(PUBLISHED["p"], 16) - 1, 6])
    monkeypatch.setattr(blind.secrets, "randbelow", lambda _: next(draws))
    prepared = blind.prepare(MESSAGE)
    blinded = blind.blind(pair.public, prepared)
    monkeypatch.undo()
    signed = blind.blind_sign(pair.private, blinded.message)
    signature = blind.finalize(pair.public, prepared, signed, blinded.inverse)
    assert blind.verify(pair.public, prepared, signature)


def test_where_gmpy2_is_installed_it_makes_the_secret_powers(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    theirs = ModuleType("gmpy2")
    theirs.__spec__ = ModuleSpec("gmpy2", None)
    theirs.powmod_sec = lambda *numbers: asked.append(numbers) or pow(*numbers)  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "gmpy2", theirs)
    prepared = blind.prepare(MESSAGE)
    blinded = blind.blind(issuer().public, prepared)
    signed = blind.blind_sign(issuer().private, blinded.message)
    signature = blind.finalize(issuer().public, prepared, signed, blinded.inverse)
    assert blind.verify(issuer().public, prepared, signature)
    assert asked
