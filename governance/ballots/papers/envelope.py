"""What lies inside the seal: a ballot signed by its key, the same for cards, passes and paper.

Canonical JSON, filled up with spaces to 4,096 bytes, so that a long ballot and a short one look alike.
"""

from __future__ import annotations

import base64
import json
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from governance.ballots.bundle.canonical import canonical
from governance.ballots.papers import choices, ranking
from governance.ballots.passes.credential import Credential

BALLOT_BYTES = 4096
NONCE_BYTES = 16
VERSION = 1
PLAIN_SEAL, SIGNED_SEAL = 1, 2  # The second is signed by its own key, so that what did not open can be proved.
FIELDS = frozenset({"v", "election", "key", "grants", "seq", "choice", "nonce", "signature"})
UNSIGNED = frozenset({"signature", "ranks"})  # Of a ranking its chain is signed by its head alone (`ranking.py`).
HEX_KEY, HEX_NONCE = re.compile(r"[0-9a-f]{64}"), re.compile(r"[0-9a-f]{32}")

NOT_WRITTEN = "It is not written as a ballot."
OTHER_VOTE = "It belongs to another vote."
NOT_SIGNED = "Its signature does not hold."
OTHER_ORDER = "Its order is not the one that was signed."
REASONS = frozenset({NOT_WRITTEN, OTHER_VOTE, NOT_SIGNED, OTHER_ORDER})

Ballot = Mapping[str, Any]


class Unreadable(Exception):
    """This is no ballot of the election. The message is the reason, in one sentence for the result bundle."""


def seal_of(manifest: Mapping[str, Any]) -> int:
    """Return which seal the ballots of a vote have. A manifest of an older version says nothing of it.

    Raises ValueError for one that there is not.
    """
    seal = manifest.get("seal", PLAIN_SEAL)
    if type(seal) is not int or seal not in (PLAIN_SEAL, SIGNED_SEAL):
        raise ValueError("There is no such seal.")
    return seal


def is_signed(info: bytes) -> bool:
    """Whether the seals that are bound to this `info` are signed."""
    return info.startswith(f"real-voice ballot v{SIGNED_SEAL} ".encode())


def box_info(manifest: Mapping[str, Any]) -> bytes:
    """Return what the seals of a vote's ballots are bound to (the `info` of RFC 9180)."""
    return f"real-voice ballot v{seal_of(manifest)} {manifest['election']}".encode()


def signed(
    credential: Credential, election: str, choice: Mapping[str, Any], *, seq: int = 0, grants: Sequence[str] = ()
) -> bytes:
    """Return a ballot as it is sealed: signed and filled up. Raises ValueError when the choice is too long.

    Of a ranking ("p1", "p2" …) the choice is the head of its chain, and the chain lies beside it.
    """
    chain = ranking.links(choices.ranked(choice)) if "p1" in choice else None
    said = {"ranks": ranking.head(chain), **choices.name_on(choice)} if chain else dict(choice)
    ballot: dict[str, Any] = {
        "v": VERSION,
        "election": election,
        "key": credential.public.hex(),
        "grants": list(grants),
        "seq": seq,
        "choice": said,
        "nonce": secrets.token_hex(NONCE_BYTES),
    }
    ballot["signature"] = base64.b64encode(credential.sign(canonical(ballot))).decode()
    written = canonical({**ballot, "ranks": chain} if chain else ballot)
    if len(written) > BALLOT_BYTES:
        raise ValueError(f"A ballot has at most {BALLOT_BYTES} bytes.")
    return written.ljust(BALLOT_BYTES)


def read(plain: bytes, election: str) -> dict[str, Any]:
    """Return the ballot that *plain* holds, its form and its signature checked. Raises Unreadable."""
    written = plain.rstrip(b" ")
    try:
        ballot = json.loads(written)
        same = isinstance(ballot, dict) and canonical(ballot) == written
    except (ValueError, RecursionError) as broken:
        raise Unreadable(NOT_WRITTEN) from broken
    if not same or len(plain) != BALLOT_BYTES:
        raise Unreadable(NOT_WRITTEN)
    check(ballot, election)
    if "ranks" in ballot and not ranking.is_whole(ballot["ranks"]):
        raise Unreadable(NOT_WRITTEN)
    return dict(ballot)


def check(ballot: Ballot, election: str) -> None:
    """Refuse a ballot of another form or election, or whose signature does not hold. Raises Unreadable."""
    if set(ballot) - {"ranks"} != FIELDS or ballot["v"] != VERSION or not _has_form(ballot):
        raise Unreadable(NOT_WRITTEN)
    if ballot["election"] != election:
        raise Unreadable(OTHER_VOTE)
    unsigned = {name: value for name, value in ballot.items() if name not in UNSIGNED}
    try:
        signature = base64.b64decode(ballot["signature"], validate=True)
        if base64.b64encode(signature).decode() != ballot["signature"]:
            raise Unreadable(NOT_SIGNED)  # Of 64 bytes the last letter has bits that say nothing.
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(ballot["key"])).verify(signature, canonical(unsigned))
    except (InvalidSignature, ValueError) as broken:
        raise Unreadable(NOT_SIGNED) from broken
    if "ranks" in ballot and ballot["choice"].get("ranks") != ranking.head(ballot["ranks"]):
        raise Unreadable(OTHER_ORDER)


def _has_form(ballot: Ballot) -> bool:
    texts = [ballot[name] for name in ("election", "key", "nonce", "signature")]
    return (
        all(isinstance(text, str) for text in texts)
        and bool(HEX_KEY.fullmatch(ballot["key"]))
        and bool(HEX_NONCE.fullmatch(ballot["nonce"]))
        and type(ballot["seq"]) is int
        and 0 <= ballot["seq"] < 2**53
        and isinstance(ballot["choice"], dict)
        and ("ranks" not in ballot or ranking.has_form(ballot["ranks"]))
        and isinstance(ballot["grants"], list)
        and all(isinstance(grant, str) for grant in ballot["grants"])
    )
