"""What is put elsewhere by the program itself is vouched for anew; what somebody else changed is not (promise 4)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.feedback.models import IntakeLeaf, Message
from governance.feedback.service import ahead, openings
from governance.feedback.service.beside import beside_each
from governance.keys.keyfolder import KeyFolder


@contextmanager
def vouched_again(session: Session, keys: KeyFolder, names: Iterable[uuid.UUID]) -> Iterator[dict[uuid.UUID, Message]]:
    """Give these messages by name, locked; what the block makes of them is vouched for at its end.

    An opening that does not hold before is not signed anew: the audit tells of it, and goes on telling.
    """
    wanted = select(Message).where(Message.id.in_(set(names))).order_by(Message.id).with_for_update()
    messages = {row.id: row for row in session.scalars(wanted.execution_options(populate_existing=True))}
    ours = _that_hold(session, keys, messages)
    noted = ahead.as_let_out(session, keys, messages)
    yield messages
    session.flush()
    now = beside_each(session, messages.values())
    for leaf in ours:
        openings.sign(keys, leaf, now[leaf.message_id] if leaf.message_id else None)
    session.flush()
    ahead.note_changes(keys, [(messages[name], now[name]) for name in noted])


def _that_hold(session: Session, keys: KeyFolder, messages: Mapping[uuid.UUID, Message]) -> list[IntakeLeaf]:
    """Return the openings of *messages* that nobody changed, locked."""
    beside = beside_each(session, messages.values())
    wanted = select(IntakeLeaf).where(IntakeLeaf.message_id.in_(messages.keys())).order_by(IntakeLeaf.number)
    leaves = session.scalars(wanted.with_for_update().execution_options(populate_existing=True))
    return [leaf for leaf in leaves if leaf.message_id and openings.holds(keys, leaf, beside[leaf.message_id])]
