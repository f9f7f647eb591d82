"""On one's own phone the letters that were looked for wait for a few minutes, so that Back and reload find the answer.

A browser asks whether to send a form again, and keeps it for that. So the form leads to the page's own address, and
the letters lie sealed in a cookie that this page alone is sent, and no script can read. It opens with the key of this
server and a random half that lies in the phone's other cookie: `forget_visit` drops that half, and then no copy of this
one opens for anybody. A shared screen never does so, nor a browser without cookies.
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

HALF = "looked_for"  # In the cookie of all pages: random bytes. `forget_visit` drops them with the rest.
HALF_BYTES = 16
SEALED = b"real-voice letters looked for v1"
LONGEST = 100  # Bytes: what the field takes. Whatever was typed, the cookie is as long.


def keep(ballot: Ballot, typed: str) -> bool:
    """Keep what was *typed* to look for in this vote, on somebody's own phone. Returns whether it is there."""
    packed = typed.encode()
    if is_shared() or current_app.config["SESSION_COOKIE_NAME"] not in request.cookies or len(packed) > LONGEST:
        return False
    session[HALF] = secrets.token_bytes(HALF_BYTES)
    plain = clock.now().isoformat().encode() + b"\n" + packed.ljust(LONGEST, b"\0")
    value = urlsafe_b64encode(sealing.lock(_key(ballot), plain, SEALED)).decode()

    def bring(response: Response) -> Response:
        response.set_cookie(
            _name(), value, max_age=retention.LOOKED_FOR, path=url_for("ballots.check", number=ballot.number),
            secure=current_app.config["SESSION_COOKIE_SECURE"], httponly=True, samesite="Lax",
        )  # fmt: skip
        return response

    after_this_request(bring)
    return True


def kept(ballot: Ballot) -> str | None:
    """Return what was typed to look for in this vote, or None."""
    if is_shared() or not isinstance(session.get(HALF), bytes):
        return None
    try:
        value = urlsafe_b64decode(request.cookies.get(_name(), "").encode("ascii"))
        began, _, packed = sealing.unlock(_key(ballot), value, SEALED).partition(b"\n")
    except (ValueError, sealing.SealBroken):
        return None
    # A clock that was put back does not keep it for longer.
    is_fresh = timedelta() <= clock.now() - datetime.fromisoformat(began.decode()) <= retention.LOOKED_FOR
    return packed.rstrip(b"\0").decode() if is_fresh else None


def _name() -> str:
    return "__Secure-looked-for" if current_app.config["SESSION_COOKIE_SECURE"] else "looked-for"


def _key(ballot: Ballot) -> bytes:
    of = SEALED + session[HALF] + str(ballot.number).encode()
    return cookie.key_from(current_app.config["SETTINGS"].secret, of)
