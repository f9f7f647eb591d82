"""The marks of notices: what a member is told is what this program told, and all of it.

Each notice has a number, one more than the one before, and a mark made with the key folder: half of it is over the
notice itself, the other half joins it to the mark of the one before. So one that was put in or changed by hand does not
hold, and one that was taken away leaves a gap. The key folder notes the newest, which nothing comes after. That a
member has read a notice carries a mark as well: else a row put in by hand would take it from their first page.

Notices from before there were marks get theirs once, by the first round or the first notice after the upgrade. From
then on the key folder has its note, and what has no mark is not believed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple

import rfc8785
from sqlalchemy import ColumnElement, and_, delete, event, func, select
from sqlalchemy.exc import DataError
from sqlalchemy.orm import Session, SessionTransaction, object_session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import service as ledger
from governance.people.models import Told, ToldSeen
from governance.storage.database import only_reading

NOTE = "notices"  # In the key folder, and of a session that has told something and is not committed.
LARGEST = 2_147_483_647  # The largest INTEGER of PostgreSQL.
HALF = hashlib.sha256().digest_size
# What no reading makes sense of. PostgreSQL stores days that Python has no date for, such as "infinity" (DataError).
BAD_ROW = (ArithmeticError, AttributeError, DataError, LookupError, TypeError, ValueError)


class Checked(NamedTuple):
    """A notice as it was found. *holds*: the program made it. *follows*: and it comes next after the one before."""

    row: Told | None
    holds: bool
    follows: bool


class _Newest(NamedTuple):
    """The newest notice: its number, 0 before the first, and its mark."""

    number: int = 0
    mark: bytes = b""


def put_on(session: Session, keys: KeyFolder, row: Told) -> None:
    """Add a new notice with its number and mark. Once it is committed, the key folder knows it as the newest."""
    ledger.hold(session, "decisions")  # Two at once would both follow the same one.
    take_over(session, keys)
    before = max(_noted(keys), _newest_here(session), key=lambda newest: newest.number)
    row.number = before.number + 1
    row.mark = _mark(_key(keys), row, before.mark)
    session.add(row)
    session.flush()
    _note_once_committed(session, row, keys)


def take_over(session: Session, keys: KeyFolder) -> None:
    """Give notices their marks that an older version told, and note the newest. Safe to do twice."""
    if has_begun(session, keys):
        return
    ledger.hold(session, "decisions")
    key, mark, row = _key(keys), b"", None
    for row in session.scalars(select(Told).order_by(Told.number)):
        mark = row.mark = _mark(key, row, mark)
    for seen, told in session.execute(select(ToldSeen, Told).join(Told, Told.id == ToldSeen.told_id)).all():
        seen.mark = _seen(key, told, seen.account_id)
    session.flush()
    if row is not None:
        _note_once_committed(session, row, keys)


def has_begun(session: Session, keys: KeyFolder) -> bool:
    """Whether notices have marks here. Where the note was lost with the key folder, the marks themselves say so."""
    marked = select(Told.id).where(Told.mark.is_not(None)).limit(1)
    return bool(keys.noted(NOTE)) or session.scalars(marked).first() is not None


def newest_is_noted(session: Session, keys: KeyFolder) -> bool:
    """Whether the key folder knows the newest notice that is here, or a later one."""
    return _noted(keys).number >= newest_number(session)


def mark_and_note(session: Session, keys: KeyFolder) -> None:
    """Take over what an older version told; note the newest, where a server was cut short and all of them hold."""
    if not has_begun(session, keys):
        take_over(session, keys)
    elif are_whole(session, keys):
        _note(keys, _newest_here(session))


def go_on_from_here(session: Session, keys: KeyFolder) -> None:
    """Go by what is here now, after a loss that the board has told in public: what came later is lost, and not taken.

    A gap in the middle, or a row written by hand, stays found.
    """
    with keys.noting(NOTE) as noted:
        noted.clear()
    if has_begun(session, keys):
        _note(keys, _newest_here(session))


def seen_by(session: Session, keys: KeyFolder, account_id: int, rows: Sequence[Told]) -> set[int]:
    """Return which of *rows* this member has read, by their ids. What somebody put in by hand hides no notice."""
    these = ToldSeen.account_id == account_id, ToldSeen.told_id.in_([row.id for row in rows])
    try:
        found = session.execute(select(ToldSeen.told_id, ToldSeen.mark).where(*these))
        marks = {row.told_id: row.mark for row in found}
    except BAD_ROW:
        return set()
    if not has_begun(session, keys):
        return set(marks)
    key, read = _key(keys), [row for row in rows if marks.get(row.id)]
    return {row.id for row in read if hmac.compare_digest(_whole(marks[row.id]), _seen(key, row, account_id))}


def mark_seen(session: Session, keys: KeyFolder, account_id: int, rows: Sequence[Told]) -> None:
    """Note that this member has read these."""
    these = ToldSeen.account_id == account_id, ToldSeen.told_id.in_([row.id for row in rows])
    session.execute(delete(ToldSeen).where(*these))  # What was put in by hand is no longer in the way.
    key = _key(keys)
    session.add_all(ToldSeen(told_id=row.id, account_id=account_id, mark=_seen(key, row, account_id)) for row in rows)
    session.flush()


def made_by_us(session: Session, keys: KeyFolder, *these: ColumnElement[bool]) -> list[Told]:
    """Return the notices among *these* that this program told, in their order. What was put in by hand counts for none.

    That the others are all of them is not looked at.
    """
    rows = [row for row in _read(session, and_(*these)) if row is not None]
    if not has_begun(session, keys):
        return rows
    key = _key(keys)
    return [row for row in rows if hmac.compare_digest(_whole(row.mark)[:HALF], _own(key, row))]


def newest_number(session: Session) -> int:
    """Return the number of the newest notice, 0 before the first."""
    return _newest_here(session).number


def checked(session: Session, keys: KeyFolder, first: int = 1) -> list[Checked]:
    """Return the notices from number *first* on, in their order, each held against its mark and the one before."""
    if not has_begun(session, keys):
        return [Checked(row, True, True) for row in _read(session, Told.number >= first)]
    return list(_walk(_key(keys), _read(session, Told.number >= first), first))


def all_here(session: Session, keys: KeyFolder) -> bool:
    """Whether as many notices are here as were told, with the newest that the key folder knows. Reads no notice."""
    numbered = select(func.count(Told.number.distinct()), func.max(Told.number)).where(Told.number >= 1)
    count, top = session.execute(numbered).one()
    return bool(count == (top or 0)) and _newest_is_here(session, keys)


def are_whole(session: Session, keys: KeyFolder) -> bool:
    """Whether the notices that are here are those that this program told, and all of them."""
    return next(not_as_marked(session, keys), None) is None


def not_as_marked(session: Session, keys: KeyFolder) -> Iterator[str]:
    """Yield what differs between the notices that are here and those that this program told, in sentences."""
    here, was_sound = 0, True
    for row, holds, follows in checked(session, keys):
        if row is None or not holds:
            name = "that nobody can read" if row is None else f"{row.number}"
            yield f"Notice {name} to members was put in or changed by hand. No page shows it."
        elif not follows and was_sound:
            yield f"Before notice {row.number} to members, one was taken away or put in by hand."
        was_sound, here = holds, row.number if row is not None else here
    if not _newest_is_here(session, keys):
        newest = _noted(keys)
        yield f"Members were told {newest.number} things. The last of them was taken away or changed by hand."


def _walk(key: bytes, rows: Sequence[Told | None], first: int) -> Iterator[Checked]:
    # The mark before the first one that was asked for is not known, but before number 1 there is nothing.
    number, before, is_known = max(first, 1) - 1, b"", first <= 1
    for row in rows:
        if row is None or not isinstance(row.number, int):
            yield Checked(None, holds=False, follows=False)
            continue
        mark = _whole(row.mark)
        is_whole = row.number != number and len(mark) == 2 * HALF
        holds = is_whole and hmac.compare_digest(mark[:HALF], _own(key, row))
        joined = hmac.compare_digest(mark[HALF:], _join(key, mark[:HALF], before))
        yield Checked(row, holds, follows=row.number == number + 1 and (joined or not is_known))
        number, before, is_known = row.number, mark, True


def _read(session: Session, these: ColumnElement[bool]) -> Sequence[Told | None]:
    """Return the rows, None for one that somebody wrote so that nobody can read it: the others are shown."""
    in_order = (Told.number, Told.id)
    try:
        return session.scalars(select(Told).where(these).order_by(*in_order)).all()
    except BAD_ROW:
        return [_read_one(session, each) for each in session.scalars(select(Told.id).where(these).order_by(*in_order))]


def _read_one(session: Session, told_id: int) -> Told | None:
    try:
        return session.get(Told, told_id)
    except BAD_ROW:
        return None


def _newest_here(session: Session) -> _Newest:
    # SQLite lets text into a column of numbers, and sorts it behind them all.
    row = session.execute(
        select(Told.number, Told.mark).where(Told.number <= LARGEST).order_by(Told.number.desc()).limit(1)
    ).first()
    return _Newest(row.number, _whole(row.mark)) if row else _Newest()


def _noted(keys: KeyFolder) -> _Newest:
    noted = keys.noted(NOTE)
    return _Newest(noted["number"], bytes.fromhex(noted["mark"])) if noted else _Newest()


def _newest_is_here(session: Session, keys: KeyFolder) -> bool:
    """Whether the newest notice that the key folder knows is here, or came after what *session* sees was begun."""
    newest = _noted(keys)
    if _is_here(session, newest):
        return True
    if newest.number <= newest_number(session):
        return False
    here = session.connection()
    if here.dialect.name == "postgresql" and "isolation_level" not in here.get_execution_options():
        return False  # Each statement sees what was committed before it (`database.snapshot` apart): that was just now.
    with only_reading(), Session(session.get_bind()) as since:
        return _is_here(since, newest)


def _is_here(session: Session, newest: _Newest) -> bool:
    try:
        marks = session.scalars(select(Told.mark).where(Told.number == newest.number)).all()
    except BAD_ROW:
        return False
    return newest.number == 0 or newest.mark in marks


def _note(keys: KeyFolder, newest: _Newest) -> None:
    with keys.noting(NOTE) as noted:
        if newest.number > noted.get("number", -1):
            noted |= {"number": newest.number, "mark": newest.mark.hex()}


def _note_once_committed(session: Session, row: Told, keys: KeyFolder) -> None:
    """Note *row* as the newest when it is committed: what was rolled back was never told, and is not missed."""
    its_own = object_session(row) or session  # What stands for the session of a request has no transaction itself.
    its_own.info[NOTE] = (its_own.get_transaction(), keys, _Newest(row.number, row.mark or b""))


@event.listens_for(Session, "after_commit")
def _committed(session: Session) -> None:
    told: tuple[SessionTransaction | None, KeyFolder, _Newest] | None = session.info.get(NOTE)
    if told is not None and not session.in_nested_transaction():
        del session.info[NOTE]
        if told[0] is session.get_transaction():  # Else it was told in one that came to nothing.
            with suppress(OSError):  # It is told, and what the act gave is shown. The next round notes it.
                _note(*told[1:])


@event.listens_for(Session, "after_soft_rollback")
def _taken_back(session: Session, previous: SessionTransaction) -> None:
    session.info.pop(NOTE, None)


def _whole(mark: object) -> bytes:
    """Return a mark as it was read; nothing for none, or for the text that SQLite takes in its place."""
    return mark if isinstance(mark, bytes) else b""


def _key(keys: KeyFolder) -> bytes:
    return hmac.digest(keys.pepper, b"real-voice notices v1", hashlib.sha256)


def _mark(key: bytes, row: Told, before: bytes) -> bytes:
    own = _own(key, row)
    return own + _join(key, own, before)


def _own(key: bytes, row: Told) -> bytes:
    """Return the half of a mark that is over the notice itself; one that fits nothing where it makes no sense."""
    try:
        whole: list[Any] = [
            row.number, row.area, row.facts, row.said, row.salt.hex(), row.day.isoformat(), row.leaf,
        ]  # fmt: skip
        return hmac.digest(key, rfc8785.dumps(whole), hashlib.sha256)
    except (*BAD_ROW, rfc8785.CanonicalizationError):
        return b""


def _join(key: bytes, own: bytes, before: bytes) -> bytes:
    return hmac.digest(key, own + before, hashlib.sha256)


def _seen(key: bytes, row: Told, account_id: int) -> bytes:
    return hmac.digest(key, rfc8785.dumps(["seen", _whole(row.mark).hex(), account_id]), hashlib.sha256)
