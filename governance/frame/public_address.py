"""Where people find this site: what every link, square and printed address begins with.

Said by the operator (`GOVERNANCE_ADDRESS`) and never read from what a proxy or a visitor sends: a header can be made
up, and a square on the wall would then lead elsewhere. So nobody says how many proxies there are, or which to believe.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from flask import request

from governance.config import Config

Page = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class PublicAddress:
    """Puts the public address into each request, in front of *page* (WSGI, PEP 3333)."""

    def __init__(self, page: Page, settings: Config) -> None:
        parts = urlsplit(settings.address)
        self.page = page
        self.scheme = "https" if settings.https else "http"
        self.host = parts.netloc
        self.folder = parts.path

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Make the page as if it were asked for at the public address, whichever way the request came."""
        environ["wsgi.url_scheme"] = self.scheme
        if self.host:
            environ["HTTP_HOST"] = self.host
            environ["SCRIPT_NAME"] = self.folder
            environ["PATH_INFO"] = below(self.folder, environ["PATH_INFO"])
        return self.page(environ, start_response)


def below(folder: str, path: str) -> str:
    """Return *path* without the *folder* of the public address. Some proxies take it away themselves."""
    inside = folder and (path == folder or path.startswith(folder + "/"))
    return path[len(folder) :] or "/" if inside else path


def folder_of(settings: Config) -> str:
    """Return the folder of the public address, like "/programme", or ""."""
    return urlsplit(settings.address).path


def here() -> str:
    """Return what every address of this site begins with, in a request: https://voice.example.org/programme."""
    return request.url_root.removesuffix("/")
