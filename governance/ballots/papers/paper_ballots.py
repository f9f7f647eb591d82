"""Paper ballots: two tellers type in what they read, each alone, and only what both read the same goes into the box.

The card that the voter drew lies with the paper, and its credential is the paper ballot's. Until the second teller,
only a check is kept, keyed by the card's code, which is kept nowhere: a copy of the database does not tell the choice.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from governance.ballots import rules
from governance.ballots.box.dropping import put_in, whole
from governance.ballots.bundle.canonical import canonical
from governance.ballots.models import Ballot, PaperEntry
from governance.ballots.now.finding import key_parts, stage_of
from governance.ballots.passes.credential import read_code
from governance.ballots.passes.handed_out import voided
from governance.ballots.passes.tickets import ticket
from governance.keys.keyfolder import KeyFolder
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_


class Read(StrEnum):
    """What became of a paper ballot that a teller typed in."""

    WAITS = "waits"
    DIFFERS = "differs"
    IN_THE_BOX = "in_the_box"


def enter_paper(
    session: Session, keys: KeyFolder, ballot: Ballot, typed: str, choice: Mapping[str, str], teller_id: int,
    now: datetime,
) -> Read:  # fmt: skip
    """Take in what one teller read. When the other one read the same, it goes into the box; else it waits.

    A teller who types a card again corrects themselves. Raises RuleRefused for what is no card of this vote.
    """
    _check_may(session, ballot, teller_id, now)
    if read_code(typed) in voided(session, ballot):
        raise RuleRefused(N_("This card was left over and made void, so no paper can count with it."))
    mine = ticket(session, keys, ballot, typed)
    if mine is None:
        raise RuleRefused(N_("This is not a card of this vote. Look at each letter."))
    said, tag = whole(ballot, choice), mine.credential.drop_tag
    check = hmac.digest(mine.credential.seed, b"paper" + canonical(said), "sha256")
    session.merge(PaperEntry(ballot_id=ballot.id, drop_tag=tag, teller_id=teller_id, check=check))
    session.flush()
    here = (PaperEntry.ballot_id == ballot.id) & (PaperEntry.drop_tag == tag)
    checks = session.scalars(select(PaperEntry.check).where(here)).all()
    if len(checks) < rules.TELLERS:
        return Read.WAITS
    if not all(hmac.compare_digest(each, check) for each in checks):
        return Read.DIFFERS
    session.execute(delete(PaperEntry).where(here))
    put_in(session, keys, ballot, mine, said)
    return Read.IN_THE_BOX


def take_out_papers(session: Session, ballot: Ballot, teller_id: int, now: datetime) -> None:
    """Forget every paper that two tellers did not read the same: slips, or no ballots at all.

    Either teller may, for both: else one who stays away would keep the box from being opened. The paper itself is still
    there to be read again. Raises RuleRefused to who is no teller of this vote.
    """
    _check_may(session, ballot, teller_id, now)
    session.execute(delete(PaperEntry).where(PaperEntry.ballot_id == ballot.id))
    session.flush()


def _check_may(session: Session, ballot: Ballot, teller_id: int, now: datetime) -> None:
    rules.check_is_secret(named=ballot.named)
    session.refresh(ballot, with_for_update=True)
    rules.check_may_enter_paper(
        stage_of(session, ballot, now),
        is_teller=teller_id in key_parts(session, ballot),
        box_is_shut=ballot.box_leaf is not None,
    )


def papers_waiting(session: Session, ballot: Ballot) -> int:
    """Return how many paper ballots two tellers have not read the same."""
    distinct = select(func.count(func.distinct(PaperEntry.drop_tag))).where(PaperEntry.ballot_id == ballot.id)
    return session.scalar(distinct) or 0
