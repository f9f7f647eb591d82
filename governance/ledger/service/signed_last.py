"""The head that each log signed last, kept in the key folder: an older database beside it signs no second history."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import note, rules
from governance.ledger.models import Head, Log
from governance.ledger.service import tiling
from governance.ledger.service.names import origin, private, secret_of_head


@dataclass(frozen=True)
class Behind:
    """A log of which more was signed than is *here*, or something else (then *signed* is no more than *here*)."""

    log: str
    here: int
    signed: int

    def __str__(self) -> str:
        if self.signed > self.here:
            return f"{self.signed} entries of the ledger of {self.log} were signed, and {self.here} are here."
        return f"The first {self.signed} entries of the ledger of {self.log} are not those that were signed."


def keep_heads(session: Session, keys: KeyFolder) -> None:
    """Keep the newest head of each log in the key folder. Call it when the head is committed, and often."""
    for log in rules.LOGS:
        newest = session.scalar(select(Head.note).where(Head.log == log).order_by(Head.size.desc()).limit(1))
        is_kept = newest is None or keys.read(secret_of_head(log)) == newest.encode()
        if newest and not is_kept and not behind_in(session, keys, log):
            keys.write(secret_of_head(log), newest.encode())


def of(keys: KeyFolder, log: str) -> note.Checkpoint | None:
    """Return what *log* signed last under the name it has, as the key folder knows it; None when it knows of none."""
    kept = keys.read(secret_of_head(log))
    return None if kept is None else _signed_here(keys, log, kept.decode("utf-8", "replace"))


def _signed_here(keys: KeyFolder, log: str, head: str) -> note.Checkpoint | None:
    """Return what a signed *head* says, if our own key signed it under the name that *log* has; else None."""
    name = origin(keys, log)
    try:
        said = note.read_checkpoint(note.open_note(head, name, note.public_key(private(keys, log))))
    except note.NoteBroken:
        return None  # Of the name that this log had before, or damaged.
    return said if said.origin == name else None


def behind(session: Session, keys: KeyFolder) -> list[Behind]:
    """Return the logs that do not continue what they signed last. Reads a few rows of each."""
    found = (behind_in(session, keys, log) for log in rules.LOGS)
    return [each for each in found if each]


def behind_in(session: Session, keys: KeyFolder, log: str) -> Behind | None:
    """Return by how much *log* is behind what it signed last, or None when it continues that."""
    return _behind(session, log, of(keys, log))


def behind_shown(session: Session, keys: KeyFolder, log: str, head: str) -> Behind | None:
    """Return by how much *log* is behind a *head* that somebody shows; None when it continues it, or is not ours.

    Only what our own key signed counts: nobody else can make it, whoever passes it on.
    """
    return _behind(session, log, _signed_here(keys, log, head))


def _behind(session: Session, log: str, said: note.Checkpoint | None) -> Behind | None:
    row = session.get(Log, log)
    here = row.size if row else 0
    if said and (said.size > here or _root(session, log, said.size) != said.root):
        return Behind(log, here, said.size)
    return None


def _root(session: Session, log: str, size: int) -> bytes:
    """Return the root over the first *size* entries; of a list with gaps, one that fits nothing."""
    try:
        return tiling.root_of_span(session, log, (0, size))
    except (ValueError, IndexError):
        return b""
