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
Take = Callable[[bytes], object]


@dataclass(frozen=True)
class Trust:
    """What whoever checks brings along: a log's key, a policy, a checkpoint kept from before. Each may be missing."""

    key: note.Key | None = None
    policy: policy.Policy | None = None
    kept: str | None = None

    def about(self, origin: str) -> Trust:
        """Return what of this is about the log called *origin*: the key and the checkpoint of another are left out."""
        key = self.key if self.key and self.key.name == origin else None
        return Trust(key, self.policy, self.kept if self.kept_origin() == origin else None)

    def kept_origin(self) -> str | None:
        """Return which log the kept checkpoint is of, or None without one."""
        return self.kept.partition("\n")[0] if self.kept is not None else None

    def key_for(self, found: str, origin: str) -> tuple[note.Key, str]:
        """Return the key to check with, and a sentence on how far to trust it. *found* lay beside what is checked."""
        if self.key:
            return self.key, "Checked with the key that you gave."
        for key in self.policy.logs if self.policy else []:
            if key.name == origin:
                return key, "Checked with the key in your policy."
        if self.policy and self.policy.logs:
            raise note.NoteBroken("Your policy does not name this ledger.")
        if not found.strip():
            raise note.NoteBroken("The key of this ledger is missing here. Give it with --key.")
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
        except OSError:
            raise note.NoteBroken(f"{path / name} cannot be read.") from None

    return read


def address(url: str) -> Read:
    """Return how to read the files of a log that is served at *url*."""

    def read(name: str) -> bytes | None:
        status, answer = network.send(f"{url.rstrip('/')}/{name}")
        if status == 0:
            raise note.NoteBroken(f"{url} does not answer ({answer.decode()}).")
        return answer if status == 200 else None

    return read


def check_logs(of: Callable[[str], Read], trust: Trust, progress: Progress = lambda done, of: None) -> list[str]:
    """Check the logs of one programme, which lie side by side; *of* gives how to read one. Raises note.NoteBroken.

    The key and the kept checkpoint may be of either. A log that was taken out whole is told: `decisions` begins with
    the programme, the key of a log is shown only beside its checkpoint, and a policy names the logs that there are.
    """
    heads = {log: head for log in rules.LOGS if (head := of(log)("checkpoint")) is not None}
    if not heads:
        raise note.NoteBroken("There is nothing here that can be checked: no checkpoint.")
    for log in rules.LOGS:
        if log not in heads and (log == "decisions" or of(log)("key") is not None):
            raise note.NoteBroken(f"The ledger “{log}” has no checkpoint here.")
    origins = {log: head.partition(b"\n")[0].decode("utf-8", "replace") for log, head in heads.items()}
    _check_origins(origins, trust)
    if trust.key and trust.key.name not in origins.values():
        raise note.NoteBroken("No ledger here is that of the key you gave.")
    if trust.kept is not None and trust.kept_origin() not in origins.values():
        raise note.NoteBroken("No ledger here is that of the checkpoint that you kept.")
    found: list[str] = []
    for log, origin in origins.items():
        try:
            found += check_log(of(log), trust.about(origin), progress)
        except note.NoteBroken as broken:
            raise note.NoteBroken(f"In “{log}”: {broken}") from None
    return found


def _check_origins(origins: dict[str, str], trust: Trust) -> None:
    """Check that each log lies under its own name, that all are of one programme, and that none in the policy lacks.

    A closed log of an election is signed with the same key as `decisions`: only its origin says which it is. A policy
    may name other programmes too.
    """
    for log, origin in origins.items():
        if not rules.first_origin(origin).endswith(f"/{log}"):
            raise note.NoteBroken(f"What lies here as “{log}” is another ledger.")
    programmes = {rules.first_origin(origin).removesuffix(f"/{log}") for log, origin in origins.items()}
    if len(programmes) > 1:
        raise note.NoteBroken("The ledgers here are of different programmes.")
    ours = {f"{programme}/{log}" for programme in programmes for log in rules.LOGS}
    for key in trust.policy.logs if trust.policy else []:
        if rules.first_origin(key.name) in ours and key.name not in origins.values():
            raise note.NoteBroken(f"Your policy names a ledger that is not here: {key.name}")


def check_log(
    read: Read, trust: Trust, progress: Progress = lambda done, of: None, take: Take = lambda entry: None
) -> list[str]:  # fmt: skip
    """Check every entry and every tile of a log against its signed head. Raises note.NoteBroken.

    *take* is given each entry in order, as it was read here. They hold once this returns: whoever read them a second
    time could be given others.
    """
    published = _text(read("checkpoint"), "There is no checkpoint here.")
    origin = published.partition("\n")[0]
    key, how = trust.key_for(_text(read("key") or b"", ""), origin)
    said = _signed(published, key)
    kept = _kept(trust, key)
    _check_kept(kept, said)
    _check_entries(read, said, kept, progress, take)
    as_signed = "is as it was signed." if said.size == 1 else "are as they were signed."
    found = [f"{_count(said.size)} of {said.origin} {as_signed}", how]
    if kept:
        found.append(f"This continues the {_count(kept.size)} of the checkpoint that you kept.")
    return found + _witnessed(published, trust)


