"""Tallying an opened box: which ballots count, what they come to, and whether that is a decision.

The step before is `opening.py`; the next, `bundling.py`, puts it all into a file that anybody can count again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from governance.ballots.box import sums
from governance.ballots.box.opening import OpenedBox
from governance.ballots.box.root import check_sums, check_voided
from governance.ballots.box.shown import prove
from governance.ballots.bundle import left_out, recounting
from governance.ballots.bundle.building import Lists
from governance.ballots.models import Ballot
from governance.ballots.passes.handed_out import card_lists, issued, voided
from governance.keys.keyfolder import KeyFolder


@dataclass(frozen=True)
class TalliedBox:
    """A counted box. *tally*: the ballots sorted out and what they come to. *lists*: the cards of the vote."""

    ballot: Ballot
    tally: recounting.Tally
    lists: Lists
    with_recovery: bool


def tally(session: Session, keys: KeyFolder, opened: OpenedBox) -> TalliedBox:
    """Count what came out of a box.

    Raises RuleRefused when the sums of the roll, or the cards that were handed back, are not as they were fixed.
    """
    ballot = opened.ballot
    check_voided(session, keys, opened.fixed)
    manifest = ballot.manifest or {}
    drops, card_keys = card_lists(session, ballot)
    lists = Lists(
        [tag.hex() for tag in drops],
        [tag.hex() for tag in card_keys],
        voided(session, ballot),
        voided_fixed="voided" in opened.fixed.entry,
    )
    keys_of_cards = left_out.card_keys(lists.keys, lists.voided, manifest["election"])
    came_out = zip(opened.hashes, opened.inside, strict=True)
    found = recounting.sort_out(manifest, came_out, keys_of_cards.all, keys_of_cards.voided)
    prove(opened, found, keys_of_cards)
    roll = _roll_facts(session, keys, opened)
    return TalliedBox(ballot, recounting.tally(manifest, opened.hashes, found, roll), lists, opened.with_recovery)


def _roll_facts(session: Session, keys: KeyFolder, opened: OpenedBox) -> dict[str, Any]:
    """Return what the bundle says of the roll: its sums as they were fixed, what was handed out, and the salts."""
    ballot = opened.ballot
    handed_out = [each.hex() for each in issued(session, keys, ballot)]
    facts: dict[str, Any] = {
        **sums.fixed(session, keys, ballot),
        "salt": (ballot.voters_salt or b"").hex(),
        "issued": handed_out,
    }
    if "sums" in opened.fixed.entry:  # A box closed by an older version has no commitment to them.
        facts["sums_salt"] = sums.salt(keys, ballot)
        check_sums(opened.fixed, recounting.commitment_to_sums(facts))
    return facts
