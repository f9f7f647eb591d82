"""The papers that pass between two organisations that both sign passes blind: a voucher, what is asked, what is signed.

Whoever holds a vote gives each member who takes a pass a voucher: "this is one line of the roll, and this the hash of
what it asks you to sign". The partner believes it by the key and the root in the manifest, and signs once for a line.
It learns a salted leaf of the roll, and nothing of whose it is or what it signs (`docs/voting.md` 1
and 2). The member's own device carries everything, as text or in a link; the two servers never speak to each other.

Nothing that waits for the partner is stored where the vote is held: a batch of blinded messages kept there would tell
who took a pass and who a card, which the roll does not tell.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from governance import sealing
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.manifests import BLIND
from governance.ledger.rules import inclusion_proof, verify_inclusion
from governance.sealing import blind

PURPOSES = ("drop", "ballot")
ASKS, SIGNED = "RVASK1:", "RVSIGN1:"  # How the texts begin: static/ballots/passes.js writes one and reads the other.
NO_ADDRESS = "An address looks like: https://voice.example.org."
LOCAL = ("localhost", "127.0.0.1")


@dataclass(frozen=True)
class ToSign:
    """What a member's device asks the partner: the voucher, and for each purpose one blinded message in base64."""

    voucher: Mapping[str, Any]
    blinded: Mapping[str, str]


def whole_address(typed: str) -> str:
    """Return the address of a programme without the slash behind it. Raises ValueError for what is none."""
    parts = urlsplit(typed)
    safe = parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)
    if not safe or not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        raise ValueError(NO_ADDRESS)
    return typed.rstrip("/")


def issuer_id(issuer: Mapping[str, Any]) -> str:
    """Return by which name a partner finds its keys again: from the public half for drop tokens, 16 hex digits."""
    return hashlib.sha256(base64.b64decode(issuer["drop"], validate=True)).hexdigest()[:16]


def check_issuer(issuer: Mapping[str, Any]) -> None:
    """Raise ValueError, KeyError or TypeError unless this is a whole entry of a partner for the manifest's list."""
    if set(issuer) != {"kind", "variant", "drop", "key", "name", "address"}:
        raise ValueError("An issuer has other fields.")
    if issuer["kind"] != BLIND or issuer["variant"] != blind.PASSES.name or issuer["drop"] == issuer["key"]:
        raise ValueError("An issuer signs blind, with two keys.")
    if not isinstance(issuer["name"], str) or whole_address(issuer["address"]) != issuer["address"]:
        raise ValueError("An issuer has a name and an address.")
    for purpose in ("drop", "key"):
        blind.check_key(base64.b64decode(issuer[purpose], validate=True))


def digest_of(blinded: Mapping[str, str]) -> str:
    """Return the hash of the blinded messages that a voucher is for, in hexadecimal."""
    return hashlib.sha256(b"real-voice asked\x00" + canonical(dict(blinded))).hexdigest()


def write(seed: bytes, election: str, partner: str, leaves: Sequence[bytes], leaf: bytes, asked: str) -> dict[str, Any]:
    """Return the voucher for one *leaf* among the roll's sorted *leaves*, signed with the Ed25519 key of *seed*."""
    number = leaves.index(leaf)
    proof = [each.hex() for each in inclusion_proof(leaves, number)]
    said = {"election": election, "partner": partner, "leaf": leaf.hex(), "number": number, "proof": proof}
    voucher = {**said, "asked": asked}
    return {**voucher, "signature": sealing.sign(seed, _signed(voucher)).hex()}


def holds(manifest: Mapping[str, Any], to_sign: ToSign) -> bool:
    """Whether the voucher is one of this manifest's vote, for a line of its roll and for just these messages.

    Anything malformed is a no.
    """
    try:
        voucher = dict(to_sign.voucher)
        signature = bytes.fromhex(voucher.pop("signature"))
        leaf, proof = bytes.fromhex(voucher["leaf"]), [bytes.fromhex(each) for each in voucher["proof"]]
        size, root = manifest["roll_size"], bytes.fromhex(manifest["roll_root"])
        return (
            voucher["election"] == manifest["election"]
            and voucher["asked"] == digest_of(to_sign.blinded)
            and verify_inclusion(leaf, voucher["number"], size, proof, root)
            and sealing.signature_holds(bytes.fromhex(manifest["vouchers"]), _signed(voucher), signature)
        )
    except (ValueError, TypeError, KeyError, AttributeError):
        return False


def _signed(voucher: Mapping[str, Any]) -> bytes:
    return b"real-voice voucher\x00" + canonical(dict(voucher))


def read_to_sign(text: str) -> ToSign:
    """Return what a device asks, from its text. Raises ValueError for anything else."""
    said = _read(ASKS, text)
    try:
        blinded = {purpose: said["blinded"][purpose] for purpose in PURPOSES}
        if not isinstance(said["voucher"], dict) or not all(isinstance(each, str) for each in blinded.values()):
            raise ValueError("This asks for nothing.")
        return ToSign(said["voucher"], blinded)
    except (TypeError, KeyError) as wrong:
        raise ValueError("This asks for nothing.") from wrong


def signed_text(election: str, signatures: Mapping[str, bytes]) -> str:
    """Return the partner's blind signatures as the text that the member's device takes in."""
    said = {purpose: base64.b64encode(each).decode() for purpose, each in signatures.items()}
    return SIGNED + base64.b64encode(canonical({"v": 1, "election": election, **said})).decode()


def _read(mark: str, text: str) -> dict[str, Any]:
    letters = "".join(text.split())
    if not letters.startswith(mark):
        raise ValueError("This begins in another way.")
    try:
        said = json.loads(base64.b64decode(letters.removeprefix(mark), validate=True))
    except RecursionError as deep:
        raise ValueError("This is too deep.") from deep
    if not isinstance(said, dict) or said.get("v") != 1:
        raise ValueError("This is of another version.")
    return said
