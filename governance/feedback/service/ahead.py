"""What readers can open ahead of its line in the ledger: what was sent as "send it now", until the day's batch.

A line at that moment would tell the hour in which somebody spoke, so it comes with the batch. Until then the key folder
notes what is out, beside the secrets, where the owner of the database cannot rewrite it: a message that is deleted or
changed in those hours gets the line of what it was, and the audit names it from the first moment.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from governance.feedback.models import Held, IntakeLeaf, Message
from governance.feedback.rules import MessageState
from governance.feedback.service import openings
from governance.feedback.service.beside import Beside, beside_each
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

    def is_still(self, message: Message, beside: Beside) -> bool:
        """Whether *message* is as the program left it. Nothing is hidden and nothing runs out before its line is there.

        What an older program noted says nothing of where readers put it.
        """
        facts = _facts_of(message)
        return message.state is MessageState.LIVE and not {_mark(facts), _mark(facts, beside)}.isdisjoint(self.marks)

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
                "digest": openings.digest_of(row["sealed"]).hex(),
                "marks": [_mark(row, Beside(row["week"], row["consent"], None, ()))],
            }  # fmt: skip


def goes_with_its_line(keys: KeyFolder, held_ids: Iterable[uuid.UUID]) -> None:
    """Note no more what was noted of these, as they were never let out then, and go with the day's batch instead."""
    if keys.noted(NOTE):
        with keys.noting(NOTE) as noted:
            _drop_held(noted, {each.hex for each in held_ids})


def _drop_held(noted: dict[str, Any], held_ids: Collection[str]) -> None:
    for name in [name for name, entry in noted.items() if entry["held"] in held_ids]:
        del noted[name]


def as_let_out(session: Session, keys: KeyFolder, messages: Mapping[uuid.UUID, Message]) -> list[uuid.UUID]:
    """Return which of these *messages* have no line yet, and are still as the program left them."""
    noted = {name: entry for name, entry in keys.noted(NOTE).items() if uuid.UUID(hex=name) in messages}
    waiting = {name: messages[name] for name in _names(noted)}
    beside = beside_each(session, waiting.values())
    return [name for name, row in waiting.items() if _ahead(name, noted[name.hex]).is_still(row, beside[name])]


def note_changes(keys: KeyFolder, changed: Sequence[tuple[Message, Beside]]) -> None:
    """Note what the program itself made of messages that have no line yet. Call it before that is committed."""
    if changed:
        with keys.noting(NOTE) as noted:
            for message, beside in changed:
                if entry := noted.get(message.id.hex):
                    entry["marks"] = [*entry["marks"], _mark(_facts_of(message), beside)]


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
        name: _ahead(name, entry)
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
        elif not ahead.is_still(message, beside_each(session, [message])[name]):
            yield "A message that was sent as “now” was hidden or changed before its line of the ledger was written."
    if unvouched := _unvouched(session, keys):
        yield (
            f"{unvouched} messages are out before their line of the ledger is written, and nothing vouches for them:"
            " the key folder has no note of them. Look at its disk, unless a backup came back today."
        )


def _unvouched(session: Session, keys: KeyFolder) -> int:
    """Return how many messages have no line, had none before they were passed on, and are not noted either."""
    had = exists().where(IntakeLeaf.message_id == Message.id)
    names = session.scalars(select(Message.id).where(Message.leaf.is_(None), ~had)).all()
    return len(set(names) - _names(keys.noted(NOTE)))


def _names(noted: Collection[str]) -> set[uuid.UUID]:
    return {uuid.UUID(hex=each) for each in noted}


def _facts_of(message: Message) -> Facts:
    return {name: getattr(message, name) for name in ("audience", "intake_key_id", "week", "consent", "sealed")}


def _ahead(name: uuid.UUID, entry: Mapping[str, Any]) -> Ahead:
    key, digest = uuid.UUID(hex=entry["key"]), bytes.fromhex(entry["digest"])
    return Ahead(name, key, digest, tuple(entry["marks"]))


def _mark(row: Facts, beside: Beside | None = None) -> str:
    """Return a check of all that the line of a message vouches for, and of who may read it.

    *beside*: None for a mark as an older program made it.
    """
    parts = [
        row["audience"],
        row["intake_key_id"],
        row["week"],
        row["consent"],
        openings.digest_of(row["sealed"]).hex(),
    ]
    parts += [beside.where] if beside else []
    return hashlib.sha256("|".join(map(str, parts)).encode()).hexdigest()
