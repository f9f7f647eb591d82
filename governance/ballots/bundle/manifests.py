"""The manifest: everything that decides an election, fixed in the ledger before it opens.

What could point to a person (who may vote, seats by class) stands in it only as a root or a salted commitment.
Sources: `docs/design.md` 6; `docs/voting.md` 2.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from governance.ballots.bundle.canonical import canonical
from governance.ballots.passes.credential import drop_message, key_message
from governance.board.charter import Charter
from governance.ledger.rules import entry, root_of
from governance.sealing import blind

QUORUM = (
    "fewest_to_decide",
    "left_after_stepping_out",
    "least_yes",
)  # The charter's whole numbers that the outcome needs.
BY_SERVER = "by-server"  # An Ed25519 issuer that sees what it signs: a pass the server makes, which rests on trust.
BLIND = "rfc9474"  # An issuer that signs blind, with one RSA key for drop tokens and another for ballot keys.
APART, ON_THE_SERVER = "apart", "server"  # Where the halves of the counting key are: it rests on trust on the server.


def charter_as_data(charter: Charter, number: int) -> dict[str, Any]:
    """Return the charter's numbers that the quorum needs, and which version of it they are from."""
    numbers = {name: getattr(charter, name) for name in QUORUM}
    return {"number": number, "quorum_share": str(charter.quorum_share), **numbers}


def charter_from_data(data: Mapping[str, Any]) -> Charter:
    """Return a charter with the numbers of a manifest; the others do not matter to a count."""
    return Charter(quorum_share=Fraction(data["quorum_share"]), **{name: data[name] for name in QUORUM})


def roll_leaf(salt: bytes, election: str, member: int) -> bytes:
    """Return one leaf of the roll. Only who knows its salt can tell whose it is."""
    return hashlib.sha256(salt + election.encode() + str(member).encode()).digest()


def root(leaves: Iterable[bytes]) -> str:
    """Return the root over *leaves*, sorted by themselves, in hexadecimal (RFC 6962)."""
    return root_of(sorted(leaves)).hex()


def issuance(leaf: bytes, issued: bytes) -> bytes:
    """Return the entry of one card or pass that was handed out. It is salted by the leaf of the roll that it is for."""
    return hashlib.sha256(b"real-voice issuance\x00" + leaf + issued).digest()


def commitment(salt: bytes, facts: object) -> str:
    """Return a salted commitment to *facts*, in hexadecimal."""
    return hashlib.sha256(b"real-voice commitment\x00" + salt + canonical(facts)).hexdigest()


def size_salt(salt: bytes) -> bytes:
    """Return what opens the size of a roll alone, made from the salt that opens its seats by class as well."""
    return hashlib.sha256(b"real-voice roll size\x00" + salt).digest()


def roll_as_data(manifest: Mapping[str, Any], salt: bytes, size: int) -> dict[str, Any]:
    """Return what *manifest* tells of the size of its roll: a salted commitment, which the whole bundle opens.

    The public learns no size: beside a result it would tell that somebody stepped out, or that all took part. A
    manifest of an older version has the size itself (`roll_size`), and keeps it when it is laid afresh.
    """
    if "roll_size" in manifest:
        return {"roll_size": size}
    return {"roll_commitment": commitment(size_salt(salt), {"size": size})}


def roll_size(manifest: Mapping[str, Any], opening: Mapping[str, Any]) -> int:
    """Return the size of the roll of *manifest*, from what opens it: `size` and `salt`.

    Raises ValueError, KeyError or TypeError where that is not the size which the manifest fixed.
    """
    size = manifest["roll_size"] if "roll_size" in manifest else opening["size"]
    if type(size) is not int or size < 0:
        raise ValueError("The size of a roll is a whole number.")
    if "roll_size" not in manifest:
        fixed = commitment(bytes.fromhex(opening["salt"]), {"size": size})
        if fixed != manifest["roll_commitment"]:
            raise ValueError("The roll has another size than the manifest says.")
    return size


