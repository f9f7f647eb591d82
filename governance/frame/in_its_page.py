"""A no to a form of the work pages is said inside its page: by its field or its button, with all that was typed in it.

A view that shows its own form again does so itself (`forms.refusals_in`). For every other one the page on which the
form stands is asked for once more, from within, and the form in it is filled in (`filling.py`). It stands where the
address of the form leads, or further up: what is sent to /board/agenda/5/move stands on /board/agenda.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from flask import current_app, g, request
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from governance.frame import filling
from governance.frame.by_the_field import No, saying
from governance.frame.shared_screen import FROM_WITHIN
from governance.frame.typed_again import has_words, not_secret

OF_THE_BODY = ("CONTENT_TYPE", "HTTP_CONTENT_TYPE", "werkzeug.request", "werkzeug.socket")


def shown_in_its_page(sentence: str, status: int, field: str = "") -> tuple[str, int] | None:
    """Return the work page whose form was sent, with *sentence* said in it (`by_the_field`) and what was typed.

    *field*: the one the sentence is about. None for a visitor, and where the form has gone and words would go with it.
    """
    if g.get("who") is None:
        return None
    fields = not_secret()
    no = No(sentence, field, has_words(fields))
    nearest = ""
    for path in _ways_up(request.path):
        page = page_at(path, request.environ.get("QUERY_STRING", "") if path == request.path else "")
        form = filling.form_to(page, request.script_root + path, request.script_root + request.path, fields)
        if form and (made := filling.filled(*saying(page, form, fields, no), fields)):
            return made, status
        nearest = nearest or page
    made_at_top = None if no.typed else filling.at_its_top(nearest, no.at_the_top)
    return (made_at_top, status) if made_at_top else None


def page_at(path: str, query: str = "") -> str:
    """Return the page at *path* as whoever asks now would see it; '' where there is none for them."""
    environ: dict[str, Any] = {name: value for name, value in request.environ.items() if name not in OF_THE_BODY}
    environ.update({
        "REQUEST_METHOD": "GET", "PATH_INFO": path.encode().decode("latin-1"), "QUERY_STRING": query,
        "CONTENT_LENGTH": "0", "wsgi.input": BytesIO(), FROM_WITHIN: True,
    })  # fmt: skip
    with current_app.app_context():  # Else it would write over what this request knows (`g`).
        page = Response.from_app(current_app.wsgi_app, environ)
    if page.status_code != 200 or page.mimetype != "text/html":
        return ""
    return filling.standing_at(page.get_data(as_text=True), request.script_root + path + (f"?{query}" if query else ""))


def _ways_up(path: str) -> Iterator[str]:
    """Return *path* and those above it, as far as a page may stand there."""
    addresses = current_app.url_map.bind("")
    while path.strip("/"):
        try:
            addresses.match(path, method="GET")
            yield path
        except HTTPException:
            pass
        path = path.rpartition("/")[0]
