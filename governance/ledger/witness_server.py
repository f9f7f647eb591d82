"""A witness on the network: it signs heads (C2SP `tlog-witness`), and shows what it signed last."""

from __future__ import annotations

import io
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import socket
from typing import Any

from governance.ledger.witness import ADDRESS, MOST_BYTES, PROOF, Answer, Memory

SECONDS = 10  # that a slow caller may take for a whole request
UNREAD = (400, 404)  # After these some of the request may still be on the line, and no other can follow it.


class InTime(io.RawIOBase):
    """What a caller sends, until the time for the request is over: a byte now and then does not lengthen it."""

    def __init__(self, line: socket, now: Callable[[], int]) -> None:
        self._line, self._now, self._end = line, now, 0

    def begin(self) -> None:
        """Let the time of the next request begin."""
        self._end = self._now() + SECONDS

    def readable(self) -> bool:
        """Yes: what buffers it asks."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what came into *buffer* and return how many bytes. Raises TimeoutError once the time is over."""
        left = self._end - self._now()
        if left <= 0:
            raise TimeoutError
        self._line.settimeout(left)
        return self._line.recv_into(buffer)


def server(memory: Memory, host: str, port: int, now: Callable[[], int]) -> ThreadingHTTPServer:
    """Return a server that answers with *memory*; *now* gives the POSIX time. Nobody's address is logged."""

    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS
        protocol_version = "HTTP/1.1"  # tlog-witness asks for connections that are kept.
        server_version, sys_version = "witness", ""
        wbufsize = -1  # Head and body leave together: sent apart, the second waits for the caller's word on the first.

        def setup(self) -> None:
            super().setup()
            self._sent = InTime(self.connection, now)
            self.rfile = io.BufferedReader(self._sent)

        def handle_one_request(self) -> None:
            self._sent.begin()
            super().handle_one_request()

        def do_POST(self) -> None:
            self._say(self._answer())

        def do_GET(self) -> None:
            if self.path.startswith(PROOF):
                return self._say(memory.newest(self.path.removeprefix(PROOF)))
            self._say(Answer(404, f"This is a witness. It takes POST at {ADDRESS}.\n"))

        def _answer(self) -> Answer:
            lengths = self.headers.get_all("Content-Length", [])
            length = lengths[0] if len(lengths) == 1 and "Transfer-Encoding" not in self.headers else ""
            if self.path.rstrip("/") != ADDRESS:
                return Answer(404, f"This is a witness. It takes POST at {ADDRESS}.\n")
            if not (length.isascii() and length.isdecimal()) or len(length) > 6 or int(length) > MOST_BYTES:
                return Answer(400, "A request has a length of at most 64 kilobytes.\n")
            try:
                return memory.add_checkpoint(self.rfile.read(int(length)).decode("utf-8"), now())
            except UnicodeDecodeError:
                return Answer(400, "A request is text.\n")

        def _say(self, answer: Answer) -> None:
            body = answer.text.encode()
            self.send_response(answer.status)
            if answer.status in UNREAD:
                self.send_header("Connection", "close")
            size = answer.status == 409
            self.send_header("Content-Type", "text/x.tlog.size" if size else "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Log nothing: who asks is nobody's business."""

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            """Print nothing when a caller hangs up: the standard words would name their address."""

    return Server((host, port), Handler)
