"""A screen that others use next: whoever opens a page may be another person than the one before."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, after_this_request, current_app, request, session

# "outbox": that it was enrolled as one that may be without a network.
KEPT_ON_THIS_SCREEN = ("kiosk", "shared", "language", "outbox")
ENDS_WITH_A_VISIT = "what ends with a visit"
LEFT = "left"  # A cookie: set by the script of "Leave now" (`static/frame/leave.js`), taken away by the next answer.
FROM_WITHIN = (
    "real voice.from within"  # In the environment of a page that the program itself asks for, for whoever asks.
)
View = TypeVar("View", bound=Callable[..., Any])


def ends_with_a_visit(app: Flask, end: Callable[[], None]) -> None:
    """Have *end* called whenever a visit to *app* is forgotten, while the cookie still holds what it ends."""
    app.extensions.setdefault(ENDS_WITH_A_VISIT, []).append(end)


def is_shared() -> bool:
    """Whether this browser is a kiosk, or was said to be used by several people."""
    return bool(session.get("kiosk") or session.get("shared"))


def holds_nobody() -> bool:
    """Whether the cookie of this kiosk says no more than that it is one."""
    return "kiosk" in session and set(session) <= {*KEPT_ON_THIS_SCREEN, "visit", "turn", "csrf_token"}


def forget_visit() -> None:
    """Drop everything this browser's cookie holds of a person, and end their sign-in.

    What the browser carried before belongs to no visit any more.
    """
    for end in current_app.extensions.get(ENDS_WITH_A_VISIT, ()):
        end()
    kept = {name: session[name] for name in KEPT_ON_THIS_SCREEN if name in session}
    session.clear()
    session.update(kept, visit=new_visit())


def hear_that_it_was_left() -> None:
    """End the visit of a phone that was left while the way out was not answered, before anything else is done for it.

    Its script can blank the page then, but cannot reach the cookie: so it leaves a mark, and whoever takes up the phone
    next brings it with the first page.
    """
    if LEFT not in request.cookies or is_part_of_a_page():
        return
    forget_visit()

    def take_away(response: Response) -> Response:
        response.delete_cookie(LEFT, path=current_app.config["SESSION_COOKIE_PATH"])
        return response

    after_this_request(take_away)


def new_visit() -> str:
    """Return the name of a visit that begins: random, and tied to nothing."""
    return secrets.token_hex(8)


def part_of_a_page(view: View) -> View:
    """Mark a *view* that a page asks for by itself, such as a sound. Nobody comes to it, so no visit ends by it."""
    view.is_part_of_a_page = True  # type: ignore[attr-defined]
    return view


def is_part_of_a_page() -> bool:
    """Whether what is asked for here is a file of a page, or a view marked so."""
    view = current_app.view_functions.get(request.endpoint or "")
    return request.endpoint == "static" or getattr(view, "is_part_of_a_page", False)


def end_visit_elsewhere() -> None:
    """On a shared screen, whoever opens any other page may be the next person: the forms of before are over."""
    if FROM_WITHIN in request.environ:
        return
    if is_shared() and request.method == "GET" and request.endpoint is not None and not is_part_of_a_page():
        session["visit"] = new_visit()
        session.pop("csrf_token", None)  # No form of before, like the one of /code, can be sent again either.
