"""Recordings of lines by people: in the database, so that a backup brings them back.

A new one is played to nobody until somebody of the board has said yes to it: a voice that says other words than stand
there would be believed by whoever does not read. What was heard before goes on until then.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from governance.places.aloud import sound
from governance.places.models import Recording, WaitingRecording
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_


def keys(session: Session, language: str) -> set[str]:
    """Return the keys of the lines of a *language* that somebody recorded."""
    return set(session.scalars(select(Recording.key).where(Recording.language == language)))


def sizes(session: Session, language: str) -> dict[str, int]:
    """Return how many bytes each recording of a *language* has, by its key."""
    columns = select(Recording.key, func.length(Recording.wav).label("size"))
    return {row.key: row.size for row in session.execute(columns.where(Recording.language == language))}


def read(session: Session, key: str) -> bytes | None:
    """Return the recording of a line as a WAV file, or None."""
    return session.scalar(select(Recording.wav).where(Recording.key == key))


def put_in(session: Session, language: str, key: str, file: bytes) -> None:
    """Have what is heard in *file*, and nothing else of it, wait for a second yes. Raises RuleRefused."""
    wav = sound.made_plain(file)
    session.merge(WaitingRecording(key=key, language=language, mark=_mark(wav), wav=wav))


def waiting(session: Session, language: str) -> dict[str, str]:
    """Return the keys of the lines of a *language* whose recording waits, each with the mark of its sound."""
    columns = select(WaitingRecording.key, WaitingRecording.mark)
    rows = session.execute(columns.where(WaitingRecording.language == language).order_by(WaitingRecording.key))
    return {row.key: row.mark for row in rows}


def read_waiting(session: Session, language: str, key: str) -> bytes | None:
    """Return the recording of a line that waits, or None."""
    found = session.get(WaitingRecording, key)
    return found.wav if found and found.language == language else None


def put_up(session: Session, language: str, marks: Mapping[str, str]) -> None:
    """Play these recordings from now on, in place of what there was.

    *marks*: as `waiting` gave them to whoever asked. Raises RuleRefused where one of them is another sound by now, or
    is gone: nobody agreed to that.
    """
    for key, mark in marks.items():
        row = session.get(WaitingRecording, key, with_for_update=True, populate_existing=True)
        if row is None or row.language != language or _mark(row.wav) != mark:
            raise RuleRefused(N_("One of these recordings is another one by now. Say no, and have it asked for again."))
        session.merge(Recording(key=key, language=language, wav=row.wav))
        session.delete(row)


def remove(session: Session, key: str) -> None:
    """Take a recording away. The line is then read by what there was before it."""
    _delete(session, session.get(Recording, key))


def take_back(session: Session, key: str) -> None:
    """Take back a recording that waits. What people hear stays as it is."""
    _delete(session, session.get(WaitingRecording, key))


def _delete(session: Session, row: Recording | WaitingRecording | None) -> None:
    if row is not None:
        session.delete(row)
        session.flush()


def _mark(wav: bytes) -> str:
    return hashlib.sha256(wav).hexdigest()
