"""Accounting for every message that was ever released: nothing may be missing without a public trace (promise 4)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from governance.feedback import rules
from governance.feedback.models import Batch, BatchMessage, Held, IntakeLeaf, Message, ThemeMessage, Tombstone
from governance.feedback.service import ahead, flood, moved, openings
from governance.feedback.service.beside import Beside, Themes, themes_of_each
from governance.feedback.service.hiding import tombstone_facts
from governance.feedback.service.release import without_outer_seal
from governance.feedback.service.retention import has_expired
from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people.models import IntakeKey
from governance.people.service.intake_keys import secret_name
from governance.storage.leaves import LetGo

MANY = 1000  # rows read at a time
BESIDE = "or the week, the lane or a theme of its message, or what may be shown of it"
NOT_SEALED = frozenset({"summary", "moved"})  # Lines of the list of messages that stand for no message.


class Audited(NamedTuple):
    """What the audit needs to know of one message: never its words."""

    state: rules.MessageState
    beside: Beside
    audience: str
    intake_key_id: UUID
    digest: bytes


@dataclass
class Books:
    """Everything a leaf may open as, read once."""

    keys: KeyFolder
    today: date
    openings: dict[int, IntakeLeaf]
    messages: dict[UUID, Audited]
    leaves_of: dict[UUID, list[IntakeLeaf]]
    intake_keys: dict[UUID, IntakeKey]
    stones: dict[UUID, Tombstone]
    in_ledger: dict[int, dict[str, Any]]
    lost: frozenset[int]  # Lines of the decisions that the board let go of, and said so.


def audit(session: Session, keys: KeyFolder, today: date) -> list[str]:
    """Return what is wrong, leaf by leaf, in words; an empty list when every leaf opens as what it claims to be.

    Each leaf of the intake ledger must open as a live message, a hidden one with its public tombstone, one whose
    words are gone because their key was destroyed on schedule, or a dummy. A message that was deleted, by whatever
    way, leaves a leaf that opens as none of these. What the ledger itself says is checked by `ledger.check`.
    """
    books, lost = _read_books(session, keys, today), ledger.let_go_of(session, "intake")
    problems = _unseen(session, books, today)
    batches = set()
    for number, facts in ledger.leaves(session, "intake"):
        if facts.get("kind") in NOT_SEALED:
            continue
        if number in lost:
            books.openings.pop(number, None)
            problems.append(LetGo.of("What was let out", number))
            continue
        if "day" not in facts:
            books.openings.pop(number, None)
            problems.append(f"Leaf {number} does not say what was hashed: someone changed it.")
            continue
        batches.add(date.fromisoformat(facts["day"]))
        leaf = books.openings.pop(number, None)
        where = f"Leaf {number} of {facts['day']}"
        if leaf is None:
            problems.append(f"{where} opens as nothing: a message was removed without a trace.")
        else:
            problems += [f"{where}: {wrong}" for wrong in _wrong(books, leaf, facts)]
    problems += [f"An opening claims leaf {number}, which the ledger does not have." for number in books.openings]
    shown = {stone.leaf for stone in books.stones.values()}
    problems += [f"The tombstone in entry {n} of the decisions is not shown." for n in books.in_ledger.keys() - shown]
    problems += [
        *ahead.problems(session, keys),
        *flood.problems(session, keys),
        *moved.problems(session, keys, {day for day in batches if day < today}),
    ]
    if moved_in_time := _of_another_week(session):
        problems.append(f"{moved_in_time} messages stand in a theme under a week that is not theirs.")
    outer = keys.need("held.key")
    shut = sum(without_outer_seal(outer, row) is None for row in session.scalars(select(Held)))
    shut += session.scalar(select(func.count()).where(Held.tag == Message.tag)) or 0
    return [*problems, *([f"{shut} held messages were changed and do not open."] if shut else [])]


def _unseen(session: Session, books: Books, today: date) -> list[str]:
    """Return what is wrong with the batch that is being let out: while it lasts, what went out of it is unseen."""
    begun = session.scalar(select(func.min(Batch.day)))
    if begun is None:
        return []
    late = [f"The batch of {begun} was never ended: what went out of it is seen by nobody."] if begun < today else []
    of_the_day = {number for number, facts in ledger.leaves(session, "intake") if facts.get("day") == begun.isoformat()}
    hidden = [
        message
        for message in session.scalars(select(BatchMessage.message_id))
        if not any(leaf.number in of_the_day for leaf in books.leaves_of.get(message, []))
    ]
    return [*late, *([f"{len(hidden)} messages were put into a batch that is not theirs."] if hidden else [])]


def _of_another_week(session: Session) -> int:
    """Return how often a theme holds a message under another week, by which it would count too early or too late."""
    joined = select(func.count()).join_from(ThemeMessage, Message, Message.id == ThemeMessage.message_id)
    return session.scalar(joined.where(ThemeMessage.week != Message.week)) or 0


def fates(session: Session) -> dict[str, int]:
    """Return how many leaves open as what, for the board's auditors: live, hidden (tombstone), expired, dummy.

    The rest are the monthly counts, which stand for no message: all together are as many as the ledger has leaves.
    The ledger must be whole.
    """
    shown = {rules.MessageState.LIVE: "live", rules.MessageState.HIDDEN: "tombstone"}
    counted = dict.fromkeys(("live", "tombstone", "expired", "dummy"), 0)
    joined = select(IntakeLeaf.fate, Message.state, func.count()).outerjoin(
        Message, Message.id == IntakeLeaf.message_id
    )
    for fate, state, number in session.execute(joined.group_by(IntakeLeaf.fate, Message.state)):
        name = fate.value if fate is not rules.Fate.MESSAGE else shown.get(state, "opens as nothing")
        counted[name] = counted.get(name, 0) + number
    counted["monthly count"] = sum(facts.get("kind") == "summary" for _, facts in ledger.leaves(session, "intake"))
    return counted


def _read_books(session: Session, keys: KeyFolder, today: date) -> Books:
    """Return all messages and leaves as the database has them at this moment, for the checks that follow."""
    session.flush()
    session.expire_all()  # What somebody changed by SQL must not hide behind what was read before.
    fields = select(
        Message.id,
        Message.state,
        Message.audience,
        Message.intake_key_id,
        Message.sealed,
        Message.week,
        Message.consent,
        Message.lane,
    ).execution_options(yield_per=MANY)
    leaves = {leaf.number: leaf for leaf in session.scalars(select(IntakeLeaf).order_by(IntakeLeaf.number))}
    by_message: dict[UUID, list[IntakeLeaf]] = {}
    for leaf in leaves.values():
        if leaf.message_id:
            by_message.setdefault(leaf.message_id, []).append(leaf)
    entries, themes = ledger.leaves(session, "decisions"), themes_of_each(session)
    return Books(
        keys=keys,
        today=today,
        openings=leaves,
        messages={row.id: _kept(row, themes) for row in session.execute(fields)},
        leaves_of=by_message,
        intake_keys={key.id: key for key in session.scalars(select(IntakeKey))},
        stones={stone.message_id: stone for stone in session.scalars(select(Tombstone))},
        in_ledger={number: facts for number, facts in entries if facts.get("kind") == "tombstone"},
        lost=ledger.let_go_of(session, "decisions"),
    )


def _kept(row: Row[*tuple[Any, ...]], themes: Themes) -> Audited:
    beside = Beside(row.week, row.consent, row.lane, themes.get(row.id, ()))
    return Audited(row.state, beside, row.audience, row.intake_key_id, openings.digest_of(row.sealed))


def _wrong(books: Books, leaf: IntakeLeaf, facts: dict[str, Any]) -> Iterator[str]:
    message = books.messages.get(leaf.message_id) if leaf.message_id else None
    if leaf.fate is rules.Fate.MESSAGE and message is None:
        yield "its message was removed without a tombstone."
    elif not openings.holds(books.keys, leaf, message.beside if message else None):
        yield f"what it opens as, {BESIDE}, was changed by hand."
    elif leaf.fate is rules.Fate.EXPIRED:
        yield from _wrong_expiry(books, leaf, date.fromisoformat(facts["day"]))
    elif openings.commitment_of(leaf).hex() != facts["commit"]:
        yield "what is kept is not what was let out."
    elif message is not None:
        yield from _wrong_message(books, leaf, message)


def _wrong_expiry(books: Books, leaf: IntakeLeaf, day: date) -> Iterator[str]:
    key = books.intake_keys.get(leaf.intake_key_id) if leaf.intake_key_id else None
    if key is None or key.destroyed_on is None:
        yield "it is called expired, but its key was not destroyed on schedule."
    elif not has_expired(key.period, key.audience, min(books.today, key.destroyed_on)) or key.destroyed_on < day:
        yield "it is called expired before its time."
    elif books.keys.read(secret_name(key.audience, key.period)) is not None:
        yield "it is called expired, but its key is still there."


def _wrong_message(books: Books, leaf: IntakeLeaf, message: Audited) -> Iterator[str]:
    """Follow a message from its leaf to the next one, or to what is kept now if this is the newest."""
    leaves = books.leaves_of[leaf.message_id] if leaf.message_id else []
    open_ = [each for each in leaves if each.fate is rules.Fate.MESSAGE]
    newest = leaf is open_[-1]
    after = message.digest if newest else open_[open_.index(leaf) + 1].digest
    if after != (leaf.passed_on or leaf.digest):
        yield "the words of its message were changed."
    elif newest:
        yield from _wrong_state(books, leaf, leaves, message)


def _wrong_state(books: Books, leaf: IntakeLeaf, leaves: list[IntakeLeaf], message: Audited) -> Iterator[str]:
    key = books.intake_keys.get(message.intake_key_id)
    if key is None or key.audience != message.audience or not (leaf.passed_on or key.id == leaf.intake_key_id):
        yield "its message was given to other readers without their key."
    if message.state is rules.MessageState.EXPIRED:
        yield "its message is called expired, but its key was not destroyed."
    if message.state is rules.MessageState.HIDDEN and not _stone_stands(books, leaf, leaves):
        yield "its message is hidden without a tombstone."


def _stone_stands(books: Books, leaf: IntakeLeaf, leaves: list[IntakeLeaf]) -> bool:
    """Whether the ledger holds the tombstone of this very message, as the public page shows it."""
    stone = books.stones.get(leaf.message_id) if leaf.message_id else None
    if stone is not None and stone.leaf in books.lost:
        return True  # Which message it covered, nobody can know; its row is told of as one without its line.
    said = books.in_ledger.get(stone.leaf, {}) if stone else {}
    covered = said.get("intake_leaf")
    if stone is None or covered not in {leaf.number for leaf in leaves}:
        return False
    return said.items() >= tombstone_facts(stone, covered).items()
