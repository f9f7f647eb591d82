"""A voter's credential: a drop token that lets a ballot in, and a ballot key that signs it inside the seal.

Neither leads to a person or to the other. A drawn card holds both in one code: each is derived from it under its own
label (HKDF-SHA256, RFC 5869), so whoever sees the token learns no key. Source: `docs/design.md` 6.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from governance.ballots.passes.card_letters import CODE_LETTERS, GROUP, LETTERS, letters_in, new_letters
from governance.sealing.raw import public_bytes

TOKEN_BYTES = 32
TRACKER_LETTERS = 10
DROP = "real-voice drop v1"
BALLOT_KEY = "real-voice ballot key v1"


def election_id(programme: str, number: int) -> str:
    """Return the name of an election, to which every credential and every seal is bound."""
    return f"{programme}/ballot-{number}"


def new_code() -> str:
    """Return a fresh card code: twenty letters, the last two of which check the others."""
    return new_letters()


def in_groups(letters: str) -> str:
    """Return a code as it is printed: groups of four."""
    return " ".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def read_code(typed: str) -> str:
    """Return the letters of a typed code, forgiving spaces, dashes, case, 0, 1 and 8; "" when it is none."""
    return _letters_in(typed, CODE_LETTERS)


def read_tracker(typed: str) -> str:
    """Return the letters of a typed tracker, as forgiving as `read_code`; "" when it is none."""
    return _letters_in(typed, TRACKER_LETTERS)


def _letters_in(typed: str, number: int) -> str:
    letters = letters_in(typed[:100])
    return letters if len(letters) == number and set(letters) <= set(LETTERS) else ""


@dataclass(frozen=True)
class Credential:
    """What one voter holds for one election: the token for the box, and the seed of the Ed25519 ballot key."""

    drop_token: bytes = field(repr=False)
    seed: bytes = field(repr=False)

    @property
    def drop_tag(self) -> bytes:
        """SHA-256 of the drop token: under it the ballot lies in the box, and a card stands on the manifest's list."""
        return hashlib.sha256(self.drop_token).digest()

    @property
    def public(self) -> bytes:
        """The public half of the ballot key, 32 bytes (RFC 8032)."""
        return public_bytes(Ed25519PrivateKey.from_private_bytes(self.seed).public_key())

    @property
    def key_tag(self) -> bytes:
        """SHA-256 of the public key: so a card's key stands on the manifest's other list."""
        return hashlib.sha256(self.public).digest()

    @property
    def tracker(self) -> str:
        """By which the voter finds the ballot in the result."""
        return tracker_of(self.public)

    def sign(self, message: bytes) -> bytes:
        """Return the ballot key's signature of *message*, 64 bytes."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


def from_secret(secret: bytes, election: str) -> Credential:
    """Return the credential that a card or a pass with this *secret* stands for in *election*."""
    return Credential(_derived(secret, f"{DROP} {election}"), _derived(secret, f"{BALLOT_KEY} {election}"))


def from_code(code: str, election: str) -> Credential:
    """Return the credential of the card with this *code* (twenty letters, as `read_code` gives them)."""
    return from_secret(code.encode(), election)


def _derived(secret: bytes, label: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=TOKEN_BYTES, salt=None, info=label.encode()).derive(secret)


def tracker_of(public: bytes) -> str:
    """Return the tracker of a ballot key: the first ten base32 letters of its SHA-256 (50 bits)."""
    return base64.b32encode(hashlib.sha256(public).digest()).decode()[:TRACKER_LETTERS]


# What issuers sign. Both messages are bound to the election, and neither can be taken for the other.


def drop_message(election: str, drop_token: bytes) -> bytes:
    """Return what an issuer signs for a drop token."""
    return hashlib.sha256(DROP.encode() + election.encode() + drop_token).digest()


def key_message(election: str, public: bytes) -> bytes:
    """Return what an issuer signs for a ballot key."""
    return hashlib.sha256(BALLOT_KEY.encode() + election.encode() + public).digest()
