"""Opening the box when a teller or a teller's card is lost: with the board's recovery key in place of one part.

The third part of every counting key that the server made is sealed to the recovery key, whose shares are on paper.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance import sealing
from governance.ballots import rules
from governance.ballots.box.counting import count_with_parts
from governance.ballots.calling.opening import part_info
from governance.ballots.finding import stage_of
from governance.ballots.models import RECOVERY, Ballot, Count, KeyPart
from governance.ballots.papers.typing_in import papers_waiting
from governance.errors import RuleRefused
from governance.keyfolder import KeyFolder
from governance.sentences import N_

APART = N_("The key of this box was made away from the server. Any two of its three shares open it.")
NO_PART = N_("No teller has handed in their part yet. One teller does that on the page of the vote, then try again.")
OTHER_SHARES = N_("These shares do not open the board's part of this vote. Take the recovery shares of this board.")


def check_may_recover(session: Session, ballot: Ballot, now: datetime) -> bytes:
    """Return the one part that a teller has handed in. Raises RuleRefused when the box cannot be opened this way.

    The box was closed, and its root published, when that part came.
    """
    rules.check_may_open_box(stage_of(session, ballot, now), tellers_here=rules.TELLERS)
    if ballot.key_apart:
        raise RuleRefused(APART)
    rules.check_no_paper_waits(papers_waiting(session, ballot))
    parts = select(KeyPart.handed_in).where(KeyPart.ballot_id == ballot.id, KeyPart.handed_in.is_not(None))
    handed_in = session.scalar(parts)
    if handed_in is None:
        raise RuleRefused(NO_PART)
    return handed_in


def count_with_recovery(
    session: Session, keys: KeyFolder, ballot: Ballot, recovery_private: bytes, now: datetime
) -> Count:
    """Open and count the box with one teller's part and the board's. The ledger says that it was opened so.

    *recovery_private*: the board's recovery key, from two of its shares. Raises RuleRefused for another key.
    """
    session.refresh(ballot, with_for_update=True)
    handed_in = check_may_recover(session, ballot, now)
    boards = session.get_one(KeyPart, (ballot.id, RECOVERY))
    try:
        part = sealing.open_sealed(recovery_private, boards.sealed, part_info(keys, ballot, RECOVERY))
    except (sealing.SealBroken, ValueError) as wrong:
        raise RuleRefused(OTHER_SHARES) from wrong
    return count_with_parts(session, keys, ballot, (handed_in, part), with_recovery=True)
