"""Sealing a ballot, and opening it again, with the seal that its vote takes: it stands in the manifest.

A vote that was called by an older version takes plain seals (`sealing/hpke.py`), and keeps them to its end. Every other
takes signed ones (`sealing/signed_seal.py`), so that whoever opens the box can prove what could not be counted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from governance import sealing
from governance.ballots.papers.envelope import PLAIN_SEAL, SIGNED_SEAL, box_info, seal_of
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_
from governance.sealing import signed_seal

# Every ballot is filled up to 4,096 bytes, so every sealed one of a vote has the same length.
SEALED_BYTES = {PLAIN_SEAL: 8_241, SIGNED_SEAL: 8_337}
NO_BALLOT = N_("This is no sealed ballot. Load the page again.")
NOT_ITS_OWN = N_("This ballot was not sealed by who sends it. Load the page again.")

Manifest = Mapping[str, Any]


def seal(manifest: Manifest, plain: bytes, token: bytes) -> bytes:
    """Return a ballot as it goes into the box, to be dropped under *token*."""
    public, info = bytes.fromhex(manifest["counting_key"]), box_info(manifest)
    if seal_of(manifest) == PLAIN_SEAL:
        return sealing.seal(public, plain, info)
    return signed_seal.seal(public, plain, info, token)


def check(manifest: Manifest, sealed: bytes, token: bytes) -> None:
    """Refuse what is no sealed ballot of this vote. Raises RuleRefused.

    A signed one must be signed by the key it is sealed with, and for the token it is dropped under. Otherwise somebody
    could copy a ballot, multiply its key and drop rubbish under that: the proof that nothing opens it would open the
    copied one (`docs/voting.md` 2).
    """
    seal = seal_of(manifest)
    if len(sealed) != SEALED_BYTES[seal]:
        raise RuleRefused(NO_BALLOT)
    if seal == SIGNED_SEAL and not _is_own(sealed, box_info(manifest), token):
        raise RuleRefused(NOT_ITS_OWN)


def _is_own(sealed: bytes, info: bytes, token: bytes) -> bool:
    try:
        return signed_seal.read(sealed, info).is_under(token)
    except sealing.SealBroken:
        return False


def may_be_shown(manifest: Manifest, sealed: bytes) -> bool:
    """Whether it was made so that what is in it may be shown: any plain seal, and one whose own signature holds."""
    try:
        return seal_of(manifest) == PLAIN_SEAL or bool(signed_seal.read(sealed, box_info(manifest)))
    except sealing.SealBroken:
        return False


def opener(manifest: Manifest, private: bytes) -> Callable[[bytes], bytes]:
    """Return what opens the ballots of a vote. It raises SealBroken for one that does not open."""
    kind = sealing if seal_of(manifest) == PLAIN_SEAL else signed_seal
    return kind.opener(private, box_info(manifest))


def prover(manifest: Manifest, private: bytes) -> Callable[[bytes], bytes]:
    """Return what proves of one sealed ballot what is in it. Of a plain seal nothing is shown: that is b""."""
    if seal_of(manifest) == PLAIN_SEAL:
        return lambda sealed: b""
    return signed_seal.prover(private, box_info(manifest))
