"""A static copy of the ledger, which any web server can host and anybody can check."""

from __future__ import annotations

import secrets
from itertools import takewhile
from pathlib import Path

from sqlalchemy.orm import Session

from governance.keyfolder import KeyFolder
from governance.ledger import rules, tiles
from governance.ledger.models import Head
from governance.ledger.service.growing import LedgerBroken, head, rows, verifier_key
from governance.ledger.service.proving import checkpoint
from governance.ledger.service.witnesses import policy_text


def export(session: Session, keys: KeyFolder, folder: Path) -> dict[str, int]:
    """Write both logs into *folder*; return how many entries each has. Doing it again adds what is new.

    The checkpoint goes last and in one step, so that a copy cut short still shows the older one, whole.
    Raises LedgerBroken when the entries are not those that were signed: then no checkpoint is written.
    """
    written = {}
    for log in rules.LOGS:
        signed = head(session, log)
        if signed is None:
            continue
        _export(session, log, signed, folder / log)
        _put(folder / log / "key", f"{verifier_key(keys, log)}\n".encode())
        _put(folder / log / "checkpoint", checkpoint(session, signed).encode())
        written[log] = signed.size
    _put(folder / "policy", policy_text(session, keys).encode())
    return written


def _export(session: Session, log: str, signed: Head, folder: Path) -> None:
    writer = tiles.Writer()
    for _, body, _ in takewhile(lambda row: row[0] < signed.size, rows(session, log, 0)):
        for tile, content in writer.add(body.encode()):
            _put(folder / tile.path, content)
    for tile, content in writer.rest():
        _put(folder / tile.path, content)
    if (writer.size, writer.root()) != (signed.size, signed.root):
        raise LedgerBroken(f"The ledger '{log}' is not what was signed. Run: governance doctor")


def _put(path: Path, content: bytes) -> None:
    """Write a file in one step, unless it says the same already."""
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    draft.write_bytes(content)
    draft.replace(path)
