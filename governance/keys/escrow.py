"""The escrow: every secret of the key folder, each sealed by itself to the board's recovery key, in one file.

It lies beside the backups, so that a dead disk loses nothing (promise 13). One by one, so that a program that can open
none of them takes out a secret that was destroyed, and leaves in one that was lost.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from governance import sealing
from governance.ruling.errors import NotReady

FILE = "secrets.sealed"
FORM = "real-voice escrow v1"
KEY_BYTES = 32  # X25519 (RFC 7748)
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,80}")


class EscrowBroken(NotReady):
    """The escrow is missing, is no escrow, or these shares do not open it; the sentence says which."""


@dataclass(frozen=True)
class Escrow:
    """The public half of the recovery key it is sealed to, and every secret's sealed form by its name."""

    recovery: bytes
    sealed: Mapping[str, bytes]

    def open(self, private: bytes, names: Collection[str]) -> dict[str, bytes]:
        """Return those secrets of *names* that open. Raises EscrowBroken when the key is another programme's."""
        if len(private) != KEY_BYTES or sealing.public_of(private) != self.recovery:
            raise EscrowBroken("These shares do not open this escrow: one of the two is of another programme.")
        opened = {}
        for name in names:
            try:
                opened[name] = sealing.open_sealed(private, self.sealed[name], info(name))
            except sealing.SealBroken:
                continue
        return opened

    @property
    def content(self) -> bytes:
        """The bytes of its file."""
        sealed = {name: each.hex() for name, each in sorted(self.sealed.items())}
        return json.dumps({"form": FORM, "recovery": self.recovery.hex(), "sealed": sealed}, indent=0).encode()


def sealed_to(recovery: bytes, secrets: Mapping[str, bytes]) -> Escrow:
    """Return *secrets* as an escrow that the private half of *recovery* opens (X25519)."""
    return Escrow(recovery, {name: sealing.seal(recovery, secret, info(name)) for name, secret in secrets.items()})


def read(content: bytes) -> Escrow:
    """Return the escrow of a file's *content*. Raises EscrowBroken for anything else."""
    try:
        said = json.loads(content)
        sealed = {name: bytes.fromhex(each) for name, each in said["sealed"].items() if NAME.fullmatch(name)}
        recovery = bytes.fromhex(said["recovery"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as wrong:
        raise EscrowBroken("The escrow file is damaged. Bring an older copy of it back from a backup.") from wrong
    if said.get("form") != FORM or len(recovery) != KEY_BYTES:
        raise EscrowBroken("The escrow file is damaged. Bring an older copy of it back from a backup.")
    return Escrow(recovery, sealed)


def info(name: str) -> bytes:
    """Return what the seal of the secret called *name* is bound to."""
    return f"{FORM}\n{name}".encode()
