"""Between the server and the pages: a request is read whole before a thread is taken for it, an answer is made whole.

A phone that loses its signal in the middle of sending, or reads slowly, then waits by itself. It costs a little memory
and no thread, so two such phones cannot stop the site for everybody else. Written here and not taken from a library,
since those hand a request on while it still arrives; and so that no address of a visitor comes further in than this
(`docs/design.md` 2, promise 1). Sources: PEP 3333 (WSGI) and granian's RSGI specification 1.5.
"""

from __future__ import annotations

import asyncio
import io
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import quote

from governance.frame import slow_lane
from governance.frame.error_log import log_outside_pages

Page = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

SECONDS_TO_SEND = 60  # A slow phone needs about ten for the longest form; after a minute it has stopped.
SECONDS_TO_HEAR_OUT = 1
MOST_WAITING = 250  # Half-sent requests in each process.
MOST_WAITING_BYTES = 16 * 1024 * 1024
# What is sent here is answered at its first bytes, before the last have come: so `doctor` sees whether a server in
# front keeps what people send until it has all of it, perhaps on its disk.
FIRST_BYTES = "/healthz/first-bytes"
TOO_SLOW = "What you sent did not arrive whole. It is still on your page: go back and send it again.\n"
# What a server in front writes down of the visitor (RFC 7239, and what was there before it).
TELLS_WHERE_FROM = frozenset({
    "forwarded", "x-forwarded-for", "x-real-ip", "x-client-ip", "x-cluster-client-ip", "true-client-ip",
    "cf-connecting-ip",
})  # fmt: skip
BROKE = "Something broke on our side. What you sent may not be kept. Please tell any worker.\n"
WITHOUT_BODY = frozenset({"GET", "HEAD"})


