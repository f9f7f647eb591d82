"""The one place from which the program reaches another host: to ask a witness, and to check a ledger at an address.

Only what is public anyway leaves from here: signed heads and proofs. No page a participant opens leads here.
"""

from __future__ import annotations

import socket
import urllib.error
import urllib.request
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Event, Timer
from typing import Any
from urllib.parse import urlsplit

SECONDS = 5  # that may go by without a byte; and that the whole answer of a witness may take
MOST_BYTES = 20_000_000  # A full bundle of the longest entries takes 16.8 million.
LOOPBACK = ("127.0.0.1", "localhost", "::1")
SCHEMES = ("http://", "https://")


class SentAway(ValueError):
    """An address on this computer sent us on to another one, to which only the proxy may lead."""


class StayHere(urllib.request.HTTPRedirectHandler):
    """Follows a redirect on this computer only."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> Any:
        """Go on to *newurl* on this computer. Raises SentAway for any other."""
        if urlsplit(newurl).hostname not in LOOPBACK:
            fp.close()
            raise SentAway
        return super().redirect_request(req, fp, code, msg, headers, newurl)


class Deadline:
    """Ends the connections that it watches when its time is over: a byte now and then does not lengthen it."""

    def __init__(self, seconds: float) -> None:
        """Begin to count the *seconds* when it is entered."""
        self.is_over = Event()
        self._watched: list[socket.socket] = []
        self._timer = Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        """Begin."""
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Watch no longer."""
        self._timer.cancel()
        self._timer.join()
        for each in self._watched:
            each.close()

    def watch(self, connection: socket.socket) -> None:
        """End this *connection* too. TLS takes the socket over, so what is kept of it is a second name."""
        self._watched.append(connection.dup())
        if self.is_over.is_set():
            raise TimeoutError

    def _end(self) -> None:
        self.is_over.set()
        for each in self._watched:
            with suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


class Timed(HTTPConnection):
    """A connection that ends by a deadline."""

    deadline: Deadline

    def connect(self) -> None:
        """Connect, and be watched from the first byte."""
        super().connect()
        self.deadline.watch(self.sock)


class TimedTLS(HTTPSConnection, Timed):
    """The same over TLS: it is watched before the two sides agree on keys."""


class TimedHandler(urllib.request.HTTPHandler, urllib.request.HTTPSHandler):
    """Opens connections that end by a deadline."""

    def __init__(self, deadline: Deadline) -> None:
        """Open what ends by *deadline*."""
        super().__init__()
        self._deadline = deadline

    def _made(self, kind: type[Timed], *args: Any, **kwargs: Any) -> Timed:
        made = kind(*args, **kwargs)
        made.deadline = self._deadline
        return made

    def http_open(self, req: urllib.request.Request) -> Any:
        """Open an address without TLS."""
        return self.do_open(partial(self._made, Timed), req)

    def https_open(self, req: urllib.request.Request) -> Any:
        """Open an address with TLS."""
        return self.do_open(partial(self._made, TimedTLS), req)


def is_this_computer(url: str) -> bool:
    """Whether *url* leads to this computer, by its name for itself or by an address that it has.

    An address of another computer that leads back here, as through a router, is not seen through.
    """
    host = urlsplit(url).hostname or ""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):  # Only a proxy knows the name, or nobody does.
        return host in LOOPBACK
    return host in LOOPBACK or any(_is_ours(family, address) for family, _, _, _, address in found)


def _is_ours(family: int, address: tuple[Any, ...]) -> bool:
    """Whether this computer has that *address*: only then may somebody listen there."""
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.bind((address[0], 0, *address[2:]))
    except OSError:
        return False
    return True


def send(url: str, text: str | None = None, most: int = MOST_BYTES, within: float | None = None) -> tuple[int, bytes]:
    """Get *url*, or post *text* to it; return status and answer. Status 0 and a reason when there was no answer.

    No more than *most* bytes of it are read. *within*: how many seconds the whole of it may take, where it is bounded.
    """
    if not url.startswith(SCHEMES):
        return 0, b"no address"
    until: AbstractContextManager[Deadline | None] = nullcontext() if within is None else Deadline(within)
    with until as deadline:
        answer = _sent(url, text, most, deadline)
        # What was cut off in the middle is no answer, even where it looks like a whole one.
        return (0, TimeoutError.__name__.encode()) if deadline and deadline.is_over.is_set() else answer


def _sent(url: str, text: str | None, most: int, deadline: Deadline | None) -> tuple[int, bytes]:
    body = text.encode() if text is not None else None
    try:
        asked = urllib.request.Request(url, body, {"Content-Type": "text/plain"})  # noqa: S310 - looked at above
        with _opener(url, deadline).open(asked, timeout=SECONDS) as answer:
            return answer.status, answer.read(most)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _rest(error, most)
    except SentAway:
        return 0, b"it sends us on to another computer; ask there"
    except (OSError, ValueError, HTTPException) as error:
        return 0, type(error).__name__.encode()


def _rest(error: urllib.error.HTTPError, most: int) -> bytes:
    """Return what a refusal says, or nothing where it does not arrive."""
    try:
        return error.read(most)
    except (OSError, ValueError, HTTPException):
        return b""


def _opener(url: str, deadline: Deadline | None) -> urllib.request.OpenerDirector:
    """Return what opens *url*: this computer itself is reached straight, whatever proxy the environment names."""
    here = urlsplit(url).hostname in LOOPBACK
    timed = [TimedHandler(deadline)] if deadline else []
    return urllib.request.build_opener(*timed, *([urllib.request.ProxyHandler({}), StayHere()] if here else []))
