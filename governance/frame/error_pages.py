"""What a person sees when something is refused, or fails: a calm page that says what to do next."""

from __future__ import annotations

from flask import Flask, Response, current_app, g, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import format_decimal, gettext
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError
from werkzeug.exceptions import HTTPException

from governance.frame import incoming, outage, page_cache
from governance.frame.catalogue import said
from governance.frame.error_log import log_surprise
from governance.frame.forms import sentence_of
from governance.frame.in_its_page import shown_in_its_page
from governance.frame.near_addresses import way_to_meant_page
from governance.frame.slots import Slot
from governance.frame.typed_again import typed_again
from governance.permissions import access, form_token
from governance.ruling.errors import RuleRefused
from governance.ruling.sentences import N_, Sentence
from governance.storage import database

BUSY = N_("We are busy right now. Nothing was kept yet. Please press send again.")

BROKE = N_(
    "Something broke on our side. Nothing was kept yet. Please press once more. If it stays so, tell any worker."
)

TOO_LONG = N_(
    "This is too long to send at once. About {fit} letters fit, and here are {letters}. "
    "Make it shorter, or send it in two parts."
)
FAR_TOO_LONG = N_(
    "This is far too long to send at once. About {fit} letters fit. Here is how it begins. We could not keep the rest."
)

asks_to_sign_in: Slot[[], str] = Slot()  # The page that does, with what was about to be done.
asks_for_own_words: Slot[[], str] = Slot()  # The page for whoever signed in with words that somebody else printed.


def init_app(app: Flask) -> None:
    """Have every refusal and failure in *app* answered by a page."""
    app.register_error_handler(HTTPException, on_http_error)
    app.register_error_handler(RuleRefused, on_refusal)
    app.register_error_handler(IntegrityError, on_lost_race)
    for silent in outage.SILENT:
        app.register_error_handler(silent, on_silent_database)
    for wrongly_asked in (ProgrammingError, DataError):
        app.register_error_handler(wrongly_asked, on_surprise)
    app.register_error_handler(Exception, on_surprise)


def on_http_error(error: HTTPException) -> ResponseReturnValue:
    """Show an error in plain words. Redirects made by the router pass through, and a near address leads on."""
    if error.code is None or error.code < 400:
        return error
    database.db.session.rollback()
    if error.code == 404 and (way := way_to_meant_page()):
        return way
    if error.code == 401 and (asking := _asking(asks_to_sign_in)):
        return asking, 401
    if error.code == 403 and access.is_newcomer() and (asking := _asking(asks_for_own_words)):
        return asking, 403
    if error.code == 413 and (again := _made_shorter()):
        return again
    return error_page(error.code), error.code, dict(_kept_headers(error))


def _made_shorter() -> ResponseReturnValue | None:
    """Return a form that was too long, to be made shorter; None where it was no form of a page of ours."""
    too_long = incoming.read_too_long()
    if too_long is None or not form_token.holds():
        return None
    fit, letters = format_decimal(round_down(too_long.fit)), format_decimal(too_long.letters)
    sentence = Sentence(TOO_LONG if too_long.whole else FAR_TOO_LONG, fit=fit, letters=letters)
    return _in_its_page(said(sentence), 413) or typed_again(said(sentence), 413)


def round_down(number: int) -> int:
    """Return *number* as one says "about": its first two digits, and zeros."""
    zeros = 10 ** max(len(str(number)) - 2, 0)
    return number // zeros * zeros


def _asking(slot: Slot[[], str]) -> str | None:
    """Return the page that asks for something first, or None where it cannot be made."""
    try:
        return next(iter(slot()), None)
    except Exception as error:
        log_surprise(error)
        return None


def _kept_headers(error: HTTPException) -> list[tuple[str, str]]:
    return [(name, value) for name, value in error.get_headers() if name in ("Allow", "Retry-After")]


def on_refusal(refusal: RuleRefused) -> ResponseReturnValue:
    """A rule said no: show its sentence, and what was typed."""
    database.db.session.rollback()
    sentence = sentence_of(refusal)
    named = typed_again(sentence, 409) if "again" in g else None
    shown = named or _in_its_page(sentence, 409, refusal.field) or typed_again(sentence, 409)
    return shown or (render_template("errors/refused.html", sentence=sentence), 409)


def _in_its_page(sentence: str, status: int, field: str = "") -> ResponseReturnValue | None:
    """Return the work page of the form that was sent, or None where it cannot be made."""
    try:
        return shown_in_its_page(sentence, status, field) if request.method == "POST" else None
    except Exception as error:
        log_surprise(error)
        return None


def on_lost_race(error: IntegrityError) -> ResponseReturnValue:
    """A constraint decided between two people who acted at the same moment."""
    database.db.session.rollback()
    sentence = gettext("Somebody did this a moment before you. Load the page again to see where it stands.")
    named = typed_again(gettext(BUSY), 503) if "again" in g else None
    return named or on_refusal(RuleRefused(sentence))


def on_silent_database(error: Exception) -> ResponseReturnValue:
    """The database does not answer, or took no write (busy, full, stopped). Nothing was acknowledged."""
    outage.notice(error)
    if again := typed_again(gettext(BUSY), 503):
        return again
    return page_cache.last_copy() or (error_page(503), 503, {"Retry-After": "5"})


def on_surprise(error: Exception) -> ResponseReturnValue:
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
