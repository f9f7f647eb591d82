"""The frame of every answer: headers, error pages, what every template may use."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from datetime import date, datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote

from flask import Flask, Request, Response, abort, current_app, g, render_template, request, session, url_for
from flask.logging import default_handler
from flask_babel import format_date, get_locale, get_translations, gettext
from flask_wtf.csrf import generate_csrf
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError
from werkzeug.exceptions import HTTPException

from governance import access, database, text
from governance.errors import RuleRefused
from governance.frame import navigation, outage, page_cache, site
from governance.frame.languages import LANGUAGES
from governance.sentences import N_, Sentence

LARGEST_BODY = 64 * 1024  # A view that takes more says so: `view.largest_body`.
BUSY = N_("We are busy right now. Nothing was kept yet. Please press send again.")
BROKE = N_(
    "Something broke on our side. Nothing was kept yet. Please press once more. If it stays so, tell any worker."
)

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


class InMemoryRequest(Request):
    """A request that never spools what somebody typed into a temporary file."""

    def _get_file_stream(self, *args: Any, **kwargs: Any) -> IO[bytes]:
        return BytesIO()


class House(Flask):
    """Flask, with the one commit right after the view, where its errors still reach our pages."""

    request_class = InMemoryRequest

    def dispatch_request(self) -> Response:
        """Run the view, then commit or roll back. What the database did not hear of is never acknowledged."""
        response = self.make_response(super().dispatch_request())
        if outage.noticed() and request.method not in database.READING_METHODS:
            raise outage.NothingKept
        return database.end_of_request(response)

    def log_exception(self, exc_info: Any) -> None:
        """Log the kind of an error that reached no page of ours: no traceback, and no address that was asked for."""
        log_surprise(exc_info[1])


def init_app(app: Flask) -> None:
    """Give *app* its guard, headers, error pages and template names."""
    app.before_request(make_room)
    app.before_request(refuse_broken_text)
    app.before_request(site.count_its_days)
    app.before_request(access.guard)
    app.after_request(add_headers)
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(RuleRefused, on_refusal)
    app.register_error_handler(IntegrityError, on_lost_race)
    for silent in outage.SILENT:
        app.register_error_handler(silent, on_silent_database)
    for wrongly_asked in (ProgrammingError, DataError):
        app.register_error_handler(wrongly_asked, on_surprise)
    app.register_error_handler(Exception, on_surprise)
    app.context_processor(template_names)
    default_handler.setFormatter(logging.Formatter("[%(asctime)s] %(levelname)s: %(message)s", "%Y-%m-%d"))
    app.template_filter("said")(said)
    app.template_filter("stored_html")(text.as_stored_html)
    app.jinja_env.install_gettext_callables(in_words, in_number, newstyle=True)  # type: ignore[attr-defined]
    app.jinja_env.globals.update(may=access.may, static=static_url, get_locale=get_locale, csrf_token=generate_csrf)
    app.jinja_env.globals["url_for"] = navigation.address_of


def largest_body(app: Flask, path: str) -> int:
    """Return the most bytes that a page at *path* may be sent."""
    try:
        endpoint, _ = app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        return LARGEST_BODY
    return int(getattr(app.view_functions[endpoint], "largest_body", LARGEST_BODY))


def make_room() -> None:
    """Let a view that says so take a larger body than every other one."""
    view = current_app.view_functions.get(request.endpoint or "")
    largest = getattr(view, "largest_body", None)
    if largest:
        request.max_content_length = request.max_form_memory_size = largest


def refuse_broken_text() -> None:
    """Answer text that is not UTF-8, or holds a NUL, with a plain 400 instead of a surprise further in."""
    for part in (request.environ.get("QUERY_STRING", ""), request.environ.get("PATH_INFO", "")):
        text = unquote(part, errors="surrogateescape").encode("utf-8", "surrogateescape")
        if b"\x00" in text:
            abort(400)


def add_headers(response: Response) -> Response:
    """Set the strict headers on every answer, error pages and static files included."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.endpoint == "static" and response.status_code in (200, 304):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    else:
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.pop("ETag", None)
    if (request.method == "POST" or session.get("shared")) and request.endpoint != "static":
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


def on_http_error(error: HTTPException) -> Any:
    """Show an error in plain words. Redirects made by the router pass through."""
    if error.code is None or error.code < 400:
        return error
    database.db.session.rollback()
    return error_page(error.code), error.code, dict(_kept_headers(error))


