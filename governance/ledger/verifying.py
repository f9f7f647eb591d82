"""Checking a log or a proof without the programme that made it: a folder, an address, or one file.

Each check ends with what it found in plain sentences, or raises note.NoteBroken with the first thing that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from governance.ledger import network, note, policy, proof, rules, tiles
from governance.ledger.tiles import ENTRIES, WIDTH, Tile

Read = Callable[[str], bytes | None]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Trust:
    """What whoever checks brings along: a log's key, a policy, a checkpoint kept from before. Each may be missing."""

    key: note.Key | None = None
    policy: policy.Policy | None = None
    kept: str | None = None

    def key_for(self, found: str, origin: str) -> tuple[note.Key, str]:
        """Return the key to check with, and a sentence on how far to trust it. *found* lay beside what is checked."""
        if self.key:
            return self.key, "Checked with the key that you gave."
        for key in self.policy.logs if self.policy else []:
            if key.name == origin:
                return key, "Checked with the key in your policy."
        if self.policy and self.policy.logs:
            raise note.NoteBroken("Your policy does not name this ledger.")
        return note.read_key(
            found
        ), f"Checked with the key found there. Compare it with the one you know: {found.strip()}"


def folder(path: Path) -> Read:
    """Return how to read the files of a log that lies in *path*."""

    def read(name: str) -> bytes | None:
        try:
            return (path / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return None

    return read


def address(url: str) -> Read:
    """Return how to read the files of a log that is served at *url*."""

    def read(name: str) -> bytes | None:
        status, answer = network.send(f"{url.rstrip('/')}/{name}")
        if status == 0:
            raise note.NoteBroken(f"{url} does not answer ({answer.decode()}).")
        return answer if status == 200 else None

    return read


def check_log(read: Read, trust: Trust, progress: Progress = lambda done, of: None) -> list[str]:
    """Check every entry and every tile of a log against its signed head. Raises note.NoteBroken."""
    published = _text(read("checkpoint"), "There is no checkpoint here.")
    origin = published.partition("\n")[0]
    key, how = trust.key_for(_text(read("key") or b"", ""), origin)
    said = _signed(published, key)
    kept = _signed(trust.kept, key) if trust.kept is not None else None
    _check_kept(kept, said)
    _check_entries(read, said, kept, progress)
    found = [f"{said.size} entries of {said.origin} are as they were signed.", how]
    if kept:
        found.append(f"They continue the {kept.size} entries of the checkpoint that you kept.")
    return found + _witnessed(published, trust)


def check_head(text: str, trust: Trust) -> list[str]:
    """Check one signed head by itself, and beside one that was kept: two that disagree need no entries as proof.

    Raises note.NoteBroken.
    """
    if trust.key is None and (trust.policy is None or not trust.policy.logs):
        raise note.NoteBroken("A signed head alone does not say by which key. Give it with --key.")
    key, how = trust.key_for("", text.partition("\n")[0])
    said = _signed(text, key)
    kept = _signed(trust.kept, key) if trust.kept is not None else None
    _check_kept(kept, said)
    found = [f"The head of {said.size} entries of {said.origin} is signed.", how]
    if kept and kept.size == said.size:
        found.append("It says the same as the checkpoint that you kept.")
    elif kept:
        found.append("Whether it continues the checkpoint that you kept, only the ledger itself can show. Check that.")
    return found + _witnessed(text, trust)


def check_proof(text: str, trust: Trust) -> list[str]:
    """Check one proof file. Raises note.NoteBroken."""
    read = proof.read(text)
    key, how = trust.key_for(read.key, read.checkpoint.partition("\n")[0])
    said = proof.check(read, key)
    found = [f"This is entry {read.number} of {said.origin}, one of {said.size} that were signed:", read.entry, how]
    return found + _witnessed(read.checkpoint, trust)


def _witnessed(published: str, trust: Trust) -> list[str]:
    if trust.policy is None:
        return []
    if not trust.policy.holds(*note.split(published)):
        raise note.NoteBroken("It is not yet witnessed: the quorum of your policy is missing.")
    return [] if trust.policy.quorum == policy.NONE else ["The witnesses in your policy have seen it."]


def _check_kept(kept: note.Checkpoint | None, said: note.Checkpoint) -> None:
    if kept is None:
        return
    if kept.size > said.size:
        raise note.NoteBroken(
            f"The checkpoint that you kept counts {kept.size} entries, and here are {said.size}."
            " Entries were taken out, or this is an old copy."
        )
    if kept.size == said.size and kept.root != said.root:
        raise note.NoteBroken(
            f"Two signed heads of {kept.size} entries disagree. Together they prove that the history was rewritten."
        )


def _check_entries(read: Read, said: note.Checkpoint, kept: note.Checkpoint | None, progress: Progress) -> None:
    writer = tiles.Writer()
    for number in range(-(-said.size // WIDTH)):
        width = min(WIDTH, said.size - number * WIDTH)
        for entry in _entries(read, Tile(ENTRIES, number, width)):
            for tile, content in writer.add(entry):
                _check_tile(read, tile, content)
            if kept and kept.size == writer.size and kept.root != writer.root():
                raise note.NoteBroken(
                    f"The first {kept.size} entries are not those of the checkpoint that you kept."
                    " Something was changed, taken out or put in between."
                )
        progress(number * WIDTH + width, said.size)
    for tile, content in writer.rest():
        _check_tile(read, tile, content)
    if writer.root() != said.root:
        raise note.NoteBroken("The entries do not lead to the root that was signed.")


def _entries(read: Read, tile: Tile) -> list[bytes]:
    content = read(tile.path)
    if content is None and not tile.full:  # "Partial Tiles": it may be gone once the full one is there.
        content = read(Tile(tile.level, tile.number).path)
    if content is None:
        raise note.NoteBroken(f"{tile.path} is missing.")
    try:
        entries = tiles.read_bundle(content)
    except ValueError:
        raise note.NoteBroken(f"{tile.path} is cut short.") from None
    if len(entries) < tile.width:
        raise note.NoteBroken(f"{tile.path} holds {len(entries)} entries and not {tile.width}.")
    return entries[: tile.width]


def _check_tile(read: Read, tile: Tile, expected: bytes) -> None:
    if tile.level == ENTRIES:
        return
    content = read(tile.path)
    if content is None and not tile.full:
        content = (read(Tile(tile.level, tile.number).path) or b"")[: len(expected)] or None
    if content is None:
        raise note.NoteBroken(f"{tile.path} is missing.")
    if content == expected:
        return
    if len(content) != len(expected):
        raise note.NoteBroken(f"{tile.path} has the wrong length.")
    length = rules.HASH_LENGTH
    at = next(at for at in range(tile.width) if content[at * length :][:length] != expected[at * length :][:length])
    if tile.level == 0:
        raise note.NoteBroken(f"Entry {tile.start + at} does not fit its hash in {tile.path}: one of them was changed.")
    raise note.NoteBroken(f"Hash {at} in {tile.path} does not fit the tile below it.")


def _signed(published: str, key: note.Key) -> note.Checkpoint:
    said = note.read_checkpoint(note.open_note(published, key.name, key.public))
    if said.origin != key.name:
        raise note.NoteBroken("The checkpoint belongs to another ledger than the key.")
    return said


def _text(content: bytes | None, missing: str) -> str:
    if content is None:
        raise note.NoteBroken(missing)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise note.NoteBroken("This is not text.") from None