class Gateway:
    """A page maker (WSGI) as the server (RSGI) calls it."""

    def __init__(
        self, page: Page, threads: int, largest: Callable[[str], int], is_slow: Callable[[str], bool] = lambda _: False
    ) -> None:
        """*page* makes the answers in *threads* threads.

        *largest*: for a path, the most bytes it may be sent. *is_slow*: whether that goes through the slow lane.
        """
        self.page = page
        self.largest = largest
        self.is_slow = is_slow
        self.lane, self.in_lane = slow_lane.one_thread(), 0
        self.waiting = HalfSent()
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="page")

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request. What no page caught is told in one line: the server would write out all that it says."""
        try:
            await self.pass_on(scope, protocol)
        except Exception as error:
            log_outside_pages(error)
            protocol.response_str(500, [("content-type", "text/plain")], BROKE)

    async def pass_on(self, scope: Any, protocol: Any) -> None:
        """Read a request whole and have its page made. Whoever stops before the end of it reaches no page."""
        body = b""
        if scope.method not in WITHOUT_BODY:
            try:
                async with asyncio.timeout(SECONDS_TO_SEND) as its_time:
                    with self.waiting.place(its_time):
                        parts = self.waiting.counted(protocol, its_time)
                        if scope.path.endswith(FIRST_BYTES):
                            return await _tell_first_bytes(scope, protocol, parts)
                        body = await whole_body(parts, self.largest(scope.path))
            except TimeoutError:
                return _send_again(protocol)
            if len(body) < min(int(scope.headers.get("content-length") or 0), self.largest(scope.path)):
                return _send_again(protocol)
        environ = environ_of(scope, body)
        if scope.method not in WITHOUT_BODY and self.is_slow(scope.path):
            return await self.go_through_lane(protocol, environ)
        await self.make_page(self.threads, protocol, environ)

    async def go_through_lane(self, protocol: Any, environ: dict[str, Any]) -> None:
        """Have a slow page made in its turn. Where the lane is full, the page is told to say so, which is quick."""
        if self.in_lane >= slow_lane.PLACES:
            return await self.make_page(self.threads, protocol, environ | {slow_lane.NO_ROOM: True})
        self.in_lane += 1
        try:
            await self.make_page(self.lane, protocol, environ)
        finally:
            self.in_lane -= 1

    async def make_page(self, threads: ThreadPoolExecutor, protocol: Any, environ: dict[str, Any]) -> None:
        """Make the page for *environ* in one of *threads*."""
        await asyncio.get_running_loop().run_in_executor(threads, self.answer, protocol, environ)

    def answer(self, protocol: Any, environ: dict[str, Any]) -> None:
        """Make the page for *environ* and give it to the server whole."""
        begun: list[tuple[str, list[tuple[str, str]]]] = []
        written: list[bytes] = []

        def start(status: str, headers: list[tuple[str, str]], error: object = None) -> Callable[[bytes], None]:
            begun[:] = [(status, headers)]
            return written.append

        chunks = self.page(environ, start)
        try:
            written += chunks
        finally:
            if close := getattr(chunks, "close", None):
                close()
        status, headers = begun[0]
        protocol.response_bytes(int(status[:3]), headers, b"".join(written))


class HalfSent:
    """The requests that are half sent. When there are too many, or they are too large, the oldest ends first.

    Whoever really sends is done in a moment, so the oldest are those that stopped. They are told to send again.
    """

    def __init__(self) -> None:
        self.lengths: dict[asyncio.Timeout, int] = {}  # In the order in which they came.
        self.length = 0

    @contextmanager
    def place(self, its_time: asyncio.Timeout) -> Iterator[None]:
        """Give one request a place in this block. *its_time* is over at once when others need it."""
        self.lengths[its_time] = 0
        self.make_room()
        try:
            yield
        finally:
            self.leave(its_time)

    async def counted(self, parts: AsyncIterator[bytes], its_time: asyncio.Timeout) -> AsyncIterator[bytes]:
        """Give on what is sent, part by part, for as long as the request has a place."""
        async for part in parts:
            if its_time not in self.lengths:
                raise TimeoutError
            self.lengths[its_time] += len(part)
            self.length += len(part)
            self.make_room()
            yield part

    def make_room(self) -> None:
        """End the oldest ones that are too many."""
        while len(self.lengths) > MOST_WAITING or self.length > MOST_WAITING_BYTES:
            oldest = next(iter(self.lengths))
            self.leave(oldest)
            oldest.reschedule(0)

    def leave(self, its_time: asyncio.Timeout) -> None:
        """Free a place."""
        self.length -= self.lengths.pop(its_time, 0)


async def whole_body(parts: AsyncIterator[bytes], most: int) -> bytes:
    """Return what was sent; of what is longer than *most* bytes, one more than *most*."""
    kept, length = [], 0
    async for part in parts:
        kept.append(part)
        length += len(part)
        if length > most:
            break
    return b"".join(kept)[: most + 1]


async def _tell_first_bytes(scope: Any, protocol: Any, parts: AsyncIterator[bytes]) -> None:
    """Answer as soon as something has come, and name what a server in front has told of where it came from."""
    await anext(parts, b"")
    told = sorted(TELLS_WHERE_FROM.intersection(scope.headers.keys()))
    protocol.response_str(200, [("content-type", "text/plain"), ("cache-control", "no-store")], " ".join(told) + "\n")
    with suppress(TimeoutError):
        async with asyncio.timeout(SECONDS_TO_HEAR_OUT):  # A line that is cut while nginx still sends is a 502 to it.
            async for _ in parts:
                pass


def _send_again(protocol: Any) -> None:
    protocol.response_str(408, [("content-type", "text/plain"), ("connection", "close")], TOO_SLOW)


def environ_of(scope: Any, body: bytes) -> dict[str, Any]:
    """Return a request as WSGI has it: everything but where it came from."""
    host, _, port = scope.server.rpartition(":")
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": quote(scope.query_string, safe="%/:?#[]@!$&'()*+,;=~-._|^{}"),
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if name in TELLS_WHERE_FROM or "_" in name:  # With "_" a name could pass for another one.
            continue
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        between = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = environ[key] + between + value if key in environ else value
    environ.pop("HTTP_TRANSFER_ENCODING", None)  # The body lies here whole, and its length is known.
    environ["CONTENT_LENGTH"] = str(len(body))
    return environ