def _kept_headers(error: HTTPException) -> list[tuple[str, str]]:
    return [(name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After")]


def on_refusal(refusal: RuleRefused) -> Any:
    """A rule said no: show its sentence."""
    database.db.session.rollback()
    return render_template("errors/refused.html", sentence=said(refusal.sentence)), 409


def show_again(page: Callable[[str, int], Any]) -> None:
    """Have *page*, called with a sentence and a status, give back what was typed if this request fails from here on.

    The commit comes after the view, and a disk may be full only then: no view can catch that by itself.
    """
    g.again = page


def typed_again(sentence: str, status: int) -> Any:
    """Return the page that the view has named, with everything that was typed, or None when it named none."""
    page = g.pop("again", None)
    if page is None:
        return None
    try:
        return page(sentence, status)
    except Exception as error:
        log_surprise(error)
        return None


def on_lost_race(error: IntegrityError) -> Any:
    """A constraint decided between two people who acted at the same moment."""
    database.db.session.rollback()
    if again := typed_again(gettext(BUSY), 503):
        return again
    return on_refusal(
        RuleRefused(gettext("Somebody did this a moment before you. Load the page again to see where it stands."))
    )


def on_silent_database(error: Exception) -> Any:
    """The database does not answer, or took no write (busy, full, stopped). Nothing was acknowledged."""
    outage.notice(error)
    if again := typed_again(gettext(BUSY), 503):
        return again
    return page_cache.last_copy() or (error_page(503), 503, {"Retry-After": "5"})


def on_surprise(error: Exception) -> Any:
    """Anything else: a calm page. The log names the kind of error and where, never what was sent."""
    database.db.session.rollback()
    if current_app.testing:
        raise error
    log_surprise(error)
    return typed_again(gettext(BROKE), 500) or (error_page(500), 500)


def error_page(code: int) -> str | Response:
    """Return the page for *code*. When even that cannot be made, because a template is broken, one plain sentence."""
    try:
        return render_template("errors/http.html", code=code)
    except Exception as error:
        log_surprise(error)
        plain = gettext("Something broke on our side. Nothing was kept. Please tell any worker.")
        return Response(plain + "\n", code, mimetype="text/plain")


def log_surprise(error: BaseException | None) -> None:
    """Log the kind of *error* and the line of code: nothing of a page that a participant may have asked for."""
    place = error.__traceback__ if error else None
    while place and place.tb_next:
        place = place.tb_next
    where = f"{Path(place.tb_frame.f_code.co_filename).name}:{place.tb_lineno}" if place else "?"
    current_app.logger.error("%s at %s", type(error).__name__, where)


def in_words(text: str) -> str:
    """Return a template's *text* in the language of this request."""
    return catalogue().ugettext(text)


def in_number(one: str, many: str, number: int) -> str:
    """Return the form of a template's words that fits *number*."""
    return catalogue().ungettext(one, many, number)


def catalogue() -> Any:
    """Return the words of this request's language: looked up once, because a page asks a hundred times."""
    if "catalogue" not in g:
        g.catalogue = get_translations()
    return g.catalogue


def said(sentence: object) -> str:
    """Return a rule's sentence, or a marked string, in the reader's language; days as people write them."""
    if isinstance(sentence, Sentence):
        return _with_days(sentence).translated(in_words)
    return in_words(str(sentence)) if sentence else ""  # A catalogue answers nothing with its own header.


def _with_days(sentence: Sentence) -> Sentence:
    shown: dict[str, object] = {}
    for name, value in sentence.values.items():
        day = isinstance(value, date) and not isinstance(value, datetime)
        shown[name] = format_date(value) if day else _with_days(value) if isinstance(value, Sentence) else value
    return Sentence(sentence.template, **shown)


def template_names() -> dict[str, Any]:
    """What every template may use."""
    locale = str(get_locale() or "en")
    return {
        "programme": site.programme(),
        "language": locale,
        "text_direction": LANGUAGES[locale].direction,
        "languages": list(LANGUAGES.values()),
        "signed_in": g.get("who"),
        "doors": navigation.doors() if g.get("who") else [],
        "demo_mode": current_app.config["MODE"] == "demo",
    }


def choose_language() -> str:
    """Return the language of this request: chosen on our page, else what the browser asks for. Not stored."""
    chosen = session.get("language")
    return chosen if chosen in LANGUAGES else request.accept_languages.best_match(LANGUAGES) or "en"


def static_url(name: str) -> str:
    """Return the address of a static file, which may be cached for good (static_files.py)."""
    return url_for("static", filename=name)
