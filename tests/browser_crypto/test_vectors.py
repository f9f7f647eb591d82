"""The scripts against published vectors, in real Chromium: its own curves and, made to, our stand-ins for them."""

from __future__ import annotations

from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.browser_crypto.conftest import Run
from tests.sealing.test_blind import PUBLISHED, published_issuer
from tests.sealing.test_hpke import BEAUTY, ODE

BOTH_WAYS = pytest.mark.parametrize("plain", [False, True], ids=["the browser's", "ours"])


@pytest.mark.parametrize("vector", PUBLISHED["vectors"], ids=lambda vector: vector["name"])
def test_blinding_is_that_of_rfc_9474(run: Run, vector: dict[str, Any]) -> None:
    """Appendix A, all four variants."""
    made = run(
        """async (spki, fact) => {
          const by = await BallotCrypto.issuer(u(spki), fact.salt.length / 2);
          const prepared = u(fact.msg_prefix + fact.msg);
          const blinded = await BallotCrypto.blind(by, prepared, u(fact.salt), u(fact.inv));
          const signature = await BallotCrypto.finalize(by, prepared, u(fact.blind_sig), blinded.inverse);
          return [h(blinded.message), h(blinded.inverse), h(signature),
            await BallotCrypto.verify(by, prepared, signature),
            await BallotCrypto.verify(by, u(fact.msg + "00"), signature)];
        }""",
        published_issuer().public,
        vector,
    )
    assert made == [vector["blinded_msg"], vector["inv"], vector["sig"], True, False]


@pytest.mark.parametrize(("exponent", "bits"), [(3, 2048), (65537, 1024)])
def test_keys_no_issuer_may_have_are_refused(run: Run, exponent: int, bits: int) -> None:
    key = rsa.generate_private_key(exponent, bits).public_key()
    spki = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert run("(spki) => BallotCrypto.issuer(u(spki)).then(() => 'taken', (wrong) => wrong.message)", spki) == (
        "not an issuer's key"
    )


@BOTH_WAYS
def test_x25519_is_that_of_rfc_7748(run: Run, plain: bool) -> None:
    """Section 5.2: two scalars and points, and the first step of the repeated one."""
    nine = "09" + "00" * 31
    facts = [
        (
            "a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4",
            "e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c",
            "c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552",
        ),
        (
            "4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d",
            "e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493",
            "95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957",
        ),
        (nine, nine, "422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079"),
    ]
    for scalar, point, shared in facts:
        assert run("async (k, p, own) => h(await BallotCrypto.x25519(u(k), u(p), own))", scalar, point, plain) == shared


@BOTH_WAYS
def test_ed25519_is_that_of_rfc_8032(run: Run, plain: bool) -> None:
    """Section 7.1, tests 1 to 3."""
    facts = [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
            "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
            "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
            "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
        ),
    ]
    for seed, public, message, signature in facts:
        made = run(
            """async (seed, message, own) => {
              const mine = await BallotCrypto.ed25519Public(u(seed), own);
              const signature = await BallotCrypto.sign(u(seed), u(message), own);
              const off = signature.slice(); off[63] ^= 1;
              return [h(mine), h(signature), await BallotCrypto.signatureHolds(mine, u(message), signature, own),
                await BallotCrypto.signatureHolds(mine, u(message + "00"), signature, own),
                await BallotCrypto.signatureHolds(mine, u(message), off, own),
                await BallotCrypto.signatureHolds(mine.slice(1), u(message), signature, own)];
            }""",
            seed,
            message,
            plain,
        )
        assert made == [public, signature, True, False, False, False]


def test_hkdf_is_that_of_rfc_5869(run: Run) -> None:
    """Appendix A, cases 1 and 3."""
    derive = "async (ikm, salt, info) => h(await BallotCrypto.hkdf(u(ikm), u(salt), u(info), 42))"
    assert run(derive, "0b" * 22, "000102030405060708090a0b0c", "f0f1f2f3f4f5f6f7f8f9") == (
        "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
    )
    assert run(derive, "0b" * 22, "", "") == (
        "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"
    )


@BOTH_WAYS
def test_hpke_is_that_of_rfc_9180(run: Run, plain: bool) -> None:
    """The published vector of our suite: AES-256-GCM, base mode, its first message."""
    sealed = run(
        """async (receiver, ephemeral, words, info, aad, plain) =>
          h(await BallotCrypto.hpkeSeal(u(receiver), u(words), u(info),
            { plain, ephemeral: u(ephemeral), aad: u(aad) }))""",
        "ac66bae9ffa270cf4a89ed9f274e30c0456babae2572aaaf002ff0d8884ab018",
        "28e212563a8b6f068af7ff17400ff1baf23612b7a738bbaf5dfb321b2b5b431a",
        BEAUTY,
        ODE,
        b"Count-0",
        plain,
    )
    assert sealed[64:] == "23ded2d5d90ea89d975dac4792b297240f194952d7421aacbff0474100052b6bb8aa58d18ef6c42b6960e2e28f"


def test_canonical_json_is_that_of_rfc_8785(run: Run) -> None:
    """Its section 3.2 in the part that ballots use, beside the Python library."""
    value = {"b": [1, -2, 0, 9007199254740991], "a": {"\u20ac": '\u000f\n"\\/€', "1": "é", "": []}, "A": "ñ😀\u2028"}
    assert run("(value) => BallotCrypto.canonical(value)", value).encode() == rfc8785.dumps(value)
    refused = """(wrong) => ["half \ud800", 0.5, 2 ** 53, null, undefined, new Date()].map((each) => {
      try { return BallotCrypto.canonical([each]); } catch { return "refused"; } })"""
    assert set(run(refused)) == {"refused"}
