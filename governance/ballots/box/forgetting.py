"""Forgetting a ballot: what was in its box, what its passes are made with, the words of blocks. The totals stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import ColumnElement, delete, exists, or_, select
from sqlalchemy.orm import Session

from governance.ballots.box.once_committed import destroy_once_committed
from governance.ballots.calling.ballot_keys import pass_key_name, sums_name
from governance.ballots.models import Ballot, Box, Bundle, Count, KeyPart, PaperEntry, VoidedCard
from governance.ballots.now.finding import ballots_of
from governance.ballots.passes.issuers import issuer_names
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people
from governance.privacy import retention
from governance.storage.database import Piece
from governance.storage.pace import pace

# What takes a second yes on a vote, by the page that asks for it.
CALL_OFF, END, TAKE_MARK_BACK = "ballots.call_off", "ballots.end_without_result", "ballots.take_mark_back"
PRINT_CARDS = "ballots.print_cards"
OF_A_VOTE = (CALL_OFF, END, TAKE_MARK_BACK, PRINT_CARDS)

OF_ONE_BALLOT = (Box, PaperEntry, KeyPart, VoidedCard)  # The tables of what is forgotten whole, with their vote.
AT_ONCE = 200  # sealed ballots taken out in one transaction, at most


def empty_box(session: Session, ballot: Ballot) -> None:
    """Drop the sealed ballots and the parts of their key for good; only the totals stay (docs/domain.md R-ID-04)."""
    session.execute(delete(Box).where(Box.ballot_id == ballot.id))
    session.execute(delete(PaperEntry).where(PaperEntry.ballot_id == ballot.id))
    session.execute(delete(KeyPart).where(KeyPart.ballot_id == ballot.id))
    nothing_waits(session, ballot)
    session.flush()


def nothing_waits(session: Session, ballot: Ballot, *acts: str) -> None:
    """Forget what one person asked to do to a vote, where it is settled by now: all of it, or these *acts* alone."""
    for act in acts or OF_A_VOTE:
        people.no_longer_asked(session, act, ballot.number)


def keep_only_totals(session: Session, keys: KeyFolder, proposal_id: int) -> None:
    """Forget every ballot on a proposal, what its passes are made with, and the words of blocks.

    Called when its record is adopted (docs/domain.md R-ID-04).
    """
    for ballot in ballots_of(session, proposal_id):
        if ballot.cancelled_reason is not None or session.get(Count, ballot.id) is not None:
            forget(session, keys, ballot)  # A vote that only asks may still be going on beside it.


def forget(session: Session, keys: KeyFolder, ballot: Ballot) -> None:
    """Forget what was in a box, what its passes are made with, and the words of blocks; the totals stay.

    The secrets go when this is committed: what is refused, or fails, leaves the vote as it is.
    """
    empty_box(session, ballot)
    destroy_once_committed(session, keys, ballot, secrets_of(ballot))
    session.execute(delete(VoidedCard).where(VoidedCard.ballot_id == ballot.id))  # The bundle has them, if any has.
    count = session.get(Count, ballot.id)
    if count is not None:
        count.blocks = []
    bundle = session.get(Bundle, ballot.id)
    if bundle is not None and bundle.whole != bundle.public:
        bundle.whole = None
    session.flush()


def secrets_of(ballot: Ballot) -> tuple[str, ...]:
    """Return the names of what a vote has in the key folder: that of its passes last, which tells of all of them."""
    return (*issuer_names(ballot), sums_name(ballot), pass_key_name(ballot))


def destroy_left(session: Session, keys: KeyFolder) -> None:
    """Destroy what a vote whose box was emptied still has in the key folder: the server was cut short at its end."""
    for name in sorted(forgotten_secrets(session).intersection(keys.names())):
        keys.destroy(name)


def forget_old_in_pieces(session: Session, keys: KeyFolder, now: datetime) -> Iterator[Piece]:
    """Forget the counted votes that no record was made of in time: one that only asked, one that decided nothing.

    A box that nobody opened stays, sealed as it is: no vote is lost because its tellers were late. Called by the
    schedule every day; doing it again changes nothing.
    """
    over = select(Ballot.id, Count.blocks, _holds_any()).join(Count, Count.ballot_id == Ballot.id)
    rows = session.execute(over.where(Ballot.closes_at < now - retention.BALLOTS)).all()
    for ballot_id in [ballot_id for ballot_id, blocks, holds in rows if blocks or holds]:
        in_box = select(Box.drop_tag).where(Box.ballot_id == ballot_id)
        while tags := session.scalars(in_box.limit(pace.rows(AT_ONCE))).all():
            yield partial(_take_out, ballot_id=ballot_id, tags=tags)
        yield partial(_forget, keys=keys, ballot_id=ballot_id)


def _holds_any() -> ColumnElement[bool]:
    """Return whether anything is left of what `forget` takes, the blocks aside.

    By what is there, and by no secret of the key folder: those go as soon as the box is empty, and much may be left.
    """
    for_members = exists().where(Bundle.ballot_id == Ballot.id, Bundle.whole != Bundle.public)
    return or_(for_members, *(exists().where(each.ballot_id == Ballot.id) for each in OF_ONE_BALLOT))


def _take_out(session: Session, ballot_id: int, tags: Sequence[bytes]) -> None:
    session.execute(delete(Box).where(Box.ballot_id == ballot_id, Box.drop_tag.in_(tags)))


def _forget(session: Session, keys: KeyFolder, ballot_id: int) -> None:
    forget(session, keys, session.get_one(Ballot, ballot_id))


def secrets_in_use(session: Session) -> set[str]:
    """Return the names in the key folder of what the passes of every vote that still goes on are made with."""
    going_on = select(Ballot).where(Ballot.cancelled_reason.is_(None), Ballot.id.not_in(select(Count.ballot_id)))
    return {pass_key_name(ballot) for ballot in session.scalars(going_on)}


def forgotten_secrets(session: Session) -> set[str]:
    """Return the names of the secrets of every vote that is over and whose box is empty: they are destroyed."""
    over = Ballot.cancelled_reason.is_not(None) | Ballot.id.in_(select(Count.ballot_id))
    sealed = Ballot.id.in_(select(Box.ballot_id)) | Ballot.id.in_(select(KeyPart.ballot_id))
    forgotten = select(Ballot).where(over, ~sealed)
    return {name for ballot in session.scalars(forgotten) for name in secrets_of(ballot)}
