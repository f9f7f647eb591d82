"""A flood: more than people send in a day. All of it is taken and shown; what nobody's device worked for lies apart.

What waits for the next batch is the only count there is: of who sent it nothing is known, and no time is kept. Whether
it is a flood is decided once in a quarter of an hour, on limits that are drawn anew each time, for what a page asks may
tell no stranger how many wait, or that one came just now. A fast one is met within the minute. While a message waits,
only its outer seal says that it came in a flood without a solved puzzle; the batch takes that off. Of few such ones
nothing is kept then: what few share could tell of somebody that their device runs no scripts. Of many a mark stays
until readers have sorted them, for two weeks at most. It stands in no list of the ledger.
"""

from __future__ import annotations

import hmac
import uuid
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime

from sqlalchemy import exists, func, insert, literal, select
from sqlalchemy.orm import Session

from governance import privacy, sealing
from governance.clockwork.rounds import DutyDone
from governance.feedback import rules
from governance.feedback.models import BatchMessage, FloodMark, Held, Message
from governance.feedback.service.intake import IN_FLOOD, held_info
from governance.keys.keyfolder import KeyFolder
from governance.privacy import retention
from governance.storage.database import Piece, deleted_in_pieces

CALM = 60  # Messages that wait: a busy day of a large programme. A flood is more than that, and surely twice as many.
STEPS = sealing.HARDEST - sealing.EASIEST + 1
COUNTED = CALM << STEPS  # Beyond this no puzzle grows harder, so nothing is counted.
QUARTER = 15  # minutes
FAST = 2  # Doublings of CALM. Above them nobody has to wait for the next quarter of an hour.
FEWEST = 5  # Of one piece of a batch and for the same readers: fewer are let out like all others.
MARKED = exists().where(FloodMark.message_id == Message.id)
MARKED_NOW = (  # In the batch that goes out now, and for whom.
    select(Message.audience, FloodMark.message_id, FloodMark.mac)
    .join(FloodMark, FloodMark.message_id == Message.id)
    .join(BatchMessage, BatchMessage.message_id == Message.id)
)
NOTE = "flood"  # In the key folder, which all processes share: what was decided, in which quarter, before which batch.


def puzzle_bits(keys: KeyFolder) -> int:
    """Return how hard a puzzle is that forms ask for now; 0 outside a flood. It changes with `look` alone."""
    bits = keys.noted(NOTE).get("bits")
    return bits if isinstance(bits, int) and sealing.EASIEST <= bits <= sealing.HARDEST else 0


def look(session: Session, keys: KeyFolder, now: datetime) -> None:
    """Decide what forms ask for from *now* on: once in a quarter of an hour, and each minute if far more wait.

    Until the next batch it never falls back: then what is asked for tells of no message alone.
    """
    quarter = now.replace(minute=now.minute - now.minute % QUARTER, second=0, microsecond=0).isoformat()
    noted, waiting = keys.noted(NOTE), _waiting(session)
    if noted.get("quarter") == quarter:
        _rise(keys, now, waiting)
        return
    released = session.get(DutyDone, "release")
    batch = released.day.isoformat() if released else ""
    bits = bits_for(keys, quarter, waiting)
    if noted.get("batch") == batch:
        bits = max(bits, puzzle_bits(keys))
    with keys.noting(NOTE) as note:
        note.update(quarter=quarter, batch=batch, bits=bits)


def _rise(keys: KeyFolder, now: datetime, waiting: int) -> None:
    """Ask for more within a quarter of an hour, if what waits has passed the limits above FAST.

    They are drawn for each minute: on limits that stood still, a page that changes would say that one came just now.
    """
    if waiting <= CALM << FAST:
        return
    bits = bits_for(keys, now.replace(second=0, microsecond=0).isoformat(timespec="minutes"), waiting)
    if bits >= sealing.EASIEST + FAST and bits > puzzle_bits(keys):
        with keys.noting(NOTE) as note:
            note.update(bits=bits)


