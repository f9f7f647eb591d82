"""What accounts do by themselves: old sign-ins end, and so does what one person asked for and nobody agreed to."""

from __future__ import annotations

from sqlalchemy.orm import Session

from governance.clockwork.rounds import Duty, Moment, Needs, Pieces
from governance.keys.keyfolder import KeyFolder
from governance.people import service as people


def settle_shares(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Destroy the secrets of recovery shares that are with people, where whoever handed them over was cut short."""
    people.settle(session, keys)
    yield from ()


def end_sign_ins(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """End old sign-ins, and forget wrong tries once they count no more: not a day later."""
    return people.purge_sign_ins(session, moment.today, moment.now)


def forget_asked(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Forget what nobody agreed to in its days."""
    yield lambda writing: people.forget_asked(writing, keys, moment.today)


def tell_how_accounts_stand(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Say once which accounts there are, where a programme is older than the telling."""
    yield lambda writing: people.tell_how_accounts_stand(writing, keys, moment.today)


def mark_notices(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Give notices of an older version their marks, once; and note the newest, where a server was cut short."""
    if not people.newest_is_noted(session, keys):
        yield lambda writing: people.mark_and_note(writing, keys)


def forget_drafts(session: Session, keys: KeyFolder, moment: Moment) -> Pieces:
    """Forget what was written and not sent in its days."""
    return people.purge_drafts(session, moment.today)


DUTIES = (
    Duty("settle recovery shares", settle_shares, needs=Needs.NO_CLOCK),
    Duty("tell how accounts stand", tell_how_accounts_stand, daily=True),
    Duty("mark notices", mark_notices, needs=Needs.NO_CLOCK),
    Duty("end sign-ins", end_sign_ins),
    Duty("forget what nobody agreed to", forget_asked, daily=True, needs=Needs.MAY_DESTROY),
    Duty("forget drafts", forget_drafts, daily=True, needs=Needs.MAY_DESTROY),
)
