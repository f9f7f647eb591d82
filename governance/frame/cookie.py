"""The cookie of all pages: sealed, so that a stolen tablet or a proxy reads nothing in it.

Flask's own session cookie is signed but readable. This one is AES-256-GCM under a key derived from
`GOVERNANCE_SECRET`. It carries the form token, the language, and for people with an account the
secret that unlocks their sign-in row. What a code opened on a phone has another one (`publishing/views/kept_code.py`).
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, Request, Response, request
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSession, SessionInterface

from governance import sealing
from governance.config import Config
from governance.frame import public_address, shared_screen
from governance.privacy import retention

INFO = b"real-voice cookie v1"
_words = TaggedJSONSerializer()


def key_from(secret: str, purpose: bytes = INFO) -> bytes:
    """Return 32 bytes derived from *secret* for one *purpose* (HKDF-SHA256, RFC 5869)."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())


def name_of(settings: Config) -> str:
    """Return the cookie's name. Its beginning has the browser refuse one that somebody else has put there.

    `__Host-` holds for a site that has its host for itself. In a folder of a host the cookie must stay in that folder,
    so that no other site there is sent it (RFC 6265bis, "Cookie Name Prefixes").
    """
    if not settings.https:
        return "voice"
    return "__Secure-voice" if public_address.folder_of(settings) else "__Host-voice"


class SealedCookie(SessionInterface):
    """Flask's session, kept in a sealed cookie; set only when something changed."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession:
        """Return what the cookie holds; an unreadable cookie counts as none."""
        value = request.cookies.get(self.get_cookie_name(app), "")
        try:
            sealed = urlsafe_b64decode(value.encode("ascii"))
            held: dict[str, Any] = _words.loads(sealing.unlock(app.config["COOKIE_KEY"], sealed, INFO).decode())
        except (ValueError, sealing.SealBroken):
            return SecureCookieSession()
        return SecureCookieSession(held)

    def save_session(self, app: Flask, session: Any, response: Response) -> None:
        """Seal and set the cookie if it changed; remove it if nothing is left.

        An answer with a cookie is one person's own: nothing between here and them may keep it for another. It goes when
        the browser is closed; only a kiosk between two people stays one, so that it outlasts the night.
        """
        if _comes_from_elsewhere(self.get_cookie_name(app)):
            return
        if session.modified:
            response.headers["Cache-Control"] = "no-store"
        name = self.get_cookie_name(app)
        where: dict[str, Any] = {"path": self.get_cookie_path(app), "secure": app.config["SESSION_COOKIE_SECURE"]}
        if not session:
            if session.modified:
                response.delete_cookie(name, httponly=True, samesite="Lax", **where)
            return
        if session.modified:
            sealed = sealing.lock(app.config["COOKIE_KEY"], _words.dumps(dict(session)).encode(), INFO)
            where["max_age"] = retention.ENROLLED if shared_screen.holds_nobody() else None
            response.set_cookie(name, urlsafe_b64encode(sealed).decode(), httponly=True, samesite="Lax", **where)


def _comes_from_elsewhere(name: str) -> bool:
    """Whether a form of another site was sent: it brings no cookie (SameSite), and a new one would take its place.

    So nobody is signed out, and no kiosk forgets that it is one, by a page of somebody else (Fetch Metadata).
    """
    is_theirs = request.headers.get("Sec-Fetch-Site") in ("cross-site", "same-site")
    return request.method == "POST" and is_theirs and name not in request.cookies
