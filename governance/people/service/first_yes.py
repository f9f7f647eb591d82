"""The first yes of two that stands in a table of its own: its mark, keyed by a secret outside the database.

A new reader, a new card, a message to be hidden and the reading of a drug alert wait for a second person. Whoever owns
the database can write such a row, but not its mark: it waits for nobody, and stops nobody from asking. What an older
version took has none, or no day: nobody can vouch for it, so it is asked for once more.

A first yes has a day, and ends: one that was given long ago, and is put back into the tables with its mark, is over.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterator
from datetime import date

import rfc8785
from sqlalchemy import delete, select
from sqlalchemy.orm import Session, aliased

from governance.keys.keyfolder import KeyFolder
from governance.people.gates import RequestKind
from governance.people.models import Account, Enrolment
from governance.privacy import retention
from governance.ruling.sentences import N_, Sentence

NO_SECOND = N_("Not done: {what} {first} asked, and no second yes came.")
OLDER = N_("Not done: {what} An older version of this program had it, and no second yes came. Ask for it again.")
ASKED_WORDS = {
    RequestKind.ENROL: N_("{name} can read what people say."),
    RequestKind.REVOKE: N_("{name} reads nothing new that people say."),
    RequestKind.CARD: N_("{name} gets a new card."),
}
LARGEST = 2_147_483_647  # The largest INTEGER of PostgreSQL.


def mark_first(keys: KeyFolder, what: str, *facts: str | int | bool | None) -> bytes:
    """Return the mark of a first yes to *what*. *facts*: all of its row, and all that it is given for."""
    key = hmac.digest(keys.pepper, b"real-voice first yes v1", hashlib.sha256)
    return hmac.digest(key, rfc8785.dumps([what, *facts]), hashlib.sha256)


def is_marked(mark: object, keys: KeyFolder, what: str, *facts: str | int | bool | None) -> bool:
    """Whether this program made *mark*, over these very *facts*. SQLite lets text into a column of bytes."""
    return isinstance(mark, bytes) and hmac.compare_digest(mark, mark_first(keys, what, *facts))


def runs(day: date | None, today: date) -> bool:
    """Whether a first yes of this *day* may still be agreed to. None: an older version took it, and kept no day."""
    return day is not None and today - retention.ASKED_FOR < day <= today


def put(session: Session, keys: KeyFolder, asked: Enrolment, today: date) -> Enrolment:
    """Keep what was asked *today* about an account, with its mark."""
    asked.day = today
    # A number that comes no second time: SQLite gives the largest again, and a form that lies open would mean another.
    asked.id = secrets.randbelow(LARGEST) + 1
    asked.mark = mark_first(keys, *_whole(asked))
    session.add(asked)
    session.flush()
    return asked


def stands(keys: KeyFolder, asked: Enrolment, today: date) -> bool:
    """Whether this program took what was asked about an account, as it stands, and its days are running."""
    return runs(asked.day, today) and is_marked(asked.mark, keys, *_whole(asked))


def ends_on(day: date) -> date:
    """Return the day on which a first yes of this *day* ends where no second one comes."""
    return day + retention.ASKED_FOR


def forget_over(session: Session, keys: KeyFolder, today: date) -> list[Sentence]:
    """Forget what was asked about an account and not agreed to in its days, and what has no day.

    Returns what to tell members of each. Of what an older version took nobody can vouch for who asked, so that is not
    said; of what was put in by hand nothing is.
    """
    first, told = aliased(Account), []
    over = Enrolment.day.is_(None) | (Enrolment.day <= today - retention.ASKED_FOR)
    rows = select(Enrolment, Account.alias, first.alias).join(Account, Account.id == Enrolment.account_id)
    rows = rows.join(first, first.id == Enrolment.first_account_id).where(over)
    for asked, about, who in session.execute(rows.order_by(Enrolment.id)).all():
        told += not_done(_is_ours(keys, asked), Sentence(ASKED_WORDS[asked.kind], name=about), who)
    session.execute(delete(Enrolment).where(over))
    session.flush()
    return told


def not_done(is_ours: bool | None, what: Sentence, first: str) -> list[Sentence]:
    """Return what to tell members of a first yes to *what* that is over. None: an older version took it."""
    if is_ours is None:
        return [Sentence(OLDER, what=what)]
    return [Sentence(NO_SECOND, what=what, first=first)] if is_ours else []


def _whole(asked: Enrolment) -> tuple[str, *tuple[str | int | None, ...]]:
    kind, signature = f"people {asked.kind}", asked.first_signature.hex()
    day = asked.day.isoformat() if asked.day else None
    return kind, asked.id, asked.account_id, asked.body, asked.first_account_id, signature, day


def _is_ours(keys: KeyFolder, asked: Enrolment) -> bool | None:
    """Whether this program took what was asked as it stands; None where an older version did."""
    return None if asked.mark is None or asked.day is None else is_marked(asked.mark, keys, *_whole(asked))


def not_as_asked(session: Session, keys: KeyFolder) -> Iterator[str]:
    """Yield which requests for a reader or a card this program did not take as they stand."""
    for asked in session.scalars(select(Enrolment).order_by(Enrolment.id)):
        if _is_ours(keys, asked) is False:
            yield f"A request about a reader or a card ({asked.kind}) was put in by hand. It waits for nobody."
