"""On one's own phone each screen has an address, so that Back, Forward, reload and another language keep every answer.

Nobody can go back to the answer to a POST: a browser keeps none that is `no-store`, and asks whether to send it again.
So there a POST leads on to an address that tells the number of the screen and nothing else, and the answers wait
sealed in the phone's own cookie: until they are sent or hidden, and for half an hour after the last press. A shared
screen never does so, nor a browser without cookies, nor where the words are too long for a cookie.
What is typed and not yet sent on, a script keeps in its tab (`static/feedback/typed.js`).
"""

from __future__ import annotations

from datetime import timedelta

from flask import current_app, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from governance import clock
from governance.feedback.views import carried
from governance.feedback.views.carried import Frame, Progress
from governance.feedback.views.drawing import page
from governance.frame.shared_screen import is_shared
from governance.privacy import retention

NAME = "so_far"  # In the cookie. `forget_visit` drops it with the rest.


def show(so_far: Progress) -> ResponseReturnValue:
    """Show the screen *so_far* has come to: at its own address where that may be gone back to."""
    if not keep(so_far):
        return page(so_far)
    return redirect(url_for("feedback.screen", number=so_far.number), code=303)


def keep(so_far: Progress) -> bool:
    """Keep the answers in the cookie of somebody's own phone. Returns whether they are there."""
    forget()
    takes_cookies = current_app.config["SESSION_COOKIE_NAME"] in request.cookies
    packed = carried.pressed(so_far) if so_far.frame is Frame.PHONE and not is_shared() else None
    if packed:
        session[NAME] = (clock.now(), packed)
    return packed is not None and takes_cookies


def kept() -> Progress | None:
    """Return the answers this phone keeps, or None."""
    since, packed = session.get(NAME, (None, b""))
    # A clock that was put back does not keep them for longer.
    if since is None or not timedelta() <= clock.now() - since <= retention.SAID_ON_A_PHONE:
        return None
    so_far = carried.unpressed(packed)
    return so_far if so_far.visit == session.get("visit") else None


def forget() -> None:
    """Drop the answers from the cookie: they are sent."""
    session.pop(NAME, None)
