"""The other side of witnessing: a partner's memory of logs it watches, and what it signs (C2SP `tlog-witness`).

A witness needs no database and no programme: one small file, rewritten whole and under a lock, holds its key, the logs
it trusts and the newest head of each. It signs only what continues that head, so nobody can show it two histories.
"""

from __future__ import annotations

import fcntl
import json
import secrets
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from governance.ledger import network, note, rules
from governance.ruling.errors import NotReady
from governance.storage import durable

MOST_BYTES = 65_536  # of a request, and of an answer: a head, at most 63 hashes and many signatures need a tenth of it
MOST_HASHES = 63  # tlog-witness, "add-checkpoint"
ADDRESS = "/add-checkpoint"
PROOF = "/checkpoint/"  # Ours: C2SP leaves open how what a witness has signed is read.


@dataclass(frozen=True)
class Answer:
    """What a witness says: an HTTP status, and its text."""

    status: int
    text: str


class Memory:
    """What a witness remembers, in one file of its own folder."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "witness.json"

    @contextmanager
    def held(self) -> Iterator[dict[str, Any]]:
        """Yield what is remembered, with the lock held; write it down durably at the end if it was changed."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.path.parent / ".lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            try:
                kept = json.loads(self.path.read_text(encoding="utf-8"))
            except FileNotFoundError:
                kept = {"name": "", "key": "", "retired": [], "logs": {}}
            except ValueError:
                raise NotReady(f"{self.path} is damaged. Restore it, and then run: governance witness retire") from None
            before = json.dumps(kept)
            yield kept
            if json.dumps(kept) != before:
                self._write(kept)

    def _write(self, kept: dict[str, Any]) -> None:
        durable.put(self.path, json.dumps(kept, indent=1).encode())

    def begin(self, name: str) -> note.Key:
        """Make this witness's key under *name*, once; return the public half. Raises NotReady for a second name."""
        with self.held() as kept:
            if kept["name"] and kept["name"] != name:
                raise NotReady(f"This witness is called “{kept['name']}” already.")
            if not _is_a_name(name):
                raise NotReady("The name of a witness has no space and no plus sign, like: witness.example.org")
            if not kept["key"]:
                kept["name"], kept["key"] = name, secrets.token_hex(32)
            return _public(kept)

    def retire(self) -> note.Key:
        """Destroy the key and make another: after a restore nobody can say what the old one signed meanwhile."""
        with self.held() as kept:
            old = _public(kept)
            kept["retired"].append(str(old))
            kept["key"] = secrets.token_hex(32)
            return _public(kept)

    def without_key(self) -> dict[str, Any] | None:
        """Return what is remembered for a backup, with the key counted as retired; None where nobody is a witness.

        What was restored must not sign with it: nobody can say what it signed meanwhile.
        """
        if not self.path.exists():
            return None
        with self.held() as kept:
            retired = [*kept["retired"], *([str(_public(kept))] if kept["key"] else [])]
            return {**kept, "key": "", "retired": retired}

    def take_over(self, remembered: dict[str, Any]) -> None:
        """Remember what a backup held, under a fresh key. What lies here already stays."""
        with self.held() as kept:
            if not kept["name"]:
                kept.update(remembered, key=secrets.token_hex(32))

    def trust(self, key: str) -> str:
        """Watch the log that signs with *key*; return its name. Raises note.NoteBroken, NotReady."""
        read = note.read_key(key)
        if read.kind != note.ED25519:
            raise note.NoteBroken("This is the key of a witness. Give the key of a ledger.")
        with self.held() as kept:
            known = kept["logs"].get(read.name)
            if known and known["key"] != str(read):
                raise NotReady(f"“{read.name}” is watched already, with another key. Ask them what happened.")
            kept["logs"].setdefault(read.name, {"key": str(read), "size": 0, "root": "", "note": ""})
        return read.name

    def key(self) -> note.Key:
        """Return the public half of the key. Raises NotReady before `begin`."""
        with self.held() as kept:
            return _public(kept)

    def add_checkpoint(self, request: str, seconds: int) -> Answer:
        """Answer one request as tlog-witness, "add-checkpoint", asks; what is signed is written down first."""
        try:
            old_size, proof, checkpoint = read_request(request)
            text, _ = note.split(checkpoint)
            said = note.read_checkpoint(text)
        except note.NoteBroken as broken:
            return Answer(400, f"{broken}\n")
        with self.held() as kept:
            known = kept["logs"].get(said.origin)
            if known is None:
                return Answer(404, "This witness does not know that ledger.\n")
            refusal = _refusal(known, said, checkpoint, old_size, proof)
            if refusal is not None:
                return refusal
            line = note.cosign(text, kept["name"], bytes.fromhex(kept["key"]), seconds)
            kept["logs"][said.origin] = {
                "key": known["key"], "size": said.size, "root": said.root.hex(), "note": checkpoint,
            }  # fmt: skip
        return Answer(200, f"{line}\n")

    def newest(self, digest: str) -> Answer:
        """Return the newest head signed here of the log whose name has this SHA-256 *digest*, as its own key signed it.

        It proves to that log what this witness has seen; the number in a refusal alone proves nothing.
        """
        with self.held() as kept:
            notes = {of(origin): known["note"] for origin, known in kept["logs"].items()}
        found = notes.get(digest, "")
        return Answer(200, found) if found else Answer(404, "This witness has signed no head of that ledger.\n")


