"""The key folder: the secrets that live outside the database and outside its backups.

Holds the programme's id, the pepper of the codes, the outer seal of what is held, one secret per
period and audience, the ledgers' signing keys, the secret of each ballot's passes, the sums of its
roll from close until the vote is forgotten, and the anchor of the readers' chain. Destroying a period
secret is how the program forgets (promise 12). An escrow of all of it, sealed to the board's recovery
key, is rewritten beside the backups at every change, so that a dead disk loses nothing and an old
escrow opens nothing (promise 13).
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from flask import current_app

from governance import sealing
from governance.errors import NotReady

NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}")
ESCROW_FILE = "secrets.sealed"
ESCROW_INFO = b"real-voice escrow v1"


class KeyFolder:
    """Named secrets as files only the server's own account can read."""

    def __init__(self, path: Path, escrow: Path) -> None:
        self.path = path
        self.escrow_path = escrow

    def read(self, name: str) -> bytes | None:
        """Return the secret called *name*, or None when there is none (any more)."""
        try:
            return self._file(name).read_bytes()
        except FileNotFoundError:
            return None

    def need(self, name: str) -> bytes:
        """Return the secret called *name*. Raises NotReady with what to do when it is missing."""
        secret = self.read(name)
        if secret is None:
            raise NotReady(f"The key folder has no '{name}'. Restore the key folder, or run: governance doctor")
        return secret

    def write(self, name: str, secret: bytes) -> None:
        """Write *secret* durably under *name*, then rewrite the escrow."""
        self._put(self._file(name), secret)
        self.rewrite_escrow()

    def make(self, name: str, fresh: Callable[[], bytes] = sealing.new_key) -> bytes:
        """Return the secret called *name*, making it when there is none. Safe with two servers at once."""
        path = self._file(name)
        if path.exists():
            return self.need(name)
        draft = self._draft(path, fresh())
        try:
            os.link(draft, path)  # Only one of several makers can win, and nobody reads half a secret.
        except FileExistsError:
            return self.need(name)
        finally:
            draft.unlink()
        _make_lasting(path.parent)
        self.rewrite_escrow()
        return self.need(name)

    def destroy(self, name: str) -> None:
        """Delete the secret called *name* for good, and rewrite the escrow without it."""
        path = self._file(name)
        if path.exists():
            path.write_bytes(os.urandom(path.stat().st_size))
            path.unlink()
            _make_lasting(path.parent)
        self.rewrite_escrow()

    def names(self, prefix: str = "") -> Iterator[str]:
        """Yield the names that begin with *prefix*, sorted."""
        if self.path.is_dir():
            yield from sorted(
                p.name for p in self.path.iterdir() if p.name.startswith(prefix) and NAME.fullmatch(p.name)
            )

    @property
    def programme(self) -> str:
        """The programme's random id, which every seal is bound to."""
        return self.need("programme").decode()

    @property
    def pepper(self) -> bytes:
        """The pepper under which follow-up codes are stretched."""
        return self.need("pepper")

    def rewrite_escrow(self) -> None:
        """Seal all secrets to the board's recovery key and replace the old escrow with it.

        One at a time: two at once could bring a destroyed secret back, or leave a new one out.
        """
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self.path / ".lock").open("w") as turn:
            fcntl.flock(turn, fcntl.LOCK_EX)
            self._rewrite_escrow()

    def _rewrite_escrow(self) -> None:
        recovery = self.read("recovery.public")
        if recovery is None:
            return
        held = {name: self.need(name).hex() for name in self.names()}
        sealed = _seal_any_size(recovery, json.dumps(held).encode())
        self._put(self.escrow_path / ESCROW_FILE, sealed)

    def restore(self, recovery_private: bytes) -> list[str]:
        """Bring back what is missing from the escrow; return the names. Raises sealing.SealBroken."""
        sealed = (self.escrow_path / ESCROW_FILE).read_bytes()
        held = json.loads(_open_any_size(recovery_private, sealed))
        missing = [name for name in held if self.read(name) is None]
        for name in missing:
            self._put(self._file(name), bytes.fromhex(held[name]))
        return missing

    def _file(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError("A key's name is made of small letters, digits, dots and dashes.")
        return self.path / name

    def _put(self, path: Path, content: bytes) -> None:
        self._draft(path, content).replace(path)
        _make_lasting(path.parent)

    @staticmethod
    def _draft(path: Path, content: bytes) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
        with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        return draft


def _make_lasting(folder: Path) -> None:
    """Have the folder's own list on the disk, so that no name comes back or goes away with the power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _seal_any_size(public: bytes, content: bytes) -> bytes:
    """Seal a fresh key to *public* and lock *content* under that key."""
    key = sealing.new_key()
    sealed = sealing.seal(public, key, ESCROW_INFO)
    return len(sealed).to_bytes(4, "big") + sealed + sealing.lock(key, content, ESCROW_INFO)


def _open_any_size(private: bytes, sealed: bytes) -> bytes:
    length = int.from_bytes(sealed[:4], "big")
    key = sealing.open_sealed(private, sealed[4 : 4 + length], ESCROW_INFO)
    return sealing.unlock(key, sealed[4 + length :], ESCROW_INFO)


def current() -> KeyFolder:
    """Return the key folder of the running app."""
    folder: KeyFolder = current_app.extensions["keyfolder"]
    return folder
