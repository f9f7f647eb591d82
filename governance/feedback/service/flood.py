"""A flood: more than people send in a day. All of it is taken and shown; what nobody's device worked for lies apart.

What waits for the next batch is the only count there is: of who sent it nothing is known, and no time is kept. While a
message waits, only its outer seal says that it came in a flood without a solved puzzle; the batch takes that off. Of
few such ones nothing is kept then: what few share could tell of somebody that their device runs no scripts. Of many a
mark stays until readers have sorted them, for two weeks at most. It stands in no list of the ledger.
"""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Sequence
from contextlib import suppress
from datetime import date

from sqlalchemy import delete, exists, func, insert, literal, select
from sqlalchemy.orm import Session

from governance import privacy, sealing
from governance.feedback import rules
from governance.feedback.models import FloodMark, Held, Message
from governance.feedback.service.intake import IN_FLOOD, held_info
from governance.keys.keyfolder import KeyFolder
from governance.privacy import retention

CALM = 60  # Messages that wait: a busy day of a large programme. A flood is more than that.
COUNTED = CALM << (sealing.HARDEST - sealing.EASIEST)  # Beyond this no puzzle grows harder, so nothing is counted.
FEWEST = 5  # Of one piece of a batch: fewer are let out like all others.
MARKED = exists().where(FloodMark.message_id == Message.id)


def puzzle_bits(session: Session) -> int:
    """Return how hard a puzzle is that forms ask for now; 0 outside a flood. One short query."""
    waiting = select(literal(1)).where(Held.route == rules.Route.LATER).limit(COUNTED).subquery()
    return sealing.bits_for(session.scalar(select(func.count()).select_from(waiting)) or 0, CALM)


def to_set_apart(session: Session, keys: KeyFolder, names: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Return which of what is held under these *names* came in a flood, unsolved; nothing where they are few."""
    outer, found = keys.need("held.key"), set[uuid.UUID]()
    for row in session.execute(select(Held.id, Held.consent, Held.sealed).where(Held.id.in_(names))):
        with suppress(sealing.SealBroken):
            sealing.unlock(outer, row.sealed, held_info(row.id, row.consent) + IN_FLOOD)
            found.add(row.id)
    return found if len(found) >= FEWEST else set()


def set_apart(session: Session, keys: KeyFolder, messages: Sequence[uuid.UUID]) -> None:
    """Mark messages that go out now as of a flood."""
    if messages:
        session.execute(insert(FloodMark), [{"message_id": each, "mac": _mac(keys, each)} for each in messages])


def lies_apart(session: Session, message_id: uuid.UUID) -> bool:
    """Whether a message has the mark of a flood."""
    return session.get(FloodMark, message_id) is not None


def forget_marks(session: Session, today: date) -> int:
    """Drop the marks of what readers have sorted, or is hidden or gone, and of what came two weeks ago. Returns 0."""
    first = privacy.week_of(today - retention.FLOOD_MARKS)
    still = exists().where(
        Message.id == FloodMark.message_id, Message.week >= first, Message.lane.is_(None),
        Message.state == rules.MessageState.LIVE,
    )  # fmt: skip
    session.execute(delete(FloodMark).where(~still))
    return 0


def problems(session: Session, keys: KeyFolder) -> list[str]:
    """Return what is wrong with the marks: one made by hand would put a message where it is read last."""
    marks = session.scalars(select(FloodMark))
    made_up = sum(not hmac.compare_digest(mark.mac, _mac(keys, mark.message_id)) for mark in marks)
    return [f"{made_up} messages were put with a flood by hand."] if made_up else []


def _mac(keys: KeyFolder, message_id: uuid.UUID) -> bytes:
    return hmac.digest(keys.pepper, b"in a flood " + message_id.bytes, "sha256")[:16]
