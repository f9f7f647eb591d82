"""Letting messages out: once a day, mixed, under new names, and never in the order they came."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from governance import privacy, sealing
from governance.feedback import rules
from governance.feedback.models import FollowUp, FormToken, Held, IntakeLeaf, Message
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
    rows = session.scalars(select(Held).with_for_update()).all()
    due = rules.release_due([(row.day, row.route) for row in rows], today)
    out = _let_out(session, keys, [row for row in rows if due or rules.goes_at_once(row.route)])
    add_leaves(session, today)
    return out


def release_now(session: Session, keys: KeyFolder, today: date) -> int:
    """Let out what was sent as "send it now". Its leaf joins the next daily batch: a lone leaf would tell the hour."""
    rows = session.scalars(select(Held).where(Held.route == rules.Route.NOW).with_for_update()).all()
    out = _let_out(session, keys, rows)
    shuffle_held(session)
    return out


def _let_out(session: Session, keys: KeyFolder, rows: Sequence[Held]) -> int:
    outer = keys.need("held.key")
    for row in _dice.sample(rows, len(rows)):
        session.add(
            Message(
                id=uuid.uuid4(),
                audience=row.audience,
                week=privacy.week_of(row.day),
                consent=row.consent,
                tag=row.tag,
                intake_key_id=row.intake_key_id,
                sealed=sealing.unlock(outer, row.sealed, row.id.bytes),
            )
        )
        session.delete(row)
    session.flush()
    return len(rows)


def add_leaves(session: Session, today: date) -> None:
    """Add a commitment for every message that has none yet, shuffled among dummies, a multiple of 8 in all."""
    messages = session.scalars(select(Message).where(Message.leaf.is_(None)).with_for_update()).all()
    openings: list[IntakeLeaf] = [_leaf_of(message) for message in messages]
    openings += [
        IntakeLeaf(fate=rules.Fate.DUMMY, salt=secrets.token_bytes(32)) for _ in range(rules.padding_for(len(messages)))
    ]
    _dice.shuffle(openings)
    numbers = ledger.append_many(
        session,
        "intake",
        [("batch", {"day": today.isoformat(), "commit": commitment_of(leaf).hex()}) for leaf in openings],
    )
    by_id = {message.id: message for message in messages}
    for number, leaf in zip(numbers, openings, strict=True):
        leaf.number = number
        if leaf.message_id:
            by_id[leaf.message_id].leaf = number
    session.add_all(openings)
    session.flush()


def _leaf_of(message: Message) -> IntakeLeaf:
    return IntakeLeaf(
        fate=rules.Fate.MESSAGE,
        message_id=message.id,
        intake_key_id=message.intake_key_id,
        salt=secrets.token_bytes(32),
        digest=hashlib.sha256(message.sealed).digest(),
    )


def commitment_of(leaf: IntakeLeaf) -> bytes:
    """Return the commitment an opening gives; what the ledger holds must be the same."""
    if leaf.fate is rules.Fate.DUMMY:
        return sealing.dummy_commitment(leaf.salt or b"")
    return sealing.commitment(leaf.salt or b"", leaf.digest or b"")


def shuffle_held(session: Session) -> None:
    """Write the rows of what waits again, in random order and in one transaction.

    On PostgreSQL the place of a row and the transaction that wrote it would otherwise tell who came after whom, and
    which code belongs to which message.
    """
    for table in (Held, FollowUp, FormToken):
        columns = table.__table__
        rows = [dict(row._mapping) for row in session.execute(select(columns))]
        if rows:
            session.execute(delete(columns))
            session.execute(insert(columns), _dice.sample(rows, len(rows)))
    session.expire_all()


def forget_form_tokens(session: Session, today: date) -> None:
    """Forget which forms were sent, two days after."""
    session.execute(delete(FormToken).where(FormToken.day < today - timedelta(days=1)))
