"""The letters that were looked for wait for a few minutes: Back, reload and another language find the answer.

A browser asks whether to send a form again, and keeps it for that. So on one's own phone the form leads to the page's
own address, and the letters lie sealed in a cookie that only pages of votes are sent, and no script can read. It opens
with the key of this server and a random half that lies in the phone's other cookie. `forget_visit` drops both, and then
no copy of it opens for anybody. A shared screen never does so, nor a browser without cookies: there they travel in the
page itself, sealed for this visit and these minutes, for a switch of languages alone.
"""

from __future__ import annotations

import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import datetime, timedelta

from flask import Response, after_this_request, current_app, request, session, url_for

from governance import clock, sealing
from governance.ballots.models import Ballot
from governance.frame import cookie
from governance.frame.shared_screen import is_shared
from governance.privacy import retention

HALF = "half_of_letters"  # In the cookie of all pages: random bytes. `forget_visit` drops them with the rest.
HALF_BYTES = 16
SEALED = b"real-voice letters looked for v1"
LONGEST = 100  # Bytes: what the field takes. Whatever was typed, the cookie is as long.


def keep(ballot: Ballot, typed: str) -> bool:
    """Keep what was *typed* to look for in this vote, on somebody's own phone. Returns whether it is there."""
    if is_shared() or not _takes_cookies() or len(typed.encode()) > LONGEST:
        return False
    session[HALF] = secrets.token_bytes(HALF_BYTES)
    _answer_with(_locked(ballot, session[HALF], typed))
    return True


def kept(ballot: Ballot) -> str | None:
    """Return what was typed to look for in this vote, or None."""
    half = session.get(HALF)
    if is_shared() or not isinstance(half, bytes):
        return None
    return _unlocked(ballot, half, request.cookies.get(_name(), ""))


def in_page(ballot: Ballot, typed: str) -> str:
    """Return what was *typed*, sealed for the page of this vote and this visit; "" where a phone keeps it itself."""
    if len(typed.encode()) > LONGEST or (not is_shared() and _takes_cookies()):
        return ""
    return _locked(ballot, _of_visit(), typed)


def from_page(ballot: Ballot, value: str) -> str | None:
    """Return what `in_page` sealed, or None for what it did not, or for another visit, or after the minutes."""
    return _unlocked(ballot, _of_visit(), value)


def forget() -> None:
    """Drop it, if there is any: both what is sealed and the half that opens it."""
    if session.pop(HALF, None) is not None:
        _answer_with("")


def _takes_cookies() -> bool:
    return current_app.config["SESSION_COOKIE_NAME"] in request.cookies


def _of_visit() -> bytes:
    return b"in the page of visit " + str(session.get("visit", "")).encode() if is_shared() else b"in the page"


def _locked(ballot: Ballot, half: bytes, typed: str) -> str:
    plain = clock.now().isoformat().encode() + b"\n" + typed.encode().ljust(LONGEST, b"\0")
    return urlsafe_b64encode(sealing.lock(_key(ballot, half), plain, SEALED)).decode()


def _unlocked(ballot: Ballot, half: bytes, value: str) -> str | None:
    try:
        began, _, packed = sealing.unlock(
            _key(ballot, half), urlsafe_b64decode(value.encode("ascii")), SEALED
        ).partition(b"\n")
    except (ValueError, sealing.SealBroken):
        return None
    # A clock that was put back does not keep it for longer.
    is_fresh = timedelta() <= clock.now() - datetime.fromisoformat(began.decode()) <= retention.LOOKED_FOR
    return packed.rstrip(b"\0").decode() if is_fresh else None


def _answer_with(value: str) -> None:
    """Set the cookie with this answer, or take it away."""

    def bring(response: Response) -> Response:
        response.set_cookie(
            _name(), value, max_age=retention.LOOKED_FOR if value else 0, path=_path(),
            secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax",
        )  # fmt: skip
        return response

    after_this_request(bring)


def _path() -> str:
    """Return where the pages of votes stand, whichever vote: so it can be taken away from any page."""
    return url_for("ballots.check", number=1).rsplit("/", 2)[0]


def _name() -> str:
    return "__Secure-looked-for" if current_app.config["SESSION_COOKIE_SECURE"] else "looked-for"


def _key(ballot: Ballot, half: bytes) -> bytes:
    return cookie.key_from(current_app.config["SETTINGS"].secret, SEALED + half + str(ballot.number).encode())