def cards_as_data(manifest: Mapping[str, Any], drops: Sequence[bytes], keys: Sequence[bytes]) -> dict[str, Any]:
    """Return what *manifest* tells of its cards: the roots of their two lists. The lists themselves go into the bundle.

    How many were made is not told, as it follows from the size of the roll. An older manifest has it, and keeps it.
    """
    made = {"made": len(drops)} if "made" in manifest.get("cards", {}) else {}
    return {**made, "drops": root(drops), "keys": root(keys)}


def words_fixed(manifest: Mapping[str, Any]) -> list[str]:
    """Return the line that tells the hash of the words voted on; none of an older vote, whose manifest has no hash.

    Raises ValueError for what is no hash: it is printed, so a word there could add lines.
    """
    if "words" not in manifest:
        return []
    if not re.fullmatch("[0-9a-f]{64}", manifest["words"]):
        raise ValueError("The hash of the words is 64 hexadecimal digits.")
    return [f"SHA-256 of the words voted on, to compare with the file of words on the vote's page: {manifest['words']}"]


def leaf_body(manifest: Mapping[str, Any], kind: str = "manifest") -> bytes:
    """Return the ledger's entry that holds *manifest*, byte for byte."""
    return canonical(entry("decisions", kind, manifest))


def grants_hold(manifest: Mapping[str, Any], ballot: Mapping[str, Any], card_keys: frozenset[str]) -> bool:
    """Whether the ballot's key was let in: it is a card's, or every issuer of one kind in the manifest signed for it.

    A ballot without grants must be a card's. With grants there is one of each issuer that is not the server itself,
    or the server's own. Each kind of issuer has its check in `CHECKS`.
    """
    public = bytes.fromhex(ballot["key"])
    grants = ballot["grants"]
    if not grants:
        return hashlib.sha256(public).hexdigest() in card_keys
    message = key_message(manifest["election"], public)
    apart = issuers_apart(manifest)
    alone = [[each] for each in manifest["issuers"] if each["kind"] == BY_SERVER]
    return any(_all_signed(issuers, "key", message, grants) for issuers in ([apart] if apart else []) + alone)


def issuers_apart(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the issuers that do not see what they sign: this programme, and behind it a partner where there is one."""
    return [each for each in manifest["issuers"] if each["kind"] != BY_SERVER]


def server_signs(manifest: Mapping[str, Any]) -> bool:
    """Whether the server alone can let a pass in that it made itself. With a partner in the manifest it cannot."""
    return any(each["kind"] == BY_SERVER for each in manifest["issuers"])


def drop_grants_hold(manifest: Mapping[str, Any], drop_token: bytes, grants: Sequence[str]) -> bool:
    """Whether every issuer that signs blind let this drop token in. A card has no grants, and its own list."""
    apart = issuers_apart(manifest)
    return bool(apart) and _all_signed(apart, "drop", drop_message(manifest["election"], drop_token), grants)


def _all_signed(
    issuers: Sequence[Mapping[str, Any]], purpose: str, message: bytes, grants: Sequence[str]
) -> bool:  # fmt: skip
    return len(grants) == len(issuers) and all(
        each["kind"] in CHECKS and CHECKS[each["kind"]](each, purpose, message, grant)
        for each, grant in zip(issuers, grants, strict=True)
    )


def _ed25519_holds(issuer: Mapping[str, Any], purpose: str, message: bytes, grant: str) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(issuer[purpose]))
        key.verify(base64.b64decode(grant, validate=True), message)
    except (InvalidSignature, ValueError):
        return False
    return True


def _blind_holds(issuer: Mapping[str, Any], purpose: str, message: bytes, grant: str) -> bool:
    try:
        key, shown = base64.b64decode(issuer[purpose], validate=True), base64.b64decode(grant, validate=True)
    except ValueError:
        return False
    return issuer["variant"] == blind.PASSES.name and blind.grant_holds(key, message, shown)


CHECKS = {BY_SERVER: _ed25519_holds, BLIND: _blind_holds}
