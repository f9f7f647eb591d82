"""What comes in: kept in memory alone, as large as its view says, and text that is text.

What is longer than its view takes is read on a little further, up to `LARGEST_KEPT`, and no view sees it: it goes back
to whoever typed it, to be made shorter. Of what is longer than that too, the beginning goes back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any
from urllib.parse import parse_qsl, unquote

from flask import Flask, Request, abort, current_app, request
from werkzeug.datastructures import ImmutableMultiDict
from werkzeug.exceptions import HTTPException

from governance.frame.public_address import below, folder_of

LARGEST_BODY = 64 * 1024  # A view that takes more says so: `view.largest_body`.
LARGEST_KEPT = 256 * 1024  # Of what is longer than a view takes, so much goes back to whoever typed it.
FORM = "application/x-www-form-urlencoded"
HALF_A_LETTER = re.compile(rb"%[0-9A-Fa-f]?$")


class InMemoryRequest(Request):
    """A request that never spools what somebody typed into a temporary file."""

    def _get_file_stream(self, *args: Any, **kwargs: Any) -> IO[bytes]:
        return BytesIO()


def largest_body(app: Flask, path: str) -> int:
    """Return the most bytes that a page at *path* may be sent."""
    path = below(folder_of(app.config["SETTINGS"]), path)
    try:
        endpoint, _ = app.url_map.bind("").match(path, method="POST")
    except HTTPException:
        return LARGEST_BODY
    return int(getattr(app.view_functions[endpoint], "largest_body", LARGEST_BODY))


def most_read(app: Flask, path: str) -> int:
    """Return the most bytes that are read of what a page at *path* is sent, be it too long or not."""
    return max(largest_body(app, path), LARGEST_KEPT)


@dataclass(frozen=True)
class TooLong:
    """A form that is longer than its view takes, in letters: how many *fit* of its kind, and whether all were read."""

    fit: int
    letters: int
    whole: bool


def read_too_long() -> TooLong | None:
    """Read what is too long for the view of this request into `request.form`, as far as it is kept.

    Return None where it is no form, or is so already. Call it once, after reading the form was refused with a 413.
    """
    if request.mimetype != FORM or "form" in vars(request):
        return None
    body = request.environ["wsgi.input"].read(LARGEST_KEPT + 1)
    whole = len(body) <= LARGEST_KEPT
    said = body if whole else HALF_A_LETTER.sub(b"", body[:LARGEST_KEPT])
    fields = parse_qsl(said.decode("ascii", "ignore"), keep_blank_values=True, errors="ignore")
    request.form = ImmutableMultiDict([(name, value.replace("\x00", "")) for name, value in fields])
    letters = sum(len(value) for _, value in fields)
    largest = request.max_content_length or LARGEST_BODY
    return TooLong(letters * largest // max(len(said), 1), letters, whole)


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
