"""What comes in: kept in memory alone, as large as its view says, and text that is text."""

from __future__ import annotations

from io import BytesIO
from typing import IO, Any
from urllib.parse import unquote

from flask import Flask, Request, abort, current_app, request
from werkzeug.exceptions import HTTPException

from governance.frame.public_address import below, folder_of

LARGEST_BODY = 64 * 1024  # A view that takes more says so: `view.largest_body`.


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
