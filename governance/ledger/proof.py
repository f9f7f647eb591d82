"""A proof as one text file: this entry is in this log, as its signed head and its witnesses say (C2SP `tlog-proof`).

The extra line holds what somebody without the log needs: the entry itself and the log's key. Neither is taken on trust:
the entry must hash to what the proof leads from, and whoever checks compares the key with one known from elsewhere.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass

from governance.ledger import note, rules

FIRST_LINE = "c2sp.org/tlog-proof@v1"
MOST_HASHES = 63


@dataclass(frozen=True)
class Proof:
    """What a proof file says: which entry, under which key, at which place, and how it leads to the checkpoint."""

    entry: str
    key: str
    number: int
    hashes: tuple[bytes, ...]
    checkpoint: str

    def text(self) -> str:
        """Return the file (tlog-proof, "Format")."""
        extra = json.dumps({"entry": self.entry, "key": self.key}, ensure_ascii=False, separators=(",", ":"))
        lines = [FIRST_LINE, f"extra {_base64(extra.encode())}", f"index {self.number}", *map(_base64, self.hashes)]
        return "\n".join(lines) + f"\n\n{self.checkpoint}"


def read(text: str) -> Proof:
    """Return what the file *text* says, nothing of it checked yet. Raises note.NoteBroken."""
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or lines[0] != FIRST_LINE:
        raise note.NoteBroken("This is not a proof file.")
    extra = lines.pop(1) if len(lines) > 1 and lines[1].startswith("extra ") else ""
    name, _, number = lines[1].partition(" ") if len(lines) > 1 else ("", "", "")
    if (
        name != "index"
        or not number.isascii()
        or not number.isdecimal()
        or len(number) > 20
        or str(int(number)) != number
    ):
        raise note.NoteBroken("The proof does not say which entry it is about.")
    if len(lines) - 2 > MOST_HASHES:
        raise note.NoteBroken("The proof is too long.")
    try:
        hashes = tuple(b64decode(line.encode("ascii"), validate=True) for line in lines[2:])
        said = json.loads(b64decode(extra.removeprefix("extra ").encode("ascii"), validate=True) or b"{}")
        entry, key = str(said.get("entry", "")), str(said.get("key", ""))
    except (ValueError, NotBase64, AttributeError, RecursionError):
        raise note.NoteBroken("A line of the proof is malformed.") from None
    return Proof(entry, key, int(number), hashes, checkpoint)


def check(proof: Proof, key: note.Key) -> note.Checkpoint:
    """Return the head under which the entry stands, if all of it holds under *key*. Raises note.NoteBroken."""
    said = note.read_checkpoint(note.open_note(proof.checkpoint, key.name, key.public))
    if said.origin != key.name:
        raise note.NoteBroken("The checkpoint belongs to another ledger than the key.")
    hashed = rules.leaf_hash(proof.entry.encode("utf-8", "surrogatepass"))
    if not rules.verify_inclusion(hashed, proof.number, said.size, proof.hashes, said.root):
        raise note.NoteBroken(f"Entry {proof.number} of the signed ledger is not the one in this file.")
    return said


def _base64(raw: bytes) -> str:
    return b64encode(raw).decode()
