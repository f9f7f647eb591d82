"""What readers can open ahead of its line in the ledger: what was sent as "send it now", until the day's batch.

A line at that moment would tell the hour in which somebody spoke, so it comes with the batch. Until then the key folder
notes what is out, beside the secrets, where the owner of the database cannot rewrite it: a message that is deleted or
changed in those hours gets the line of what it was, and the audit names it from the first moment.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.feedback.models import Held, IntakeLeaf, Message
from governance.feedback.service import openings
from governance.keys.keyfolder import KeyFolder

NOTE = "ahead"
Facts = Mapping[str, Any]  # A message's row, as far as it is vouched for.


@dataclass(frozen=True)
class Ahead:
    """A message that is out and has no line: what its line commits to where the row is not what was let out."""

    message_id: uuid.UUID
    intake_key_id: uuid.UUID
    digest: bytes
    marks: tuple[str, ...]

    def is_still(self, message: Message) -> bool:
        """Whether *message* is as the program left it."""
        return _mark(_facts_of(message)) in self.marks

    def opening(self) -> IntakeLeaf:
        """Return an opening for what was let out."""
        return openings.opening_of_digest(self.message_id, self.intake_key_id, self.digest)


def note_down(keys: KeyFolder, rows: Iterable[tuple[uuid.UUID, Facts]]) -> None:
    """Note what is let out now, each with the name it was held under. Call it before it can be read."""
    with keys.noting(NOTE) as noted:
        for held_id, row in rows:
            _drop_held(noted, {held_id.hex})
            noted[row["id"].hex] = {
                "held": held_id.hex, "key": row["intake_key_id"].hex,
                "digest": openings.digest_of(row["sealed"]).hex(), "marks": [_mark(row)],
            }  # fmt: skip


def goes_with_its_line(keys: KeyFolder, held_ids: Iterable[uuid.UUID]) -> None:
    """Note no more what was noted of these, as they were never let out then, and go with the day's batch instead."""
    if keys.noted(NOTE):
        with keys.noting(NOTE) as noted:
            _drop_held(noted, {each.hex for each in held_ids})


def _drop_held(noted: dict[str, Any], held_ids: Collection[str]) -> None:
    for name in [name for name, entry in noted.items() if entry["held"] in held_ids]:
        del noted[name]


def note_change(keys: KeyFolder, message: Message) -> None:
    """Note what the program itself made of a message that has no line yet. Call it before that is committed."""
    if message.id.hex not in keys.noted(NOTE):
        return
    with keys.noting(NOTE) as noted:
        if entry := noted.get(message.id.hex):
            entry["marks"] = [*entry["marks"], _mark(_facts_of(message))]


def without_a_line(session: Session, keys: KeyFolder) -> dict[uuid.UUID, Ahead]:
    """Return what was let out at once and has no line yet, by the message's name.

    What is noted and still held was never let out: the program stopped between the two.
    """
    noted = keys.noted(NOTE)
    if not noted:
        return {}
    have = set(session.scalars(select(IntakeLeaf.message_id).where(IntakeLeaf.message_id.in_(_names(noted)))))
    waiting = {uuid.UUID(hex=entry["held"]) for entry in noted.values()}
    held = set(session.scalars(select(Held.id).where(Held.id.in_(waiting))))
    return {
        name: Ahead(name, uuid.UUID(hex=entry["key"]), bytes.fromhex(entry["digest"]), tuple(entry["marks"]))
        for name, entry in ((uuid.UUID(hex=each), entry) for each, entry in noted.items())
        if name not in have and uuid.UUID(hex=entry["held"]) not in held
    }


def keys_that_wait(session: Session, keys: KeyFolder) -> set[uuid.UUID]:
    """Return the intake keys of messages that are out and have no line yet: what they seal is not forgotten before."""
    names = without_a_line(session, keys).keys()
    return set(session.scalars(select(Message.intake_key_id).where(Message.id.in_(names)))) if names else set()


def forget_what_has_a_line(session: Session, keys: KeyFolder) -> None:
    """Forget what the ledger vouches for by now. Call it when that is committed, and before a line lets its name go."""
    noted = _names(keys.noted(NOTE))
    if not noted:
        return
    lines = set(session.scalars(select(IntakeLeaf.message_id).where(IntakeLeaf.message_id.in_(noted))))
    if lines:
        with keys.noting(NOTE) as kept:
            for name in lines:
                kept.pop(name.hex if name else "", None)


def problems(session: Session, keys: KeyFolder) -> Iterator[str]:
    """Yield what is wrong with messages that are out ahead of their line."""
    for name, ahead in without_a_line(session, keys).items():
        message = session.get(Message, name, populate_existing=True)
        if message is None:
            yield "A message that was sent as “now” was removed before its line of the ledger was written."
        elif not ahead.is_still(message):
            yield "A message that was sent as “now” was changed before its line of the ledger was written."


def _names(noted: Collection[str]) -> set[uuid.UUID]:
    return {uuid.UUID(hex=each) for each in noted}


def _facts_of(message: Message) -> Facts:
    return {name: getattr(message, name) for name in ("audience", "intake_key_id", "week", "consent", "sealed")}


def _mark(row: Facts) -> str:
    """Return a check of all that the line of a message vouches for, and of who may read it."""
    parts = (
        row["audience"],
        row["intake_key_id"],
        row["week"],
        row["consent"],
        openings.digest_of(row["sealed"]).hex(),
    )
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()
