"""Under which name and with which key a log signs."""

from __future__ import annotations

from governance.keys.keyfolder import KeyFolder
from governance.ledger import rules


def origin(keys: KeyFolder, log: str) -> str:
    """Return the name under which *log* signs: its first one, or the one under which it began again after a loss."""
    again = keys.read(secret_of_name(log))
    return again.decode() if again else rules.origin(keys.programme, log)


def private(keys: KeyFolder, log: str) -> bytes:
    """Return the key with which *log* signs. Raises NotReady when it is lost."""
    return keys.need(f"ledger-{log}.key")


def secret_of_name(log: str) -> str:
    """Return what the name of a log that began again is called in the key folder."""
    return f"ledger-{log}.name"


def secret_of_head(log: str) -> str:
    """Return what the head that *log* signed last is called in the key folder."""
    return f"ledger-{log}.head"
