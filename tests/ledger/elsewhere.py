"""Witnesses as if they ran on other computers: at addresses to which only a proxy leads."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from sqlalchemy.orm import Session

from governance.keys.keyfolder import KeyFolder
from governance.ledger import rules, service
from governance.ledger.witness import Answer, Memory

ADDRESSES = "http://203.0.113."  # TEST-NET-3 (RFC 5737): no computer has such a one.


@dataclass
class Elsewhere:
    """A proxy, and the witnesses behind it. *ahead*: seconds of their clocks. *replay*: what is answered instead.

    *meanwhile* is told the address of each witness whose answer is on its way.
    """

    proxy: str = ""
    behind: dict[str, Memory] = field(default_factory=dict)
    ahead: float = 0.0
    asked: int = 0
    replay: Answer | None = None
    last: Answer | None = None
    meanwhile: Callable[[str], object] = str

    def witness(self, session: Session, keys: KeyFolder, folder: Path, *, silent: bool = False) -> str:
        """Have another one, which knows our ledgers, and return its address. A *silent* one does not answer yet."""
        memory = Memory(folder)
        name = f"w{len(self.behind) + 1}"
        key = str(memory.begin(f"{name}.example.org"))
        for log in rules.LOGS:
            memory.trust(service.verifier_key(keys, log))
        url = f"{ADDRESSES}{len(self.behind) + 1}"
        self.behind[f"{url}/add-checkpoint"] = memory
        service.add_witness(session, name, key, url)
        if silent:
            self.behind[f"{url}/add-checkpoint?"] = self.behind.pop(f"{url}/add-checkpoint")
        return url

    def wake(self) -> None:
        """Let those that were silent answer."""
        self.behind = {url.removesuffix("?"): memory for url, memory in self.behind.items()}

    def answer(self, url: str, request: str) -> Answer:
        self.asked += 1
        self.meanwhile(url)
        if url not in self.behind:
            return Answer(503, "")
        self.last = self.replay or self.behind[url].add_checkpoint(request, int(time.time() + self.ahead))
        return self.last


@contextmanager
def elsewhere() -> Iterator[Elsewhere]:
    """Let there be a proxy (`http_proxy`) that leads to witnesses on other computers."""
    here = Elsewhere()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["Content-Length"])).decode()
            said = here.answer(self.path, sent)
            self.send_response(said.status)
            self.end_headers()
            self.wfile.write(said.text.encode())

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        here.proxy = f"http://127.0.0.1:{server.server_address[1]}"
        yield here
        server.shutdown()
