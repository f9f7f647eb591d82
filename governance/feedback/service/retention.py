"""Forgetting on schedule: the key goes first, then the rows (promise 12)."""

from __future__ import annotations

import uuid
from datetime import date

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from governance import privacy
from governance.feedback import rules
from governance.feedback.models import FollowUp, IntakeLeaf, Message, Quote, Reply
from governance.feedback.service import openings
from governance.feedback.service.release import forget_form_tokens
from governance.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people import service as people


def retire(session: Session, keys: KeyFolder, today: date) -> int:
    """Destroy every period whose time is over; return how many. Backups of it open nothing from now on."""
    over = [key for key in people.live_keys(session) if has_expired(key.period, key.audience, today)]
    for key in over:
        people.destroy_period(session, keys, key, today)
        _empty(session, keys, key.id)
        ledger.append(
            session, "decisions", "key", {"destroyed": f"{key.audience} {key.period}", "day": today.isoformat()}
        )
    _forget_codes(session, today)
    forget_form_tokens(session, today)
    session.flush()
    return len(over)


def has_expired(period: str, audience: str, today: date) -> bool:
    """Whether the words of *period* (with or without a rotation's number, "2026-11.2") have outlived their time."""
    return today >= privacy.expires_on(period.partition(".")[0], audience)


def secrets_out_of_time(session: Session, today: date) -> set[str]:
    """Return the names of the period secrets whose words have outlived their time, destroyed already or not."""
    every = (*people.live_keys(session), *people.destroyed_keys(session))
    return {people.secret_name(k.audience, k.period) for k in every if has_expired(k.period, k.audience, today)}


def _empty(session: Session, keys: KeyFolder, key_id: uuid.UUID) -> None:
    """Empty what was sealed with a key that is gone, and say so in the openings, older ones of the same words too."""
    gone = select(Message.id).where(Message.intake_key_id == key_id)
    about = (IntakeLeaf.intake_key_id == key_id) | IntakeLeaf.message_id.in_(gone)
    emptied = select(IntakeLeaf).where(about, IntakeLeaf.fate == rules.Fate.MESSAGE).order_by(IntakeLeaf.number)
    for leaf in session.scalars(emptied).all():
        _bridge(session, keys, leaf)
        leaf.fate, leaf.intake_key_id = rules.Fate.EXPIRED, key_id
        leaf.salt = leaf.digest = leaf.passed_on = None
        _let_go(session, keys, leaf, key_id)
    over = select(IntakeLeaf).where(IntakeLeaf.message_id.in_(gone), IntakeLeaf.fate == rules.Fate.EXPIRED)
    for leaf in session.scalars(over).all():
        _let_go(session, keys, leaf, key_id)
    expired = {"sealed": b"", "state": rules.MessageState.EXPIRED}
    session.execute(update(Message).where(Message.intake_key_id == key_id).values(expired))


def _let_go(session: Session, keys: KeyFolder, leaf: IntakeLeaf, key_id: uuid.UUID) -> None:
    """Let an emptied leaf name its message only while that lives on under another key than the one that went.

    A tombstone names the leaf that was the newest when it was set. If words were passed on and hidden on the same day,
    that is the older one, and the audit must still know whose it was.
    """
    message = session.get(Message, leaf.message_id) if leaf.message_id else None
    lives_on = message is not None and message.intake_key_id != key_id
    leaf.message_id = leaf.message_id if lives_on else None
    openings.sign(keys, leaf, message.week if message and lives_on else None)


def _bridge(session: Session, keys: KeyFolder, leaf: IntakeLeaf) -> None:
    """Let the leaf before *leaf* say which seal came after both.

    Words that were passed to the readers of urgent ones and back have a leaf in between that expires long before
    them. Without the bridge the audit would lose its way there and call honest words changed.
    """
    mine = (IntakeLeaf.message_id == leaf.message_id, IntakeLeaf.fate == rules.Fate.MESSAGE)
    older = (*mine, IntakeLeaf.number < leaf.number)
    before = session.scalars(select(IntakeLeaf).where(*older).order_by(IntakeLeaf.number.desc()).limit(1)).one_or_none()
    if before is not None:
        before.passed_on = leaf.passed_on or leaf.digest
        openings.sign(keys, before, session.get_one(Message, leaf.message_id).week)


def _forget_codes(session: Session, today: date) -> None:
    """Remove codes, and the replies they open, once the words of their month are gone."""
    periods = session.scalars(select(FollowUp.period).distinct()).all()
    over = [period for period in periods if has_expired(period, rules.Audience.EVERYONE, today)]
    threads = select(FollowUp.thread_id).where(FollowUp.period.in_(over))
    session.execute(delete(Reply).where(Reply.thread_id.in_(threads)))
    session.execute(delete(FollowUp).where(FollowUp.period.in_(over)))


def withdraw_quotes(session: Session, message_id: uuid.UUID) -> None:
    """Empty every quote of a message: its writer took the yes back, or it was hidden."""
    session.execute(update(Quote).where(Quote.message_id == message_id).values(text="", withdrawn=True))
