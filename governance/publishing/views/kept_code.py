"""On one's own phone what a code opens has an address, so that Back, Forward, reload and another language lead to it.

Nobody can go back to the answer to a POST: a browser asks whether to send the form again, and keeps the code in its
history for that. So there a POST leads on to an address that tells nothing. The code is kept nowhere: what it stretched
to waits in the phone's own sealed cookie, for as long as a page that a code opened is good for (`code.py`), and until
somebody hides or leaves it. A shared screen never does so, nor a browser without cookies.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import current_app, request, session

from governance import clock, sealing
from governance.frame.shared_screen import is_shared
from governance.privacy import retention

NAME = "opened"  # In the cookie. `forget_visit` drops it with the rest.
# Bytes, pressed together, of one of a few lengths. Beside the answers of /say the cookie has room for the smallest.
SIZES = (256, 1024, 1792)


@dataclass(frozen=True)
class Opened:
    """What a code opened: its *keys*, *words* that were typed below it and not sent, and what is *told* once."""

    keys: sealing.CodeKeys = field(repr=False)
    words: str = field(default="", repr=False)
    told: str = ""


def keep(opened: Opened) -> bool:
    """Keep *opened* in the cookie of somebody's own phone, from this moment on. Returns whether it is there."""
    forget()
    takes_cookies = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    packed = None if is_shared() or not takes_cookies else _pressed(opened)
    if packed:
        session[NAME] = (clock.now(), packed)
    return packed is not None


def kept() -> Opened | None:
    """Return what this phone keeps, or None. What is told once is not in it a second time."""
    since, packed = session.get(NAME, (None, b""))
    if is_shared() or since is None or not _is_fresh(since):
        return None
    opened = _unpressed(packed)
    if opened.told:
        session[NAME] = (since, _pressed(Opened(opened.keys, opened.words)))
    return opened


def is_kept() -> bool:
    """Whether the address of what was opened shows it just now."""
    return not is_shared() and NAME in session and _is_fresh(session[NAME][0])


def was_kept() -> bool:
    """Whether something was kept here, though it may be too old to be shown."""
    return NAME in session


def forget() -> None:
    """Drop it from the cookie."""
    session.pop(NAME, None)


def _is_fresh(since: datetime) -> bool:
    # A clock that was put back does not keep it for longer.
    return timedelta() <= clock.now() - since <= retention.OPENED_BY_CODE


def _pressed(opened: Opened) -> bytes | None:
    keys = opened.keys
    facts = [keys.find.hex(), keys.unlock.hex(), keys.tag.hex(), opened.words, opened.told]
    packed = zlib.compress(json.dumps(facts, ensure_ascii=False).encode(), 9)
    sizes = SIZES[:1] if "so_far" in session else SIZES
    size = next((size for size in sizes if len(packed) <= size), None)
    return packed.ljust(size, b"\0") if size else None


def _unpressed(packed: bytes) -> Opened:
    find, unlock, tag, words, told = json.loads(zlib.decompressobj().decompress(packed))
    return Opened(sealing.CodeKeys(*map(bytes.fromhex, (find, unlock, tag))), words, told)
