"""On one's own phone each screen has an address, so that Back, Forward, reload and another language keep every answer.

Nobody can go back to the answer to a POST: a browser keeps none that is `no-store`, and asks whether to send it again.
So there a POST leads on to an address that tells the number of the screen and nothing else, and the answers wait
sealed in the phone's own cookie: until they are sent or hidden, and for half an hour after the last press. A shared
screen never does so, nor a browser without cookies, nor where the words are too long for a cookie.
What is typed and not yet sent on, a script keeps in its tab (`static/feedback/typed.js`).
"""

from __future__ import annotations

import zlib
from datetime import timedelta

from flask import current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue

from governance import clock
from governance.feedback.forms.say import StepForm
from governance.feedback.views import carried
from governance.feedback.views.carried import Frame, Progress
from governance.feedback.views.drawing import form_of, let_go, page
from governance.frame.forms import errors_of, with_errors
from governance.frame.shared_screen import is_shared
from governance.privacy import retention

NAME = "so_far"  # In the cookie. `forget_visit` drops it with the rest.
WRONG = "wrong"  # In the cookie: the number of a screen that was refused, what is wrong in it, and the words typed.


def show(so_far: Progress) -> ResponseReturnValue:
    """Show the screen *so_far* has come to: at its own address where that may be gone back to."""
    if not keep(so_far):
        return page(so_far)
    return redirect(url_for("feedback.screen", number=so_far.number), code=303)


def refuse(so_far: Progress, sentence: str) -> ResponseReturnValue:
    """Show the same screen once more, and why, where nothing of it has to be typed again."""
    form = form_of(so_far)
    form.form_errors = [sentence]
    return show_refused(so_far, form)


def show_refused(so_far: Progress, form: StepForm) -> ResponseReturnValue:
    """Show the screen again with what is wrong in *form*, and what was typed there: at its own address, if it has one.

    Too many words for a cookie, and what may be a code, stand in the answer to the form alone. What a script keeps in
    its tab it brings back.
    """
    let_go()
    typed = zlib.compress((form.said().get("words") or "").encode(), 9)
    if g.form_token_held and "is_code" not in request.form and keep(so_far):
        room = carried.SIZES_IN_A_COOKIE[-1] - len(session[NAME][1])
        size = next((size for size in carried.SIZES_IN_A_COOKIE if len(typed) <= size <= room), None)
        if size:
            session[WRONG] = (so_far.number, errors_of(form), typed.ljust(size, b"\0"))
            return redirect(url_for("feedback.screen", number=so_far.number), code=303)
    return page(so_far, form, status=422)


def show_again(so_far: Progress) -> ResponseReturnValue:
    """Show the screen *so_far* that this phone keeps; where it was refused last, with why and what was typed."""
    number, errors, typed = session.get(WRONG, (0, {}, b""))
    if number != so_far.number:
        return page(so_far)
    words = zlib.decompressobj().decompress(typed).decode()
    form = form_of(so_far.saying(words=words) if words else so_far)
    return page(so_far, with_errors(form, errors), status=422)


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
    session.pop(WRONG, None)
