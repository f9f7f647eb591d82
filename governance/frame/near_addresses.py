"""An address that is nearly right leads where it means: a slash too many, or capital letters as on a poster."""

from __future__ import annotations

from collections.abc import Iterator

from flask import current_app, redirect, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import MapAdapter, RequestRedirect
from werkzeug.wrappers import Response


def way_to_meant_page() -> Response | None:
    """Return the way to the page that the address of this request means, or None when there is no such page.

    Only for an address that no page has. What stands behind "?" goes along, and so does what was sent (308).
    """
    pages = current_app.create_url_adapter(request)
    if request.url_rule is not None or pages is None:
        return None
    path = next((path for path in _meant(request.path) if _is_page(pages, path)), None)
    if path is None:
        return None
    asked = request.query_string.decode("latin-1")
    return redirect(f"{request.script_root}{path}{'?' if asked else ''}{asked}", code=308)


def _meant(path: str) -> Iterator[str]:
    """Return what *path* may mean, the nearest first. A name further in the address may need its capital letters."""
    parts = path.strip("/").split("/")
    yield "/" + "/".join(parts)
    yield "/" + "/".join([parts[0].lower(), *parts[1:]])
    yield "/" + "/".join(parts).lower()


def _is_page(pages: MapAdapter, path: str) -> bool:
    try:
        endpoint, _ = pages.match(path, method=request.method)
    except (HTTPException, RequestRedirect):
        return False
    return bool(endpoint != "static")