def of(origin: str) -> str:
    """Return how the log of this name is named in an address."""
    return sha256(origin.encode()).hexdigest()


def _refusal(
    known: dict[str, Any], said: note.Checkpoint, checkpoint: str, old_size: int, proof: list[bytes]
) -> Answer | None:
    """Return why this head is not signed, or None. The order is that of the specification."""
    key = note.read_key(known["key"])
    try:
        note.open_note(checkpoint, key.name, key.public)
    except note.NoteBroken as broken:
        return Answer(403, f"{broken}\n")
    if old_size > said.size:
        return Answer(400, "The old size is larger than the new one.\n")
    if old_size != known["size"]:
        return Answer(409, f"{known['size']}\n")
    old_root = bytes.fromhex(known["root"]) if known["root"] else rules.EMPTY_ROOT
    if old_size == said.size and old_root != said.root:
        return Answer(409, f"{known['size']}\n")
    if not rules.verify_consistency(old_size, said.size, proof, old_root, said.root):
        return Answer(422, "This head does not continue the one that this witness has signed.\n")
    return None


def read_request(request: str) -> tuple[int, list[bytes], str]:
    """Return old size, proof and checkpoint of a request. Raises note.NoteBroken."""
    head, blank, checkpoint = request.partition("\n\n")
    first, *lines = head.split("\n")
    word, _, size = first.partition(" ")
    if not blank or word != "old" or not (size.isascii() and size.isdecimal()) or len(size) > note.MOST_DIGITS:
        raise note.NoteBroken("A request begins with the old size.")
    if str(int(size)) != size or len(lines) > MOST_HASHES:
        raise note.NoteBroken("The old size or the proof is malformed.")
    try:
        proof = [b64decode(line.encode("ascii"), validate=True) for line in lines]
    except ValueError:
        raise note.NoteBroken("A line of the proof is not base64.") from None
    return int(size), proof, checkpoint


def ask(url: str, request: str) -> Answer:
    """Send *request* to the witness at *url* and return its answer; status 0 and a reason when none came."""
    status, answer = network.send(url.rstrip("/") + ADDRESS, request, MOST_BYTES, network.SECONDS)
    return Answer(status, answer.decode("utf-8", "replace"))


def ask_for_proof(url: str, origin: str) -> str:
    """Return the newest head of the log *origin* that the witness at *url* says it has signed; "" for no answer."""
    status, answer = network.send(f"{url.rstrip('/')}{PROOF}{of(origin)}", None, MOST_BYTES, network.SECONDS)
    return answer.decode("utf-8", "replace") if status == 200 else ""


def _is_a_name(name: str) -> bool:
    return bool(name) and "+" not in name and not any(letter.isspace() or letter < " " for letter in name)


def _public(kept: dict[str, Any]) -> note.Key:
    if not kept["key"]:
        raise NotReady("This witness has no key yet. Begin with: governance witness begin NAME")
    return note.Key(kept["name"], note.COSIGNATURE, note.public_key(bytes.fromhex(kept["key"])))
