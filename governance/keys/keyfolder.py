"""The key folder: the secrets that live outside the database and outside its backups.

Holds the programme's id, the pepper of the codes, the outer seal of what is held, one secret per
period and audience, the ledgers' signing keys, the secret of each ballot's passes, the sums of its
roll from close until the vote is forgotten, and the anchor of the readers' chain. Destroying a period
secret is how the program forgets (promise 12). An escrow of all of it (`escrow.py`) is rewritten beside
the backups at every change, and what it last held is noted here, so that a secret which was lost is told
from one that was destroyed, and an escrow that is missing, damaged or old is written again.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from flask import current_app

from governance import sealing
from governance.keys import escrow
from governance.keys.escrow import NAME, Escrow, EscrowBroken
from governance.ruling.errors import NotReady
from governance.storage import durable

RECOVERY = "recovery.public"
STAYS = "share-"  # What is in no escrow: it would bring a share of a new key back to who holds two of the old one.
NOTED = ".in-escrow"  # What the escrow last held: names, and hashes of its file and of all secrets together.
FOUNDING = ".founding"  # It lies there from the first secret until the programme stands in the database.
RESTORING = ".restoring"  # It lies there from the first thing that `restore` changes to the last.
NOT_RESTORED = "A restore was not finished here. Run it again: governance restore FILE"


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
        durable.put(self._file(name), secret)
        self.rewrite_escrow()

    def make(self, name: str, fresh: Callable[[], bytes] = sealing.new_key) -> bytes:
        """Return the secret called *name*, making it when there is none. Safe with two servers at once."""
        path = self._file(name)
        if path.exists():
            return self.need(name)
        if durable.put_new(path, fresh()):
            self.rewrite_escrow()
        return self.need(name)

    def destroy(self, name: str) -> None:
        """Delete the secret called *name* for good, from the escrow too."""
        path = self._file(name)
        with self._one_at_a_time():  # Whoever rewrites the escrow meanwhile would put the secret back in.
            try:
                self._rewrite_escrow(without=name)
            finally:
                if path.exists():
                    durable.destroy(path)

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

    @property
    def escrow_file(self) -> Path:
        """Where the escrow is written."""
        return self.escrow_path / escrow.FILE

    def escrow(self) -> Escrow:
        """Return the escrow as it lies there. Raises EscrowBroken with a sentence when it is missing or damaged."""
        try:
            return escrow.read(self.escrow_file.read_bytes())
        except FileNotFoundError as missing:
            raise EscrowBroken(f"There is no escrow ({self.escrow_file}). Check GOVERNANCE_ESCROW.") from missing

    def escrow_can_be_read(self) -> bool:
        """Whether the escrow lies there and is one."""
        return self._escrow_before() is not None

    def escrow_is_current(self) -> bool:
        """Whether the escrow is the one that was last written, of just the secrets that are here."""
        noted = self._noted()
        with self._one_at_a_time():
            written = self.escrow_file.read_bytes() if self.escrow_file.exists() else b""
            return (noted.get("file"), noted.get("secrets")) == (_hash(written), _hash_of_all(self._held()))

    def mend_escrow(self) -> None:
        """Write the escrow again if it is missing, damaged or old, and sweep what a crash has left."""
        durable.sweep(self.path)
        durable.sweep(self.escrow_path)
        if not self.escrow_is_current():
            self.rewrite_escrow()

    def rewrite_escrow(self) -> None:
        """Seal all secrets to the board's recovery key and replace the old escrow with it.

        One at a time: two at once could bring a destroyed secret back, or leave a new one out.
        """
        with self._one_at_a_time():
            self._rewrite_escrow()

    def lost(self) -> list[str]:
        """Return the names of the secrets that were here and that nobody destroyed."""
        return sorted(belonging(self._noted().get("names", ())) - set(self.names()))

    def restore(self, recovery_private: bytes, leave_out: Collection[str] = ()) -> list[str]:
        """Bring back from the escrow what is missing, without *leave_out*; return the names. Overwrites nothing.

        Raises EscrowBroken with a sentence, before anything is written, when the escrow or the key is a wrong one.
        """
        with self._one_at_a_time():
            kept = self.escrow()
            missing = [each for each in belonging(kept.sealed) if each not in leave_out and self.read(each) is None]
            opened = kept.open(recovery_private, missing)
            for name, secret in opened.items():
                durable.put_new(self._file(name), secret)
            self._rewrite_escrow()
        return sorted(opened)

    @contextmanager
    def noting(self, name: str) -> Iterator[dict[str, Any]]:
        """Give what is noted beside the secrets under *name*, and keep it as the block leaves it. In no escrow.

        For what the owner of the database must not be able to rewrite, and what nobody needs after a loss.
        """
        path = self.path / f".{name}"
        with self._one_at_a_time():
            noted = self.noted(name)
            before = json.dumps(noted)
            yield noted
            if json.dumps(noted) != before:
                durable.put(path, json.dumps(noted).encode())

    def noted(self, name: str) -> dict[str, Any]:
        """Return what is noted beside the secrets under *name*; nothing where that is damaged or was never written."""
        try:
            return dict(json.loads((self.path / f".{name}").read_bytes()))
        except (OSError, ValueError, TypeError):
            return {}

    def begin_founding(self, database: str) -> None:
        """Note that what follows is a founding in this *database* (a hash), until `end_founding`."""
        durable.put(self.path / FOUNDING, database.encode())

    def end_founding(self) -> None:
        """Note that the programme of these keys stands in the database."""
        (self.path / FOUNDING).unlink(missing_ok=True)

    @property
    def half_founded(self) -> bool:
        """Whether a founding began here and nobody saw its end."""
        return (self.path / FOUNDING).exists()

    def begin_restoring(self, facts: Mapping[str, str]) -> None:
        """Note that what follows is a restore, and *facts* for whoever has to do it again, until `end_restoring`."""
        durable.put(self.path / RESTORING, json.dumps(dict(facts)).encode())

    def end_restoring(self) -> None:
        """Note that the restore came to its end."""
        (self.path / RESTORING).unlink(missing_ok=True)

    def half_restored(self) -> dict[str, str] | None:
        """Return the facts of a restore that began here and whose end nobody saw, or None."""
        try:
            return dict(json.loads((self.path / RESTORING).read_bytes()))
        except FileNotFoundError:
            return None

    def check_not_half_restored(self) -> None:
        """Refuse while a restore is not finished. Raises NotReady."""
        if (self.path / RESTORING).exists():
            raise NotReady(NOT_RESTORED)

    def put_escrow(self, content: bytes) -> None:
        """Put an escrow from a backup where there is none that can be read.

        Raises EscrowBroken for what is no escrow: what lies there stays, since an older program may have written it.
        """
        if not self.escrow_can_be_read():
            escrow.read(content)
            durable.put(self.escrow_file, content)

    def half_founded_in(self, database: str) -> bool:
        """Whether a founding began here in this *database* (a hash), and nobody saw its end."""
        return self.half_founded and (self.path / FOUNDING).read_bytes() == database.encode()

    def clear(self) -> None:
        """Destroy every secret and the escrow: nothing is founded, so a better plan finds an empty folder."""
        for name in list(self.names()):
            self.destroy(name)
        for path in (self.escrow_file, self.path / NOTED, self.path / FOUNDING):
            path.unlink(missing_ok=True)

    def _rewrite_escrow(self, without: str = "") -> None:
        held, before = self._held(), self._escrow_before()
        held.pop(without, None)
        recovery = held.get(RECOVERY) or (before.recovery if before else None)
        if recovery is None:
            return
        kept = before.sealed if before and before.recovery == recovery else {}
        noted = belonging(self._noted().get("names", kept)) - {without}
        lost = noted - set(held)
        sealed = escrow.sealed_to(recovery, held).sealed
        content = Escrow(recovery, {**{name: kept[name] for name in lost if name in kept}, **sealed}).content
        durable.put(self.escrow_file, content)
        note = {"names": sorted(noted | set(held)), "file": _hash(content), "secrets": _hash_of_all(held)}
        durable.put(self.path / NOTED, json.dumps(note).encode())

    def _held(self) -> dict[str, bytes]:
        return {name: self.need(name) for name in self.names() if not name.startswith(STAYS)}

    def _escrow_before(self) -> Escrow | None:
        try:
            return self.escrow()
        except EscrowBroken:
            return None

    def _noted(self) -> dict[str, Any]:
        try:
            return dict(json.loads((self.path / NOTED).read_bytes()))
        except (OSError, ValueError, TypeError):
            return {}

    @contextmanager
    def _one_at_a_time(self) -> Iterator[None]:
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        turn = os.open(self.path / ".lock", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            fcntl.flock(turn, fcntl.LOCK_EX)
            yield
        finally:
            os.close(turn)

    def _file(self, name: str) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError("A key's name is made of small letters, digits, dots and dashes.")
        return self.path / name


def belonging(names: Iterable[str]) -> set[str]:
    """Return those *names* that belong into an escrow. An older program put others in as well."""
    return {name for name in names if not name.startswith(STAYS)}


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _hash_of_all(held: Mapping[str, bytes]) -> str:
    """Return one hash of all secrets together: of one alone it would tell what a short one is."""
    return _hash(json.dumps({name: secret.hex() for name, secret in sorted(held.items())}).encode())


def current() -> KeyFolder:
    """Return the key folder of the running app."""
    folder: KeyFolder = current_app.extensions["keyfolder"]
    return folder


def home() -> Path:
    """Return the home folder of the running app, in which the key folder lies unless the settings say otherwise."""
    folder: Path = current_app.config["SETTINGS"].home
    return folder
