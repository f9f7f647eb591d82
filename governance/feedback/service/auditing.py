"""Accounting for every message that was ever released: nothing may be missing without a public trace (promise 4)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.feedback import rules
from governance.feedback.models import IntakeLeaf, Message, Tombstone
from governance.feedback.service.release import commitment_of
from governance.feedback.service.retention import has_expired
from governance.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people.models import IntakeKey


def audit(session: Session, keys: KeyFolder, today: date) -> list[str]:
    """Return what is wrong, leaf by leaf, in words; an empty list when every leaf opens as what it claims to be.

    Each leaf of the intake ledger must open as a live message, a hidden one with its public tombstone, one whose
    words are gone because their key was destroyed on schedule, or a dummy. A message that was deleted, by whatever
    way, leaves a leaf that opens as none of these.
    """
    openings = {leaf.number: leaf for leaf in session.scalars(select(IntakeLeaf))}
    stones = {stone.message_id: stone for stone in session.scalars(select(Tombstone))}
    kept = {key.id: key for key in session.scalars(select(IntakeKey))}
    problems = []
    for number, facts in ledger.leaves(session, "intake"):
        leaf = openings.pop(number, None)
        if leaf is None:
            problems.append(f"Leaf {number} of {facts['day']} opens as nothing: a message was removed without a trace.")
            continue
        problems += [
            f"Leaf {number} of {facts['day']}: {wrong}"
            for wrong in _wrong(session, keys, leaf, facts, stones, kept, today)
        ]
    problems += [f"An opening claims leaf {number}, which the ledger does not have." for number in openings]
    return problems


def _wrong(session, keys, leaf, facts, stones, kept, today) -> Iterator[str]:  # type: ignore[no-untyped-def]
    if leaf.fate is rules.Fate.EXPIRED:
        yield from _wrong_expiry(keys, kept.get(leaf.intake_key_id), date.fromisoformat(facts["day"]), today)
    elif commitment_of(leaf).hex() != facts["commit"]:
        yield "what is kept is not what was let out."
    elif leaf.fate is rules.Fate.MESSAGE:
        yield from _wrong_message(session, leaf, stones)


def _wrong_expiry(keys: KeyFolder, key: IntakeKey | None, day: date, today: date) -> Iterator[str]:
    if key is None or key.destroyed_on is None:
        yield "it is called expired, but its key was not destroyed on schedule."
    elif not has_expired(key.period, key.audience, today):
        yield "it is called expired before its time."
    elif not has_expired(key.period, key.audience, key.destroyed_on) or key.destroyed_on < day:
        yield "its key was destroyed too early."
    elif keys.read(f"period-{key.audience}-{key.period}".lower()) is not None:
        yield "it is called expired, but its key is still there."


def _wrong_message(session: Session, leaf: IntakeLeaf, stones: dict) -> Iterator[str]:  # type: ignore[type-arg]
    message = session.get(Message, leaf.message_id)
    if message is None:
        yield "its message was removed without a tombstone."
        return
    if message.state is rules.MessageState.HIDDEN and message.id not in stones:
        yield "its message is hidden without a tombstone."
    if message.leaf == leaf.number and hashlib.sha256(message.sealed).digest() != leaf.digest:
        yield "the words of its message were changed."