def check_head(text: str, trust: Trust) -> list[str]:
    """Check one signed head by itself, and beside one that was kept: two that disagree need no entries as proof.

    Raises note.NoteBroken.
    """
    if trust.key is None and (trust.policy is None or not trust.policy.logs):
        raise note.NoteBroken("A signed head alone does not say by which key. Give it with --key.")
    key, how = trust.key_for("", text.partition("\n")[0])
    said = _signed(text, key)
    kept = _kept(trust, key)
    _check_kept(kept, said)
    found = [f"The head of {_count(said.size)} of {said.origin} is signed.", how]
    return found + _beside(kept, said) + _witnessed(text, trust)


def check_proof(text: str, trust: Trust) -> list[str]:
    """Check one proof file. Raises note.NoteBroken."""
    read = proof.read(text)
    key, how = trust.key_for(read.key, read.checkpoint.partition("\n")[0])
    said = proof.check(read, key)
    kept = _kept(trust, key)
    if kept and kept.size == said.size:  # A proof may well be older than what was kept.
        _check_kept(kept, said)
    found = [f"This is entry {read.number} of {said.origin}, one of {said.size} that were signed:", read.entry, how]
    return found + _beside(kept, said) + _witnessed(read.checkpoint, trust)


def _witnessed(published: str, trust: Trust) -> list[str]:
    if trust.policy is None:
        return []
    if not trust.policy.holds(*note.split(published)):
        raise note.NoteBroken("It is not yet witnessed: the quorum of your policy is missing.")
    return [] if trust.policy.quorum == policy.NONE else ["The witnesses in your policy have seen it."]


def _kept(trust: Trust, key: note.Key) -> note.Checkpoint | None:
    """Return what the kept checkpoint says, or None without one."""
    if trust.kept is None:
        return None
    try:
        return _signed(trust.kept, key)
    except note.NoteBroken as broken:
        raise note.NoteBroken(f"The checkpoint that you kept is no signed head of this ledger. {broken}") from None


def _beside(kept: note.Checkpoint | None, said: note.Checkpoint) -> list[str]:
    """Return what two heads that do not contradict each other show without the entries between them."""
    if kept is None:
        return []
    if kept.size == said.size:
        return ["It says the same as the checkpoint that you kept."]
    return ["How it fits the checkpoint that you kept, only the ledger itself can show. Check that with --since."]


def _check_kept(kept: note.Checkpoint | None, said: note.Checkpoint) -> None:
    if kept is None:
        return
    if kept.size > said.size:
        raise note.NoteBroken(
            f"The checkpoint that you kept counts {_count(kept.size)}, and here: {said.size}."
            " Entries were taken out, or this is an old copy."
        )
    if kept.size == said.size and kept.root != said.root:
        raise note.NoteBroken(
            f"Two signed heads of {_count(kept.size)} disagree. Together they prove that the history was rewritten."
        )


def _check_entries(
    read: Read, said: note.Checkpoint, kept: note.Checkpoint | None, progress: Progress, take: Take
) -> None:  # fmt: skip
    """Make the tree of all entries anew, and hold its tiles and heads to what is said and what was kept."""
    writer = tiles.Writer()
    for number in range(-(-said.size // WIDTH)):
        width = min(WIDTH, said.size - number * WIDTH)
        for entry in _entries(read, Tile(ENTRIES, number, width)):
            take(entry)
            for tile, content in writer.add(entry):
                _check_tile(read, tile, content)
            if kept and kept.size == writer.size and kept.root != writer.root():
                raise note.NoteBroken(
                    f"The first {_those(kept.size)} of the checkpoint that you kept."
                    " Something was changed, taken out or put in between."
                )
        progress(number * WIDTH + width, said.size)
    for tile, content in writer.rest():
        _check_tile(read, tile, content)
    if writer.root() != said.root:
        raise note.NoteBroken("The entries do not lead to the root that was signed.")


def _entries(read: Read, tile: Tile) -> list[bytes]:
    content = read(tile.path)
    own = content is not None
    if content is None and not tile.full:  # "Partial Tiles": it may be gone once the full one is there.
        content = read(Tile(tile.level, tile.number).path)
    if content is None:
        raise note.NoteBroken(f"{tile.path} is missing.")
    try:
        entries = tiles.read_bundle(content)
    except ValueError:
        raise note.NoteBroken(f"{tile.path} is cut short.") from None
    if len(entries) < tile.width or (own and len(entries) > tile.width):
        raise note.NoteBroken(f"{tile.path} holds {_count(len(entries))} and not {tile.width}.")
    return entries[: tile.width]


def _check_tile(read: Read, tile: Tile, expected: bytes) -> None:
    """Refuse a tile that is missing or holds another hash than the entries make; name the first that differs."""
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


def _those(entries: int) -> str:
    return "entry is not that" if entries == 1 else f"{entries} entries are not those"


def _count(entries: int) -> str:
    return "1 entry" if entries == 1 else f"{entries} entries"


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