def bits_for(keys: KeyFolder, moment: str, waiting: int) -> int:
    """Return how hard a puzzle is while so many wait: one bit more from about each doubling on, and 0 as far as CALM.

    From where on exactly is drawn for each *moment* of looking, between a doubling and the next (HMAC).
    """
    passed = sum(waiting > _limit(keys, moment, step) for step in range(STEPS))
    return sealing.EASIEST + passed - 1 if passed else 0


def _limit(keys: KeyFolder, moment: str, step: int) -> int:
    drawn = hmac.digest(keys.pepper, f"flood {step} {moment}".encode(), "sha256")
    return (CALM << step) + int.from_bytes(drawn[:8], "big") % (CALM << step)


def _waiting(session: Session) -> int:
    waiting = select(literal(1)).where(Held.route == rules.Route.LATER).limit(COUNTED).subquery()
    return session.scalar(select(func.count()).select_from(waiting)) or 0


def to_set_apart(session: Session, keys: KeyFolder, names: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Return which of what is held under these *names* came in a flood, unsolved; nothing where they are few.

    *names*: all that is left of one piece of a batch, however much of it goes out at once. They are few where they are
    fewer than FEWEST for the same readers, and none of the same batch was marked for those before by this program.
    """
    outer, found = keys.need("held.key"), dict[uuid.UUID, rules.Audience]()
    for row in session.execute(select(Held.id, Held.audience, Held.consent, Held.sealed).where(Held.id.in_(names))):
        with suppress(sealing.SealBroken):
            sealing.unlock(outer, row.sealed, held_info(row.id, row.consent) + IN_FLOOD)
            found[row.id] = row.audience
    if not found:
        return set()
    many = {audience for audience, count in Counter(found.values()).items() if count >= FEWEST}
    many |= {audience for audience, name, mac in session.execute(MARKED_NOW) if _is_ours(keys, name, mac)}
    return {name for name, audience in found.items() if audience in many}


def set_apart(session: Session, keys: KeyFolder, messages: Sequence[uuid.UUID]) -> None:
    """Mark messages that go out now as of a flood."""
    if messages:
        session.execute(insert(FloodMark), [{"message_id": each, "mac": _mac(keys, each)} for each in messages])


def lies_apart(session: Session, message_id: uuid.UUID) -> bool:
    """Whether a message has the mark of a flood. Ask `marks_hold` first."""
    return session.get(FloodMark, message_id) is not None


def marks_hold(session: Session, keys: KeyFolder) -> bool:
    """Whether the program itself set all marks there are. Where somebody set one by hand, none puts anything apart.

    So nobody has a message read last by a row of the database; all they could do is what deleting the marks does.
    """
    return not _made_up(session, keys)


def forget_marks(session: Session, today: date) -> Iterator[Piece]:
    """Drop the marks of what readers have sorted, or is hidden or gone, and of what came two weeks ago."""
    first = privacy.week_of(today - retention.FLOOD_MARKS)
    still = exists().where(
        Message.id == FloodMark.message_id, Message.week >= first, Message.lane.is_(None),
        Message.state == rules.MessageState.LIVE,
    )  # fmt: skip
    return deleted_in_pieces(session, FloodMark.message_id, ~still)


def problems(session: Session, keys: KeyFolder) -> list[str]:
    """Return what is wrong with the marks: one made by hand would put a message where it is read last."""
    made_up = _made_up(session, keys)
    return [f"{made_up} messages were put with a flood by hand."] if made_up else []


def _made_up(session: Session, keys: KeyFolder) -> int:
    marks = session.execute(select(FloodMark.message_id, FloodMark.mac))
    return sum(not _is_ours(keys, message_id, mac) for message_id, mac in marks)


def _is_ours(keys: KeyFolder, message_id: uuid.UUID, mac: bytes) -> bool:
    return hmac.compare_digest(mac, _mac(keys, message_id))


def _mac(keys: KeyFolder, message_id: uuid.UUID) -> bytes:
    return hmac.digest(keys.pepper, b"in a flood " + message_id.bytes, "sha256")[:16]
