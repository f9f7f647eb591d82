"""Where style, scripts and pictures are served: under one mark of all, so that a browser may keep them for good.

A script names the others it needs by their place beside it (`import … from "./paper.js"`). Were the mark in the query,
as `paper.js?v=…`, the scripts would have to know it; in the path, the browser carries it along.

They are made smaller on the way, and so is a page that is the same for whoever comes: that of somebody who brings no
cookie, and a view marked so (`same_for_all`). No other page is, because the size of what was made small tells what
stands in it (BREACH, breachattack.com).
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from flask import Response, current_app, request

mimetypes.add_type("font/woff2", ".woff2")  # Not every Python and every system knows it.
STATIC = frozenset({"text/css", "text/javascript", "application/javascript", "image/svg+xml"})
QUICK = 5  # Of gzip's nine levels: for a page, which is made each time.
View = TypeVar("View", bound=Callable[..., Any])


@lru_cache
def url_path(folder: Path) -> str:
    """Return the path under which the files of *folder* are served. It changes when any of them does."""
    mark = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        mark.update(path.relative_to(folder).as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return f"/static/{mark.hexdigest()[:12]}"


def same_for_all(view: View) -> View:
    """Mark a *view* whose page, when asked for by its plain address, says nothing of whoever asks or asked before.

    A shared screen brings a cookie, so without this mark its first page would be as heavy as a bad line makes it.
    """
    view.is_same_for_all = True  # type: ignore[attr-defined]
    return view


def make_smaller(response: Response) -> Response:
    """Compress a whole static file, or a page that is the same for all, for a browser that can read that."""
    is_static = request.endpoint == "static" and response.mimetype in STATIC
    is_first = request.method == "GET" and response.mimetype == "text/html" and _is_same_for_all()
    if response.status_code != 200 or not (is_static or is_first):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        response.direct_passthrough = False
        whole = response.get_data()
        response.set_data(_compressed(whole) if is_static else gzip.compress(whole, QUICK, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.headers.pop("ETag", None)  # It names the bytes of the file as it lies there.
    return response


def _is_same_for_all() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    # With a query somebody else could have words of their own stand in it, and learn the rest by its size.
    return not request.cookies or (getattr(view, "is_same_for_all", False) and not request.query_string)


@lru_cache(maxsize=64)
def _compressed(file: bytes) -> bytes:
    return gzip.compress(file, mtime=0)
