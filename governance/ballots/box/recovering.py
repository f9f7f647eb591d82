"""Opening the box when a teller or a teller's card is lost: with the board's recovery key in place of one part.

The third part of every counting key that the server made is sealed to the recovery key, whose shares are on paper.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots.box.closing import ClosedBox, close
from governance.ballots.box.counting import count
from governance.ballots.box.opening import open_with_parts
from governance.ballots.box.root import fixed_before
from governance.ballots.calling.key_parts import part_info
from governance.ballots.models import RECOVERY, Ballot, Count, KeyPart
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_

APART = N_("The key of this box was made away from the server. Any two of its three shares open it.")
NO_PART = N_("No teller has handed in their part yet. One teller does that on the page of the vote, then try again.")
OTHER_SHARES = N_(
    "These shares do not open the board's part of this vote. Take the recovery shares of the day the vote was called."
)


def check_may_recover(session: Session, ballot: Ballot, now: datetime) -> tuple[ClosedBox, bytes]:
    """Return the closed box and the one part of its key that a teller has handed in; its root was fixed when that came.

    Raises RuleRefused when the box cannot be opened this way.
    """
    closed = close(session, ballot, now)
    if ballot.key_apart:
        raise RuleRefused(APART)
    parts = select(KeyPart.handed_in).where(KeyPart.ballot_id == ballot.id, KeyPart.handed_in.is_not(None))
    handed_in = session.scalar(parts)
    if handed_in is None:
        raise RuleRefused(NO_PART)
    return closed, handed_in


def count_with_recovery(
    session: Session, keys: KeyFolder, ballot: Ballot, recovery_private: bytes, now: datetime
) -> Count:
    """Open and count the box with one teller's part and the board's. The ledger says that it was opened so.

    *recovery_private*: the board's recovery key, from two of its shares. Raises RuleRefused for another key.
    """
    session.refresh(ballot, with_for_update=True)
    closed, handed_in = check_may_recover(session, ballot, now)
    boards = session.get_one(KeyPart, (ballot.id, RECOVERY))
    try:
        part = sealing.open_sealed(recovery_private, boards.sealed, part_info(keys, ballot, RECOVERY))
    except (sealing.SealBroken, ValueError) as wrong:
        raise RuleRefused(OTHER_SHARES) from wrong
    fixed = fixed_before(session, closed)
    return count(session, keys, open_with_parts(session, fixed, (handed_in, part), with_recovery=True))
