"""Letting messages out: once a day, mixed, under new names, and never in the order they came.

A day's batch may be large, and nobody who writes should wait for it. So it is drawn by lot as a whole, and then let out
piece by piece, each in a transaction of its own. Until the last piece is through no reader sees any of it (`SHOWN`).
What was drawn is kept, so that a server which dies in between goes on where it stopped.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import Row as StoredRow
from sqlalchemy import delete, exists, func, insert, select
from sqlalchemy.orm import Session

from governance import privacy, sealing
from governance.feedback import rules
from governance.feedback.models import Batch, BatchMessage, Held, IntakeLeaf, Message
from governance.feedback.service import ahead, flood, openings
from governance.feedback.service.beside import Beside, beside_each
from governance.feedback.service.intake import IN_FLOOD, held_info
from governance.feedback.service.shuffling import shuffle_held_in_pieces
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.storage.pace import pace

AT_ONCE = 48  # leaves in one transaction, at most: a writer waits for one, not for the day's batch
NAME = 16  # bytes of the name of a row

Pieces = Iterator[Callable[[Session], int]]  # Each is one transaction, and returns how many messages it let out.

Row = dict[str, Any]  # A row of `message` as it will be.

_dice = secrets.SystemRandom()

# Whether readers may see a message: it does not belong to a batch of which a piece is still to come.
SHOWN = ~exists(select(Batch.number)) | ~exists().where(BatchMessage.message_id == Message.id)


def periods_around(today: date) -> dict[str, list[str]]:
    """Return, for each audience, the period of *today* and the one after, whose key is made ahead of time."""
    around = {}
    for audience in rules.Audience:
        period = privacy.period_of(today, audience)
        around[audience.value] = [period, privacy.next_period(period)]
    return around


def release(session: Session, keys: KeyFolder, today: date) -> int:
    """Let out today's batch, all in the caller's transaction. Returns how many messages were let out."""
    return sum(piece(session) for piece in release_in_pieces(session, keys, today))


def release_in_pieces(session: Session, keys: KeyFolder, today: date) -> Pieces:
    """Let out today's batch if it is due, and add today's leaves to the intake ledger.

    Board and staff readers can open all of it from the same moment. A batch that was begun before is ended first.
    """
    yield from end_release_in_pieces(session, keys)
    ahead.forget_what_has_a_line(session, keys)
    was_out = was_let_out_on(session, today)
    yield partial(_begin, today=today, drawn=_drawn(session, keys, today), was_out=was_out)
    yield from end_release_in_pieces(session, keys)


def release_now(session: Session, keys: KeyFolder, today: date) -> int:
    """Let out what was sent as "send it now", all in the caller's transaction. Returns how many messages it was."""
    return sum(piece(session) for piece in release_now_in_pieces(session, keys))


def release_now_in_pieces(session: Session, keys: KeyFolder) -> Pieces:
    """Let out what was sent as "send it now". Its leaf joins the next daily batch: a lone leaf would tell the hour.

    What is urgent waits for nothing: neither for a batch that cannot be ended, nor for a clock that is in doubt.
    """
    urgent = list(session.scalars(select(Held.id).where(Held.route == rules.Route.NOW)))
    _dice.shuffle(urgent)
    for some in pace.portions(urgent, AT_ONCE):
        yield partial(_let_out_at_once, keys=keys, names=some)
    yield from shuffle_held_in_pieces(session)


def was_let_out_on(session: Session, day: date) -> bool:
    """Whether the batch of *day* is in the ledger already, all of it or its beginning."""
    newest = ledger.newest(session, "intake", 4)  # After it may stand what a week moved, a month's sum, a gap.
    facts = [leaf.facts for leaf in newest]
    return any("commit" in each and each["day"] == day.isoformat() for each in facts)


