"""Opening the box with two tellers: each hands in their part of the counting key, and with the second it is counted."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots import rules
from governance.ballots.box.closing import close
from governance.ballots.box.counting import count
from governance.ballots.box.opening import open_with_parts
from governance.ballots.box.root import fix_root
from governance.ballots.calling.key_parts import part_info
from governance.ballots.models import Ballot, Count, KeyPart
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.places.service import day_of
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

NEW_CARD = N_("Your card was made after this vote, so it does not open your part. Tell who runs this.")


def hand_in_part(
    session: Session, keys: KeyFolder, ballot: Ballot, teller: people.OpenReader, now: datetime
) -> Count | None:
    """Hand in one teller's part of the counting key. With the second part the box is opened and counted.

    Returns the count, or None while a part is missing. Raises RuleRefused before close and to who holds no part.
    """
    session.refresh(ballot, with_for_update=True)
    closed = close(session, ballot, now)
    part, mine = _unsealed(session, keys, ballot, teller)
    fixed = fix_root(session, keys, closed, day_of(session, now))
    others = _handed_in_by_others(session, part)
    if len(others) + 1 < rules.TELLERS:
        part.handed_in = mine
        session.flush()
        return None
    # The second part is never written down: a database, its log or its free space never hold two.
    return count(session, keys, open_with_parts(session, fixed, (*others, mine)))


def _unsealed(
    session: Session, keys: KeyFolder, ballot: Ballot, teller: people.OpenReader
) -> tuple[KeyPart, bytes]:  # fmt: skip
    """Return the teller's row, and the part that their card opens. Raises RuleRefused to who holds none."""
    holder = f"teller:{teller.account_id}"
    part = session.get(KeyPart, (ballot.id, holder), populate_existing=True)
    if part is None:
        raise RuleRefused(N_("You hold no part of this vote's key. The two tellers open the box."))
    try:
        return part, sealing.open_sealed(teller.box_private, part.sealed, part_info(keys, ballot, holder))
    except sealing.SealBroken as broken:
        raise RuleRefused(NEW_CARD) from broken


def _handed_in_by_others(session: Session, mine: KeyPart) -> list[bytes]:
    theirs = select(KeyPart.handed_in).where(KeyPart.ballot_id == mine.ballot_id, KeyPart.holder != mine.holder)
    return [part for part in session.scalars(theirs) if part is not None]
