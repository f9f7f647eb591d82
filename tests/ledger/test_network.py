"""What is asked of this computer straight stays on it."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from governance.ledger import network


class Sends(BaseHTTPRequestHandler):
    """Sends on to what stands behind `/to/`, and says `here` at any other address."""

    def do_GET(self) -> None:
        _, to, onward = self.path.partition("/to/")
        self.send_response(302 if to else 200)
        if to:
            self.send_header("Location", onward)
        self.end_headers()
        self.wfile.write(b"" if to else b"here")

    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.mark.parametrize(
    ("onward", "answer"),
    [
        ("/x", (200, b"here")),
        ("http://elsewhere.invalid/x", (0, b"it sends us on to another computer; ask there")),
    ],
)
def test_a_redirect_from_this_computer_is_followed_on_it_only(onward: str, answer: tuple[int, bytes]) -> None:
    with HTTPServer(("127.0.0.1", 0), Sends) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        said = network.send(f"http://127.0.0.1:{server.server_address[1]}/to/{onward}")
        server.shutdown()
    assert said == answer
