"""A static copy of the ledger, which any web server can host and anybody can check."""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import takewhile
from pathlib import Path

from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import copies, note, rules, tiles
from governance.ledger.models import Head
from governance.ledger.service.growing import LedgerBroken, head, rows, verifier_key
from governance.ledger.service.names import origin, private
from governance.ledger.service.proving import checkpoint
from governance.ledger.service.witnessed import policy_text
from governance.storage.durable import DRAFT

POLICY_BY = "decisions"  # The log that signs the policy of a copy.


def export(session: Session, keys: KeyFolder, folder: Path) -> dict[str, int]:
    """Write both logs into *folder*; return how many entries each has. Doing it again adds what is new.

    One at a time, so that no older checkpoint follows a newer one. What *session* read while others had their turn may
    be older than what they have written here: it begins anew. Raises LedgerBroken as `write_copy` does.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with _turn(folder):
        session.rollback()
        return write_copy(session, keys, folder)


def write_copy(session: Session, keys: KeyFolder, folder: Path) -> dict[str, int]:
    """Write both logs, as *session* sees them, into *folder*; return how many entries each has.

    The checkpoint goes last and in one step, so that a copy cut short still shows the older one, whole. Raises
    LedgerBroken when the entries are not those that were signed, or do not continue what the folder shows already:
    then no checkpoint is written.
    """
    written = {}
    for log in rules.LOGS:
        signed = head(session, log)
        if signed is None:
            continue
        _export(session, log, signed, folder / log, _shown(keys, log, folder / log))
        _put(folder / log / "key", f"{verifier_key(keys, log)}\n".encode())
        os.sync()  # What the checkpoint names is on the disk before it is, even if the power goes.
        _put(folder / log / "checkpoint", checkpoint(session, signed).encode())
        written[log] = signed.size
    policy = copies.signed_policy(policy_text(session, keys), origin(keys, POLICY_BY), private(keys, POLICY_BY))
    _put(folder / copies.POLICY, policy.encode())
    return written


@contextmanager
def _turn(folder: Path) -> Iterator[None]:
    """Hold *folder* itself, so that nothing is left in it, and sweep out what a copy that was cut short left."""
    turn = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(turn, fcntl.LOCK_EX)
        (folder / ".lock").unlink(missing_ok=True)  # An older program left one.
        for path in folder.rglob(".*"):
            if DRAFT.fullmatch(path.name):
                path.unlink()
        yield
    finally:
        os.close(turn)


def _shown(keys: KeyFolder, log: str, folder: Path) -> note.Checkpoint | None:
    """Return the head that *folder* shows already, or None. Raises LedgerBroken if it is no head of this log."""
    try:
        text = (folder / "checkpoint").read_text(encoding="utf-8")
        key = note.read_key(verifier_key(keys, log))
        return note.read_checkpoint(note.open_note(text, key.name, key.public))
    except FileNotFoundError:
        return None
    except (note.NoteBroken, UnicodeDecodeError):
        raise LedgerBroken(f"{folder} holds the copy of another ledger. Take an empty folder.") from None


def _export(session: Session, log: str, signed: Head, folder: Path, shown: note.Checkpoint | None) -> None:
    """Write every tile up to the signed head, unless the folder shows another history or more than is here."""
    if shown and shown.size > signed.size:
        raise LedgerBroken(
            f"{folder} shows {shown.size} entries, and here are {signed.size}. This is an old copy of the ledger:"
            " restore a newer one before anything is added."
        )
    writer = tiles.Writer()
    for _, body, _ in takewhile(lambda row: row[0] < signed.size, rows(session, log, 0)):
        for tile, content in writer.add(body.encode()):
            _keep(folder / tile.path, content)
        if shown and shown.size == writer.size and shown.root != writer.root():
            raise LedgerBroken(f"The first {shown.size} entries are not those that {folder} shows. Nothing was copied.")
    for tile, content in writer.rest():
        _keep(folder / tile.path, content)
    if (writer.size, writer.root()) != (signed.size, signed.root):
        raise LedgerBroken(f"The ledger '{log}' is not what was signed. Run: governance doctor")


def _keep(path: Path, content: bytes) -> None:
    """Write a tile, which never changes. Raises LedgerBroken when another one lies there."""
    if not path.is_file():
        _put(path, content)
    elif path.read_bytes() != content:
        raise LedgerBroken(f"{path} holds something else than the ledger does. Check both: governance verify")


def _put(path: Path, content: bytes) -> None:
    """Write a file in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    draft.write_bytes(content)
    draft.replace(path)
