"""Bundling a tally: the one file of the result, and the parts of it that the public and the members may see.

The step before is `tallying.py`; the next, `publishing.py`, puts its hash into the ledger and keeps it for the pages.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import privacy
from governance.ballots.box.tallying import TalliedBox
from governance.ballots.bundle.building import build, for_the_public, may_be_public
from governance.ballots.bundle.canonical import canonical
from governance.ballots.models import Ballot
from governance.ballots.result.disclosure import Disclosure
from governance.board import service as board
from governance.board.rules import SeatClass
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.ledger.models import Leaf
from governance.ledger.rules import inclusion_proof
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_


@dataclass(frozen=True)
class BundledBox:
    """The result of a vote in files. *whole*: everything a recount needs, and *digest* its SHA-256.

    *for_members* is None where they too learn the outcome alone; *for_all* is what everyone may fetch.
    """

    ballot: Ballot
    whole: dict[str, Any]
    digest: str
    for_all: bytes
    for_members: bytes | None
    with_recovery: bool

    @property
    def disclosure(self) -> Disclosure:
        """Who may see the ballots, as the manifest has it."""
        return Disclosure(self.whole["manifest"]["disclosure"])


def bundle(session: Session, keys: KeyFolder, tallied: TalliedBox) -> BundledBox:
    """Return the result bundle of a counted box, with the proofs that its manifest and its root are in the ledger."""
    ballot = tallied.ballot
    proofs = _in_the_ledger(session, keys, ballot)
    manifest = ballot.manifest or {}
    whole = build(manifest, proofs, tallied.lists, tallied.tally, lambda text: ledger.sign_closed(keys, text))
    body, level = canonical(whole), Disclosure(manifest["disclosure"])
    digest = hashlib.sha256(body).hexdigest()
    seen_by_all = level is Disclosure.FULL and may_be_public(whole, privacy.FLOOR, _seats(session, ballot))
    return BundledBox(
        ballot,
        whole,
        digest,
        for_all=body if seen_by_all else canonical(for_the_public(whole, digest)),
        for_members=None if level is Disclosure.OUTCOME else body,
        with_recovery=tallied.with_recovery,
    )


def _seats(session: Session, ballot: Ballot) -> dict[str, int]:
    """Return how many seats with a vote the charter had when the vote opened, by class."""
    charter = board.charter_numbered(session, ballot.charter_number)
    return {each.value: charter.seats_of(each, alternate=False) for each in SeatClass}


def _in_the_ledger(session: Session, keys: KeyFolder, ballot: Ballot) -> dict[str, Any]:
    """Return the proofs that the manifest and the box root are in the ledger, under its newest signed head."""
    head = ledger.head(session, "decisions")
    if head is None:
        raise RuleRefused(N_("The ledger has no signed head yet. Tell who runs this."))
    wanted = select(Leaf.hash).where(Leaf.log == "decisions", Leaf.number < head.size).order_by(Leaf.number)
    hashes = session.scalars(wanted).all()
    entries = {"manifest": ballot.manifest_leaf or 0, "box": ballot.box_leaf or 0}
    proofs = {
        what: {"number": number, "proof": [each.hex() for each in inclusion_proof(hashes, number)]}
        for what, number in entries.items()
    }
    return {"key": ledger.verifier_key(keys, "decisions"), "checkpoint": head.note, **proofs}
