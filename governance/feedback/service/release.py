"""Letting messages out: once a day, mixed, under new names, and never in the order they came."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Sequence
from datetime import date

from sqlalchemy import delete, insert, select, text
from sqlalchemy.orm import Session

from governance import privacy, retention, sealing
from governance.feedback import rules
from governance.feedback.models import FollowUp, FormToken, Held, Message
from governance.feedback.service import openings
from governance.keyfolder import KeyFolder
from governance.ledger import service as ledger

_dice = secrets.SystemRandom()


def periods_around(today: date) -> dict[str, list[str]]:
    """Return, for each audience, the period of *today* and the one after, whose key is made ahead of time."""
    around = {}
    for audience in rules.Audience:
        period = privacy.period_of(today, audience)
        around[audience.value] = [period, privacy.next_period(period)]
    return around


def release(session: Session, keys: KeyFolder, today: date) -> int:
    """Let out today's batch if it is due, and add today's leaves to the intake ledger.

    Returns how many messages were let out. Board and staff readers can open them from the same moment:
    it is one transaction.
    """
    _let_writers_wait(session)
    rows = session.scalars(select(Held).with_for_update()).all()
    due = rules.release_due([(row.day, row.route) for row in rows], today)
    out = _let_out(session, keys, [row for row in rows if due or rules.goes_at_once(row.route)])
    add_leaves(session, keys, today)
    return out


def release_now(session: Session, keys: KeyFolder, today: date) -> int:
    """Let out what was sent as "send it now". Its leaf joins the next daily batch: a lone leaf would tell the hour."""
    _let_writers_wait(session)
    rows = session.scalars(select(Held).where(Held.route == rules.Route.NOW).with_for_update()).all()
    out = _let_out(session, keys, rows)
    shuffle_held(session)
    return out


def _let_writers_wait(session: Session) -> None:
    """Hold writers back on PostgreSQL until this transaction ends: a row that came meanwhile would be lost.

    It is the first lock any of these acts takes, in the order `hold` writes in, so that nobody waits in a circle.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("LOCK TABLE form_token, follow_up, held IN EXCLUSIVE MODE"))


def _let_out(session: Session, keys: KeyFolder, rows: Sequence[Held]) -> int:
    """Turn held rows into messages, in random order. One that does not open stays held, and the audit says so."""
    outer = keys.need("held.key")
    opened = [(row, inner) for row in rows if (inner := without_outer_seal(outer, row)) is not None]
    for row, inner in _dice.sample(opened, len(opened)):
        session.add(
            Message(
                id=uuid.uuid4(),
                audience=row.audience,
                week=privacy.week_of(row.day),
                consent=row.consent,
                tag=row.tag,
                intake_key_id=row.intake_key_id,
                sealed=inner,
            )
        )
        session.delete(row)
    session.flush()
    return len(opened)


def without_outer_seal(outer: bytes, row: Held) -> bytes | None:
    """Return the sealed message inside a held row, or None when somebody has changed the row."""
    try:
        return sealing.unlock(outer, row.sealed, row.id.bytes)
    except sealing.SealBroken:
        return None


def add_leaves(session: Session, keys: KeyFolder, today: date) -> None:
    """Add a commitment for every message that has none yet, shuffled among dummies, a multiple of 8 in all."""
    messages = session.scalars(select(Message).where(Message.leaf.is_(None)).with_for_update()).all()
    made = [openings.opening_of(message) for message in messages]
    made += [openings.dummy() for _ in range(rules.padding_for(len(messages)))]
    _dice.shuffle(made)
    day = today.isoformat()
    entries = [("batch", {"day": day, "commit": openings.commitment_of(leaf).hex()}) for leaf in made]
    by_id = {message.id: message for message in messages}
    for number, leaf in zip(ledger.append_many(session, "intake", entries), made, strict=True):
        leaf.number = number
        message = by_id[leaf.message_id] if leaf.message_id else None
        if message:
            message.leaf = number
        openings.sign(keys, leaf, message.week if message else None)
    session.add_all(made)
    session.flush()


def shuffle_held(session: Session) -> None:
    """Write the rows of what waits again, in random order and in one transaction.

    On PostgreSQL the place of a row and the transaction that wrote it would otherwise tell who came after whom, and
    which code belongs to which message.
    """
    _let_writers_wait(session)
    for table in (Held, FollowUp, FormToken):
        columns = table.__table__
        rows = [dict(row._mapping) for row in session.execute(select(columns))]
        if rows:
            session.execute(delete(columns))
            session.execute(insert(columns), _dice.sample(rows, len(rows)))
    session.expire_all()


def forget_form_tokens(session: Session, today: date) -> None:
    """Forget which forms were sent, two days after."""
    session.execute(delete(FormToken).where(FormToken.day < today - retention.SENT_FORMS))