def end_release_in_pieces(session: Session, keys: KeyFolder) -> Pieces:
    """Let out what is left of a batch that was begun, and forget which messages it was."""
    while (number := session.scalar(select(func.min(Batch.number)))) is not None:
        leaves = rules.BATCH * pace.rows(AT_ONCE // rules.BATCH)
        yield partial(_let_out_piece, keys=keys, number=number, most=leaves)
    while not is_going_out(session) and (
        names := session.scalars(select(BatchMessage.message_id).limit(pace.rows(AT_ONCE))).all()
    ):
        yield partial(_forget_batch, names=names)


def is_going_out(session: Session) -> bool:
    """Whether a piece of a batch is still to come."""
    return bool(session.scalar(select(exists(select(Batch.number)))))


def _drawn(session: Session, keys: KeyFolder, today: date) -> list[uuid.UUID]:
    """Return today's leaves in an order drawn by lot, a multiple of 8 in all and never none.

    Each is named by what it is for: what is held and goes out, a message that has no leaf yet, or, in a name that is
    nobody's, nothing.
    """
    held = session.execute(select(Held.id, Held.day, Held.route)).all()
    due = rules.release_due([(row.day, row.route) for row in held], today)
    drawn = [row.id for row in held if due or rules.goes_at_once(row.route)]
    drawn += {*session.scalars(select(Message.id).where(Message.leaf.is_(None))), *ahead.without_a_line(session, keys)}
    drawn += [uuid.uuid4() for _ in range(rules.padding_for(len(drawn)))]
    _dice.shuffle(drawn)
    return drawn


def _begin(session: Session, today: date, drawn: Sequence[uuid.UUID], was_out: bool) -> int:
    """Keep what was drawn, a row for each piece; nothing where another leader began or ended a batch since it was."""
    ledger.hold(session, "intake")
    if is_going_out(session) or was_let_out_on(session, today) != was_out:
        return 0
    pieces = [drawn[start : start + AT_ONCE] for start in range(0, len(drawn), AT_ONCE)]
    rows = [
        {"number": number, "day": today, "names": b"".join(name.bytes for name in piece)}
        for number, piece in enumerate(pieces)
    ]
    session.execute(insert(Batch), rows)
    return 0


def _let_out_piece(session: Session, keys: KeyFolder, number: int, most: int) -> int:
    """Let out *most* leaves of one piece of the batch; after the last one readers see the whole."""
    piece = session.get(Batch, number, with_for_update=True, populate_existing=True)
    if piece is None:  # Somebody else let it out meanwhile.
        return 0
    whole = len(piece.names) // NAME * NAME  # What somebody has written there by hand holds nothing up.
    now, later = piece.names[: min(most * NAME, whole)], piece.names[most * NAME : whole]
    names = _names(now)
    apart = flood.to_set_apart(session, keys, _names(piece.names[:whole]))  # How much goes at once decides nothing.
    out = _opened(session, keys, names)
    _add_leaves(session, keys, piece.day, names, out)
    ahead.goes_with_its_line(keys, out)
    _move(session, out)
    flood.set_apart(session, keys, [out[name]["id"] for name in names if name in apart and name in out])
    piece.names = later
    if not later:
        session.delete(piece)
    session.flush()
    if out and session.scalar(select(func.count()).select_from(Batch)):
        session.execute(insert(BatchMessage), [{"message_id": row["id"]} for row in out.values()])
    return len(out)


def _names(piece: bytes) -> list[uuid.UUID]:
    return [uuid.UUID(bytes=piece[at : at + NAME]) for at in range(0, len(piece), NAME)]


def _let_out_at_once(session: Session, keys: KeyFolder, names: Sequence[uuid.UUID]) -> int:
    out = _opened(session, keys, names)
    with suppress(OSError):  # What is urgent waits for no full disk; the doctor tells of that.
        ahead.note_down(keys, out.items())
    _move(session, out)
    return len(out)


def _opened(session: Session, keys: KeyFolder, names: Sequence[uuid.UUID]) -> dict[uuid.UUID, Row]:
    """Return what is held under these *names* as rows of messages, by the name it had and in this order.

    One that does not open, or has the tag of a message that is out, stays held alone, and the audit says so.
    """
    outer = keys.need("held.key")
    there = session.execute(select(*Held.__table__.columns).where(Held.id.in_(names)).with_for_update()).all()
    taken = set(session.scalars(select(Message.tag).where(Message.tag.in_([row.tag for row in there]))))
    rows = {row.id: row for row in there if row.tag not in taken}
    out: dict[uuid.UUID, Row] = {}
    for row in (rows[name] for name in names if name in rows):
        inner = without_outer_seal(outer, row)
        if inner is not None:
            kept = {name: getattr(row, name) for name in ("audience", "consent", "tag", "intake_key_id")}
            out[row.id] = {**kept, "id": uuid.uuid4(), "week": privacy.week_of(row.day), "sealed": inner, "leaf": None}
    return out


def _move(session: Session, out: dict[uuid.UUID, Row]) -> None:
    """Put what is let *out* among the messages, in this order, and take it out of what is held."""
    if out:
        session.execute(insert(Message.__table__), list(out.values()))
        session.execute(delete(Held.__table__).where(Held.id.in_(out)))


def without_outer_seal(outer: bytes, row: Held | StoredRow[Any]) -> bytes | None:
    """Return the sealed message inside a held row, or None when somebody has changed the row.

    One that an older program sealed says nothing of what may be shown.
    """
    bound = held_info(row.id, row.consent)
    for info in (bound, bound + IN_FLOOD, row.id.bytes):
        with suppress(sealing.SealBroken):
            return sealing.unlock(outer, row.sealed, info)
    return None


def _add_leaves(
    session: Session, keys: KeyFolder, day: date, names: Sequence[uuid.UUID], out: dict[uuid.UUID, Row]
) -> None:
    """Add a leaf for each of *names*: a commitment to a message, just let *out* or there before, or a dummy.

    What somebody changed before its line gets the line of what it was, and that vouches for nothing beside it.
    """
    before = select(Message).where(Message.id.in_(names), Message.leaf.is_(None)).order_by(Message.id)
    without = {message.id: message for message in session.scalars(before.with_for_update())}
    beside_it = beside_each(session, without.values())
    noted = ahead.without_a_line(session, keys)
    other = {
        name for name, was in noted.items() if not (name in without and was.is_still(without[name], beside_it[name]))
    }
    made = [_opening(out.get(name), without.get(name), noted[name] if name in other else None) for name in names]
    entries = [("batch", {"day": day.isoformat(), "commit": openings.commitment_of(leaf).hex()}) for leaf in made]
    for number, name, leaf in zip(ledger.append_many(session, "intake", entries), names, made, strict=True):
        leaf.number, beside = number, None
        if name in out:
            row = out[name]
            row["leaf"], beside = number, Beside(row["week"], row["consent"], None, ())
        elif name in without:
            without[name].leaf, beside = number, None if name in other else beside_it[name]
        openings.sign(keys, leaf, beside)
    session.add_all(made)
    session.flush()


def _opening(row: Row | None, message: Message | None, was: ahead.Ahead | None) -> IntakeLeaf:
    if row:
        return openings.opening_of(row["id"], row["intake_key_id"], row["sealed"])
    if was:
        return was.opening()  # Of what was let out, whatever somebody made of it since.
    return openings.opening_of(message.id, message.intake_key_id, message.sealed) if message else openings.dummy()


def _forget_batch(session: Session, names: Sequence[uuid.UUID]) -> int:
    """Forget that these were of the batch; not while one goes out, or readers would see a part of it."""
    ledger.hold(session, "intake")
    if not is_going_out(session):
        session.execute(delete(BatchMessage).where(BatchMessage.message_id.in_(names)))
    return 0
