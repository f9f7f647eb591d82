"""The one place from which the program reaches another host: to ask a witness, and to check a ledger at an address.

Only what is public anyway leaves from here: signed heads and proofs. No page a participant opens leads here.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import urlsplit

SECONDS = 5  # that an answer may take
MOST_BYTES = 20_000_000  # A full bundle of the longest entries takes 16.8 million.
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SCHEMES = ("http://", "https://")


class SentAway(ValueError):
    """An address on this computer sent us on to another one, to which only the proxy may lead."""


class StayHere(urllib.request.HTTPRedirectHandler):
    """Follows a redirect on this computer only."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        if urlsplit(newurl).hostname not in LOOPBACK:
            fp.close()
            raise SentAway
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def send(url: str, text: str | None = None) -> tuple[int, bytes]:
    """Get *url*, or post *text* to it; return status and answer. Status 0 and a reason when there was no answer."""
    if not url.startswith(SCHEMES):
        return 0, b"no address"
    body = text.encode() if text is not None else None
    try:
        asked = urllib.request.Request(url, body, {"Content-Type": "text/plain"})  # noqa: S310 - looked at above
        with _opener(url).open(asked, timeout=SECONDS) as answer:
            return answer.status, answer.read(MOST_BYTES)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(MOST_BYTES)
    except SentAway:
        return 0, b"it sends us on to another computer; ask there"
    except (OSError, ValueError, HTTPException) as error:
        return 0, type(error).__name__.encode()


def _opener(url: str) -> urllib.request.OpenerDirector:
    """Return what opens *url*: this computer itself is reached straight, whatever proxy the environment names."""
    here = urlsplit(url).hostname in LOOPBACK
    return urllib.request.build_opener(*([urllib.request.ProxyHandler({}), StayHere()] if here else []))
