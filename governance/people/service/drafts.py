"""Drafts of long forms: kept on the server until they are sent, and locked with what their writer's card unlocks.

Whoever owns the database reads no word of them, and learns neither whose they are nor for which page. Words of one's
own open them as the words before did. A new card opens none of the drafts of the old one; they go when their days are
over.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from governance import sealing
from governance.people.models import Draft
from governance.people.service.own_keys import open_reader
from governance.permissions.roles import Who
from governance.privacy import retention
from governance.ruling.errors import RuleRefused
from governance.storage.database import Piece, deleted_in_pieces

INFO = b"real-voice draft v1"
SMALLEST = 1024  # bytes; each size is four times the one before, so that a row tells little of how much was written.
LENGTH_BYTES = 4


@dataclass(frozen=True)
class OpenedDraft:
    """A draft, opened by its writer: the fields of its form, and the day of its last word."""

    fields: list[tuple[str, str]]
    day: date


def keep_draft(session: Session, who: Who, page: str, fields: list[tuple[str, str]], today: date) -> None:
    """Keep *fields* as the draft of *who* for the form at the path *page*, in place of the one before."""
    forget_draft(session, who, page)
    key = _keys(session, who)[0]
    number = _id(key, page)
    locked = sealing.lock(key, _filled_up(zlib.compress(json.dumps(fields).encode())), INFO + number)
    session.merge(Draft(id=number, sealed=locked, day=today))
    session.flush()


def draft_kept(session: Session, who: Who, page: str) -> OpenedDraft | None:
    """Return the draft of *who* for the form at *page*; None where there is none that their card opens."""
    by_id = {_id(key, page): key for key in _keys(session, who)}
    row = session.scalars(select(Draft).where(Draft.id.in_(by_id))).first()
    if row is None:
        return None
    try:
        plain = sealing.unlock(by_id[row.id], row.sealed, INFO + row.id)
    except sealing.SealBroken:  # Somebody changed the row.
        return None
    length = int.from_bytes(plain[:LENGTH_BYTES], "big")
    said = json.loads(zlib.decompress(plain[LENGTH_BYTES : LENGTH_BYTES + length]))
    return OpenedDraft([(name, value) for name, value in said], row.day)


def forget_draft(session: Session, who: Who, page: str) -> None:
    """Forget the draft of *who* for the form at *page*: it was sent, or is not wanted."""
    session.execute(delete(Draft).where(Draft.id.in_([_id(key, page) for key in _keys(session, who)])))
    session.flush()


def purge_drafts(session: Session, today: date) -> Iterator[Piece]:
    """Forget the drafts whose days are over, piece by piece."""
    return deleted_in_pieces(session, Draft.id, Draft.day <= today - retention.DRAFTS)


def _keys(session: Session, who: Who) -> list[bytes]:
    """Return what may lock a draft of *who*: their own keys, which stay when their words change.

    Then what the words themselves unlock: older versions of the program locked with that.
    """
    secrets = [who.unlock]
    with suppress(RuleRefused):  # Whose keys do not open writes on with the words alone.
        secrets.insert(0, open_reader(session, who).box_private)
    return [hmac.digest(secret, INFO, hashlib.sha256) for secret in secrets]


def _id(key: bytes, page: str) -> bytes:
    """Return what the row is called: the same for one writer and page, and a riddle without the writer's card."""
    return hmac.digest(key, b"of the page " + page.encode(), hashlib.sha256)


def _filled_up(plain: bytes) -> bytes:
    size = SMALLEST
    while size < LENGTH_BYTES + len(plain):
        size *= 4
    return (len(plain).to_bytes(LENGTH_BYTES, "big") + plain).ljust(size, b"\x00")
