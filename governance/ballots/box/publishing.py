"""Publishing a bundle, the last step of the count: its hash goes into the ledger, and the pages get what they may show.

The step before is `bundling.py`. `ballots/result/reading.py` reads what is kept here.
"""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots import rules
from governance.ballots.box.bundling import BundledBox
from governance.ballots.bundle import manifests
from governance.ballots.bundle.recounting import ROLL_SIDES
from governance.ballots.models import RECOVERY, Ballot, Bundle, Count, KeyPart
from governance.ballots.result.disclosure import Disclosure
from governance.ballots.result.outcome import Result
from governance.counting.decided import ConsensusLevel
from governance.counting.telling.ties import lot_decided, won_by_lot
from governance.ledger import note
from governance.ledger import service as ledger
from governance.storage.text import plain

SALT = 32  # bytes


def publish(session: Session, bundled: BundledBox) -> Count:
    """Put the result into the ledger, keep it for those who may see it, and return the count for the pages.

    Where the box was opened with the board's recovery part, the ledger and the pages say so.
    """
    count = _count(bundled)
    count.leaf = _put_into_the_ledger(session, bundled, commitment_to_count(count))
    session.add(Bundle(ballot_id=bundled.ballot.id, public=bundled.for_all, whole=bundled.for_members))
    session.add(count)
    session.flush()
    _take_parts_back(session, bundled.ballot)
    return count


def commitment_to_count(count: Count) -> str:
    """Return the salted commitment to all that the pages may show of *count*, in hexadecimal.

    The ballots are forgotten, the totals stay. By this nobody can change them afterwards, and nobody can guess them.
    """
    shown = {name: getattr(count, name) for name in ("counts", "roll", "sentences", "account", "invalid")}
    return manifests.commitment(count.salt or b"", shown)


def _put_into_the_ledger(session: Session, bundled: BundledBox, numbers: str) -> int:
    whole = bundled.whole
    public = hashlib.sha256(bundled.for_all).hexdigest()
    closed = note.read_checkpoint(note.split(whole["closed"])[0]).root.hex()
    facts = {"ballot": bundled.ballot.number, "result": whole["result"], "box": whole["box_root"]}
    if bundled.with_recovery:
        facts["opened_with"] = RECOVERY
    files = {"closed": closed, "digest": bundled.digest, "public": public, "numbers": numbers}
    return ledger.append(session, "decisions", "result", {**facts, **files})


def _count(bundled: BundledBox) -> Count:
    """Return what the pages may show of the count."""
    whole, only_outcome = bundled.whole, bundled.disclosure is Disclosure.OUTCOME
    numbers = {"counts": whole["counts"], "sentences": whole["in_words"], "account": whole["account"]}
    if only_outcome:  # Then the members too learn what it came to, and no number of it.
        account = whole["account"]
        winners = {"winners": account["winners"], "by_lot": lot_decided(account)}
        if by_lot := won_by_lot(account):
            winners["won_by_lot"] = by_lot
        numbers = {"counts": {}, "sentences": whole["in_words"][-1:], "account": winners}
    return Count(
        ballot_id=bundled.ballot.id,
        result=Result(whole["result"]),
        **numbers,
        roll={name: whole["roll"][name] for name in ROLL_SIDES},
        invalid=0 if only_outcome else len(whole["invalid"]),
        blocks=[] if only_outcome else _blocks(bundled),
        with_recovery=bundled.with_recovery,
        salt=secrets.token_bytes(SALT),
    )


def _blocks(bundled: BundledBox) -> list[list[str]]:
    """Return the ground and the words of each block, sorted."""
    said = [row["ballot"]["choice"] for row in bundled.whole["ballots"]]
    blocks = [each for each in said if each.get("choice") == ConsensusLevel.BLOCK]
    return sorted([each["ground"], plain(each["named"], rules.LONGEST_REASON)] for each in blocks)


def _take_parts_back(session: Session, ballot: Ballot) -> None:
    """Forget the parts again: what is in the box stays sealed to whoever takes a copy of the database."""
    for row in session.scalars(select(KeyPart).where(KeyPart.ballot_id == ballot.id)):
        row.handed_in = None
    session.flush()
