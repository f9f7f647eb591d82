"""Fixing the root of a closed box in the ledger, before anything is opened: from then on it cannot change unseen.

The step before is `closing.py`; the next, `opening.py`, opens the box.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots.box import sums, unordered
from governance.ballots.box.closing import ClosedBox
from governance.ballots.box.forgetting import TAKE_MARK_BACK, nothing_waits
from governance.ballots.bundle import manifests
from governance.ballots.bundle.recounting import commitment_to_voided
from governance.ballots.models import Ballot, Box, Roll
from governance.ballots.papers import envelope
from governance.ballots.passes.handed_out import issued, voided
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

NOT_YET = N_("Close the box first. Then its seal is in the ledger before anyone opens it.")
AT_ONCE = 500  # sealed ballots in memory where their hashes are enough
CHANGED = N_("The box is not as it was when it closed. Do not count it. Tell both tellers.")


@dataclass(frozen=True)
class FixedBox:
    """A closed box whose root stands in the ledger. *entry*: what the ledger holds of it, {} when it lost it."""

    ballot: Ballot
    entry: Mapping[str, Any]


def fix_root(session: Session, keys: KeyFolder, closed: ClosedBox, today: date) -> FixedBox:
    """Lay the box afresh for the last time and publish its root under a signed head. Safe to do again.

    Beside it the root of what was handed out, so that nobody can add a pass after the box was seen; a commitment to the
    sums of the roll, so that nobody can move one to another class of seat; and one to the cards that were handed back,
    so that nobody can void a card once they know what was voted with it. No numbers: how many took part is never public
    on a small board.
    """
    ballot = closed.ballot
    if ballot.box_leaf is None:
        _check_never_fixed(session, ballot)
        unordered.lay_afresh(session, Box, ballot)
        unordered.lay_afresh(session, Roll, ballot)
        handed_out = manifests.root(issued(session, keys, ballot))
        root = manifests.root(hashes_in(session, ballot))
        facts = {"ballot": ballot.number, "root": root, "issued": handed_out, "sums": sums.fix(session, keys, ballot)}
        if envelope.seal_of(ballot.manifest or {}) == envelope.SIGNED_SEAL:  # An older vote is checked as it was.
            facts["voided"] = voided_as_fixed(session, keys, ballot)
        ballot.box_leaf = ledger.append(session, "decisions", "box", facts)
        ledger.publish_head(session, keys, "decisions", today)
        nothing_waits(session, ballot, TAKE_MARK_BACK)
        session.flush()
    return fixed_before(session, closed)


def _check_never_fixed(session: Session, ballot: Ballot) -> None:
    """Refuse a box whose root stands in the ledger, whatever its row says: a second root would be of another vote.

    While a line was changed nobody knows whether it was the one of this box.
    """
    ledger.check_whole(session, "decisions")
    for _, facts in ledger.leaves(session, "decisions"):
        if facts.get("kind") == "box" and facts.get("ballot") == ballot.number:
            raise RuleRefused(CHANGED)


def fixed_before(session: Session, closed: ClosedBox) -> FixedBox:
    """Return the box whose root was fixed before. Raises RuleRefused where none was."""
    number = closed.ballot.box_leaf
    if number is None:
        raise RuleRefused(NOT_YET)
    leaf = ledger.leaf(session, "decisions", number)
    return FixedBox(closed.ballot, {} if leaf is None else leaf.facts)


def sealed_in(session: Session, ballot: Ballot) -> Sequence[bytes]:
    """Return the sealed ballots in the order of their tokens, which tells nothing of when they came.

    Each seal is another, so the same bytes under two tokens are one ballot, sent again by who holds both or has seen
    it: it lies in the box once. Otherwise two voters could make a bundle that no verifier takes.
    """
    sealed = session.scalars(select(Box.sealed).where(Box.ballot_id == ballot.id).order_by(Box.drop_tag))
    return list(dict.fromkeys(sealed))


def hashes_in(session: Session, ballot: Ballot) -> list[bytes]:
    """Return `hashes_of` what `sealed_in` returns, without holding a large box."""
    sealed = select(Box.sealed).where(Box.ballot_id == ballot.id).execution_options(yield_per=AT_ONCE)
    return list(dict.fromkeys(hashes_of(session.scalars(sealed.order_by(Box.drop_tag)))))


def hashes_of(sealed: Iterable[bytes]) -> list[bytes]:
    """Return the SHA-256 of each sealed ballot: the leaves of the box's root."""
    return [hashlib.sha256(each).digest() for each in sealed]


def check_root(fixed: FixedBox, hashes: Iterable[bytes]) -> None:
    """Refuse a box that holds anything else than when its root was fixed."""
    if manifests.root(hashes) != fixed.entry.get("root"):
        raise RuleRefused(CHANGED)


def voided_as_fixed(session: Session, keys: KeyFolder, ballot: Ballot) -> str:
    """Return the commitment to the cards that were handed back, in hexadecimal, as it stands in the box's line."""
    return commitment_to_voided(sums.salt(keys, ballot), voided(session, ballot))


def check_voided(session: Session, keys: KeyFolder, fixed: FixedBox) -> None:
    """Refuse other voided cards than when the root was fixed. An older vote fixed none."""
    if "voided" in fixed.entry and voided_as_fixed(session, keys, fixed.ballot) != fixed.entry["voided"]:
        raise RuleRefused(CHANGED)


def check_sums(fixed: FixedBox, commitment: str | None) -> None:
    """Refuse sums of the roll that are others than when the root was fixed."""
    if commitment != fixed.entry.get("sums"):
        raise RuleRefused(CHANGED)
