"""Logs, keys and static copies for tests, made without a database."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from pathlib import Path

from governance.ledger import note, rules, tiles

NAME, PRIVATE = "real-voice/test/decisions", bytes(range(32))
KEY = note.Key(NAME, note.ED25519, note.public_key(PRIVATE))


def entry(number: int) -> bytes:
    """Return an entry like those of a real log."""
    return f'{{"kind":"record","number":"2026-{number:03}","v":1}}'.encode()


def checkpoint(entries: list[bytes], private: bytes = PRIVATE, name: str = NAME) -> str:
    """Return the signed head over *entries*."""
    root = rules.root_of(rules.leaf_hash(each) for each in entries)
    return note.sign(note.Checkpoint(name, len(entries), root).text(), name, private)


def write(folder: Path, entries: list[bytes], name: str = NAME, private: bytes = PRIVATE) -> Path:
    """Write a static copy of the log called *name* with *entries*."""
    folder.mkdir(parents=True, exist_ok=True)
    writer = tiles.Writer()
    files = [file for each in entries for file in writer.add(each)]
    for tile, content in [*files, *writer.rest()]:
        path = folder / tile.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "checkpoint").write_text(checkpoint(entries, private, name), encoding="utf-8")
    (folder / "key").write_text(f"{note.Key(name, note.ED25519, note.public_key(private))}\n", encoding="utf-8")
    return folder


def consistency_proof(leaves: Sequence[bytes], old_size: int) -> list[bytes]:
    """Return the proof that the tree over the first *old_size* of *leaves* only grew into the tree over all."""
    return [rules.root_of(leaves[start:end]) for start, end in rules.consistency_spans(old_size, len(leaves))]


def request(entries: list[bytes], old_size: int, private: bytes = PRIVATE) -> str:
    """Return what a witness is sent for the log with *entries*."""
    hashes = [rules.leaf_hash(each) for each in entries]
    proof = consistency_proof(hashes, old_size) if old_size <= len(entries) else []
    lines = [f"old {old_size}", *(b64encode(each).decode() for each in proof), ""]
    return "".join(f"{line}\n" for line in lines) + checkpoint(entries, private)
