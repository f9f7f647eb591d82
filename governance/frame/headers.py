"""The strict headers of every answer, and the cookie that turns so that nobody leafs back to what was typed."""

from __future__ import annotations

import secrets

from flask import Response, current_app, request, session

from governance.frame.shared_screen import is_part_of_a_page

ONE_YEAR = 365 * 24 * 3600  # Seconds.
HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "style-src 'self'",
            "img-src 'self'",
            "script-src 'self'",
            "connect-src 'self'",
            "font-src 'self'",
            "manifest-src 'self'",
            "media-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            "frame-ancestors 'none'",
        )
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(
        f"{feature}=()"
        for feature in (
            "accelerometer",
            "autoplay",
            "camera",
            "display-capture",
            "encrypted-media",
            "fullscreen",
            "geolocation",
            "gyroscope",
            "magnetometer",
            "microphone",
            "midi",
            "payment",
            "picture-in-picture",
            "publickey-credentials-get",
            "screen-wake-lock",
            "usb",
            "web-share",
            "xr-spatial-tracking",
        )
    ),
}

STRICT = [(name, name.lower(), value) for name, value in HEADERS.items()]


def add_headers(response: Response) -> Response:
    """Set the strict headers on every answer, error pages and static files included."""
    there = {name.lower() for name, _ in response.headers}
    for name, lower, value in STRICT:
        if lower not in there:
            response.headers.add(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        response.headers["Strict-Transport-Security"] = f"max-age={ONE_YEAR}"
    if request.endpoint == "static" and response.status_code in (200, 304):
        response.headers["Cache-Control"] = f"public, max-age={ONE_YEAR}, immutable"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.pop("ETag", None)
    if request.method == "POST" or (session.get("shared") and not is_part_of_a_page()):
        turn_cookie()
    return response


def turn_cookie() -> None:
    """Change the HttpOnly cookie on every POST: it evicts the typed page from the back/forward cache.

    Measured in `docs/intake.md` 6: with no-store, this works without JavaScript. A POST that brings no cookie
    comes from another site (the cookie is SameSite) and changes nothing, so nobody can be signed out from there.
    """
    if current_app.config["SESSION_COOKIE_NAME"] not in request.cookies:
        return
    session["turn"] = secrets.token_hex(8)
