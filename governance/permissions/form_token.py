"""The token of a form: it shows that what was sent came from a page of ours.

Elsewhere it goes with the cookie (flask_wtf). A page on which everybody is nobody sets none, so that no cookie of a
ballot's page exists: there the token alone is sealed, with its time in it. Nothing hangs on who has signed in there, so
a page of somebody else that sends such a form can do no more than whoever holds its card. A shared screen has a cookie
in any case: there the token belongs to its visit, so that the next person cannot send a form of before once more.
"""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from flask import current_app, g, request, session
from flask_wtf.csrf import generate_csrf, validate_csrf
from wtforms import ValidationError

from governance import clock, sealing
from governance.privacy.retention import TOKEN_OF_NOBODY

INFO = b"real-voice form of nobody v1"


def new() -> str:
    """Return the token of a form on the page that is made."""
    if not g.get("asked_as_nobody", False):
        return generate_csrf()
    made = f"{int(clock.now().timestamp())} {_visit_of_a_shared_screen()}".encode()
    # The page is one reader's own by this name (`page_cache.py`).
    g.csrf_token = urlsafe_b64encode(sealing.lock(current_app.config["COOKIE_KEY"], made, INFO)).decode()
    return str(g.csrf_token)


def holds() -> bool:
    """Whether the form that was sent brings a token that a page of ours made, and not long ago.

    A form that nobody answers may stand on a page with a cookie too, like the search for one's own ballot.
    """
    sent = request.form.get("csrf_token", "")
    if g.get("asked_as_nobody", False) and _holds_for_nobody(sent):
        return True
    try:
        validate_csrf(sent)
    except ValidationError:
        return False
    g.csrf_valid = True  # So that the form itself does not check it a second time (flask_wtf).
    return True


def _holds_for_nobody(sent: str) -> bool:
    try:
        locked = urlsafe_b64decode(sent.encode("ascii"))
        made, _, visit = sealing.unlock(current_app.config["COOKIE_KEY"], locked, INFO).decode().partition(" ")
        age = clock.now().timestamp() - int(made) + 1
    except (ValueError, sealing.SealBroken):
        return False
    return visit == _visit_of_a_shared_screen() and 0 <= age <= TOKEN_OF_NOBODY.total_seconds()


def _visit_of_a_shared_screen() -> str:
    is_shared = session.get("kiosk") or session.get("shared")
    return str(session.get("visit", "")) if is_shared else ""
