"""The mark of a device on which somebody has signed in: its wrong tries are counted apart from those of all others.

Without it, whoever keeps trying a name would keep its owner out for as long. The mark lies sealed in the cookie, holds
no name, and no page shows whether a device has one; a shared screen gets none. With it wrong words wait as everywhere.
"""

from __future__ import annotations

import hmac
import secrets

from governance.keys.keyfolder import KeyFolder
from governance.people.rules import alias_key

OWN_DEVICE = "own_device"  # The name in the cookie.
ID_BYTES = 8
CHECK_BYTES = 16


def new_mark(keys: KeyFolder, alias: str) -> str:
    """Return a fresh mark for the device on which *alias* has just signed in, in hexadecimal."""
    own = secrets.token_bytes(ID_BYTES)
    return (own + _check(keys, alias, own)).hex()


def is_own(keys: KeyFolder, alias: str, mark: object) -> bool:
    """Whether *mark*, from a cookie, says that *alias* has signed in on this device before. Never fails."""
    try:
        held = bytes.fromhex(mark if isinstance(mark, str) else "")
    except ValueError:
        return False
    return hmac.compare_digest(held[ID_BYTES:], _check(keys, alias, held[:ID_BYTES]))


def _check(keys: KeyFolder, alias: str, own: bytes) -> bytes:
    return hmac.digest(keys.pepper, b"own device " + own + alias_key(alias).encode(), "sha256")[:CHECK_BYTES]
