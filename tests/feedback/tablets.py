"""A tablet that may be without a network: a real Chromium with a folder of its own; a server that comes and goes."""

from __future__ import annotations

import base64
import os
import random
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask
from playwright.sync_api import BrowserContext, Error, Page, Playwright
from werkzeug.serving import make_server

from governance import clock
from governance.places import service as places
from tests.browser import FLAGS, NOT_FROM_PLAYWRIGHT, WHOLE, environment, find_chromium
from tests.factories import Founded
from tests.live import let_go

COUNT = """() => new Promise((done, refuse) => {
  const opening = indexedDB.open("outbox");
  opening.onerror = refuse;
  opening.onsuccess = () => {
    const base = opening.result;
    if (!base.objectStoreNames.contains("sealed")) { base.close(); done(null); return; }
    const asked = base.transaction("sealed").objectStore("sealed").getAll();
    asked.onsuccess = () => { base.close(); done(asked.result.map((one) => one.length)); };
  };
})"""


def _below_the_drawn_ones() -> int:
    """Return a free port that no connection is given as its own end.

    A browser that tries a closed port of those again and again meets itself there at last, and holds it.
    """
    for port in random.sample(range(20_000, 32_000), 50):
        with socket.socket() as tried, suppress(OSError):
            tried.bind(("127.0.0.1", port))
            return port
    raise OSError("No port is free.")


class Network:
    """The way from a tablet to the program. Without it nothing listens on the port."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.cut_after: Callable[[dict[str, Any]], bool] = lambda environ: False  # The answer is made, and lost.
        self.hangs = threading.Event()  # While it is set, no answer comes.
        self.nothing_behind = ""  # What a server in front answers with, while the program is not there.
        self.port = _below_the_drawn_ones()
        self._server: Any = None
        self._serves: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def on(self) -> None:
        """Let the tablet reach the program."""
        if self._server:
            return
        self._server = make_server("127.0.0.1", self.port, self._answer, threaded=True)
        self.port = self._server.server_port
        self._serves = threading.Thread(target=self._server.serve_forever, daemon=True)
        self._serves.start()

    def off(self) -> None:
        """Cut the network: the port is closed, and free to be opened again.

        The thread that served closes the port as well. Where it is in the middle of that, closing it here does nothing,
        and the port is not free yet: so that thread is waited for.
        """
        if self._server and self._serves:
            self._server.shutdown()
            self._serves.join()
            self._server.server_close()
            self._server = None

    def _answer(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        while self.hangs.is_set():
            time.sleep(0.1)
        if self.nothing_behind:
            start_response(self.nothing_behind, [("Content-Type", "text/plain")])
            return [b"Nothing is behind this."]
        parts = self.app(environ, start_response)
        try:
            answer = [b"".join(parts)]
        finally:
            if hasattr(parts, "close"):
                parts.close()
        if self.cut_after(environ):
            raise ConnectionAbortedError("The line broke off before the answer was through.")
        return answer


@contextmanager
def network(app: Flask) -> Iterator[Network]:
    """A network to *app* that is there when the block begins."""
    made = Network(app)
    made.on()
    yield made
    made.off()
    let_go(app)


@dataclass
class Tablet:
    """The tablet: its browser's *folder* stays when the browser is killed."""

    playwright: Playwright
    folder: Path
    network: Network
    context: BrowserContext | None = None
    page: Page = field(init=False)

    def start(self) -> None:
        """Switch it on."""
        chromium = find_chromium(WHOLE)
        self.context = self.playwright.chromium.launch_persistent_context(
            self.folder, executable_path=chromium, args=FLAGS, ignore_default_args=NOT_FROM_PLAYWRIGHT,
            env=environment(chromium), viewport={"width": 1024, "height": 768}, locale="en-US",
        )  # fmt: skip
        self.page = self.context.pages[0]

    def close(self) -> None:
        """Switch it off as one should: what the browser has is written down."""
        with suppress(Error):
            if self.context:
                self.context.close()

    def kill(self) -> None:
        """Pull the plug: SIGKILL to the browser of this folder, and to nothing else."""
        for process in Path("/proc").iterdir():
            with suppress(OSError):
                line = (process / "cmdline").read_bytes() if process.name.isdigit() else b""
                if f"--user-data-dir={self.folder}".encode() in line:
                    os.kill(int(process.name), signal.SIGKILL)
        self.close()

    def enrol(self, founded: Founded, *, goes_without: bool = True) -> Any:
        """Make it a kiosk, with its first page seen once; return the kiosk."""
        session = founded.session
        session.rollback()
        kiosk, key = places.enrol_kiosk(
            session, places.places(session)[0], "van", clock.today(), goes_without=goes_without
        )
        session.commit()
        self.page.goto(self.network.url + "/kiosk/enrol")
        self.page.fill("input[name=code]", key)
        self.page.locator("main form button").press("Enter")
        self.page.wait_for_url("**/kiosk")
        return kiosk

    def made_ready(self) -> None:
        """Wait until the tablet can be without a network."""
        self.page.wait_for_function("() => navigator.serviceWorker.controller !== null")

    def visit(self, address: str = "/kiosk") -> None:
        """Come to a page, with a network or without."""
        self.page.goto(self.network.url + address)

    def press(self, go: str) -> None:
        """Press a button of the page without a network."""
        self.page.locator(f"[data-go={go}]:visible").press("Enter")

    def say(self, words: str, lane: str = "suggestion") -> None:
        """Say something without a network, from the first screen to the thanks."""
        self.visit()
        self.page.locator(f"input[value={lane}]").press("Space")
        while not self.page.locator("textarea").is_visible():
            self.press("next")
        self.page.fill("textarea", words)
        self.press("send")
        self.page.locator("[data-step=thanks]").wait_for(state="visible")

    def sizes(self) -> list[int] | None:
        """Return the size of each message in the outbox; None where there is none."""
        return self.page.evaluate(COUNT)  # type: ignore[no-any-return]

    def empties(self) -> None:
        """Wait until all was brought."""
        waits_until(lambda: self.sizes() in ([], None))


def waits_until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait until something holds that another thread or process brings about."""
    ends = time.monotonic() + seconds
    while not true():
        if time.monotonic() > ends:
            raise TimeoutError
        time.sleep(0.05)


def ways_of_writing(word: str) -> list[bytes]:
    """Return how a word may stand in a file: in UTF-8, in UTF-16, and in base64 at each of its three places."""
    plain = word.encode()
    # The first letters hang on what stands before the word, and the last on what stands behind it.
    packed = [
        base64.b64encode(b"\0" * at + plain)[first : 8 * (at + len(plain)) // 6] for at, first in enumerate((0, 2, 3))
    ]
    return [plain, word.encode("utf-16-le"), word.encode("utf-16-be"), *packed]


def found_in(folder: Path, words: Sequence[str]) -> list[str]:
    """Return which of *words* stand in any file of *folder*, in any way of writing them."""
    files = [path.read_bytes() for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
    assert sum(map(len, files)) > 100_000, "a whole profile was searched"
    return [word for word in words if any(way in file for file in files for way in ways_of_writing(word))]
