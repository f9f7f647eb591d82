"""On one's own phone what a code opens has an address, so that Back, Forward, reload and another language lead to it.

Nobody can go back to the answer to a POST: a browser asks whether to send the form again, and keeps the code in its
history for that. So there a POST leads on to an address that tells nothing, where nothing was opened too: then it says
why once more, with what was typed. The code is kept nowhere: what it stretched to, or what was typed and is no code,
waits on the phone in a sealed cookie of its own, which only the addresses below /code are sent. The browser drops it
after as long as a page that a code opened is good for (`code.py`), whether anybody comes back or not. It opens with the
key of this server and a random half that lies in the phone's other cookie: `forget_visit` drops that half, and then no
copy of this one opens for anybody. A shared screen never does so, nor a browser without cookies.
"""

from __future__ import annotations

import json
import secrets
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from http import HTTPStatus

from flask import Response, after_this_request, current_app, request, session, url_for

from governance import clock, sealing
from governance.frame import cookie
from governance.frame.shared_screen import is_shared
from governance.privacy import retention

HALF = "opened"  # In the cookie of all pages: random bytes. `forget_visit` drops them with the rest.
HALF_BYTES = 16
SEALED = b"real-voice opened by a code v2"
SIZES = (256, 1024, 1792)  # Bytes, pressed together, of one of a few lengths: the longest fits into a cookie.


@dataclass(frozen=True)
class Opened:
    """What a code opened: its *keys*, *words* that were typed below it and not sent, and what is *told* once.

    Where a form was refused: *why*, what is wrong with each field by its name in *errors* ("": with all of it), and the
    HTTP *status* it was answered with. Where no code was opened there are no *keys*, and *words* stand for the code.
    """

    keys: sealing.CodeKeys | None = field(repr=False)
    words: str = field(default="", repr=False)
    told: str = ""
    why: str = ""
    errors: dict[str, list[str]] = field(default_factory=dict, repr=False)
    status: int = 200


def keep(opened: Opened) -> bool:
    """Keep *opened* in a cookie of somebody's own phone, from this moment on. Returns whether it is there."""
    takes_cookies = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    if is_shared() or not takes_cookies:
        forget()
        return False
    packed = _pressed(opened)
    if not packed:  # Too long for a cookie: what was kept before, of the same code, is still good.
        return False
    session[HALF] = secrets.token_bytes(HALF_BYTES)
    _put(clock.now(), packed)
    return True


def kept() -> Opened | None:
    """Return what this phone keeps, or None. What is told once is not in it a second time."""
    since, packed = _brought()
    if since is None:
        return None
    opened = _unpressed(packed)
    if opened.told:
        _put(since, _pressed(replace(opened, told="")) or b"")
    return opened


def is_kept() -> bool:
    """Whether the address of what was opened shows something just now."""
    return _brought()[0] is not None


def was_kept() -> bool:
    """Whether something was kept here, though it may be too old to be shown."""
    return HALF in session


def forget() -> None:
    """Drop it, if there is any: both what is sealed and the half that opens it."""
    if session.pop(HALF, None) is not None:
        _answer_with("", timedelta())


def _brought() -> tuple[datetime | None, bytes]:
    """Return since when this phone keeps something that may be shown, and what; (None, b"") for nothing."""
    half = session.get(HALF)
    if is_shared() or not isinstance(half, bytes):
        return None, b""
    try:
        sealed = urlsafe_b64decode(request.cookies.get(_name(), "").encode("ascii"))
        began, _, packed = sealing.unlock(_key(half), sealed, SEALED).partition(b"\n")
    except (ValueError, sealing.SealBroken):
        return None, b""
    since = datetime.fromisoformat(began.decode())
    # A clock that was put back does not keep it for longer.
    is_fresh = timedelta() <= clock.now() - since <= retention.OPENED_BY_CODE
    return (since, packed) if is_fresh else (None, b"")


def _put(since: datetime, packed: bytes) -> None:
    sealed = sealing.lock(_key(session[HALF]), since.isoformat().encode() + b"\n" + packed, SEALED)
    _answer_with(urlsafe_b64encode(sealed).decode(), since + retention.OPENED_BY_CODE - clock.now())


def _answer_with(value: str, lasts: timedelta) -> None:
    """Set the cookie with this answer.

    The script of "Leave now" must be able to drop it where the way out itself is not answered (`leave.js`). So it is
    not HttpOnly: what a script could read is sealed, and its other half is out of reach of scripts.

    An answer that says that something failed, such as the writing itself, brings nothing: it would tell of what did not
    happen. The code is asked for again.
    """

    def bring(response: Response) -> Response:
        if value and response.status_code >= HTTPStatus.BAD_REQUEST:
            return response
        seconds, is_https = lasts // timedelta(seconds=1), current_app.config["SESSION_COOKIE_SECURE"]
        where = url_for("publishing.code")
        response.set_cookie(_name(), value, max_age=seconds, path=where, secure=is_https, samesite="Lax")
        return response

    after_this_request(bring)


def _name() -> str:
    """Return its name. `__Host-` would have it sent to every page (RFC 6265bis, "Cookie Name Prefixes")."""
    return "__Secure-opened" if current_app.config["SESSION_COOKIE_SECURE"] else "opened"


def _key(half: bytes) -> bytes:
    return cookie.key_from(current_app.config["SETTINGS"].secret, SEALED + half)


def _pressed(opened: Opened) -> bytes | None:
    keys = opened.keys and [opened.keys.find.hex(), opened.keys.unlock.hex(), opened.keys.tag.hex()]
    facts = {name: value for name, value in asdict(opened).items() if value and name != "keys"} | {"keys": keys}
    packed = zlib.compress(json.dumps(facts, ensure_ascii=False).encode(), 9)
    size = next((size for size in SIZES if len(packed) <= size), None)
    return packed.ljust(size, b"\0") if size else None


def _unpressed(packed: bytes) -> Opened:
    facts = json.loads(zlib.decompressobj().decompress(packed))
    keys = facts.pop("keys")
    return Opened(keys and sealing.CodeKeys(*map(bytes.fromhex, keys)), **facts)
