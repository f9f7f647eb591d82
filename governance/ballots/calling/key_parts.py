"""The counting key in parts, each sealed to its holder: two tellers, and the board's recovery key."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots.models import RECOVERY, Ballot, KeyPart
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people


def split_key(session: Session, keys: KeyFolder, ballot: Ballot, private: bytes, tellers: Sequence[int]) -> None:
    """Split the counting key 2 of 3: two tellers, and the board's recovery key in case one of them is lost."""
    holders = [(f"teller:{account_id}", people.box_public(session, keys, account_id)) for account_id in tellers]
    holders.append((RECOVERY, keys.need("recovery.public")))
    for (holder, public), share in zip(holders, sealing.split_secret(private), strict=True):
        sealed = sealing.seal(public, share.text.encode(), part_info(keys, ballot, holder))
        session.add(KeyPart(ballot_id=ballot.id, holder=holder, sealed=sealed))


def part_info(keys: KeyFolder, ballot: Ballot, holder: str) -> bytes:
    """Return what the seal of a key part is bound to."""
    return sealing.context(keys.programme, f"ballot-{ballot.number}", holder, "key part")
