"""What each leaf of the intake ledger opens as: its commitment, and the mark by which a row made by hand is known."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid

from governance import sealing
from governance.feedback import rules
from governance.feedback.models import IntakeLeaf
from governance.feedback.service.beside import Beside
from governance.keys.keyfolder import KeyFolder


def digest_of(sealed: bytes) -> bytes:
    """Return what a commitment is made of: the SHA-256 of the sealed message."""
    return hashlib.sha256(sealed).digest()


def opening_of(message_id: uuid.UUID, intake_key_id: uuid.UUID, sealed: bytes) -> IntakeLeaf:
    """Return a fresh opening for a message; it gets its number and its mark when the leaf is in the ledger."""
    return opening_of_digest(message_id, intake_key_id, digest_of(sealed))


def opening_of_digest(message_id: uuid.UUID, intake_key_id: uuid.UUID, digest: bytes) -> IntakeLeaf:
    """Return a fresh opening for what has this *digest*."""
    return IntakeLeaf(
        fate=rules.Fate.MESSAGE,
        message_id=message_id,
        intake_key_id=intake_key_id,
        salt=secrets.token_bytes(32),
        digest=digest,
    )


def dummy() -> IntakeLeaf:
    """Return an opening of nothing."""
    return IntakeLeaf(fate=rules.Fate.DUMMY, salt=secrets.token_bytes(32))


def commitment_of(leaf: IntakeLeaf) -> bytes:
    """Return the commitment an opening gives; what the ledger holds must be the same."""
    if leaf.fate is rules.Fate.DUMMY:
        return sealing.dummy_commitment(leaf.salt or b"")
    return sealing.commitment(leaf.salt or b"", leaf.digest or b"")


def sign(keys: KeyFolder, leaf: IntakeLeaf, beside: Beside | None) -> None:
    """Mark an opening as made by this program. *beside*: its message's, or None when there is no message any more."""
    leaf.mac = _mac(keys, leaf, _said(beside))


def holds(keys: KeyFolder, leaf: IntakeLeaf, beside: Beside | None) -> bool:
    """Whether this program made this opening, for a message that has this *beside* it, and nobody changed it since.

    One that an older program made says nothing of where it was put, and one that is older still nothing of what may be
    shown.
    """
    said = _said(beside)
    ours = [_mac(keys, leaf, said[:much]) for much in range(1, len(said) + 1)]
    return any(hmac.compare_digest(leaf.mac or b"", each) for each in ours)


def _said(beside: Beside | None) -> tuple[object, ...]:
    return (beside.week, beside.consent, beside.where) if beside else (None,)


def _mac(keys: KeyFolder, leaf: IntakeLeaf, said: tuple[object, ...]) -> bytes:
    """Return the mark: keyed by a secret outside the database, so that a change by SQL shows."""
    key = hmac.digest(keys.pepper, b"real-voice intake openings v1", hashlib.sha256)
    digests = [part.hex() if part else "" for part in (leaf.digest, leaf.passed_on)]
    parts = (leaf.number, leaf.fate, leaf.message_id, leaf.intake_key_id, *digests, *said)
    return hmac.digest(key, "|".join(map(str, parts)).encode(), hashlib.sha256)
