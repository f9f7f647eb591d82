"""Recordings of lines by people: in the database, so that a backup brings them back."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.places.aloud import sound
from governance.places.models import Recording


def keys(session: Session, language: str) -> set[str]:
    """Return the keys of the lines of a *language* that somebody recorded."""
    return set(session.scalars(select(Recording.key).where(Recording.language == language)))


def read(session: Session, key: str) -> bytes | None:
    """Return the recording of a line as a WAV file, or None."""
    return session.scalar(select(Recording.wav).where(Recording.key == key))


def keep(session: Session, language: str, key: str, file: bytes) -> None:
    """Keep what is heard in *file*, and nothing else of it, in place of what there was. Raises RuleRefused."""
    session.merge(Recording(key=key, language=language, wav=sound.made_plain(file)))


def remove(session: Session, key: str) -> None:
    """Take a recording away. The line is then read by what there was before it."""
    found = session.get(Recording, key)
    if found:
        session.delete(found)
