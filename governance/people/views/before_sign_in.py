"""What somebody was about to do when their sign-in had ended: it passes through the sign-in page and comes back.

The page carries it sealed, so that nobody reads it in its source. It comes back to whoever was signed in here before
and to nobody else: a mark in the cookie, which holds no name, tells whether it is they. On a shared screen it is over
once another page was opened. A form that asks for a secret, or in which nobody wrote a word, is not carried.
"""

from __future__ import annotations

import json
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import current_app, request, session
from flask_babel import gettext as _

from governance import clock, sealing
from governance.frame import cookie, incoming, typed_again
from governance.frame.shared_screen import is_shared
from governance.keys import keyfolder
from governance.people.service import own_device
from governance.permissions.roles import Who
from governance.privacy import retention

INFO = b"real-voice before a sign-in v1"
HOLDER = "holder"  # In the cookie: a mark of who signed in here last, as of a device of one's own.
FIELD = "before"
LARGEST = 240 * 1024  # characters: it goes back in a form that may hold 256 KiB, with a name and five words


@dataclass(frozen=True)
class Before:
    """Where somebody was going: to read a page, or to send what they had *typed*."""

    path: str
    typed: typed_again.Fields


def begin(who: Who) -> None:
    """Mark this browser's cookie as of whoever has just signed in."""
    session[HOLDER] = own_device.new_mark(keyfolder.current(), who.alias)


def carried() -> str:
    """Return what this request was about, sealed for a hidden field; empty where there is nothing to come back to."""
    typed = _typed() if request.method == "POST" else []
    if request.method == "POST" and not typed_again.has_words(typed):
        return ""
    if typed and not session.get(HOLDER):
        return ""  # Nobody can tell whose words they are.
    return carried_on(Before(request.script_root + request.full_path.rstrip("?"), typed))


def carried_on(before: Before) -> str:
    """Return *before*, sealed for whoever is signed in here now and the visit that runs; empty where it is too long."""
    path, typed, holder = before.path, before.typed, session.get(HOLDER, "")
    said = {"at": clock.now().isoformat(), "visit": _visit(), "holder": holder, "path": path, "typed": typed}
    locked = sealing.lock(_key(), zlib.compress(json.dumps(said).encode()), INFO)
    text = urlsafe_b64encode(locked).decode()
    return text if len(text) <= LARGEST else ""


def _typed() -> typed_again.Fields:
    """Return what was typed. What is too long to be sent comes back too: the next page says how much fits."""
    if (request.content_length or 0) > incoming.LARGEST_BODY:
        incoming.read_too_long()
    return typed_again.typed()


def opened(text: str, who: Who) -> Before | None:
    """Return what *text* carries, if it is of whoever has signed in now. Never fails."""
    try:
        said = json.loads(zlib.decompress(sealing.unlock(_key(), urlsafe_b64decode(text.encode()), INFO)))
    except (sealing.SealBroken, ValueError, zlib.error):
        return None
    age = clock.now() - datetime.fromisoformat(said["at"])
    if said["visit"] != _visit() or not timedelta() <= age < retention.TYPED_BEFORE_SIGN_IN:
        return None
    if said["holder"] and not own_device.is_own(keyfolder.current(), who.alias, said["holder"]):
        return None
    return Before(said["path"], [(name, value) for name, value in said["typed"]])


def given_back(before: Before) -> str:
    """Return the page with what was typed, to be looked at and sent."""
    sentence = _("You are signed in again. Here is what you typed. Look at it, then send it.")
    return typed_again.page_with(before.typed, sentence, _("Welcome back"), before.path)


def _visit() -> str:
    return str(session.get("visit", "")) if is_shared() else ""


def _key() -> bytes:
    return cookie.key_from(current_app.config["SETTINGS"].secret, INFO)
