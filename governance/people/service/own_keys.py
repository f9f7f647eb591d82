"""Each account's own keys: one pair to open with, one to sign with. The card's words alone unlock them."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Set
from dataclasses import dataclass, field

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from governance import sealing
from governance.keys.keyfolder import KeyFolder
from governance.people.models import ReaderKey
from governance.people.rules import KeyRefused
from governance.permissions.roles import Role, Who
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

WRAPPED = select(ReaderKey.wrapped).where(ReaderKey.account_id == bindparam("account"))
NOT_WITH_THIS_CARD = N_("Your keys do not open with your card. Ask for a new card.")
HALF = 32  # Both private halves are 32 bytes (RFC 7748, RFC 8032).


@dataclass(frozen=True)
class OpenReader:
    """Somebody's own keys, unlocked for one request by the person who has just asked."""

    account_id: int
    roles: Set[Role]
    box_private: bytes = field(repr=False)
    sign_private: bytes = field(repr=False)


def make_own_keys(session: Session, keys: KeyFolder, account_id: int, unlock: bytes) -> ReaderKey:
    """Make, or make anew, the two pairs of *account_id*, locked under *unlock* (32 bytes)."""
    box, signer = sealing.new_pair(), sealing.new_signer()
    own = ReaderKey(
        account_id=account_id,
        box_public=box.public,
        sign_public=signer.public,
        mac=_mac(keys, account_id, box.public, signer.public),
        wrapped=sealing.lock(unlock, box.private + signer.private, _info(account_id)),
    )
    own = session.merge(own)
    session.flush()
    return own


def lock_own_keys_anew(session: Session, account_id: int, before: bytes, unlock: bytes) -> None:
    """Lock the same two pairs under *unlock* that were locked under *before*. Raises KeyRefused when that is not so."""
    own = session.get(ReaderKey, account_id)
    if own is None:
        return
    try:
        both = sealing.unlock(before, own.wrapped, _info(account_id))
    except sealing.SealBroken as broken:
        raise KeyRefused(NOT_WITH_THIS_CARD) from broken
    own.wrapped = sealing.lock(unlock, both, _info(account_id))
    session.flush()


def open_reader(session: Session, who: Who) -> OpenReader:
    """Return the keys of *who*, unlocked. Raises RuleRefused when their card does not open them."""
    wrapped = session.scalar(WRAPPED, {"account": who.account_id})
    if wrapped is None:
        raise RuleRefused(N_("Your account has no keys yet. Ask for a new card."))
    try:
        both = sealing.unlock(who.unlock, wrapped, _info(who.account_id))
    except sealing.SealBroken as broken:
        raise KeyRefused(NOT_WITH_THIS_CARD) from broken
    return OpenReader(who.account_id, who.roles, both[:HALF], both[HALF:])


def own_public(session: Session, keys: KeyFolder, account_id: int) -> ReaderKey:
    """Return the public keys of *account_id* after checking that this program made them for that account.

    Raises KeyRefused when they were put there by somebody else, RuleRefused when there are none.
    """
    own = session.get(ReaderKey, account_id)
    if own is None:
        raise RuleRefused(N_("This person has no keys yet. Make a new card for them first."))
    if not own_keys_hold(keys, own):
        raise KeyRefused(N_("This person's key was changed in the database. Do not go on. Tell who runs this."))
    return own


def box_public(session: Session, keys: KeyFolder, account_id: int) -> bytes:
    """Return the public key to seal to for *account_id*, checked. Raises KeyRefused or RuleRefused."""
    return own_public(session, keys, account_id).box_public


def own_keys_hold(keys: KeyFolder, own: ReaderKey) -> bool:
    """Whether this program made these public keys for this account."""
    return hmac.compare_digest(own.mac, _mac(keys, own.account_id, own.box_public, own.sign_public))


def _mac(keys: KeyFolder, account_id: int, box_public: bytes, sign_public: bytes) -> bytes:
    purpose = hmac.digest(keys.pepper, b"real-voice own keys v1", hashlib.sha256)
    return hmac.digest(purpose, account_id.to_bytes(8, "big") + box_public + sign_public, hashlib.sha256)


def _info(account_id: int) -> bytes:
    return b"real-voice own keys v1 " + str(account_id).encode()
