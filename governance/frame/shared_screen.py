"""A screen that others use next: whoever opens a page may be another person than the one before."""

from __future__ import annotations

import secrets

from flask import request, session

KEPT_ON_THIS_SCREEN = ("kiosk", "shared", "language")


def is_shared() -> bool:
    """Whether this browser is a kiosk, or was said to be used by several people."""
    return bool(session.get("kiosk") or session.get("shared"))


def forget_visit() -> None:
    """Drop everything this browser's cookie holds of a person. What it carried before belongs to no visit any more."""
    kept = {name: session[name] for name in KEPT_ON_THIS_SCREEN if name in session}
    session.clear()
    session.update(kept, visit=new_visit())


def new_visit() -> str:
    """Return the name of a visit that begins: random, and tied to nothing."""
    return secrets.token_hex(8)


def end_visit_elsewhere() -> None:
    """On a shared screen, whoever opens any other page may be the next person: the forms of before are over."""
    if is_shared() and request.method == "GET" and request.endpoint not in (None, "static"):
        session["visit"] = new_visit()
        session.pop("csrf_token", None)  # No form of before, like the one of /code, can be sent again either.
