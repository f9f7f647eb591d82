"""A witness on the network: one address that takes heads and gives signatures (C2SP `tlog-witness`)."""

from __future__ import annotations

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from governance.ledger.witness import ADDRESS, MOST_BYTES, Answer, Memory

SECONDS = 10  # that a slow caller may take
UNREAD = (400, 404)  # After these some of the request may still be on the line, and no other can follow it.


def server(memory: Memory, host: str, port: int, now: Callable[[], int]) -> ThreadingHTTPServer:
    """Return a server that answers with *memory*; *now* gives the POSIX time. Nobody's address is logged."""

    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS
        protocol_version = "HTTP/1.1"  # tlog-witness asks for connections that are kept.
        server_version, sys_version = "witness", ""

        def do_POST(self) -> None:
            self._say(self._answer())

        def do_GET(self) -> None:
            self._say(Answer(404, f"This is a witness. It takes POST at {ADDRESS}.\n"))

        def _answer(self) -> Answer:
            length = self.headers.get("Content-Length", "")
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
