"""The sums of the roll by class of seat, fixed under a salted commitment when the box is closed.

The board's record may still change until the count (who stepped out is forgotten when a record is adopted), so the sums
lie in the key folder from then on, with the ballot's other secrets. The salt is made from the ballot's own secret.
"""

from __future__ import annotations

import hmac
import json
from collections import Counter

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.ballots import rules
from governance.ballots.bundle.canonical import canonical
from governance.ballots.bundle.recounting import commitment_to_sums
from governance.ballots.calling.ballot_keys import pass_key_name, sums_name
from governance.ballots.models import Ballot, Roll
from governance.board import service as board
from governance.board.rules import SeatClass
from governance.keys.keyfolder import KeyFolder
from governance.places.service import day_of
from governance.proposals.models import Proposal

Sums = dict[str, dict[str, int]]


def fix(session: Session, keys: KeyFolder, ballot: Ballot) -> str:
    """Keep the sums of the roll as they are, and return the commitment to them, in hexadecimal."""
    sums = _sums(session, ballot)
    keys.write(sums_name(ballot), canonical(sums))
    return commitment_to_sums({**sums, "sums_salt": salt(keys, ballot)})


def fixed(session: Session, keys: KeyFolder, ballot: Ballot) -> Sums:
    """Return the sums that were kept when the box was closed; those of the roll where none were."""
    kept = keys.read(sums_name(ballot))
    return _sums(session, ballot) if kept is None else dict(json.loads(kept))


def salt(keys: KeyFolder, ballot: Ballot) -> str:
    """Return the salt of the commitment, 32 bytes in hexadecimal. It is secret until it stands in the bundle."""
    return hmac.digest(keys.need(pass_key_name(ballot)), b"sums of the roll", "sha256").hex()


def _sums(session: Session, ballot: Ballot) -> Sums:
    roll = _roll(session, ballot)
    sides = {"active": roll.active, "passes": roll.passes, "stepped_out": roll.stepped_out}
    return {name: {seat_class.value: n for seat_class, n in side.items() if n} for name, side in sides.items()}


def _roll(session: Session, ballot: Ballot) -> rules.Roll:
    """Return the sums of the roll: active seats, passes taken, and who stepped out, by class of seat."""
    rows = session.execute(select(Roll.seat_class, Roll.has_pass).where(Roll.ballot_id == ballot.id)).all()
    proposal = session.get_one(Proposal, ballot.proposal_id)
    out = Counter(board.classes_stepped_out(session, proposal.matter, day_of(session, ballot.opens_at)))
    if ballot.only_lived:
        out = Counter({SeatClass.LIVED: out[SeatClass.LIVED]})
    return rules.Roll(
        active=Counter(seat_class for seat_class, _ in rows) + out,
        passes=Counter(seat_class for seat_class, has_pass in rows if has_pass),
        stepped_out=out,
    )
